//! `motcua doctor`: looks at everything it can reach, says one line for each, and ends with 1 if something is bad.

use std::path::Path;

use serde_json::json;

use super::{
    Failure,
    args::{DoctorArgs, DoctorFormat, NodeArgs},
    connect,
    out::say,
};
use crate::{
    clock,
    config::{Config, FILE},
    doctor::{
        Finding, Verdict,
        facts::{Directory, Facts, Node},
        judge::judge,
        look,
    },
    wire::pb::v1 as pb,
};

/// `motcua doctor`
pub(super) async fn doctor(args: &DoctorArgs) -> Result<(), Failure> {
    let facts = match (&args.node, &args.dir) {
        (None, None) if args.credentials.is_none() => look_at(Path::new(".")).await,
        (None, Some(dir)) => look_at(dir).await,
        _ => {
            let node = NodeArgs { node: args.node.clone(), credentials: args.credentials.clone(), dir: None };
            Facts { now: clock::now(), directory: None, node: ask(&node).await }
        }
    };
    let findings = judge(&facts);
    match args.format {
        DoctorFormat::Text => findings.iter().for_each(|finding| say!("{finding}")),
        DoctorFormat::Json => {
            let rows: Vec<_> = findings.iter().map(row).collect();
            say!("{}", json!({ "worst": worst(&findings).to_string(), "findings": rows }));
        }
    }
    let bad = findings.iter().filter(|f| f.verdict == Verdict::Bad).count();
    match bad {
        0 => Ok(()),
        1 => Err(Failure::no("one thing has to be seen to")),
        bad => Err(Failure::no(format!("{bad} things have to be seen to"))),
    }
}

fn worst(findings: &[Finding]) -> Verdict {
    findings.iter().map(|f| f.verdict).max().unwrap_or(Verdict::Ok)
}

fn row(finding: &Finding) -> serde_json::Value {
    json!({
        "verdict": finding.verdict.to_string(),
        "what": finding.what,
        "detail": finding.detail,
        "remedy": finding.remedy,
    })
}

async fn look_at(dir: &Path) -> Facts {
    let file = dir.join(FILE);
    let config = Config::load(&file);
    let (directory, node) = match &config {
        Ok(config) => {
            let directory =
                Directory { configuration: Ok(file.display().to_string()), data: Some(look::data(&config.data)) };
            let node = NodeArgs { node: None, credentials: None, dir: Some(dir.to_owned()) };
            (directory, ask(&node).await)
        }
        Err(error) => {
            // Where every node has its data unless told otherwise.
            let data = dir.join("data");
            let data = data.is_dir().then(|| look::data(&data));
            let why = "without a configuration nobody knows where the node listens".to_owned();
            (Directory { configuration: Err(error.to_string()), data }, Err(why))
        }
    };
    Facts { now: clock::now(), directory: Some(directory), node }
}

async fn ask(node: &NodeArgs) -> Result<Node, String> {
    let url = connect::url(node).map_err(|failure| failure.to_string())?;
    let channel = connect::channel(node).await.map_err(|failure| failure.to_string())?;
    let status = connect::admin(channel).get_status(pb::GetStatusRequest {}).await;
    let status = status.map_err(|status| Failure::status(&status).to_string())?;
    Ok(look::node(&url, status.into_inner()))
}
