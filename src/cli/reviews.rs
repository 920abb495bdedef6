//! `motcua review`

use super::{
    Failure,
    args::{ReviewArgs, ReviewCommand},
    connect,
    out::say,
};
use crate::{
    reports::{Lang, render::table},
    wire::{pb::v1 as pb, report::reviewed_from_pb},
};

pub(super) async fn run(command: &ReviewCommand) -> Result<(), Failure> {
    match command {
        ReviewCommand::Accept(args) => {
            let Some(unit) = args.unit.clone() else {
                return Err(Failure::usage("name the unit whose report is accepted with --unit"));
            };
            let request = pb::AcceptReportRequest { unit, period: args.period.clone() };
            let mut client = connect::period(connect::channel(&args.node).await?);
            client.accept_report(request).await.map_err(|s| Failure::status(&s))?;
            Ok(())
        }
        ReviewCommand::Return(args) => {
            let request = pb::ReturnFigureRequest {
                unit: args.unit.clone(),
                period: args.period.clone(),
                measure: args.measure.clone(),
                reason: args.reason.clone(),
                answer_until: args.until.to_string(),
            };
            let mut client = connect::period(connect::channel(&args.node).await?);
            client.return_figure(request).await.map_err(|s| Failure::status(&s))?;
            Ok(())
        }
        ReviewCommand::List(args) => list(args).await,
    }
}

async fn list(args: &ReviewArgs) -> Result<(), Failure> {
    let request = pb::ListReviewsRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
    let mut client = connect::period(connect::channel(&args.node).await?);
    let answer = client.list_reviews(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    said(answer.reviews, args.lang.into())
}

/// A line each, as below a report.
pub(super) fn said(reviews: Vec<pb::Review>, lang: Lang) -> Result<(), Failure> {
    for review in reviews {
        let unit = review.unit.clone();
        let said = reviewed_from_pb(review).map_err(Failure::senseless)?;
        say!("{unit}  {}", table::review(&said, lang));
    }
    Ok(())
}
