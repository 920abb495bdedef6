//! Persons at the door of the period service: who they are comes with the call, and what they may do follows from it.

use motcua::{
    api::{
        caller::{Caller, Who},
        period::Periods,
    },
    clock::Moved,
    domain::{periods::Period, units::UnitId},
    ledger::trust::Role,
    reports::{Breakdown, Query},
    wire::{
        pb::v1::{self as pb, period_service_server::PeriodService},
        status::reason_of,
    },
};
use tonic::{Request, Status};

use crate::{
    heal::made_up::{received, ten},
    support::{TestNode, at},
};

fn by<T>(who: &Who, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(Caller { who: who.clone(), from: None });
    request
}

fn person(id: &str, role: Role, unit: Option<&str>) -> Who {
    Who::Person { id: id.into(), name: format!("Nguyễn {id}"), role, unit: unit.map(str::to_owned) }
}

fn reason<T>(answer: Result<T, Status>) -> String {
    answer.err().and_then(|status| reason_of(&status)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_stands_on_the_documents_or_is_turned_away() {
    let clock = Moved::at(at("2018-01-15T08:00:00+07:00"));
    let node = TestNode::new("07069", "2018-01-15", None, &clock).await;
    clock.advance(ten("2018-02-20"));
    let periods = Periods { node: node.running.node.clone() };
    node.running
        .node
        .record(&motcua::ledger::By::node(), vec![received("07069", "a", "2018-01-20")], false)
        .await
        .unwrap();

    let prepare = || pb::PreparePeriodRequest { period: "2018-02".into(), ..Default::default() };
    let approve = || pb::ApprovePeriodRequest { period: "2018-02".into(), ..Default::default() };
    let returned = |measure: &str| pb::ReturnFigureRequest {
        unit: "07069".into(),
        period: "2018-02".into(),
        measure: measure.into(),
        reason: "vì sao".into(),
        answer_until: "2018-02-28".into(),
    };
    let (operator, approver) = (person("a", Role::Operator, Some("07069")), person("b", Role::Approver, None));
    for who in [Who::Local, Who::Keys] {
        assert_eq!(reason(periods.prepare_period(by(&who, prepare())).await), "NEEDS_A_PERSON");
        assert_eq!(reason(periods.approve_period(by(&who, approve())).await), "NEEDS_A_PERSON");
    }
    let stranger = person("s", Role::Operator, Some("205"));
    assert_eq!(reason(periods.prepare_period(by(&stranger, prepare())).await), "OTHER_UNIT");
    assert_eq!(reason(periods.approve_period(by(&approver, approve())).await), "NOT_PREPARED");
    let withdraw = || pb::WithdrawPeriodRequest { period: "2018-02".into(), ..Default::default() };
    assert_eq!(reason(periods.withdraw_period(by(&operator, withdraw())).await), "NOT_PREPARED");
    assert_eq!(reason(periods.return_figure(by(&operator, returned("resolved_total"))).await), "NOT_ALLOWED");
    assert_eq!(reason(periods.return_figure(by(&stranger, returned("resolved_total"))).await), "OTHER_UNIT");
    assert_eq!(reason(periods.return_figure(by(&approver, returned("drones"))).await), "BAD_MEASURE");
    assert_eq!(reason(periods.return_figure(by(&approver, returned("resolved_total"))).await), "NOT_BELOW_US");

    let prepared = periods.prepare_period(by(&operator, prepare())).await.unwrap().into_inner().prepared.unwrap();
    assert_eq!((prepared.prepared_by.as_str(), prepared.amends, prepared.documents.len()), ("Nguyễn a", false, 2));
    let listed = periods.list_periods(by(&operator, pb::ListPeriodsRequest::default())).await.unwrap().into_inner();
    assert_eq!(listed.prepared, [prepared]);
    assert_eq!(reason(periods.approve_period(by(&operator, approve())).await), "NOT_ALLOWED");
    periods.withdraw_period(by(&operator, withdraw())).await.unwrap();
    // What the unit says goes along: it is prepared and approved with the figures, under the name of who said it.
    let long = pb::PreparePeriodRequest { note: "ă".repeat(1_001), ..prepare() };
    assert_eq!(reason(periods.prepare_period(by(&operator, long)).await), "TEXT_TOO_LONG");
    let said = pb::PreparePeriodRequest { note: "máy hỏng từ ngày 10".into(), ..prepare() };
    assert_eq!(reason(periods.prepare_period(by(&stranger, said.clone())).await), "OTHER_UNIT");
    periods.prepare_period(by(&operator, said)).await.unwrap();
    let out = periods.approve_period(by(&approver, approve())).await.unwrap().into_inner();
    assert_eq!(out.documents.len(), 2);
    let unit = UnitId::new("07069", None);
    let month = Period::parse("2018-02").unwrap();
    let query = Query { unit, period: month, by: Breakdown::None, as_known_at: None };
    let report = node.running.node.report(&query).unwrap();
    let said: Vec<_> = report.explanations.iter().map(|e| (e.said.note.as_str(), e.said.by.as_str())).collect();
    assert_eq!(said, [("máy hỏng từ ngày 10", "Nguyễn a")]);
    node.running.stop().await.unwrap();
}
