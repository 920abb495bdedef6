use proptest::prelude::*;

use super::*;

fn figures() -> impl Strategy<Value = Figures> {
    prop::collection::vec(prop_oneof![Just(0i64), -5..1000i64, -MAX_VALUE / 100..MAX_VALUE / 100], 0..=MEASURES)
        .prop_map(|values| Figures::from_values(&values).unwrap())
}

fn cells() -> impl Strategy<Value = Cells> {
    let key = ("[a-cđ]{0,2}", "[0-9.]{0,4}").prop_map(|(agency, procedure)| CellKey { agency, procedure });
    prop::collection::btree_map(key, figures(), 0..6)
}

fn unit() -> impl Strategy<Value = UnitId> {
    ("[0-9]{1,3}", prop::option::of(0i64..20_000)).prop_map(|(code, days)| {
        let epoch = chrono::NaiveDate::default();
        UnitId::new(code, days.map(|d| epoch + chrono::TimeDelta::days(d)))
    })
}

prop_compose! {
    fn summaries()(
        own in cells(), below in cells(),
        members in prop::collection::btree_map(unit(), (figures(), prop::option::of((any::<[u8; 32]>(), any::<u32>())), 0..99u32), 0..5),
        missing in prop::collection::btree_map(unit(), ".{0,20}", 0..5),
        ids in prop::collection::btree_set(any::<[u8; 16]>().prop_map(EventId), 0..4),
        (keeper, absent, as_of, provisional, reason) in (unit(), prop::collection::btree_set(0..MEASURES, 0..3), any::<i32>(), any::<bool>(), ".{0,30}"),
        (prepared_by, approved_by) in (".{0,20}", ".{0,20}"),
        entered in prop::collection::btree_map((unit(), 0i64..40), (1i64..60, ".{0,20}"), 0..5),
        explained in prop::collection::btree_map((1i64..60, 0i64..14), (prop::collection::vec(("[a-c]{1,5}", 0i64..50), 0..3), "[ -~đếờ]{0,30}"), 0..4),
    ) -> Summary {
        let absent: Vec<Measure> = absent.into_iter().map(|i| Measure::ALL[i]).collect();
        let without = |mut f: Figures| { for m in &absent { f[*m] = 0; } f };
        let clear = |cells: Cells| -> Cells { cells.into_iter().map(|(k, f)| (k, without(f))).collect() };
        Summary {
            own: clear(own), below: clear(below),
            members: members.into_iter().map(|(unit, (totals, document, expected))| Member {
                unit, document: document.map(|(h, r)| (Hash(h), r)), totals: without(totals), expected, received: expected / 2,
            }).collect(),
            missing: missing.into_iter().map(|(unit, reason)| Missing { unit, reason }).collect(),
            transfers_in: ids, keeper, absent, as_of: Timestamp(i64::from(as_of) * 777), provisional, reason,
            prepared_by, approved_by,
            entered: entered.into_iter().map(|((unit, before), (more, by))| {
                let start = small().atom.start - chrono::TimeDelta::days(40 - before);
                Entered { unit, start, end: small().atom.start + chrono::TimeDelta::days(more), by }
            }).collect(),
            explained: {
                let mut all: Vec<Explained> = explained.into_iter().map(|((days, back), (causes, note))| {
                    let end = small().atom.end - chrono::TimeDelta::days(back);
                    Explained { start: end - chrono::TimeDelta::days(days), end, causes, note, by: String::new() }
                }).collect();
                all.sort_by_key(|e| (e.start, e.end));
                all.dedup_by_key(|e| (e.start, e.end));
                all
            },
            ..small()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_reads_back_and_writes_the_same(summary in summaries()) {
        let bytes = encode_summary(&summary);
        let read = decode_summary(&bytes).unwrap();
        prop_assert_eq!(&read, &summary);
        prop_assert_eq!(encode_summary(&read), bytes);
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), to in any::<u8>()) {
        let _ = (decode_summary(&noise), open(&noise), header(&noise));
        let mut bytes = encode_summary(&small());
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = (decode_summary(&bytes), open(&signed(bytes)));
    }
}
