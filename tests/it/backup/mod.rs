//! Backups of real nodes by the real program, and what a node is after one was restored.

mod by_itself;
mod desk;
mod in_time;
mod kills;
mod streams;
mod whole_again;

use std::{fs, path::Path};

use motcua::wire::pb::v1::{self as pb, desk_service_client::DeskServiceClient};
use tonic::transport::Channel;

/// A field of what a command prints.
fn field(told: &str, name: &str) -> String {
    let line = told.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {told}"));
    line[name.len()..].trim().to_owned()
}

/// The first number in it.
fn number(text: &str) -> u64 {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in {text}"))
}

fn str(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A mapping for `code,in,out,how`, and a file of so many dossiers received and resolved on a day; every third stays open.
fn dossiers(folder: &Path, name: &str, day: &str, count: usize) -> (String, String) {
    let mapping = "source = \"log\"\n[input]\nkind = \"dossiers\"\n[columns]\ndossier = \"code\"\nreceived_at = \"in\"\nclosed_at = \"out\"\nchannel = \"how\"\n[channels]\nDesk = \"direct\"\n";
    fs::write(folder.join("m.toml"), mapping).unwrap();
    let mut text = "code,in,out,how\n".to_owned();
    for n in 0..count {
        let out = if n % 3 == 0 { "" } else { day };
        text += &format!("{name}-{n},{day},{out},Desk\n");
    }
    let file = folder.join(format!("{name}.csv"));
    fs::write(&file, text).unwrap();
    (str(&file).to_owned(), str(&folder.join("m.toml")).to_owned())
}

/// Sends groups of events one after the other; the answers.
async fn send(url: &str, groups: Vec<Vec<pb::Event>>) -> Vec<pb::RecordResponse> {
    let channel = Channel::from_shared(url.to_owned()).unwrap().connect().await.unwrap();
    let requests = groups.into_iter().map(|events| pb::RecordRequest { events, ..pb::RecordRequest::default() });
    let stream = tokio_stream::iter(requests.collect::<Vec<_>>());
    let mut incoming = DeskServiceClient::new(channel).record(stream).await.unwrap().into_inner();
    let mut answers = Vec::new();
    while let Some(answer) = incoming.message().await.unwrap() {
        answers.push(answer);
    }
    answers
}
