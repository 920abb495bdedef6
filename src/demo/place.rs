//! The place and the figures of the demonstration: Đông Triều town, Quảng Ninh province, as published for February 2018 (DOMAIN §7).

/// Quảng Ninh.
pub const PROVINCE: (&str, &str) = ("22", "Tỉnh Quảng Ninh");
/// Đông Triều, a town of district level.
pub const DISTRICT: (&str, &str) = ("205", "Thị xã Đông Triều");
/// Its 21 communes and wards as they were in 2018; the codes are the General Statistics Office's.
pub const COMMUNES: [(&str, &str); 21] = [
    ("07069", "Phường Mạo Khê"),
    ("07072", "Phường Đông Triều"),
    ("07075", "Xã An Sinh"),
    ("07078", "Xã Tràng Lương"),
    ("07081", "Xã Bình Khê"),
    ("07084", "Xã Việt Dân"),
    ("07087", "Xã Tân Việt"),
    ("07090", "Xã Bình Dương"),
    ("07093", "Phường Đức Chính"),
    ("07096", "Xã Tràng An"),
    ("07099", "Xã Nguyễn Huệ"),
    ("07102", "Xã Thủy An"),
    ("07105", "Phường Xuân Sơn"),
    ("07108", "Xã Hồng Thái Tây"),
    ("07111", "Xã Hồng Thái Đông"),
    ("07114", "Xã Hoàng Quế"),
    ("07117", "Xã Yên Thọ"),
    ("07120", "Xã Hồng Phong"),
    ("07123", "Phường Kim Sơn"),
    ("07126", "Phường Hưng Đạo"),
    ("07129", "Xã Yên Đức"),
];
/// The commune of the one late dossier.
pub const LATE: &str = "07099";

/// Published for February 2018, over all communes.
pub struct Published {
    /// Open at the end of January.
    pub carried_over: u64,
    /// Received in February.
    pub received: u64,
    /// Resolved before their due date; what the rest leaves, so nothing is split by it.
    #[cfg(test)]
    pub early: u64,
    /// Resolved on it.
    pub on_time: u64,
    /// Resolved after it.
    pub late: u64,
    /// Pending, all within their deadline.
    pub pending: u64,
    /// Procedures made public.
    pub procedures: i64,
}

/// See [`Published`].
pub const FEBRUARY: Published = Published {
    carried_over: 158,
    received: 3043,
    #[cfg(test)]
    early: 2770,
    on_time: 231,
    late: 1,
    pending: 199,
    procedures: 97,
};
/// Received in January over all communes; nothing was published of it but what it left.
pub const JANUARY_RECEIVED: u64 = 1900;
/// Departments of the provincial centre, and dossiers made up for each.
pub const DEPARTMENTS: [(&str, u64); 4] =
    [("Sở Tư pháp", 42), ("Sở Giao thông vận tải", 57), ("Sở Công Thương", 31), ("Sở Y tế", 18)];
/// Procedures the dossiers are of; working days and the field stand in the registry.
pub const PROCEDURES: [(&str, &str, &str, u32); 5] = [
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch", 1),
    ("1.000894", "Đăng ký kết hôn", "Hộ tịch", 3),
    ("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực", 1),
    ("1.003554", "Hòa giải tranh chấp đất đai", "Đất đai", 30),
    ("2.000488", "Cấp phiếu lý lịch tư pháp", "Lý lịch tư pháp", 10),
];
