//! Closing, amending, and what is closed.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tonic::{Request, Response, Status};

use super::{
    aside,
    caller::Caller,
    code,
    pages::{List, size, start, token},
    refuse,
};
use crate::{
    domain::{
        measure::{Derived, Measure},
        periods::Period,
        review::Verdict,
    },
    ledger::{Refusal, close::Ask, trust::Role},
    node::{Node, NodeError, PublishedDocument, entries::Words, periods::AtomState},
    wire::{
        WireError,
        entered::{fault_to_pb, forms_from_pb, outcome_to_pb},
        pb::v1::{self as pb, period_service_server::PeriodService},
        prepare::prepared_row,
        report::reviewed_to_pb,
        scalar::{date, instant_to_pb, text},
    },
};

/// The most bytes of a reason: what a document can hold.
const MAX_REASON: usize = 2_000;

/// The most bytes of a name, a cause or a digest.
const MAX_TEXT: usize = 200;

/// See the module.
pub struct Periods {
    /// The node.
    pub node: Arc<Node>,
}

#[tonic::async_trait]
impl PeriodService for Periods {
    async fn list_periods(
        &self,
        request: Request<pb::ListPeriodsRequest>,
    ) -> Result<Response<pb::ListPeriodsResponse>, Status> {
        let asked = request.into_inner();
        let unit = code(&asked.unit)?;
        let size = size(asked.page_size)?;
        let from = start(List::Periods, &asked.page_token)?.map(|at| day(&at)).transpose()?;
        let page = aside(&self.node, move |node| node.atoms(&unit, size, from).map_err(refuse)).await?;
        let next = page.next.map(|day| day.num_days_from_ce().to_be_bytes());
        Ok(Response::new(pb::ListPeriodsResponse {
            atoms: page.atoms.into_iter().map(atom_row).collect(),
            next_page_token: token(List::Periods, next.as_ref().map(<[u8; 4]>::as_slice)),
            closed_through: page.closed_through.to_string(),
            prepared: page.prepared.iter().map(prepared_row).collect(),
            reviews: page.reviews.iter().map(reviewed_to_pb).collect(),
        }))
    }

