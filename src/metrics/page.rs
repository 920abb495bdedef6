//! `GET /metrics`, and nothing else. Read only, so it needs no key; it listens on loopback unless an address is named.

use std::{io, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the text is called. Prometheus reads it as OpenMetrics.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves the page until `stop`. `text` is asked at every visit, beside the threads that serve connections, because it may look at the disk.
pub async fn serve(
    listener: TcpListener,
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
    stop: CancellationToken,
) -> io::Result<()> {
    let text = Arc::new(text);
    let page = move || {
        let text = Arc::clone(&text);
        async move {
            match tokio::task::spawn_blocking(move || text()).await {
                Ok(Some(text)) => ([(CONTENT_TYPE, FORMAT)], text).into_response(),
                _ => (StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be written\n").into_response(),
            }
        }
    };
    let server = axum::serve(listener, Router::new().route("/metrics", get(page)));
    // A reader that keeps its connection open does not hold the end up.
    tokio::select! {
        ended = server => ended,
        () = stop.cancelled() => Ok(()),
    }
}
