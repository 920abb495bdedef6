//! Everything the checker of published reports says in Vietnamese.

use crate::{
    check::{
        Evidence, Label, Space, Unsure,
        label::{self as set, Set},
    },
    domain::percent::vi,
    reports::check::Phrases,
};

pub(in crate::reports) static CHECK: Phrases = Phrases {
    number: vi,
    decimal: ',',
    clean: |figures, shares| {
        let fit = match shares {
            0 => "không có tỷ lệ phần trăm nào để đối chiếu".to_owned(),
            1 => "1 tỷ lệ phần trăm, khớp".to_owned(),
            n => format!("{} tỷ lệ phần trăm đều khớp", vi(n)),
        };
        format!("KHÔNG THẤY SỐ NÀO MÂU THUẪN. Đã đọc {} số; {fit}.", vi(figures))
    },
    nothing: "KHÔNG ĐỌC ĐƯỢC SỐ LIỆU NÀO của bộ phận một cửa trong văn bản này.",
    wrong: |wrong, figures| format!("CÓ {} ĐIỂM CẦN XEM LẠI (đã đọc {} số).", vi(wrong), vi(figures)),
    cut: "Văn bản quá dài hoặc có quá nhiều chỗ sai: chỉ kiểm tra phần đầu.",
    kind: |kind| match kind {
        crate::check::Kind::Contradiction => "Mâu thuẫn",
        crate::check::Kind::Remainder => "Còn thiếu",
        crate::check::Kind::WrongPercent => "Tỷ lệ sai",
        crate::check::Kind::Note => "Lưu ý",
    },
    place: |line, column| format!("dòng {line}, cột {column}"),
    should_be: |label, stated, right| format!("“{label}” ghi {stated}, nhiều khả năng phải là {right}."),
    doubtful: |label, stated, right| {
        format!(
            "Có lẽ một trong các số này sai, số liệu không đủ để biết chắc số nào: “{label}” ghi {stated} (nếu sai thì phải là {right})"
        )
    },
    or: |label, stated, right| format!("hoặc “{label}” ghi {stated} (phải là {right})"),
    unsolved: "Các số này không thể cùng đúng; không xác định được số nào sai.",
    equation: |left, right, a, b| {
        if a == b { format!("{left} = {right}") } else { format!("{left} = {a}; {right} = {b}") }
    },
    added: |number, label, figures| format!("{number} ({label}, cộng {figures} số)"),
    elsewhere: |one, other| format!("{one}; chỗ khác ghi {other}"),
    evidence: |evidence| match evidence {
        Evidence::OnlyOne => "chỉ cần sửa một số này thì mọi phép cộng đều đúng, sửa số khác thì không".into(),
        Evidence::DigitsSwapped => "hai chữ số bị đảo chỗ".into(),
        Evidence::OneDigit => "chỉ khác một chữ số".into(),
        Evidence::DigitLost => "thừa hoặc thiếu một chữ số".into(),
        Evidence::Percentages(printed) => {
            format!("tỷ lệ {} khớp với số đúng, không khớp với số đã ghi", printed.join("; "))
        }
        Evidence::OthersConfirmed => "các số còn lại được các phép cộng khác xác nhận".into(),
    },
    because: "Căn cứ: ",
    remainder: |amount, missing| {
        let amount = vi(amount);
        format!("Còn {amount} hồ sơ không thuộc mục nào đã nêu; có thể là mục không được báo cáo: {missing}.")
    },
    remainder_in: |amount, missing| {
        let amount = vi(amount);
        format!("Số đầu ra nhiều hơn số đầu vào {amount} hồ sơ; có thể do không báo cáo: {missing}.")
    },
    unclassed: |amount| {
        let amount = vi(amount);
        format!(
            "Các mục đều đã nêu nhưng cộng lại còn thiếu {amount}; từng tỷ lệ vẫn khớp, nên có {amount} hồ sơ không được xếp vào mục nào."
        )
    },
    wrong_percent: |printed, right, part, whole| format!("Ghi {printed}, đúng ra là {right}: {part} trên {whole}."),
    wrong_growth: |printed, right, now, before| format!("Ghi {printed}, đúng ra là {right} (từ {before} thành {now})."),
    confirms: |printed| format!("{printed} khớp với số đúng."),
    shares_miss: |sum| format!("Các tỷ lệ cộng lại được {sum}, do làm tròn."),
    mixed_precision: |printed| {
        format!("Các tỷ lệ của cùng một tổng được ghi với số chữ số thập phân khác nhau: {printed}.")
    },
    loose: |printed, label| format!("{printed} là “{label}”, câu văn gọi khác."),
    mixed_formats: |printed| format!("Số được viết theo nhiều cách: {printed}."),
    follows: "Kéo theo: ",
    quote: |text| format!("Nguyên văn: “{text}”"),
    figures: "NHỮNG SỐ ĐÃ ĐỌC",
    headings: ["Chỉ tiêu", "Số", "Vị trí"],
    whole_document: "Toàn văn bản",
    unread: "NHỮNG SỐ CHƯA ĐỌC ĐƯỢC (không dùng để kiểm tra)",
    more: |n| format!("và {n} số khác"),
    unsure: |why| match why {
        Unsure::NoLabel => "không rõ là chỉ tiêu nào",
        Unsure::Ambiguous => "có thể là nhiều chỉ tiêu",
        Unsure::Approximate => "số gần đúng",
        Unsure::NoWhole => "không có mẫu số trong văn bản",
        Unsure::Compared => "số của thời gian khác hoặc mức tăng giảm",
        Unsure::NotANumeral => "cách viết số không rõ",
        Unsure::TooMany => "vượt quá giới hạn kiểm tra",
    },
    label,
    about: |number| format!("khoảng {number}"),
};

