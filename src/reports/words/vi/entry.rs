//! Everything said in Vietnamese of figures that are entered.

use crate::check::filled::{Notice, What};
use crate::domain::{
    entered::{Culprit, Fault, Identity, Item, MAX_COUNT},
    measure::{Derived, Measure},
    percent::vi,
};
use crate::reports::{
    entry::{Behind, Phrases, Spot},
    render::{day, label},
};

pub(in crate::reports) static VI: Phrases = Phrases {
    code: "mã",
    item: "nội dung",
    value: "số liệu",
    label: |item| match item {
        Item::Measure(m) => m.vi(),
        Item::Derived(d) => d.vi(),
    },
    fault,
    why: |period, line, why| format!("{period}: “{}”: {why}.", name(line)),
    suspect: |period, culprit, at, why| {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let Culprit { stated, should_be, .. } = culprit;
        let line = name(culprit.name);
        format!("{period}: Có thể sai: “{line}”{at} ghi {}, đúng ra là {}{why}.", vi(*stated), vi(*should_be))
    },
    finding: |at, message| format!("{at}: {message}"),
    mistake,
    notice,
    cell: |address| format!("ô {address}"),
    line: |row, column| format!("dòng {row}, cột {column}"),
    unreadable: |file| format!("không đọc được biểu {file}"),
    sheet: "Biểu",
    guide_sheet: "Hướng dẫn",
    guide: &[
        "Cách điền biểu",
        "1. Điền số vào các ô trống trong cột của kỳ, mỗi ô một số nguyên từ 0 trở lên. Không sửa cột mã và dòng đầu.",
        "2. Ô để trống ở dòng thành phần được tính là 0.",
        "3. Dòng tổng số (in đậm) chép từ biểu giấy nếu có; có thể để trống. Số đã ghi phải bằng tổng các dòng thành phần.",
        "4. “Kỳ trước chuyển sang” phải bằng số còn lại cuối kỳ trước: đang giải quyết và chờ bổ sung.",
        "5. Các dòng kiểm tra ở cuối ghi “khớp”, hoặc ghi số chênh lệch cần tìm lại.",
        "6. Lưu tệp dạng .xlsx rồi nhập bằng lệnh: motcua entry TỆP --unit MÃ_ĐƠN_VỊ",
    ],
    whole_title: "Số không hợp lệ",
    whole: "Mỗi ô ghi một số nguyên, từ 0 đến 1.000.000.000.",
    check_total: |total| format!("Kiểm tra: “{total}” bằng tổng các dòng thành phần"),
    check_balance: "Kiểm tra: chuyển sang và tiếp nhận bằng đã giải quyết, trả lại, chuyển đi và còn lại",
    fits: "khớp",
    recorded: "đã nhập",
    replaced: "đã nhập, thay số liệu nhập trước đó",
    already: "đã có, không thay đổi",
    would: "chỉ kiểm tra, chưa nhập; nếu nhập thì",
    withdrawn: "đã rút số liệu nhập",
    late: "kỳ đã chốt: số liệu chờ điều chỉnh",
    refused: |n| format!("biểu có {n} chỗ sai, chưa nhập số nào: sửa rồi nhập lại"),
};

fn name(code: &str) -> &str {
    label(code, Measure::vi, Derived::vi)
}

