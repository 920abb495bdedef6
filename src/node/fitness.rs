//! Whether the node can do its work, for whoever asks by gRPC's health protocol.

use std::sync::atomic::Ordering::SeqCst;

use super::Node;

impl Node {
    /// Why the node cannot do its work now; `None` while it can. [`Node::changes`] tells when to ask again.
    pub fn unfit(&self) -> Option<String> {
        if let Some(why) = &self.snapshot().stopped {
            return Some(format!("nothing is written any more: {why}"));
        }
        self.certificate_lapsed.load(SeqCst).then(|| "the node's certificate has lapsed".to_owned())
    }

    /// Told by whoever watches the certificate, when it lapses and when there is a new one.
    pub fn certificate_lapsed(&self, lapsed: bool) {
        if self.certificate_lapsed.swap(lapsed, SeqCst) != lapsed {
            self.touch();
        }
    }
}
