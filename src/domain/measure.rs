//! The catalogue of what is counted, and the fixed array of counts over it.

use std::ops::{AddAssign, Index, IndexMut, SubAssign};

/// How a measure behaves when figures are put together over time. Over units every kind adds but the last two.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Stock at the start: over time the first counts.
    Opening,
    /// What happened inside: over time it adds, and it stands in the balance.
    Flow,
    /// Stock at the end: over time the last counts.
    Closing,
    /// What happened inside, beside the balance.
    Memo,
    /// What happened inside, beside the balance, and concerns the unit alone: never summed over units.
    Local,
    /// What a unit states of itself at the end; never summed over units, over time the last counts.
    Statement,
}

macro_rules! catalogue {
    ($($variant:ident, $name:literal, $kind:ident, $vi:literal, $en:literal;)*) => {
        /// One thing that is counted (form II.06 of circular 01/2020/TT-VPCP, and the memos beside it). The order is the order of
        /// printing; new measures go to the end, because derived state on disk is written in this order.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Measure {
            $(#[doc = $en] $variant,)*
        }

        impl Measure {
            /// Every measure, in order.
            pub const ALL: &'static [Measure] = &[$(Measure::$variant,)*];

            /// The name in code, in documents and in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Measure::$variant => $name,)* }
            }

            /// How it is put together.
            pub const fn kind(self) -> Kind {
                match self { $(Measure::$variant => Kind::$kind,)* }
            }

            /// The label Vietnamese readers know.
            pub const fn vi(self) -> &'static str {
                match self { $(Measure::$variant => $vi,)* }
            }

            /// The label in English.
            pub const fn en(self) -> &'static str {
                match self { $(Measure::$variant => $en,)* }
            }
        }
    };
}

catalogue! {
    CarriedOver, "carried_over", Opening, "Kỳ trước chuyển sang", "Carried over";
    ReceivedOnline, "received_online", Flow, "Tiếp nhận trực tuyến", "Received online";
    ReceivedDirect, "received_direct", Flow, "Tiếp nhận trực tiếp", "Received in person";
    ReceivedPostal, "received_postal", Flow, "Tiếp nhận qua bưu chính", "Received by post";
    ResolvedEarly, "resolved_early", Flow, "Giải quyết trước hạn", "Resolved early";
    ResolvedOnTime, "resolved_on_time", Flow, "Giải quyết đúng hạn", "Resolved on time";
    ResolvedLate, "resolved_late", Flow, "Giải quyết quá hạn", "Resolved late";
    Returned, "returned", Flow, "Trả lại", "Returned";
    Withdrawn, "withdrawn", Flow, "Xin rút", "Withdrawn";
    Stopped, "stopped", Flow, "Dừng xử lý", "Stopped";
    TransferredIn, "transferred_in", Flow, "Nhận bàn giao", "Transferred in";
    TransferredOut, "transferred_out", Flow, "Bàn giao đi", "Transferred out";
    PendingWithinDeadline, "pending_within_deadline", Closing, "Đang giải quyết trong hạn", "Pending within deadline";
    PendingOverdue, "pending_overdue", Closing, "Đang giải quyết quá hạn", "Pending overdue";
    AwaitingSupplement, "awaiting_supplement", Closing, "Chờ bổ sung", "Awaiting supplement";
    LateWithLetter, "late_with_letter", Memo, "Quá hạn có phiếu xin lỗi", "Late, with apology letter";
    NoDueDate, "no_due_date", Memo, "Giải quyết không có hạn trả", "Resolved without a due date";
    ReceivedOnlineFull, "received_online_full", Memo, "Trực tuyến toàn trình", "Received through full online service";
    ReceivedForOthers, "received_for_others", Local, "Tiếp nhận hộ đơn vị khác", "Received for other units";
    Delivered, "delivered", Memo, "Đã trả kết quả", "Results delivered";
    DeliveredByPost, "delivered_by_post", Memo, "Trả kết quả qua bưu chính", "Results delivered by post";
    FeedbackReceived, "feedback_received", Memo, "Phản ánh, kiến nghị tiếp nhận", "Feedback received";
    FeedbackResolved, "feedback_resolved", Memo, "Phản ánh, kiến nghị đã giải quyết", "Feedback resolved";
    FeedbackForwarded, "feedback_forwarded", Memo, "Phản ánh, kiến nghị đã chuyển", "Feedback forwarded";
    RatedVerySatisfied, "rated_very_satisfied", Memo, "Rất hài lòng", "Rated very satisfied";
    RatedSatisfied, "rated_satisfied", Memo, "Hài lòng", "Rated satisfied";
    RatedUnsatisfied, "rated_unsatisfied", Memo, "Không hài lòng", "Rated unsatisfied";
    ProceduresPublished, "procedures_published", Statement, "TTHC công khai", "Procedures published";
}

