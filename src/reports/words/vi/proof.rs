//! Everything the verdict on a bundle says in Vietnamese.

use crate::domain::{measure::Measure, percent::vi, registry::PartKind, roll::How, summary::Fault, verdict::Wrong};
use crate::reports::{
    render::minute,
    verdict::{self, Line, cell, who},
};

pub(in crate::reports) static PROOF: verdict::Phrases = verdict::Phrases {
    verified: |what| format!("ĐÃ XÁC MINH – {what}: mọi số liệu đều có chữ ký hợp lệ và khớp nhau đến từng đơn vị."),
    not_verified: |what, n| format!("KHÔNG XÁC MINH ĐƯỢC – {what}: {n} điểm sai."),
    nameless: "gói số liệu",
    asked: |name, period, first, last| format!("{name}, kỳ {period} (từ {first} đến hết {last})"),
    root: |root| format!("Khóa gốc {root}, đúng khóa đã nêu."),
    compare: |root| format!("Khóa gốc {root}: hãy đối chiếu với khóa gốc do tỉnh công bố."),
    roll: |at| format!("Danh sách khóa và đơn vị bị cấm: bản {at}."),
    documents: |good, all| format!("Văn bản số liệu không có điểm sai: {good}/{all}."),
    wrong_heading: "Điểm sai:",
    bundle: "Gói số liệu",
    more: |n| format!("- và {n} mục khác"),
    missing_heading: "Chưa có số liệu (được nêu rõ, không phải điểm sai):",
    begins: |from| format!("Sổ của đơn vị bắt đầu từ ngày {from}."),
    document,
    documents_heading: "Văn bản số liệu:",
    headings: ["Chỉ tiêu", "Công bố", "Cộng lại", "Kết quả"],
    agrees: "đúng",
    differs: "sai",
    wrong,
};

fn document(line: &Line<'_>) -> String {
    let judged = line.judged;
    let how = match judged.how {
        Some(How::Founder) => "khóa gốc của tỉnh",
        Some(How::Token) => "được nhận bằng mã gia nhập",
        Some(How::OldKey) => "được khóa trước ký xác nhận",
        Some(How::Approved) => "được tỉnh phê duyệt",
        None => "không có trong danh sách",
    };
    let retired = judged.retired.map(|at| format!(", đã thay từ {}", minute(at))).unwrap_or_default();
    let banned = judged.banned.map(|at| format!(", đơn vị bị cấm từ {}", minute(at))).unwrap_or_default();
    let good = if judged.good { "hợp lệ" } else { "có điểm sai" };
    format!(
        "{}, {}: {good}, bản {}, {} ký bằng khóa {} ({how}{retired}{banned})",
        line.who, line.atom, judged.revision, line.keeper, judged.key
    )
}

fn part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Tree => "cây đơn vị",
        PartKind::Procedures => "danh mục thủ tục",
        PartKind::Calendar => "lịch làm việc",
        PartKind::Cuts => "ngày cắt kỳ",
        PartKind::Roll => "danh sách khóa",
        PartKind::Forms => "biểu mẫu",
    }
}

