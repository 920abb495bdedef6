//! Alerts, in Vietnamese.

use crate::domain::percent::vi;
use crate::reports::alerts::Phrases;

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    title: |unit, at| format!("Cảnh báo của {unit}, lúc {at}"),
    none: "Không có cảnh báo.",
    overdue: |n| format!("ĐANG QUÁ HẠN: {n} hồ sơ"),
    due_soon: |n, through| format!("SẮP ĐẾN HẠN (đến hết ngày {through}): {n} hồ sơ"),
    late_report: |n| format!("CHẬM GỬI BÁO CÁO: {n} đơn vị"),
    silent: |n| format!("MẤT LIÊN LẠC: {n} đơn vị"),
    calendar: |years| format!("CHƯA CÓ LỊCH LÀM VIỆC NĂM {years}"),
    missing: |period, due| format!("kỳ {period}, hạn gửi {due}"),
    since: |at| format!("lần cuối lúc {at}"),
    not_since: |at| format!("chưa thấy từ khi nút khởi động lúc {at}"),
    own: "(tại đơn vị)",
    unknown: |n| format!("Chưa biết hạn trả hồ sơ của {n} đơn vị, nên các mục về hồ sơ chưa tính những đơn vị này."),
    dossiers: "xem từng hồ sơ: motcua desk due (thêm --dir hoặc --credentials như khi hỏi nút)",
    bring_calendar: "nhập ngày nghỉ, ngày làm bù tại nút cấp cao nhất: motcua registry import calendar",
    ahead: "NHỮNG NGÀY TỚI",
    listed: "HỒ SƠ CẦN GIẢI QUYẾT TRƯỚC",
    subject: |unit, alerts, day| match alerts {
        0 => format!("[motcua] {unit}: không có cảnh báo, ngày {day}"),
        n => format!("[motcua] {unit}: {n} cảnh báo, ngày {day}"),
    },
};
