//! The join token: one line that a person carries to a new machine. It says where to ask, whom to believe there, and holds the secret that proves
//! the invitation. The top keeps only the public half of the key made from that secret, so its books let nobody in.

use data_encoding::BASE64URL_NOPAD;
use prost::Message;

use crate::{
    document::{KeySealer, Sealer},
    domain::{roll::Key, units::is_code},
    wire::pb::v1 as pb,
};

/// What every join token begins with, so that people and secret scanners know it.
const PREFIX: &str = "motcua-join-1.";

/// A join token. `Debug` shows nothing of its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Where to ask, `https://HOST:PORT`.
    pub address: String,
    /// blake3 of the authority's certificate.
    pub authority: [u8; 32],
    /// The key that signs the registry.
    pub root: Key,
    /// Code of the unit.
    pub unit: String,
    /// Its name.
    pub id: String,
    secret: [u8; 32],
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("id", &self.id).field("unit", &self.unit).finish_non_exhaustive()
    }
}

/// Not a join token. What was given is never repeated: it may be half a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no join token: give the whole line that `motcua token issue` printed, beginning with motcua-join-1.")]
pub struct NoTicket;

impl Ticket {
    /// A token with 32 bytes from a good source of randomness.
    pub fn new(address: String, authority: [u8; 32], root: Key, unit: String, id: String, secret: [u8; 32]) -> Ticket {
        Ticket { address, authority, root, unit, id, secret }
    }

    /// Reads what [`Ticket::text`] wrote.
    ///
    /// # Errors
    /// [`NoTicket`].
    pub fn parse(text: &str) -> Result<Ticket, NoTicket> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(NoTicket)?;
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| NoTicket)?;
        let pb = pb::JoinTicket::decode(bytes.as_slice()).map_err(|_| NoTicket)?;
        let key = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| NoTicket);
        let ticket = Ticket {
            authority: key(&pb.authority)?,
            root: key(&pb.root)?,
            secret: key(&pb.secret)?,
            address: pb.address,
            unit: pb.unit,
            id: pb.id,
        };
        let whole = is_code(&ticket.unit) && !ticket.id.is_empty() && !ticket.address.is_empty();
        if whole { Ok(ticket) } else { Err(NoTicket) }
    }

    /// The line. It is the secret.
    pub fn text(&self) -> String {
        let pb = pb::JoinTicket {
            address: self.address.clone(),
            authority: self.authority.to_vec(),
            root: self.root.to_vec(),
            unit: self.unit.clone(),
            id: self.id.clone(),
            secret: self.secret.to_vec(),
        };
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&pb.encode_to_vec()))
    }

    /// Signs the request of whoever holds the token.
    pub fn sealer(&self) -> KeySealer {
        KeySealer::from_seed(&self.secret)
    }

    /// What the top remembers of it.
    pub fn verifier(&self) -> Key {
        self.sealer().public_key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let address = "https://10.0.0.1:7070".to_owned();
        let ticket = Ticket::new(address, [1; 32], [2; 32], "07069".into(), "k3".into(), [7; 32]);
        let text = ticket.text();
        assert_eq!(Ticket::parse(&format!(" {text}\n")), Ok(ticket.clone()));
        assert!(!format!("{ticket:?}").contains("07, 07") && !format!("{ticket:?}").contains("7, 7"));
        for bad in ["", PREFIX, "motcua-access-1.a.b", &text[..text.len() - 9], &text.replace("motcua-join-1", "x")] {
            assert_eq!(Ticket::parse(bad), Err(NoTicket), "{bad}");
        }
    }
}
