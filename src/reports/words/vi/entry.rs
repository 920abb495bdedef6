//! Everything said in Vietnamese of figures that are entered.

use crate::domain::{
    entered::{Culprit, Fault, Identity, Item, MAX_COUNT},
    measure::{Derived, Measure},
    percent::vi,
};
use crate::reports::{entry::Phrases, render::label};

pub(in crate::reports) static VI: Phrases = Phrases {
    code: "mã",
    item: "nội dung",
    value: "số liệu",
    label: |item| match item {
        Item::Measure(m) => m.vi(),
        Item::Derived(d) => d.vi(),
    },
    fault,
    recorded: "đã nhập",
    replaced: "đã nhập, thay số liệu nhập trước đó",
    already: "đã có, không thay đổi",
    would: "chỉ kiểm tra, chưa nhập",
    withdrawn: "đã rút số liệu nhập",
    late: "kỳ đã chốt: số liệu chờ điều chỉnh",
    refused: |n| format!("biểu có {n} chỗ sai, chưa nhập gì: sửa rồi nhập lại"),
};

fn name(code: &str) -> &str {
    label(code, Measure::vi, Derived::vi)
}

fn fault(fault: &Fault) -> String {
    let Fault { period, stated, computed, culprits, .. } = fault;
    let (stated, computed) = (vi(*stated), vi(*computed));
    let what = match fault.identity {
        Identity::Range => {
            let line = culprits.first().map(|c| name(c.name)).unwrap_or_default();
            return format!("{period}: “{line}” ghi {stated}, mỗi số phải từ 0 đến {}.", vi(MAX_COUNT));
        }
        Identity::Total(total) => {
            format!("“{}” ghi {stated}, cộng các dòng thành phần được {computed}.", total.vi())
        }
        Identity::Balance => format!(
            "không cân đối: đã giải quyết, trả lại, chuyển đi và còn lại cộng được {stated}, trong khi kỳ trước chuyển sang và tiếp nhận cộng được {computed}."
        ),
        Identity::Continues => {
            format!("“{}” ghi {stated}, trong khi kỳ trước còn lại {computed}.", Measure::CarriedOver.vi())
        }
        Identity::Continued => format!("còn lại cuối kỳ {stated}, trong khi kỳ sau đã nhận chuyển sang {computed}."),
    };
    let suspect = |c: &Culprit| format!("“{}” ghi {}, đúng ra là {}", name(c.name), vi(c.stated), vi(c.should_be));
    let suspects: Vec<String> = culprits.iter().map(suspect).collect();
    match suspects.len() {
        0 => format!("{period}: {what}"),
        1 => format!("{period}: {what} Có thể sai: {}.", suspects.concat()),
        _ => format!("{period}: {what} Có thể sai một trong các số: {}.", suspects.join("; ")),
    }
}
