//! The join token: one line that a person carries to a new machine. It says where to ask, whom to believe there, and holds the secret that proves
//! the invitation. The top keeps only the public half of the key made from that secret, so its books let nobody in.

use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;
use prost::Message;

use crate::{
    document::{KeySealer, Sealer},
    domain::{address::is_https, roll::Key, time::parse_date, units::is_code},
    wire::pb::v1 as pb,
};

/// What every join token begins with, so that people and secret scanners know it.
const PREFIX: &str = "motcua-join-1.";
/// Ours have eight letters.
const MAX_ID: usize = 40;

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
    /// First day of the new node's books; whoever answers cannot say another. `None` in tokens of older nodes.
    pub books_from: Option<NaiveDate>,
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
        Ticket { address, authority, root, unit, id, books_from: None, secret }
    }

    /// The same, for books that begin on that day.
    pub fn with_books_from(self, day: NaiveDate) -> Ticket {
        Ticket { books_from: Some(day), ..self }
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
            books_from: match pb.books_from.as_str() {
                "" => None,
                day => Some(parse_date(day).ok_or(NoTicket)?),
            },
        };
        // All of this goes on to a configuration, a terminal, the journal: a token may come from anywhere.
        let named = (1..=MAX_ID).contains(&ticket.id.len()) && ticket.id.bytes().all(|b| b.is_ascii_alphanumeric());
        let whole = is_code(&ticket.unit) && named && is_https(&ticket.address);
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
            books_from: self.books_from.map(|day| day.to_string()).unwrap_or_default(),
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
        let dated = ticket.clone().with_books_from(parse_date("2018-01-15").unwrap());
        assert_eq!(Ticket::parse(&dated.text()), Ok(dated));
        assert!(!format!("{ticket:?}").contains("07, 07") && !format!("{ticket:?}").contains("7, 7"));
        for address in ["http://10.0.0.1:7070", "https://a\"\n[limits]", "https://u@a:1", ""] {
            let odd = Ticket { address: address.into(), ..ticket.clone() };
            assert_eq!(Ticket::parse(&odd.text()), Err(NoTicket), "{address}");
        }
        let odd = Ticket { id: "\u{1b}[2J".into(), ..ticket.clone() };
        assert_eq!(Ticket::parse(&odd.text()), Err(NoTicket));
        for bad in ["", PREFIX, "motcua-access-1.a.b", &text[..text.len() - 9], &text.replace("motcua-join-1", "x")] {
            assert_eq!(Ticket::parse(bad), Err(NoTicket), "{bad}");
        }
    }
}
