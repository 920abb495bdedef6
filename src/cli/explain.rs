//! `motcua explain`

use super::{
    Failure,
    args::{ExplainArgs, ExplainFormatArg},
    connect,
    out::say,
};
use crate::{
    domain::measure::Figure,
    reports::explain::{Listed, json, text},
    wire::{
        event::due_from_pb,
        explain::{from_pb, revision_from_pb},
        link::Link,
        pb::v1 as pb,
        scalar::instant_from_pb,
        stamp,
    },
};

/// Dossiers asked for at a time.
const PAGE: usize = 1_000;

pub(super) async fn run(args: &ExplainArgs) -> Result<(), Failure> {
    match args.measure {
        Some(figure) => explain(args, figure).await,
        None => revisions(args).await,
    }
}

async fn explain(args: &ExplainArgs, figure: Figure) -> Result<(), Failure> {
    let link = connect::channel(&args.node).await?;
    let request = pb::ExplainFigureRequest {
        unit: args.unit.clone().unwrap_or_default(),
        period: args.period.clone(),
        measure: figure.name().to_owned(),
        as_known_at: args.as_known_at.map(stamp::to_pb),
    };
    let answer = connect::explain(link.clone()).explain_figure(request).await.map_err(|s| Failure::status(&s))?;
    let explained = from_pb(answer.into_inner()).map_err(Failure::senseless)?;
    let part = &explained.part;
    let dossiers = if part.here && part.own != 0 && args.as_known_at.is_none() {
        dossiers(args, figure, &part.unit.code, link).await?
    } else {
        Vec::new()
    };
    say!(
        "{}",
        match args.format {
            ExplainFormatArg::Text => text::explanation(&explained, &dossiers, args.lang.into()),
            ExplainFormatArg::Json => json::explanation(&explained, &dossiers),
        }
        .trim_end()
    );
    Ok(())
}

/// As many as were asked for. Who may not see codes is told so beside the explanation.
async fn dossiers(args: &ExplainArgs, figure: Figure, unit: &str, link: Link) -> Result<Vec<Listed>, Failure> {
    let mut client = connect::explain(link);
    let (mut listed, mut page_token) = (Vec::new(), String::new());
    while listed.len() < args.dossiers {
        let request = pb::ListCountedRequest {
            unit: unit.to_owned(),
            period: args.period.clone(),
            measure: figure.name().to_owned(),
            page_size: i32::try_from(PAGE.min(args.dossiers - listed.len())).unwrap_or_default(),
            page_token: std::mem::take(&mut page_token),
        };
        let page = match client.list_counted(request).await {
            Ok(page) => page.into_inner(),
            Err(status) if status.code() == tonic::Code::PermissionDenied => {
                eprintln!("motcua: the dossiers are not listed: {}", Failure::status(&status));
                return Ok(Vec::new());
            }
            Err(status) => return Err(Failure::status(&status)),
        };
        for counted in page.dossiers {
            listed.push(row(counted)?);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(listed);
        }
    }
    if !page_token.is_empty() {
        eprintln!("motcua: there are more dossiers: list more of them with --dossiers");
    }
    Ok(listed)
}

fn row(counted: pb::CountedDossier) -> Result<Listed, Failure> {
    let dossier = counted.dossier.unwrap_or_default();
    let instant = |at: Option<_>| at.map(|at| instant_from_pb(at, "dossier")).transpose();
    Ok(Listed {
        code: dossier.code,
        value: counted.value,
        state: dossier.state,
        received_at: instant(dossier.received_at).map_err(Failure::senseless)?,
        due: dossier.due.map(due_from_pb).transpose().map_err(Failure::senseless)?,
        closed_at: instant(dossier.closed_at).map_err(Failure::senseless)?,
    })
}

async fn revisions(args: &ExplainArgs) -> Result<(), Failure> {
    let request = pb::ListRevisionsRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
    let mut client = connect::explain(connect::channel(&args.node).await?);
    let answer = client.list_revisions(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    let all: Vec<_> =
        answer.revisions.into_iter().map(revision_from_pb).collect::<Result<_, _>>().map_err(Failure::senseless)?;
    say!(
        "{}",
        match args.format {
            ExplainFormatArg::Text => text::revisions(&all, args.lang.into()),
            ExplainFormatArg::Json => json::revisions(&all),
        }
        .trim_end()
    );
    Ok(())
}
