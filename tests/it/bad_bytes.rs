//! Bytes that are no message, messages beyond the limit and methods that do not exist, over real connections.

use tonic::{
    Request, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::Channel,
};

use super::bad_input::{assert_reason, node, sequence};

/// Sends what it is given and reads nothing into the answer.
#[derive(Clone, Copy, Default)]
pub struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;
    fn encoder(&mut self) -> Raw {
        Raw
    }
    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;
    fn encode(&mut self, item: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(out, &item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;
    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let bytes = bytes::Buf::copy_to_bytes(from, bytes::Buf::remaining(from));
        Ok(Some(bytes.to_vec()))
    }
}

/// Calls a method with raw bytes, as one message of a stream; the error it ends with.
async fn call(channel: &Channel, method: &'static str, message: Vec<u8>) -> Status {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = tonic::codegen::http::uri::PathAndQuery::from_static(method);
    match client.streaming(Request::new(tokio_stream::once(message)), path, Raw).await {
        Err(status) => status,
        Ok(answers) => answers.into_inner().message().await.unwrap_err(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_tells_bytes_that_are_no_message() {
    let (node, channel) = node("01", "01").await;
    let before = sequence(&channel).await;
    for method in [
        "/motcua.v1.DeskService/Record",
        "/motcua.v1.DeskService/GetDossier",
        "/motcua.v1.ReportService/GetReport",
        "/motcua.v1.ReportService/WatchReport",
        "/motcua.v1.PeriodService/ClosePeriod",
        "/motcua.v1.RegistryService/ImportRegistry",
        "/motcua.v1.FederationService/Deliver",
    ] {
        // A field without a number, a length beyond the end, text that is not UTF-8 where text has to be.
        for bytes in [vec![0x07], vec![0x0a, 0xff, 0xff, 0x03, b'a'], vec![0xff; 64]] {
            assert_reason(&call(&channel, method, bytes).await, "MALFORMED_MESSAGE", "");
        }
    }
    assert_reason(
        &call(&channel, "/motcua.v1.DeskService/GetDossier", vec![0x12, 1, 0xff]).await,
        "MALFORMED_MESSAGE",
        "",
    );
    assert_reason(&call(&channel, "/motcua.v1.DeskService/Forget", Vec::new()).await, "UNKNOWN_METHOD", "");
    assert_reason(&call(&channel, "/motcua.v9.DeskService/Record", Vec::new()).await, "UNKNOWN_METHOD", "");
    assert_eq!(sequence(&channel).await, before);
    node.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_the_limit_is_refused_and_the_node_goes_on() {
    let (node, channel) = node("01", "01").await;
    let before = sequence(&channel).await;
    let large = vec![0; motcua::config::Limits::default().message_bytes + 1];
    for method in ["/motcua.v1.DeskService/Record", "/motcua.v1.PeriodService/ClosePeriod"] {
        assert_reason(&call(&channel, method, large.clone()).await, "MESSAGE_TOO_LARGE", "");
    }
    assert_eq!(sequence(&channel).await, before);
    node.running.stop().await.unwrap();
}
