use super::*;

pub(super) fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn hm(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

/// The holidays and the swap around 30 April and 1 May 2024 (27 April to 1 May off, 4 May worked), cut-off at 15:00.
fn spring() -> Calendar {
    Calendar::default()
        .with_version(3)
        .with_holidays([d("2024-04-18"), d("2024-04-30"), d("2024-05-01")])
        .with_swap(d("2024-04-29"), d("2024-05-04"))
        .with_cut_off(hm(15, 0))
}

#[test]
fn terms_of_days() {
    for (received, n, due) in [
        ("2024-04-22T08:00", 0, "2024-04-22"),
        ("2024-04-22T08:00", 1, "2024-04-23"),
        ("2024-04-22T15:00", 1, "2024-04-23"),
        ("2024-04-22T15:00:00.001", 1, "2024-04-24"),
        ("2024-04-25T16:00", 1, "2024-05-02"),
        ("2024-04-26T08:00", 3, "2024-05-04"),
        ("2024-04-28T08:00", 1, "2024-05-03"),
        ("2024-05-04T08:00", 1, "2024-05-06"),
        ("2024-05-03T16:00", 0, "2024-05-04"),
    ] {
        assert_eq!(spring().due_in_working_days(at(received), n), Due::Day(d(due)), "{received} + {n}");
    }
    assert_eq!(spring().working_days_between(d("2024-04-26"), d("2024-05-05")), 3);
    assert_eq!(spring().working_days_between(d("2024-05-05"), d("2024-04-26")), 0);
    assert_eq!(spring().shift_to_working_day(d("2024-04-27")), d("2024-05-02"));
    let inclusive = Calendar { count_day_of_receipt: true, ..spring() };
    assert_eq!(inclusive.due_in_working_days(at("2024-04-22T08:00"), 2), Due::Day(d("2024-04-23")));
}

#[test]
fn saturday_mornings() {
    let open = Calendar::default().with_saturdays(SaturdayRule::Morning);
    let counted = Calendar { saturday_morning_counts: true, ..open.clone() };
    let full = Calendar::default().with_saturdays(SaturdayRule::FullDay);
    // 2024-06-08 is a Saturday
    for (calendar, day_due, hour_due) in [
        (&Calendar::default(), "2024-06-11", "2024-06-10T08:30"),
        (&open, "2024-06-10", "2024-06-08T10:00"),
        (&counted, "2024-06-10", "2024-06-08T10:00"),
        (&full, "2024-06-10", "2024-06-08T10:00"),
    ] {
        assert_eq!(calendar.due_in_working_days(at("2024-06-08T09:00"), 1), Due::Day(d(day_due)));
        assert_eq!(calendar.due_in_working_hours(at("2024-06-08T09:00"), 1), Due::Instant(at(hour_due)));
    }
    for (calendar, due) in [(&open, "2024-06-10"), (&counted, "2024-06-08"), (&full, "2024-06-08")] {
        assert_eq!(calendar.due_in_working_days(at("2024-06-07T09:00"), 1), Due::Day(d(due)));
    }
    assert_eq!(open.due_in_working_hours(at("2024-06-08T11:00"), 1), Due::Instant(at("2024-06-10T08:00")));
}

#[test]
fn terms_of_hours() {
    for (received, hours, due) in [
        ("2024-04-22T08:00", 2, "2024-04-22T10:00"),
        ("2024-04-22T10:30", 2, "2024-04-22T14:30"),
        ("2024-04-22T07:30", 8, "2024-04-22T17:30"),
        ("2024-04-22T12:00", 1, "2024-04-22T14:30"),
        ("2024-04-22T15:30", 1, "2024-04-23T08:30"),
        ("2024-04-26T14:30", 4, "2024-05-02T08:30"),
        ("2024-04-22T03:00", 0, "2024-04-22T07:30"),
        ("2024-04-28T03:00", 16, "2024-05-03T17:30"),
    ] {
        assert_eq!(spring().due_in_working_hours(at(received), hours), Due::Instant(at(due)), "{received} + {hours}");
    }
    let short = DeskHours::new([(hm(7, 30), hm(11, 30)), (hm(13, 30), hm(17, 0))], 480).unwrap();
    let short = Calendar::default().with_hours(short);
    assert_eq!(short.due_in_working_hours(at("2024-04-22T07:30"), 8), Due::Instant(at("2024-04-22T17:00")));
    assert_eq!(short.due_in_working_hours(at("2024-04-22T09:00"), 8), Due::Instant(at("2024-04-23T09:00")));
    assert_eq!(DeskHours::new([], 480), Err(HoursError::Empty));
    assert!(matches!(DeskHours::new([(hm(9, 0), hm(8, 0))], 480), Err(HoursError::Disorder { .. })));
    assert_eq!(DeskHours::new([(hm(8, 0), hm(9, 0))], 0), Err(HoursError::Counted { minutes: 0 }));
    assert_eq!(short.hours.sessions().last(), Some((hm(13, 30), hm(17, 0))));
}

#[test]
fn pauses() {
    let day = |text| Due::Day(d(text));
    let (paused, resumed) = ("2024-06-05T09:00", "2024-06-20T09:00");
    for (policy, term, due, paused, resumed, new) in [
        (PausePolicy::PauseResume, None, day("2024-06-07"), paused, resumed, day("2024-06-24")),
        (PausePolicy::PauseResume, None, day("2024-06-05"), paused, resumed, day("2024-06-20")),
        (PausePolicy::PauseResume, None, day("2024-06-07"), paused, "2024-06-05T16:00", day("2024-06-07")),
        (PausePolicy::PauseResume, None, day("2024-06-04"), paused, resumed, day("2024-06-04")),
        (PausePolicy::PauseResume, None, day("2024-06-07"), resumed, paused, day("2024-06-07")),
        (PausePolicy::NoPause, Some(Term::WorkingDays(5)), day("2024-06-07"), paused, resumed, day("2024-06-07")),
        (PausePolicy::Restart, Some(Term::WorkingDays(5)), day("2024-06-07"), paused, resumed, day("2024-06-27")),
        (PausePolicy::Restart, None, day("2024-06-07"), paused, resumed, day("2024-06-24")),
    ] {
        let calendar = Calendar::default();
        assert_eq!(calendar.resume(policy, term, due, at(paused), at(resumed)), new, "{policy:?} {due} {paused}");
    }
    let due = Due::Instant(at("2024-06-05T14:30"));
    let new =
        Calendar::default().resume(PausePolicy::PauseResume, None, due, at("2024-06-05T10:30"), at("2024-06-07T17:00"));
    assert_eq!(new, Due::Instant(at("2024-06-10T09:00")));
}

#[test]
fn which_years_are_known() {
    let cal = spring().with_holidays([d("2025-01-01"), d("2022-09-02")]);
    assert_eq!(cal.years_covered(), Some(2022..=2024));
    assert!(cal.covers(d("2024-12-31")) && !cal.covers(d("2025-01-02")));
    assert_eq!(Calendar::default().years_covered(), None);
}

#[test]
fn absurd_inputs_end() {
    let never = Calendar { holidays: forward(d("2000-01-01")).collect(), ..Calendar::default() };
    for calendar in [&never, &spring()] {
        for ms in [i64::MIN, 0, 951_000_000_000, i64::MAX] {
            let t = Timestamp(ms);
            let _ = (calendar.due_in_working_days(t, u32::MAX), calendar.due_in_working_hours(t, u32::MAX));
            let _ = calendar.resume(PausePolicy::PauseResume, None, Due::Day(NaiveDate::MAX), t, Timestamp::MAX);
            let _ = calendar.resume(PausePolicy::PauseResume, None, Due::Instant(Timestamp::MAX), t, Timestamp::MAX);
        }
    }
    assert_eq!(never.shift_to_working_day(d("2000-01-01")), d("2040-01-01"));
}

#[test]
fn the_real_holidays() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/vn_holidays.csv");
    let Ok(mut file) = csv::Reader::from_path(path) else {
        return println!("skipped: {path} is missing");
    };
    let mut cal = Calendar::default();
    for row in file.records().map(Result::unwrap) {
        match &row[3] {
            "swapped_off" => cal.swapped_off.insert(d(&row[0])),
            "swapped_work" => cal.swapped_work.insert(d(&row[0])),
            _ => cal.holidays.insert(d(&row[0])),
        };
    }
    assert_eq!(cal.years_covered(), Some(2016..=2027));
    assert_eq!((cal.holidays.len(), cal.swapped_off.len(), cal.swapped_work.len()), (164, 6, 6));
    assert!(!cal.is_working_day(d("2025-05-02")) && cal.is_working_day(d("2025-04-26")));
}
