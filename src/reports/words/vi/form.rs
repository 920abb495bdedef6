//! Everything a printed form says in Vietnamese beside its template.

use chrono::Datelike;

use crate::{
    domain::periods::{Grain, Period, PeriodKind},
    reports::{Breakdown, form::FormPhrases},
};

pub(in crate::reports) static VI: FormPhrases = FormPhrases {
    index: "STT",
    item: |by| match by {
        Breakdown::None => "Nội dung",
        Breakdown::Unit => "Đơn vị",
        Breakdown::Agency => "Cơ quan giải quyết",
        Breakdown::Field | Breakdown::Authority => "Lĩnh vực giải quyết",
        Breakdown::Procedure => "Thủ tục hành chính",
        Breakdown::Channel => "Hình thức tiếp nhận",
    },
    total: "Tổng số",
    period,
    dates: |first, last| format!("(Từ ngày {first} đến hết ngày {last})"),
    reports: |name, unit| format!("Đơn vị báo cáo: {name} ({unit})"),
    receives: |name| format!("Đơn vị nhận báo cáo: {name}"),
    status: |status, as_of| format!("Số liệu: {status}; {as_of}."),
    completeness: |received, expected| format!("Đã tổng hợp số liệu của {received} trên {expected} đơn vị."),
    year: |first, last, completeness| format!("Lũy kế từ đầu năm: từ {first} đến hết {last}, {completeness}."),
    year_begins: |first| format!("Số lũy kế chỉ tính từ ngày {first} vì sổ của đơn vị bắt đầu từ ngày đó."),
    no_year: "Chưa có số lũy kế từ đầu năm: không tính được cho kỳ này.",
    place_and_date: "........., ngày ..... tháng ..... năm .......",
    hints: ["(Ký, họ và tên)", "(Ký, đóng dấu, họ và tên)"],
    form: |id, version| format!("Biểu mẫu {id}, phiên bản {version}"),
    sheet: "Biểu báo cáo",
};

fn period(period: &Period) -> String {
    let year = period.last_day().year();
    let first = period.start;
    // a legal month is named after the month it ends in, a calendar month after its own
    let month = period.last_day().month();
    let quarter = ["I", "II", "III", "IV"].get(usize::try_from((month - 1) / 3).unwrap_or_default()).unwrap_or(&"");
    match period.kind {
        PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => match grain {
            Grain::Month => format!("Kỳ báo cáo: Tháng {month:02} năm {year}"),
            Grain::Quarter => format!("Kỳ báo cáo: Quý {quarter} năm {year}"),
            Grain::Half if month <= 6 => format!("Kỳ báo cáo: 6 tháng đầu năm {year}"),
            Grain::Half => format!("Kỳ báo cáo: 6 tháng cuối năm {year}"),
            Grain::NineMonths => format!("Kỳ báo cáo: 9 tháng đầu năm {year}"),
            Grain::Year => format!("Kỳ báo cáo: Năm {year}"),
        },
        PeriodKind::Week => {
            format!("Kỳ báo cáo: Tuần {:02} năm {}", first.iso_week().week(), first.iso_week().year())
        }
        PeriodKind::Span => "Kỳ báo cáo: theo thời gian dưới đây".to_owned(),
    }
}