    async fn close_period(
        &self,
        request: Request<pb::ClosePeriodRequest>,
    ) -> Result<Response<pb::ClosePeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let reason = Some(text(asked.reason, "reason", MAX_REASON)?).filter(|r| !r.is_empty());
        self.note(&caller, &asked.unit, &asked.period, asked.note).await?;
        let documents = self.publish(&caller, &asked.unit, &asked.period, Ask::Close { reason }).await?;
        Ok(Response::new(pb::ClosePeriodResponse { documents }))
    }

    async fn amend_period(
        &self,
        request: Request<pb::AmendPeriodRequest>,
    ) -> Result<Response<pb::AmendPeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let reason = text(asked.reason, "reason", MAX_REASON)?;
        self.note(&caller, &asked.unit, &asked.period, asked.note).await?;
        let documents = self.publish(&caller, &asked.unit, &asked.period, Ask::Amend { reason }).await?;
        Ok(Response::new(pb::AmendPeriodResponse { documents }))
    }

    async fn prepare_period(
        &self,
        request: Request<pb::PreparePeriodRequest>,
    ) -> Result<Response<pb::PreparePeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let reason = text(asked.reason, "reason", MAX_REASON)?;
        self.note(&caller, &asked.unit, &asked.period, asked.note).await?;
        let (unit, period) = self.whose(&caller, &asked.unit, &asked.period)?;
        let by = caller.by().because(&reason);
        let prepared = self.node.prepare(&by, caller.signer(), unit, period, reason).await.map_err(refuse)?;
        Ok(Response::new(pb::PreparePeriodResponse { prepared: prepared.as_ref().map(prepared_row) }))
    }

    async fn approve_period(
        &self,
        request: Request<pb::ApprovePeriodRequest>,
    ) -> Result<Response<pb::ApprovePeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let (unit, period) = self.whose(&caller, &asked.unit, &asked.period)?;
        let documents = self.node.approve(&caller.by(), caller.signer(), unit, period).await.map_err(refuse)?;
        Ok(Response::new(pb::ApprovePeriodResponse { documents: documents.into_iter().map(document_row).collect() }))
    }

    async fn withdraw_period(
        &self,
        request: Request<pb::WithdrawPeriodRequest>,
    ) -> Result<Response<pb::WithdrawPeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let (unit, period) = self.whose(&caller, &asked.unit, &asked.period)?;
        self.node.withdraw(&caller.by(), caller.signer(), unit, period).await.map_err(refuse)?;
        Ok(Response::new(pb::WithdrawPeriodResponse {}))
    }

    async fn accept_report(
        &self,
        request: Request<pb::AcceptReportRequest>,
    ) -> Result<Response<pb::AcceptReportResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let period = Period::parse(&asked.period).map_err(refuse)?;
        self.reviews(&caller)?;
        let (unit, by) = (code(&asked.unit)?, caller.by());
        self.node.review(&by, caller.name(), &unit, period, Verdict::Accepted).await.map_err(refuse)?;
        Ok(Response::new(pb::AcceptReportResponse {}))
    }

    async fn return_figure(
        &self,
        request: Request<pb::ReturnFigureRequest>,
    ) -> Result<Response<pb::ReturnFigureResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let period = Period::parse(&asked.period).map_err(refuse)?;
        let reason = text(asked.reason, "reason", MAX_REASON)?;
        let until = date(&asked.answer_until, "answer_until")?;
        let measure = asked.measure;
        if Measure::by_name(&measure).is_none() && Derived::ALL.iter().all(|derived| derived.name() != measure) {
            let message = "it is not a measure: name one such as `received_direct` or `resolved_total`";
            return Err(WireError::new("measure", "BAD_MEASURE", message).into());
        }
        self.reviews(&caller)?;
        let (unit, by) = (code(&asked.unit)?, caller.by().because(&reason));
        let verdict = Verdict::Returned { measure, reason, until };
        self.node.review(&by, caller.name(), &unit, period, verdict).await.map_err(refuse)?;
        Ok(Response::new(pb::ReturnFigureResponse {}))
    }

    async fn enter_figures(
        &self,
        request: Request<pb::EnterFiguresRequest>,
    ) -> Result<Response<pb::EnterFiguresResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let forms = forms_from_pb(asked.forms)?;
        let source = text(asked.source, "source", MAX_TEXT)?;
        let unit = self.one(&caller, &asked.unit)?;
        let entered = self.node.enter(&caller.by(), &name(&caller), &unit, forms, source, asked.dry_run).await;
        Ok(Response::new(match entered.map_err(refuse)? {
            Ok(outcomes) => {
                pb::EnterFiguresResponse { faults: Vec::new(), outcomes: outcomes.iter().map(outcome_to_pb).collect() }
            }
            Err(faults) => {
                pb::EnterFiguresResponse { faults: faults.iter().map(fault_to_pb).collect(), outcomes: Vec::new() }
            }
        }))
    }

    async fn withdraw_figures(
        &self,
        request: Request<pb::WithdrawFiguresRequest>,
    ) -> Result<Response<pb::WithdrawFiguresResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let period = Period::parse(&asked.period).map_err(refuse)?;
        let unit = self.one(&caller, &asked.unit)?;
        self.node.take_back(&caller.by(), &unit, period).await.map_err(refuse)?;
        Ok(Response::new(pb::WithdrawFiguresResponse {}))
    }

    async fn explain_period(
        &self,
        request: Request<pb::ExplainPeriodRequest>,
    ) -> Result<Response<pb::ExplainPeriodResponse>, Status> {
        let caller = Caller::of(request.extensions());
        let asked = request.into_inner();
        let period = Period::parse(&asked.period).map_err(refuse)?;
        let unit = self.one(&caller, &asked.unit)?;
        let cause = |c: pb::CauseCount| Ok::<_, WireError>((text(c.cause, "causes.cause", MAX_TEXT)?, c.count));
        let words = Words {
            causes: asked.causes.into_iter().map(cause).collect::<Result<_, _>>()?,
            note: text(asked.note, "note", MAX_REASON)?,
            by: name(&caller),
        };
        let (new, late) = self.node.explain_period(&caller.by(), &unit, &period, words).await.map_err(refuse)?;
        Ok(Response::new(pb::ExplainPeriodResponse { already: !new, late }))
    }

    async fn list_reviews(
        &self,
        request: Request<pb::ListReviewsRequest>,
    ) -> Result<Response<pb::ListReviewsResponse>, Status> {
        let asked = request.into_inner();
        let period = Period::parse(&asked.period).map_err(refuse)?;
        let snapshot = self.node.snapshot();
        let unit = self.node.unit(&snapshot, &code(&asked.unit)?, period.last_day()).map_err(refuse)?;
        let reviews = self.node.reviews(&snapshot, &unit, &period);
        Ok(Response::new(pb::ListReviewsResponse { reviews: reviews.iter().map(reviewed_to_pb).collect() }))
    }
}

