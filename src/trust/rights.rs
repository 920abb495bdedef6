//! Who may call what: one row for every method, and nothing is allowed that has no row. `tests/it/rights.rs` walks the descriptors and this table and
//! writes the table in SECURITY.md.

use crate::ledger::trust::Role;
use Role::{Admin, Approver, Desk, Operator, Viewer};

/// One method.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `package.Service/Method`, or `package.Service/*`.
    pub method: &'static str,
    /// People of these roles.
    pub roles: &'static [Role],
    /// Nodes of units below, by their certificates; what they may ask there is bound to their own subtree.
    pub below: bool,
    /// Anybody who reaches the port.
    pub anybody: bool,
}

const EVERYONE: &[Role] = &[Viewer, Desk, Operator, Approver, Admin];

const fn people(method: &'static str, roles: &'static [Role]) -> Rule {
    Rule { method, roles, below: false, anybody: false }
}

const fn nodes(method: &'static str) -> Rule {
    Rule { method, roles: &[], below: true, anybody: false }
}

const fn open(method: &'static str) -> Rule {
    Rule { method, roles: EVERYONE, below: true, anybody: true }
}

/// The table. Whoever holds the node's own keys may call everything; where two persons are needed, even those keys are no person.
pub const RULES: &[Rule] = &[
    people("motcua.v1.DeskService/Record", &[Desk, Operator]),
    people("motcua.v1.DeskService/GetDossier", &[Desk, Operator, Approver]),
    people("motcua.v1.DeskService/ListOpenDossiers", &[Desk, Operator, Approver]),
    people("motcua.v1.DeskService/ListProblems", &[Desk, Operator, Approver]),
    people("motcua.v1.ReportService/*", EVERYONE),
    people("motcua.v1.ExplainService/ExplainFigure", EVERYONE),
    people("motcua.v1.ExplainService/ListRevisions", EVERYONE),
    people("motcua.v1.ExplainService/ListCounted", &[Desk, Operator, Approver]),
    people("motcua.v1.PeriodService/ListPeriods", EVERYONE),
    people("motcua.v1.PeriodService/ListReviews", EVERYONE),
    people("motcua.v1.PeriodService/ClosePeriod", &[Operator, Approver]),
    people("motcua.v1.PeriodService/AmendPeriod", &[Operator, Approver]),
    people("motcua.v1.PeriodService/PreparePeriod", &[Operator, Approver]),
    people("motcua.v1.PeriodService/WithdrawPeriod", &[Operator, Approver]),
    people("motcua.v1.PeriodService/ApprovePeriod", &[Approver]),
    people("motcua.v1.PeriodService/EnterFigures", &[Operator, Approver]),
    people("motcua.v1.PeriodService/WithdrawFigures", &[Operator, Approver]),
    people("motcua.v1.PeriodService/ExplainPeriod", &[Operator, Approver]),
    people("motcua.v1.PeriodService/AcceptReport", &[Approver]),
    people("motcua.v1.PeriodService/ReturnFigure", &[Approver]),
    people("motcua.v1.RegistryService/ImportRegistry", &[Admin]),
    people("motcua.v1.RegistryService/GetRegistry", EVERYONE),
    people("motcua.v1.RegistryService/GetUnit", EVERYONE),
    people("motcua.v1.RegistryService/GetForms", EVERYONE),
    people("motcua.v1.AdminService/GetStatus", EVERYONE),
    people("motcua.v1.AdminService/ListAudit", &[Approver, Admin]),
    people("motcua.v1.TrustService/ListNodes", &[Operator, Approver, Admin]),
    people("motcua.v1.TrustService/*", &[Admin]),
    nodes("motcua.v1.FederationService/*"),
    open("motcua.v1.EnrolmentService/Enrol"),
    open("grpc.health.v1.Health/*"),
    people("grpc.reflection.v1.ServerReflection/*", EVERYONE),
    people("grpc.reflection.v1alpha.ServerReflection/*", EVERYONE),
];

/// The row of a method, named as in the path of its call without the first slash: the first that fits.
pub fn rule(method: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| match rule.method.strip_suffix('*') {
        Some(service) => method.starts_with(service),
        None => rule.method == method,
    })
}