impl Measure {
    /// Whether it is summed over units.
    pub const fn adds_over_units(self) -> bool {
        !matches!(self.kind(), Kind::Local | Kind::Statement)
    }

    /// Whether a desk reports it as such; everything else is counted from dossiers.
    pub const fn is_reported(self) -> bool {
        use Measure::*;
        matches!(
            self,
            ReceivedForOthers
                | FeedbackReceived
                | FeedbackResolved
                | FeedbackForwarded
                | RatedVerySatisfied
                | RatedSatisfied
                | RatedUnsatisfied
                | ProceduresPublished
        )
    }

    /// The measure of that name, if there is one.
    pub fn by_name(name: &str) -> Option<Measure> {
        Measure::ALL.iter().copied().find(|m| m.name() == name)
    }
}

/// A sum of measures that is never kept, only computed when figures are shown.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Derived {
    /// Received in the period over all channels: columns 4 + 5.
    ReceivedNew,
    /// Column 3: carried over and received.
    ToHandleTotal,
    /// Column 7.
    ResolvedTotal,
    /// Column 11.
    PendingTotal,
}

impl Derived {
    /// Every derived measure.
    pub const ALL: &'static [Derived] =
        &[Derived::ReceivedNew, Derived::ToHandleTotal, Derived::ResolvedTotal, Derived::PendingTotal];

    /// The name in code and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Derived::ReceivedNew => "received_new",
            Derived::ToHandleTotal => "to_handle_total",
            Derived::ResolvedTotal => "resolved_total",
            Derived::PendingTotal => "pending_total",
        }
    }

    /// The label Vietnamese readers know.
    pub const fn vi(self) -> &'static str {
        match self {
            Derived::ReceivedNew => "Tiếp nhận mới",
            Derived::ToHandleTotal => "Tổng số phải giải quyết",
            Derived::ResolvedTotal => "Tổng số đã giải quyết",
            Derived::PendingTotal => "Tổng số đang giải quyết",
        }
    }

    /// The label in English.
    pub const fn en(self) -> &'static str {
        match self {
            Derived::ReceivedNew => "Received",
            Derived::ToHandleTotal => "To be handled",
            Derived::ResolvedTotal => "Resolved",
            Derived::PendingTotal => "Pending",
        }
    }

    /// The measures it is the sum of.
    /// What it is the sum of.
    pub const fn parts(self) -> &'static [Measure] {
        use Measure::*;
        match self {
            Derived::ReceivedNew => &[ReceivedOnline, ReceivedDirect, ReceivedPostal],
            Derived::ToHandleTotal => &[CarriedOver, ReceivedOnline, ReceivedDirect, ReceivedPostal],
            Derived::ResolvedTotal => &[ResolvedEarly, ResolvedOnTime, ResolvedLate],
            Derived::PendingTotal => &[PendingWithinDeadline, PendingOverdue],
        }
    }
}

/// A figure one can ask about: a measure, or a sum of some.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Figure {
    /// As it is counted.
    Counted(Measure),
    /// As it is computed.
    Sum(Derived),
}

impl Figure {
    /// Every figure: all measures, then all sums.
    pub fn all() -> impl Iterator<Item = Figure> {
        Measure::ALL.iter().copied().map(Figure::Counted).chain(Derived::ALL.iter().copied().map(Figure::Sum))
    }

    /// The figure of that name, if there is one.
    pub fn by_name(name: &str) -> Option<Figure> {
        Figure::all().find(|figure| figure.name() == name)
    }

    /// The name in code and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Counted(measure) => measure.name(),
            Figure::Sum(derived) => derived.name(),
        }
    }

    /// Its value.
    pub fn of(self, figures: &Figures) -> i64 {
        match self {
            Figure::Counted(measure) => figures[measure],
            Figure::Sum(derived) => figures.derived(derived),
        }
    }

    /// What it is the sum of; nothing for a measure.
    pub const fn terms(self) -> &'static [Measure] {
        match self {
            Figure::Counted(_) => &[],
            Figure::Sum(derived) => derived.parts(),
        }
    }
}

/// How many measures there are.
pub const MEASURES: usize = Measure::ALL.len();

/// A count for every measure.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Figures([i64; MEASURES]);

impl Default for Figures {
    fn default() -> Self {
        Figures([0; MEASURES])
    }
}