const NAMES: &[(Set, &str)] = &[
    (set::IN, "tổng số phải giải quyết"),
    (set::RECEIVED, "tiếp nhận trong kỳ"),
    (set::CARRIED_OVER, "kỳ trước chuyển sang"),
    (set::HANDED_IN, "nhận bàn giao"),
    (set::ANY_ONLINE, "tiếp nhận trực tuyến"),
    (set::ONLINE_FULL, "trực tuyến toàn trình (mức độ 4)"),
    (set::ONLINE_PART, "trực tuyến một phần (mức độ 3)"),
    (set::IN_PERSON, "tiếp nhận trực tiếp"),
    (set::BY_POST, "tiếp nhận qua bưu chính"),
    (set::RESOLVED, "đã giải quyết"),
    (set::IN_TIME, "giải quyết trước và đúng hạn"),
    (set::RESOLVED_EARLY, "giải quyết trước hạn"),
    (set::RESOLVED_ON_TIME, "giải quyết đúng hạn"),
    (set::RESOLVED_LATE, "giải quyết quá hạn"),
    (set::IN_PROGRESS, "đang giải quyết"),
    (set::PENDING_WITHIN, "đang giải quyết trong hạn"),
    (set::PENDING_OVERDUE, "đang giải quyết quá hạn"),
    (set::ANY_LATE, "quá hạn (đã và đang giải quyết)"),
    (set::GIVEN_BACK | set::TAKEN_BACK, "trả lại hoặc xin rút"),
    (set::GIVEN_BACK, "trả lại"),
    (set::TAKEN_BACK, "xin rút"),
    (set::CUT_OFF, "dừng xử lý"),
    (set::SUPPLEMENT, "chờ bổ sung"),
    (set::UNPAID, "chờ thực hiện nghĩa vụ tài chính"),
    (set::HANDED_OUT, "bàn giao đi"),
];

fn label(label: &Label) -> String {
    let of = |names: &[(Set, &str)]| crate::reports::check::joined(names, label.set, ", ");
    match label.space {
        Space::Dossiers => of(NAMES),
        Space::Due => "đến hạn trong kỳ".into(),
        Space::Post => of(&[
            (3, "bưu chính nhận và trả"),
            (set::POST_IN, "bưu chính tiếp nhận"),
            (set::POST_OUT, "trả kết quả qua bưu chính"),
        ]),
        Space::Feedback => of(&[
            (7, "phản ánh, kiến nghị tiếp nhận"),
            (set::SETTLED, "phản ánh, kiến nghị đã giải quyết"),
            (set::SENT_ON, "phản ánh, kiến nghị đã chuyển"),
            (set::OPEN, "phản ánh, kiến nghị đang xem xét"),
        ]),
        Space::Ratings => of(&[
            (15, "lượt đánh giá"),
            (set::VERY_GOOD, "rất hài lòng"),
            (set::GOOD, "hài lòng"),
            (set::MIDDLING, "bình thường"),
            (set::BAD, "không hài lòng"),
        ]),
        Space::Procedures => "thủ tục hành chính".into(),
        Space::Item if label.name.is_empty() => "chưa rõ là số nào".into(),
        Space::Item | Space::Change => label.name.clone(),
    }
}
