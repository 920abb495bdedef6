//! What is written is read again by the rules the standard publishes.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months};

use super::*;
use crate::reports::render::sdmx::sdmx;

/// The first and the last day of a time period, by the algorithm of the SDMX technical notes.
fn days(period: &str, start_day: &str) -> (NaiveDate, NaiveDate) {
    let before = |date: NaiveDate| date.pred_opt().unwrap();
    if let Some((start, duration)) = period.split_once('/') {
        let (start, n) = (d(start), duration[1..duration.len() - 1].parse::<u32>().unwrap());
        let end = if duration.ends_with('M') { start + Months::new(n) } else { start + Days::new(n.into()) };
        return (start, before(end));
    }
    let (year, rest) = period.split_once('-').unwrap();
    let base = d(&format!("{year}-{}", start_day.trim_start_matches("--")));
    let (indicator, value) = (&rest[..1], rest[1..].parse::<u32>().unwrap());
    if indicator == "W" {
        let weekday = u64::from(base.weekday().num_days_from_monday());
        let base = if weekday > 3 { base + Days::new(7 - weekday) } else { base - Days::new(weekday) };
        return (base + Days::new(u64::from(value - 1) * 7), before(base + Days::new(u64::from(value) * 7)));
    }
    let months = BTreeMap::from([("A", 12), ("S", 6), ("Q", 3), ("M", 1)])[indicator];
    (base + Months::new((value - 1) * months), before(base + Months::new(value * months)))
}

/// Each line as column and value.
fn read(text: &str) -> Vec<BTreeMap<String, String>> {
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heading = reader.headers().unwrap().clone();
    let line = |line: csv::StringRecord| heading.iter().zip(&line).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|record| line(record.unwrap())).collect()
}

#[test]
fn periods_are_those_the_standard_computes() {
    for (id, period, start_day, frequency) in [
        ("2018-02", "2017-M02", "--12-15", "M"),
        ("2018-01", "2017-M01", "--12-15", "M"),
        ("2018-12", "2017-M12", "--12-15", "M"),
        ("2018-Q1", "2017-Q1", "--12-15", "Q"),
        ("2018-Q4", "2017-Q4", "--12-15", "Q"),
        ("2018-H2", "2017-S2", "--12-15", "S"),
        ("2018", "2017-A1", "--12-15", "A"),
        ("2018-9M", "2017-12-15/P9M", "--12-15", "_O"),
        ("cal:2018-02", "2018-M02", "--01-01", "M"),
        ("cal:2018-Q3", "2018-Q3", "--01-01", "Q"),
        ("cal:2018", "2018-A1", "--01-01", "A"),
        ("2018-W07", "2018-W07", "--01-01", "W"),
        ("2020-W53", "2020-W53", "--01-01", "W"),
        ("2021-12-15..2022-06-09", "2021-12-15/P177D", "--12-15", "_O"),
    ] {
        let mut report = report(&query("2018-02", Breakdown::None), &dong_trieu());
        report.period = Period::parse(id).unwrap();
        let lines = read(&sdmx(&[report.clone()], Breakdown::None).unwrap());
        let line = &lines[0];
        let found = [&line["TIME_PERIOD"], &line["REPORTING_YEAR_START_DAY"], &line["FREQ"], &line["PERIOD_NAME"]];
        assert_eq!(found, [period, start_day, frequency, id]);
        assert_eq!(days(period, start_day), (report.period.start, report.period.last_day()), "{id}");
    }
}

#[test]
fn every_figure_of_the_json_is_an_observation() {
    let report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let text = sdmx(std::slice::from_ref(&report), Breakdown::Unit).unwrap();
    assert!(text.starts_with(
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,BREAKDOWN,ITEM,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"
    ));
    let lines = read(&text);
    let json: serde_json::Value = serde_json::from_str(&render::json::json(&report).unwrap()).unwrap();
    let mut expected = BTreeMap::new();
    let mut put = |key: &str, figures: &serde_json::Value| {
        for (name, value) in figures.as_object().unwrap() {
            expected.insert((key.to_owned(), name.to_uppercase()), value.to_string());
        }
    };
    json["rows"].as_array().unwrap().iter().for_each(|row| put(row["key"].as_str().unwrap(), &row["figures"]));
    put("_T", &json["total"]);
    let key = |line: &BTreeMap<String, String>| (line["ITEM"].clone(), line["INDICATOR"].clone());
    assert_eq!(lines.iter().map(|line| (key(line), line["OBS_VALUE"].clone())).collect::<BTreeMap<_, _>>(), expected);
    assert_eq!(lines.len(), expected.len(), "each once");
    assert!(
        lines.iter().all(|line| line["ACTION"] == "R" && line["STRUCTURE"] == "dataflow" && line["OBS_STATUS"] == "A")
    );
}

#[test]
fn statuses_say_how_far_a_figure_can_be_relied_on() {
    let mut sheets = dong_trieu();
    for sheet in &mut sheets {
        edit(sheet, |s| {
            s.below.retain(|key, _| key.procedure == "1.001193");
            s.members[2].totals = Figures::default();
            (s.members[2].document, s.members[2].received, s.received) = (None, 0, 3);
        });
    }
    let lines = read(&sdmx(&[report(&query("2018-02", Breakdown::Unit), &sheets)], Breakdown::Unit).unwrap());
    let silent: Vec<_> = lines.iter().filter(|line| line["ITEM"] == "07003").collect();
    assert!(!silent.is_empty() && silent.iter().all(|line| line["OBS_VALUE"].is_empty() && line["OBS_STATUS"] == "L"));
    assert!(lines.iter().filter(|line| line["ITEM"] != "07003").all(|line| line["OBS_STATUS"] == "P"));
    let total = lines.last().unwrap();
    assert_eq!((total["UNITS_EXPECTED"].as_str(), total["UNITS_RECEIVED"].as_str()), ("4", "3"));

    let mut sheets = dong_trieu();
    edit(&mut sheets[0], |s| s.absent = vec![Delivered]);
    let lines = read(&sdmx(&[report(&query("2018-02", Breakdown::None), &sheets)], Breakdown::None).unwrap());
    let unsure: Vec<&str> = lines.iter().filter(|l| l["OBS_STATUS"] == "U").map(|l| l["INDICATOR"].as_str()).collect();
    assert_eq!(unsure, ["DELIVERED"]);
}

#[test]
fn a_series_is_one_message_and_names_are_never_run() {
    let sheets = dong_trieu();
    let one = |id, sheet: &Sheet| report(&query(id, Breakdown::None), std::slice::from_ref(sheet));
    let both = [one("2018-01-15..2018-01-31", &sheets[0]), one("2018-02-01..2018-02-14", &sheets[1])];
    let lines = read(&sdmx(&both, Breakdown::None).unwrap());
    let times: std::collections::BTreeSet<&str> = lines.iter().map(|line| line["TIME_PERIOD"].as_str()).collect();
    assert_eq!(times.into_iter().collect::<Vec<_>>(), ["2018-01-15/P17D", "2018-02-01/P14D"]);
    let own = Cells::from([(cell("=cmd()", "1.001193"), figures(&[(ReceivedDirect, 1), (AwaitingSupplement, 1)]))]);
    let sheet = sheet(sheets[0].summary.atom, own, vec![]);
    let report = report(&query("2018-01-15..2018-01-31", Breakdown::Agency), &[sheet]);
    assert!(sdmx(&[report], Breakdown::Agency).unwrap().contains(",AGENCY,'=cmd(),"));
}
