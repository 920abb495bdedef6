//! Logs, and where the program was built for it, traces. Logs go to standard error: for people on a terminal, JSON elsewhere. `RUST_LOG` says how
//! much of both.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// Whatever has to be sent off before the program ends. Dropped at the end of `main`.
#[derive(Default)]
pub struct Telemetry {
    #[cfg(feature = "otel")]
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

/// Starts logs at this level, and traces to this collector. Called once, inside the runtime, because traces are sent from there. A collector that
/// cannot be used is said and does not keep the node from its work.
pub fn start(level: &str, traces: Option<&str>) -> Telemetry {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Boxed = match std::io::stderr().is_terminal() {
        true => lines.with_target(false).boxed(),
        false => lines.json().boxed(),
    };
    let mut layers = vec![lines];
    let (telemetry, problem) = exported(traces, &mut layers);
    tracing_subscriber::registry().with(layers).with(filter).init();
    if let Some(problem) = problem {
        tracing::warn!("traces are not sent: {problem}");
    }
    telemetry
}

/// The configuration refuses an endpoint where traces were not built in.
#[cfg(not(feature = "otel"))]
fn exported(_: Option<&str>, _: &mut Vec<Boxed>) -> (Telemetry, Option<String>) {
    (Telemetry::default(), None)
}

#[cfg(feature = "otel")]
fn exported(traces: Option<&str>, layers: &mut Vec<Boxed>) -> (Telemetry, Option<String>) {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_otlp::WithExportConfig;

    let Some(endpoint) = traces else { return (Telemetry::default(), None) };
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
    let exporter = match exporter {
        Ok(exporter) => exporter,
        Err(error) => return (Telemetry::default(), Some(error.to_string())),
    };
    let resource = opentelemetry_sdk::Resource::builder().with_service_name("motcua").build();
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(exporter)
        .build();
    // What is sent to the collector is sent by the libraries that the spans would be about: only this program's own are taken.
    let own = tracing_subscriber::filter::filter_fn(|span| span.target().starts_with("motcua"));
    layers.push(tracing_opentelemetry::layer().with_tracer(provider.tracer("motcua")).with_filter(own).boxed());
    (Telemetry { provider: Some(provider) }, None)
}

#[cfg(feature = "otel")]
impl Drop for Telemetry {
    fn drop(&mut self) {
        // A collector that is away now keeps nobody from ending.
        if let Some(Err(error)) = self.provider.take().map(|provider| provider.shutdown()) {
            tracing::debug!("the last traces were not sent: {error}");
        }
    }
}