fn fault(fault: &Fault, at: Behind<'_>) -> String {
    let Fault { period, stated, computed, culprits, .. } = fault;
    let (stated, computed) = (vi(*stated), vi(*computed));
    let what = match fault.identity {
        Identity::Range => {
            let line = culprits.first().map(|c| name(c.name)).unwrap_or_default();
            let place = culprits.first().map(|c| at(c.name)).unwrap_or_default();
            return format!("{period}: “{line}”{place} ghi {stated}, mỗi số phải từ 0 đến {}.", vi(MAX_COUNT));
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
    let suspect =
        |c: &Culprit| format!("“{}”{} ghi {}, đúng ra là {}", name(c.name), at(c.name), vi(c.stated), vi(c.should_be));
    let suspects: Vec<String> = culprits.iter().map(suspect).collect();
    match suspects.len() {
        0 => format!("{period}: {what}"),
        1 => format!("{period}: {what} Có thể sai: {}.", suspects.concat()),
        _ => format!("{period}: {what} Có thể sai một trong các số: {}.", suspects.join("; ")),
    }
}

/// A heading of a form, not longer than a line.
fn short(heading: &str) -> String {
    heading.chars().take(120).collect()
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("“{}”", short(name))).collect::<Vec<_>>().join(", ")
}

fn mistake(what: &What, at: Spot<'_>) -> String {
    match what {
        What::TooLarge => "tệp quá lớn so với một biểu (trên 4 MiB)".into(),
        What::OldExcel => {
            "đây là tệp Excel cũ (.xls) hoặc tệp có mật khẩu: lưu lại dạng .xlsx, không đặt mật khẩu".into()
        }
        What::OpenDocument => "đây là tệp OpenDocument (.ods): lưu lại dạng .xlsx hoặc .csv".into(),
        What::OtherFormat => {
            "tệp không phải bảng tính .xlsx hay .csv: mở bằng chương trình bảng tính rồi lưu lại dạng .xlsx".into()
        }
        What::Broken(why) => {
            format!("không mở được tệp .xlsx ({why}): mở bằng chương trình bảng tính rồi lưu lại dạng .xlsx")
        }
        What::NotText => "tệp không dùng bảng mã UTF-8: lưu lại dạng .xlsx, hoặc .csv UTF-8".into(),
        What::Empty => "tệp không có nội dung".into(),
        What::Cut { sheet } => format!("trang “{sheet}” quá dài hoặc quá rộng so với một biểu: xóa phần thừa"),
        What::NoSuchSheet { name, hidden: true } => format!("trang “{name}” đang bị ẩn: bỏ ẩn rồi nhập lại"),
        What::NoSuchSheet { name, .. } => format!("không có trang “{name}”"),
        What::NoTable => {
            "không nhận ra biểu: không có cột mã của `motcua entry --blank`, cũng không có bảng theo biểu II.06".into()
        }
        What::SeveralTables(sheets) => {
            format!("có nhiều bảng số liệu (trang {}): chỉ để lại một bảng, hoặc chọn trang bằng --sheet", list(sheets))
        }
        What::NotAPeriod(text) if text.is_empty() => "tiêu đề cột là ngày tháng: ghi kỳ dạng chữ, như 2018-02".into(),
        What::NotAPeriod(text) => format!("“{}” không phải kỳ như 2018-02: sửa lại hoặc bỏ cột này", short(text)),
        What::WhichPeriod => "biểu không ghi rõ kỳ: thêm một --period".into(),
        What::OtherPeriod { first, last } => {
            format!("biểu ghi từ ngày {} đến ngày {}, khác kỳ đã chọn: kiểm tra lại --period", day(*first), day(*last))
        }
        What::NotAFigure(code) => format!("“{}” không phải mã số liệu: xem `motcua entry --blank`", short(code)),
        What::NoCode => "dòng này có số nhưng không có mã".into(),
        What::Twice(before) => format!("số liệu này đã ghi ở {}: chỉ giữ một", at(before)),
        What::NotACount(text) => {
            format!("“{text}” không rõ là số nào: ghi số nguyên, hoặc phân nhóm ba chữ số bằng một loại dấu")
        }
        What::Error(error) => format!("công thức báo lỗi {error}: sửa công thức hoặc ghi số"),
        What::NotANumber => "ô này không phải số: ghi số nguyên".into(),
        What::NoFigures => "trong tệp không có số liệu nào của kỳ".into(),
        What::NoSuchRow(names) => format!("không có đúng một dòng mang tên đó; có các dòng: {}", list(names)),
        What::WhichRow(names) => format!("không rõ lấy dòng nào: chọn bằng --row; có các dòng: {}", list(names)),
        What::RowsAreUnits(names) => {
            format!("mỗi dòng là một đơn vị: chọn đơn vị cần nhập bằng --row; có các dòng: {}", list(names))
        }
        What::NotOurs(heading) => format!(
            "cột “{}” có số nhưng không rõ thuộc chỉ tiêu nào: ghi số bằng biểu của `motcua entry --blank`",
            short(heading)
        ),
    }
}

fn notice(notice: &Notice, at: Spot<'_>) -> String {
    match notice {
        Notice::Row { name, at: place } => format!("Lấy số liệu ở dòng “{}” (từ {}).", short(name), at(place)),
        Notice::Together { heading, at: place, taken } => format!(
            "{}: cột “{}” gộp nhiều chỉ tiêu, tính hết vào “{}”; muốn tách thì dùng --set.",
            at(place),
            short(heading),
            taken.vi()
        ),
        Notice::PassedOver { heading, at: place } => format!("Không dùng cột “{}” (từ {}).", short(heading), at(place)),
        Notice::Hidden(names) => format!("Không đọc các trang ẩn: {}.", list(names)),
    }
}
