//! What a node below is answered.

use motcua::document::open_part;
use motcua::domain::registry::Part;
use motcua::wire::{
    pb::v1::{
        self as pb, federation_service_client::FederationServiceClient, registry_service_client::RegistryServiceClient,
    },
    status::reason_of,
};
use tonic::Code;

use super::served;

#[tokio::test]
async fn children_are_greeted_even_on_their_last_day() {
    let served = served(10).await;
    let row = |code: &str, parent: &str, until: &str| pb::UnitRow {
        code: code.into(),
        name: code.into(),
        level: "commune".into(),
        parent_code: parent.into(),
        valid_to: until.into(),
        ..Default::default()
    };
    let units = vec![row("07084", "", ""), row("07085", "07084", ""), row("07086", "07084", "2018-02-01")];
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Tree.into(), units, ..Default::default() };
    let mut registry = RegistryServiceClient::new(served.channel.clone());
    let imported = registry.import_registry(pb::ImportRegistryRequest { part: Some(part) }).await.unwrap().into_inner();
    // The number is the node's time in seconds, so that a restored top never gives an old one twice.
    assert_eq!((imported.version, imported.rows), (1_519_095_600, 3));

    let mut federation = FederationServiceClient::new(served.channel.clone());
    let hello =
        |unit: &str| pb::HelloRequest { unit: unit.into(), protocol_min: 1, protocol_max: 3, ..Default::default() };
    for unit in ["07085", "07086"] {
        let answer = federation.hello(hello(unit)).await.unwrap().into_inner();
        assert_eq!((answer.protocol, answer.unit.as_str(), answer.digest.len()), (1, "07084", 32), "{unit}");
    }
    assert_eq!(federation.hello(hello("07084")).await.unwrap_err().code(), Code::PermissionDenied);
    let newer = pb::HelloRequest { protocol_min: 2, ..hello("07085") };
    assert_eq!(reason_of(&federation.hello(newer).await.unwrap_err()).as_deref(), Some("PROTOCOL_VERSION"));

    let has_not = pb::FetchRegistryRequest { unit: "07085".into(), have: Vec::new() };
    let mut parts = federation.fetch_registry(has_not.clone()).await.unwrap().into_inner();
    let sealed = parts.message().await.unwrap().unwrap().part;
    let Part::Tree(tree) = open_part(&sealed.into()).unwrap().part else { panic!("not the tree") };
    assert_eq!(tree.rows().len(), 3);
    assert!(parts.message().await.unwrap().is_none());
    let tree = pb::RegistryPartVersion { kind: pb::RegistryPartKind::Tree.into(), version: imported.version };
    let has = pb::FetchRegistryRequest { have: vec![tree], ..has_not };
    assert!(federation.fetch_registry(has).await.unwrap().into_inner().message().await.unwrap().is_none());
    let junk = pb::DeliverRequest { sender: "07085".into(), documents: vec![vec![1], vec![2]] };
    let receipts = federation.deliver(tokio_stream::once(junk)).await.unwrap().into_inner().receipts;
    let reasons: Vec<&str> = receipts.iter().map(|r| r.reason.as_str()).collect();
    assert_eq!(reasons, ["MALFORMED_DOCUMENT", "BATCH_REFUSED"]);
}