impl Periods {
    /// The unit, `None` for all whose books are kept here, and the period. A person who is bound to a unit acts for no other.
    fn whose(&self, caller: &Caller, unit: &str, period: &str) -> Result<(Option<String>, Period), Status> {
        caller.acts_for(&self.node, unit)?;
        // Who is bound to a unit closes that one, not all whose books are kept here.
        let several = self.node.snapshot().state.books.len() > 1;
        let unit = Some(code(unit)?).filter(|code| !code.is_empty()).or_else(|| caller.bound_to().filter(|_| several));
        Ok((unit, Period::parse(period).map_err(refuse)?))
    }

    /// One unit, the caller's own where none is named.
    fn one(&self, caller: &Caller, unit: &str) -> Result<String, Status> {
        let bound = Some(code(unit)?).filter(|code| !code.is_empty()).or_else(|| caller.bound_to());
        let unit = bound.unwrap_or_default();
        caller.acts_for(&self.node, &unit)?;
        Ok(unit)
    }

    /// What a unit says beside closing. It is kept even if closing is refused, and goes out when the period is closed at last.
    async fn note(&self, caller: &Caller, unit: &str, period: &str, note: String) -> Result<(), Status> {
        let note = text(note, "note", MAX_REASON)?;
        if note.is_empty() {
            return Ok(());
        }
        caller.acts_for(&self.node, unit)?;
        let (unit, period) = (self.one(caller, unit)?, Period::parse(period).map_err(refuse)?);
        let said = self.node.said(&unit, &period).map_err(refuse)?;
        let causes = said.map(|said| said.causes.clone()).unwrap_or_default();
        let words = Words { causes, note, by: name(caller) };
        self.node.explain_period(&caller.by(), &unit, &period, words).await.map_err(refuse)?;
        Ok(())
    }

    /// A person speaks for the node's own unit only as its approver.
    fn reviews(&self, caller: &Caller) -> Result<(), Status> {
        caller.acts_for(&self.node, "")?;
        match caller.signer() {
            Some(person) if person.role != Role::Approver => {
                Err(refuse(Refusal::OtherRole { role: person.role, needs: Role::Approver }))
            }
            _ => Ok(()),
        }
    }

    async fn publish(
        &self,
        caller: &Caller,
        unit: &str,
        period: &str,
        ask: Ask,
    ) -> Result<Vec<pb::PublishedDocument>, Status> {
        let (unit, period) = self.whose(caller, unit, period)?;
        let (by, person) = (caller.by(), caller.signer());
        // The reason stands in the audit trail too.
        let by = match &ask {
            Ask::Amend { reason } | Ask::Close { reason: Some(reason) } => by.because(reason),
            Ask::Close { reason: None } => by,
        };
        let documents = self.node.close_as(&by, person.as_ref(), unit, period, ask).await.map_err(refuse)?;
        Ok(documents.into_iter().map(document_row).collect())
    }
}

/// The caller's name as a document can hold it.
fn name(caller: &Caller) -> String {
    caller.signer().map(|person| person.on_documents()).unwrap_or_default()
}

fn day(at: &[u8]) -> Result<NaiveDate, Status> {
    let days = <[u8; 4]>::try_from(at).ok().map(i32::from_be_bytes);
    days.and_then(NaiveDate::from_num_days_from_ce_opt).ok_or_else(|| refuse(NodeError::PageToken))
}

fn atom_row(state: AtomState) -> pb::AtomState {
    let row = pb::AtomState {
        start: state.atom.start.to_string(),
        end: state.atom.end.to_string(),
        closed: state.closed,
        ..pb::AtomState::default()
    };
    match state.published {
        None => row,
        Some(published) => pb::AtomState {
            revision: published.revision,
            published_at: published.at.map(instant_to_pb),
            reason: published.reason,
            changed_since: published.changed_since,
            document: published.hash.0.to_vec(),
            ..row
        },
    }
}

fn document_row(document: PublishedDocument) -> pb::PublishedDocument {
    pb::PublishedDocument {
        unit: document.unit.to_string(),
        atom_start: document.atom.start.to_string(),
        atom_end: document.atom.end.to_string(),
        revision: document.revision,
        hash: document.hash.0.to_vec(),
        expected: document.expected,
        received: document.received,
    }
}
