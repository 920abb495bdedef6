//! Tables over times: rows of months, two times side by side, measures in the rows.

use super::*;

fn each(cases: &[(&str, &[&str])]) {
    for (table, wanted) in cases {
        let outcome = csv(table);
        assert_eq!(told(&outcome), *wanted, "{table}");
        assert!(!outcome.cells.is_empty(), "{table}");
    }
}

#[test]
fn a_longer_time_is_the_sum_of_those_before_it() {
    let quarters = |half: &str, second: &str| {
        format!(
            "Tháng,Tiếp nhận mới,Trong đó trực tuyến,Đã giải quyết\nTháng 1,100,60,90\nTháng 2,110,70,95\nTháng 3,120,80,130\nQuý I,330,210,315\nTháng 4,130,90,140\nTháng 5,140,95,150\nTháng 6,150,99,145\nQuý II,420,{second},435\n6 tháng,750,{half},750\n"
        )
    };
    each(&[
        (&quarters("494", "284"), &[]),
        (&quarters("449", "284"), &["contradiction 449 -> 494"]),
        (&quarters("494", "248"), &["contradiction 248 -> 284"]),
        // the month and the months so far are no sum of each other
        ("Kỳ,Tiếp nhận mới,Đã giải quyết\nTháng 9,100,90\n9 tháng,830,815\nCùng kỳ,790,780\n", &[]),
    ]);
}

#[test]
fn a_month_begins_where_the_one_before_ended() {
    let months = |carried: &str, last: &str| {
        format!(
            "Tháng,Tồn đầu kỳ,Tiếp nhận mới,Đã giải quyết,Tồn cuối kỳ\nTháng 1,8,213,204,17\nTháng 2,17,173,177,13\nTháng 3,{carried},224,210,27\nTháng 4,27,247,262,12\nCộng,8,857,853,{last}\n"
        )
    };
    each(&[
        (&months("13", "12"), &[]),
        (&months("31", "12"), &["contradiction 31 -> 13"]),
        (&months("13", "21"), &["contradiction 21 -> 12"]),
        // months that were left out, and books that begin anew each month, go on nowhere
        (
            "Tháng,Tồn đầu kỳ,Tiếp nhận mới,Đã giải quyết,Tồn cuối kỳ\nTháng 1,8,213,204,17\nTháng 3,13,224,210,27\nTháng 9,30,240,250,20\n",
            &[],
        ),
    ]);
}

#[test]
fn two_times_side_by_side_are_two_tables() {
    let table = |share: &str, done: &str| {
        format!(
            "STT,Đơn vị,Trong tháng 5,,,,Lũy kế từ đầu năm,,,\n,,Tồn tháng trước,Tiếp nhận,Đã giải quyết,Đang giải quyết,Tồn năm trước,Tiếp nhận,Đã giải quyết,Đang giải quyết\n1,Phòng Tư pháp,7,199,{share},8,15,753,760,8\n2,Phòng Xây dựng,0,183,182,1,12,958,{done},1\n3,Phòng Nội vụ,11,195,190,16,1,1034,1019,16\n,Tổng số,18,577,570,25,28,2745,2748,25\n"
        )
    };
    each(&[
        (&table("198", "969"), &[]),
        (&table("189", "969"), &["contradiction 189 -> 198"]),
        (&table("198", "996"), &["contradiction 996 -> 969"]),
    ]);
    let outcome = csv(&table("198", "969"));
    let scopes: Vec<&str> = outcome.scopes.iter().map(|s| s.name.as_str()).collect();
    assert!(scopes.contains(&"Trong tháng 5, Tổng số") && scopes.contains(&"Lũy kế từ đầu năm, Tổng số"), "{scopes:?}");
    // what is still to be handled is called cumulative in some provinces
    each(&[(
        "Đơn vị,Tồn kỳ trước,Tiếp nhận mới,Lũy kế đã và đang giải quyết trong kỳ\nXã A,83,2.416,2.499\nXã B,102,2.239,2.441\nXã C,247,1.935,2.182\n",
        &["contradiction 2.441 or 102 or 2.239 -> 2.341"],
    )]);
}

#[test]
fn measures_in_the_rows_under_a_title_with_their_unit() {
    let table = |new: &str, share: &str| {
        format!(
            "BÁO CÁO KẾT QUẢ 2 THÁNG ĐẦU NĂM,,,,\nTT,Nội dung,ĐVT,Tháng 1,Tháng 2\nI,Tổng số hồ sơ tiếp nhận,Hồ sơ,343,319\n1,Kỳ trước chuyển sang,Hồ sơ,12,17\n2,Tiếp nhận mới trong kỳ,Hồ sơ,331,{new}\n-,Trực tuyến,Hồ sơ,186,162\n-,Trực tiếp và qua bưu chính,Hồ sơ,145,140\nII,Hồ sơ đã giải quyết,Hồ sơ,326,284\n1,Trước hạn,Hồ sơ,226,169\n2,Đúng hạn,Hồ sơ,100,112\n3,Quá hạn,Hồ sơ,0,3\nIII,Hồ sơ đang giải quyết,Hồ sơ,17,35\nIV,Giải quyết trước và đúng hạn,%,\"100,00\",\"{share}\"\n"
        )
    };
    each(&[
        (&table("302", "98,94"), &[]),
        (&table("320", "98,94"), &["contradiction 320 -> 302"]),
        (&table("302", "98,49"), &["percent 98,49 -> 98,94%"]),
    ]);
}

#[test]
fn a_column_of_shares_is_of_what_most_of_its_rows_are_of() {
    let table = |odd: &str| {
        format!(
            "Đơn vị,Tổng số hồ sơ phải giải quyết,Tồn kỳ trước,Trực tuyến,Trực tiếp,Tỷ lệ hồ sơ trực tuyến (%)\nXã A,706,58,421,227,\"64,97\"\nXã B,596,54,353,189,\"65,13\"\nXã C,574,35,333,206,\"{odd}\"\nXã D,748,64,418,266,\"61,11\"\n"
        )
    };
    each(&[
        (&table("61,78"), &[]),
        (&table("61,72"), &["percent 61,72 -> 61,78%"]),
        (&table("81,78"), &["percent 81,78 -> 61,78%"]),
    ]);
    // "late" may be those resolved late, where nothing is overdue
    let late = |odd: &str| {
        format!(
            "Đơn vị,Cần xử lý,Đã xử lý,Xử lý trễ,Đang xử lý,Đang xử lý trễ,Tỉ lệ trễ hạn\nXã A,737,662,5,75,0,\"{odd}\"\nXã B,842,835,5,7,1,\"0,71%\"\nXã C,818,710,1,108,0,\"0,12%\"\nXã D,908,897,9,11,0,\"0,99%\"\n"
        )
    };
    each(&[(&late("0,68%"), &[]), (&late("0,86%"), &["percent 0,86% -> 0,68%"])]);
}
