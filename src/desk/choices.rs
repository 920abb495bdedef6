//! The closed lists a mapping chooses from: columns, statuses, channels, what to do with a bad row.

use crate::domain::event::Channel;

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $type {
            $($(#[$vdoc])* $variant,)*
        }

        impl $type {
            /// Every one, in order.
            pub const ALL: &'static [$type] = &[$($type::$variant,)*];

            /// The name a mapping uses.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            /// The one of that name.
            pub fn by_name(name: &str) -> Option<$type> {
                $type::ALL.iter().copied().find(|c| c.name() == name)
            }

            /// All names, for messages.
            pub fn names() -> String {
                $type::ALL.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ")
            }
        }
    };
}

names! {
    /// What a row is.
    InputKind {
        /// One dossier with its dates.
        Dossiers = "dossiers",
        /// One thing that happened to a dossier.
        Events = "events",
    }
}

names! {
    /// What a column of the file holds.
    Column {
        /// The dossier's code.
        Dossier = "dossier",
        /// When it was accepted.
        ReceivedAt = "received_at",
        /// When the result is promised.
        DueAt = "due_at",
        /// When it left the books, in whichever way the status says.
        ClosedAt = "closed_at",
        /// When the result reached the applicant.
        DeliveredAt = "delivered_at",
        /// When the applicant was asked for more.
        SupplementRequestedAt = "supplement_requested_at",
        /// When the applicant supplied it.
        SupplementReceivedAt = "supplement_received_at",
        /// How it came in.
        Channel = "channel",
        /// How the result went out.
        DeliveredChannel = "delivered_channel",
        /// Code of the procedure.
        Procedure = "procedure",
        /// The agency inside the unit.
        Agency = "agency",
        /// Where the dossier stands.
        Status = "status",
        /// Code of the unit that resolves it.
        Unit = "unit",
        /// For events: what happened.
        Kind = "kind",
        /// For events: when.
        OccurredAt = "occurred_at",
        /// For events: what tells two events of one kind and dossier apart, such as a number or the source's own key.
        Ordinal = "ordinal",
    }
}

names! {
    /// What a status or a kind of event of the source means. The first ten are the national codes 1 to 10.
    Status {
        /// 1: registered, the clock has not started.
        Registered = "registered",
        /// 2: accepted.
        Received = "received",
        /// 3: not accepted.
        NotAccepted = "not_accepted",
        /// 4: being worked on.
        InProgress = "in_progress",
        /// 5: more was asked for.
        SupplementRequested = "supplement_requested",
        /// 6: payment was asked for.
        PaymentRequested = "payment_requested",
        /// 7: the applicant asked to withdraw; not an outcome yet.
        WithdrawalRequested = "withdrawal_requested",
        /// 8: processing stopped.
        Stopped = "stopped",
        /// 9: finished.
        Resolved = "resolved",
        /// 10: the result was delivered.
        Delivered = "delivered",
        /// Given back without a decision.
        Returned = "returned",
        /// Taken back by the applicant.
        Withdrawn = "withdrawn",
        /// For events: open when the books began.
        Opening = "opening",
        /// For events: the supplement came.
        SupplementReceived = "supplement_received",
        /// For events: the payment came.
        PaymentReceived = "payment_received",
        /// For events: a new date with an apology letter; the date is in `due_at`.
        Extended = "extended",
        /// The row is not for the books.
        Skip = "skip",
    }
}

names! {
    /// What happens to a row with a mistake in it.
    OnBadRow {
        /// The event at fault is left out, the others of its row are kept.
        LeaveOutEvent = "leave_out_event",
        /// The whole row is left out.
        LeaveOutRow = "leave_out_row",
        /// The import ends there; what came before is recorded.
        Stop = "stop",
    }
}

names! {
    /// What a channel text of the source means.
    ChannelRule {
        /// In person.
        Direct = "direct",
        /// Through a portal.
        Online = "online",
        /// Through a portal, the whole service online (toàn trình).
        OnlineFull = "online_full",
        /// By public post.
        Postal = "postal",
        /// The row is not for the books.
        Skip = "skip",
    }
}

names! {
    /// How exact a promise is.
    DueBy {
        /// Kept on any instant of the day.
        Day = "day",
        /// Kept up to the instant; a cell that holds only a date is a day all the same.
        Instant = "instant",
    }
}

impl Status {
    /// The status of that national code, 1 to 10.
    pub fn by_national_code(code: i64) -> Option<Status> {
        let index = usize::try_from(code).ok()?.checked_sub(1).filter(|i| *i < 10)?;
        Status::ALL.get(index).copied()
    }

    /// Whether a dossier in that status has left the books.
    pub fn is_closed(self) -> bool {
        use Status::*;
        matches!(self, Stopped | Resolved | Delivered | Returned | Withdrawn)
    }
}

impl ChannelRule {
    /// The channel, and whether the service is fully online; `None` for a row to skip.
    pub fn channel(self) -> Option<(Channel, bool)> {
        match self {
            ChannelRule::Direct => Some((Channel::Direct, false)),
            ChannelRule::Online => Some((Channel::Online, false)),
            ChannelRule::OnlineFull => Some((Channel::Online, true)),
            ChannelRule::Postal => Some((Channel::Postal, false)),
            ChannelRule::Skip => None,
        }
    }
}