#[expect(clippy::indexing_slicing, reason = "the array has a place for every measure")]
impl Index<Measure> for Figures {
    type Output = i64;
    fn index(&self, m: Measure) -> &i64 {
        &self.0[m as usize]
    }
}

#[expect(clippy::indexing_slicing, reason = "the array has a place for every measure")]
impl IndexMut<Measure> for Figures {
    fn index_mut(&mut self, m: Measure) -> &mut i64 {
        &mut self.0[m as usize]
    }
}

impl AddAssign<&Figures> for Figures {
    fn add_assign(&mut self, other: &Figures) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
    }
}

impl SubAssign<&Figures> for Figures {
    fn sub_assign(&mut self, other: &Figures) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a -= b;
        }
    }
}

impl Figures {
    /// The counts in catalogue order.
    pub fn values(&self) -> &[i64; MEASURES] {
        &self.0
    }

    /// From counts in catalogue order; missing ones are zero, `None` if there are more than this catalogue knows.
    pub fn from_values(values: &[i64]) -> Option<Figures> {
        let mut figures = Figures::default();
        figures.0.get_mut(..values.len())?.copy_from_slice(values);
        Some(figures)
    }

    /// Whether nothing is counted.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|v| *v == 0)
    }

    /// A derived measure.
    pub fn derived(&self, d: Derived) -> i64 {
        d.parts().iter().map(|m| self[*m]).sum()
    }

    /// Stock at the end: pending and awaiting supplement.
    pub fn closing_stock(&self) -> i64 {
        self.derived(Derived::PendingTotal) + self[Measure::AwaitingSupplement]
    }

    /// What came in and does not come out again: zero for figures that balance (DOMAIN §2).
    pub fn imbalance(&self) -> i64 {
        use Measure::*;
        self[CarriedOver] + self.derived(Derived::ReceivedNew) + self[TransferredIn]
            - self.derived(Derived::ResolvedTotal)
            - self[Returned]
            - self[Withdrawn]
            - self[Stopped]
            - self[TransferredOut]
            - self.closing_stock()
    }

    /// The first negative count, if there is one.
    pub fn negative(&self) -> Option<Measure> {
        Measure::ALL.iter().copied().find(|m| self[*m] < 0)
    }

    /// The same without what concerns the unit alone: what a parent may add.
    pub fn for_parent(mut self) -> Figures {
        for m in Measure::ALL {
            if !m.adds_over_units() {
                self[*m] = 0;
            }
        }
        self
    }

    /// Puts the figures of a later stretch of time behind these: openings stay, flows and memos add, stocks and statements are replaced.
    /// Summing column 3 over months is the classic mistake; this is the only way figures meet over time.
    pub fn then(mut self, later: &Figures) -> Figures {
        for m in Measure::ALL {
            match m.kind() {
                Kind::Opening => {}
                Kind::Flow | Kind::Memo | Kind::Local => self[*m] += later[*m],
                Kind::Closing | Kind::Statement => self[*m] = later[*m],
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Measure::*;

    fn figures(of: &[(Measure, i64)]) -> Figures {
        let mut f = Figures::default();
        for (m, v) in of {
            f[*m] = *v;
        }
        f
    }

    #[test]
    fn published_reports_balance_or_do_not() {
        let dong_trieu = figures(&[
            (CarriedOver, 158),
            (ReceivedDirect, 3043),
            (ResolvedEarly, 2770),
            (ResolvedOnTime, 231),
            (ResolvedLate, 1),
            (PendingWithinDeadline, 199),
        ]);
        assert_eq!(dong_trieu.imbalance(), 0);
        let son_la = figures(&[
            (ReceivedDirect, 30407),
            (ResolvedEarly, 27448),
            (ResolvedOnTime, 921),
            (ResolvedLate, 6),
            (PendingWithinDeadline, 1437),
        ]);
        assert_eq!(son_la.imbalance(), 595);
    }

    #[test]
    fn over_time_only_flows_add() {
        let january =
            figures(&[(CarriedOver, 10), (ReceivedDirect, 5), (ResolvedEarly, 3), (PendingWithinDeadline, 12)]);
        let february =
            figures(&[(CarriedOver, 12), (ReceivedDirect, 4), (ResolvedEarly, 9), (PendingWithinDeadline, 7)]);
        let both = january.then(&february);
        assert_eq!((both[CarriedOver], both[ReceivedDirect], both[PendingWithinDeadline]), (10, 9, 7));
        assert_eq!(both.imbalance(), 0);
    }

    #[test]
    fn names_are_unique_and_found() {
        for m in Measure::ALL {
            assert_eq!(Measure::by_name(m.name()), Some(*m));
        }
    }
}
