//! A client's connection that says who asks.

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

/// A channel with a person's token beside every call.
pub type Link = InterceptedService<Channel, Token>;

/// A person's token, or none. `Debug` does not show it.
#[derive(Clone, Debug, Default)]
pub struct Token(Option<MetadataValue<Ascii>>);

impl Token {
    /// As it was issued; `None` if it is no token at all.
    pub fn new(token: &str) -> Option<Token> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {token}").parse().ok()?;
        value.set_sensitive(true);
        Some(Token(Some(value)))
    }

    /// The channel under this token.
    pub fn on(self, channel: Channel) -> Link {
        InterceptedService::new(channel, self)
    }
}

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}