fn wrong(wrong: &Wrong) -> String {
    let figure = |m: Measure| format!("“{}”", m.vi());
    match wrong {
        Wrong::NotABundle => "tệp này không phải gói số liệu của motcua.".into(),
        Wrong::Damaged => "tệp bị cắt cụt, bị sửa hoặc bị thêm nội dung.".into(),
        Wrong::TooLarge => "tệp lớn hơn mức cho phép.".into(),
        Wrong::NewerBundle { format } => format!("gói theo định dạng mới hơn ({format}), hãy cập nhật chương trình."),
        Wrong::BadQuestion { text } => format!("không đọc được đơn vị và kỳ: {text}."),
        Wrong::NotThePeriod => "các mốc thời gian không phải của kỳ đã nêu.".into(),
        Wrong::UnknownUnit => "đơn vị không có trong cây đơn vị của tỉnh vào kỳ này.".into(),
        Wrong::PartUnreadable { place, message } => format!("không đọc được phần danh mục thứ {place}: {message}"),
        Wrong::PartSignature { place } => format!("chữ ký của phần danh mục thứ {place} sai: đã bị sửa sau khi ký."),
        Wrong::PartForeign { kind, key } => format!("{} do khóa {key} ký, không phải khóa gốc.", part(*kind)),
        Wrong::PartOutOfPlace { kind } => format!("{} đứng sai chỗ hoặc lặp lại.", part(*kind)),
        Wrong::NoTree => "không có cây đơn vị.".into(),
        Wrong::NotVouched => {
            "không ai bảo đảm các khóa ký (không có khóa gốc hoặc danh sách khóa do khóa gốc ký).".into()
        }
        Wrong::RootDiffers { found: Some(root) } => format!("khóa gốc của gói là {root}, không phải khóa đã nêu."),
        Wrong::RootDiffers { found: None } => "gói không có khóa gốc đã nêu.".into(),
        Wrong::DocumentUnreadable { place, message } => format!("không đọc được văn bản thứ {place}: {message}"),
        Wrong::NewerDocument { format } => {
            format!("văn bản theo định dạng mới hơn ({format}), hãy cập nhật chương trình.")
        }
        Wrong::BadSignature { revision } => format!("chữ ký của bản {revision} sai: văn bản đã bị sửa sau khi ký."),
        Wrong::NotInOrder { place } => format!("văn bản thứ {place} đứng sai thứ tự hoặc lặp lại."),
        Wrong::Provisional => "số liệu tạm tính, chưa chốt.".into(),
        Wrong::WrongKeeper { keeper } => format!("{} không giữ sổ của đơn vị này.", who(keeper)),
        Wrong::NotEnrolled { keeper } => format!("{} không có trong danh sách của tỉnh.", who(keeper)),
        Wrong::ForeignKey { key, owner: Some(owner) } => {
            format!("ký bằng khóa {key} của {}, không phải khóa của đơn vị.", who(owner))
        }
        Wrong::ForeignKey { key, owner: None } => format!("ký bằng khóa lạ {key}."),
        Wrong::RevokedKey { key } => format!("ký bằng khóa {key} đã bị thu hồi."),
        Wrong::Banned { since } => format!("đơn vị ký đã bị cấm từ {}, trước khi kỳ kết thúc.", minute(*since)),
        Wrong::NotInTree => "đơn vị không có trong cây đơn vị vào thời gian này.".into(),
        Wrong::WrongAtom => "thời gian không theo các ngày cắt kỳ của tỉnh.".into(),
        Wrong::Fault(Fault::Negative { cell: at, measure, .. }) => format!("{} âm ở ô {}.", figure(*measure), cell(at)),
        Wrong::Fault(Fault::Unbalanced { cell: at, difference, .. }) => {
            format!("ô {} không cân đối, lệch {}.", cell(at), vi(*difference))
        }
        Wrong::Fault(Fault::NotTheSum { measure, stated, sum }) => {
            format!("{} của cấp dưới ghi {}, các đơn vị cộng lại {}.", figure(*measure), vi(*stated), vi(*sum))
        }
        Wrong::Fault(Fault::Ahead { ahead, within }) => {
            format!("{} hồ sơ còn hạn theo ngày, nhưng chỉ có {} hồ sơ trong hạn.", vi(*ahead), vi(*within))
        }
        Wrong::Fault(Fault::Completeness { received, expected }) => {
            format!("{received} trên {expected} đơn vị là không thể có.")
        }
        Wrong::Discontinuous { opening, closing } => {
            format!("tồn đầu {} khác tồn cuối trước đó {}.", vi(*opening), vi(*closing))
        }
        Wrong::OtherBefore { revision } => {
            format!("nối tiếp một văn bản khác với bản {revision} của thời gian liền trước.")
        }
        Wrong::NoDocument => "không có văn bản số liệu của đơn vị.".into(),
        Wrong::Unnamed { revision } => format!("bản {revision} không được văn bản nào nêu tên."),
        Wrong::MemberAbsent { member, revision } => format!("thiếu văn bản bản {revision} của {}.", who(member)),
        Wrong::MemberReplaced { member, stated, found } if found < stated => {
            format!("văn bản cũ (bản {found}) của {} thay chỗ bản {stated}.", who(member))
        }
        Wrong::MemberReplaced { member, stated, found } => {
            format!("một văn bản khác (bản {found}) của {} thay chỗ bản {stated} đã được cộng.", who(member))
        }
        Wrong::MemberIsOther { member } => {
            format!("văn bản được nêu cho {} là của đơn vị, thời gian hoặc bản khác.", who(member))
        }
        Wrong::MemberTotals { member, measure, stated, found } => format!(
            "{} của {} ghi {}, văn bản của đơn vị đó ghi {}.",
            figure(*measure),
            who(member),
            vi(*stated),
            vi(*found)
        ),
        Wrong::MemberCounts { member, stated, found } => {
            format!("{} ghi {}/{} đơn vị, đúng ra {}/{}.", who(member), stated.0, stated.1, found.0, found.1)
        }
        Wrong::MemberLeftOut { member } => format!("bỏ sót {} mà không nêu.", who(member)),
        Wrong::MemberForeign { member } => format!("{} không trực thuộc đơn vị này.", who(member)),
        Wrong::Cell { cell: at, measure, stated, sum } => {
            format!("{} ở ô {} ghi {}, các đơn vị cộng lại {}.", figure(*measure), cell(at), vi(*stated), vi(*sum))
        }
        Wrong::MoreCells { more } => format!("còn {more} số khác không khớp."),
        Wrong::Expected { stated, tree } => format!("ghi {stated} đơn vị phải báo cáo, cây đơn vị có {tree}."),
        Wrong::Counts { expected, received, missing } => {
            format!("{received} đơn vị đã gửi và {missing} đơn vị thiếu không bằng {expected} đơn vị phải báo cáo.")
        }
        Wrong::MissingUnlisted { unit } => format!("{} không có số liệu mà không được nêu là thiếu.", who(unit)),
        Wrong::MissingWrongly { unit } => format!("{} bị nêu là thiếu một cách sai.", who(unit)),
        Wrong::Total { measure, stated, summed } => {
            format!("{} công bố {}, cộng lại từ mọi đơn vị {}.", figure(*measure), vi(*stated), vi(*summed))
        }
    }
}
