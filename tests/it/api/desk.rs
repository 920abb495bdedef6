//! What a desk is answered.

use motcua::wire::{
    pb::v1::{self as pb, desk_service_client::DeskServiceClient},
    status::reason_of,
};
use tonic::Code;

use super::{event, received, record, resolved, served};

#[tokio::test]
async fn every_event_is_answered_in_its_place() {
    use pb::{Outcome as O, Standing as S};
    let served = served(10).await;
    let first = event(1, "A", "2018-02-01T09:00:00+07:00", received("other"));
    let elsewhere = pb::Event { unit: "07085".into(), ..event(5, "B", "2018-02-01T09:00:00+07:00", received("other")) };
    let short = pb::Event { id: vec![1; 15], ..first.clone() };
    let group = vec![
        first.clone(),
        first.clone(),
        event(1, "A", "2018-02-01T09:30:00+07:00", received("other")),
        event(3, "B", "2018-02-01T09:00:00+07:00", received("9.999999")),
        event(4, "B", "2018-02-21T09:00:00+07:00", received("other")),
        elsewhere,
        event(6, "C", "2018-02-02T09:00:00+07:00", resolved()),
        short,
    ];
    let later = vec![event(7, "C", "2018-02-03T09:00:00+07:00", received("other"))];
    let answers = record(&served, vec![group, Vec::new(), later]).await.unwrap();
    let cursors: Vec<&str> = answers.iter().map(|a| a.cursor.as_str()).collect();
    assert_eq!(cursors, ["0", "1", "2"]);
    let acks: Vec<_> =
        answers[0].acks.iter().map(|a| (a.outcome(), a.standing(), a.reason.as_str(), a.field.as_str())).collect();
    assert_eq!(
        acks,
        [
            (O::Recorded, S::Counted, "", ""),
            (O::AlreadyRecorded, S::Counted, "", ""),
            (O::Conflict, S::Unspecified, "ID_IN_USE", "occurred_at"),
            (O::Refused, S::Unspecified, "UNKNOWN_PROCEDURE", "procedure"),
            (O::Refused, S::Unspecified, "IN_THE_FUTURE", "occurred_at"),
            (O::Refused, S::Unspecified, "NOT_THIS_UNIT", "unit"),
            (O::Recorded, S::Held, "NO_RECEPTION", ""),
            (O::Refused, S::Unspecified, "BAD_ID", "id"),
        ]
    );
    assert!(answers[0].acks.iter().all(|a| a.message.is_empty() == a.reason.is_empty()));
    assert_eq!(answers[2].acks[0].standing(), S::Counted);

    // The reception has come, but only after the completion: what was held is in conflict now.
    let mut desk = DeskServiceClient::new(served.channel.clone());
    let asked = pb::GetDossierRequest { dossier: "C".into(), ..Default::default() };
    let dossier = desk.get_dossier(asked).await.unwrap().into_inner();
    let standings: Vec<_> = dossier.events.iter().map(|e| (e.standing(), e.reason.as_str())).collect();
    assert_eq!(standings, [(S::Conflict, "BEFORE_RECEPTION"), (S::Counted, "")]);
    assert_eq!(dossier.dossier.unwrap().state, "pending");
    let problems = desk.list_problems(pb::ListProblemsRequest::default()).await.unwrap().into_inner();
    assert_eq!((problems.events.len(), problems.next_page_token.as_str()), (1, ""));
}

#[tokio::test]
async fn a_group_that_is_too_large_ends_the_stream_after_what_was_good() {
    let served = served(10).await;
    let many = vec![event(1, "A", "2018-02-01T09:00:00+07:00", resolved()); 1001];
    let good = vec![event(2, "A", "2018-02-01T09:00:00+07:00", received("other"))];
    let groups = [good, many].map(|events| pb::RecordRequest { events, ..Default::default() });
    let mut desk = DeskServiceClient::new(served.channel.clone());
    let mut answers = desk.record(tokio_stream::iter(groups)).await.unwrap().into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().acks[0].outcome(), pb::Outcome::Recorded);
    let refused = answers.message().await.unwrap_err();
    assert_eq!((refused.code(), reason_of(&refused).as_deref()), (Code::InvalidArgument, Some("BATCH_TOO_LARGE")));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let served = served(10).await;
    let events = (1..=5).map(|n| event(n, &format!("D{n}"), "2018-02-01T09:00:00+07:00", received("other"))).collect();
    record(&served, vec![events]).await.unwrap();
    let mut desk = DeskServiceClient::new(served.channel.clone());
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let asked = pb::ListOpenDossiersRequest { page_size: 2, page_token: token, ..Default::default() };
        let page = desk.list_open_dossiers(asked).await.unwrap().into_inner();
        seen.extend(page.dossiers.into_iter().map(|d| (d.code, d.overdue)));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, (1..=5).map(|n| (format!("D{n}"), true)).collect::<Vec<_>>());
    let early = pb::ListOpenDossiersRequest { due_until: "2018-02-08".into(), ..Default::default() };
    assert!(desk.list_open_dossiers(early).await.unwrap().into_inner().dossiers.is_empty());
    // The node's own clock and calendar count the days.
    let soon = |due_within| pb::ListOpenDossiersRequest { due_within, ..Default::default() };
    let listed = |page: tonic::Response<pb::ListOpenDossiersResponse>| page.into_inner().dossiers.len();
    assert_eq!(listed(desk.list_open_dossiers(soon(Some(0))).await.unwrap()), 5);
    let far = desk.list_open_dossiers(soon(Some(21))).await.unwrap_err();
    assert_eq!(reason_of(&far).as_deref(), Some("OUT_OF_RANGE"));
    let both = pb::ListOpenDossiersRequest { due_until: "2018-02-08".into(), ..soon(Some(1)) };
    assert_eq!(reason_of(&desk.list_open_dossiers(both).await.unwrap_err()).as_deref(), Some("BAD_CHOICE"));
    let foreign = pb::ListProblemsRequest { page_token: "01016f".into(), ..Default::default() };
    assert_eq!(reason_of(&desk.list_problems(foreign).await.unwrap_err()).as_deref(), Some("BAD_PAGE_TOKEN"));
    let large = pb::ListProblemsRequest { page_size: 1001, ..Default::default() };
    assert_eq!(reason_of(&desk.list_problems(large).await.unwrap_err()).as_deref(), Some("BAD_PAGE_SIZE"));
}
