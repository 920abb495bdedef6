//! A forecast, in Vietnamese.

use chrono::Datelike;

use crate::domain::percent::vi;
use crate::reports::forecast::{OpenPhrases, Phrases};

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    title: "Hồ sơ sẽ quá hạn nếu chưa được giải quyết, theo ngày hết hạn",
    until: |at, through| format!("Số liệu lúc {at}; tính đến hết ngày {through}"),
    headings: ["Đơn vị", "Đã quá hạn", "Còn trong hạn", "Cộng", "Hạn sau đó"],
    day: |day| format!("{:02}/{:02}", day.day(), day.month()),
    total: "Tổng cộng",
    own: "(tại đơn vị)",
    silent: "chưa có số liệu",
    partial: |known, expected| format!("biết hạn của {known}/{expected} đơn vị"),
    told: |name, at| format!("Số liệu của {name} là lúc {at}."),
    passed: |name, n| format!("{name}: {n} hồ sơ đã hết hạn từ lúc đó, chưa rõ đã giải quyết hay chưa."),
    paused: "Không tính hồ sơ đang chờ bổ sung, vì thời hạn đang tạm dừng.",
    open: OpenPhrases {
        headings: ["Mã hồ sơ", "Thủ tục", "Tiếp nhận", "Hạn trả", "Tình trạng"],
        within: "trong hạn",
        overdue: "quá hạn",
        awaiting: "chờ bổ sung",
        no_due: "chưa có hạn",
        none: "Không có hồ sơ nào.",
        more: |n| format!("Còn {} hồ sơ khác.", vi(i64::try_from(n).unwrap_or(i64::MAX))),
    },
};
