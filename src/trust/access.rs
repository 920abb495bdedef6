//! A person's token: an id that is looked up, and a secret of which the node keeps a keyed hash only. Whoever copies the node's books cannot call
//! it, and whoever copies the key of the hashes alone cannot either.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};

use crate::{
    domain::time::Timestamp,
    ledger::trust::{Person, Trust},
};

/// What every token begins with, so that people and secret scanners know it.
const PREFIX: &str = "motcua-access-1.";

/// The key of the hashes: 32 bytes in a file of the node's own.
#[derive(Clone)]
pub struct AccessKey([u8; 32]);

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey")
    }
}

impl AccessKey {
    /// From 32 bytes from a good source of randomness.
    pub fn new(bytes: [u8; 32]) -> AccessKey {
        AccessKey(bytes)
    }

    /// Reads what [`AccessKey::text`] wrote.
    pub fn parse(text: &str) -> Option<AccessKey> {
        let bytes = BASE64URL_NOPAD.decode(text.trim().as_bytes()).ok()?;
        bytes.try_into().ok().map(AccessKey)
    }

    /// As its file holds it.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    fn hash(&self, id: &str, secret: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(id.as_bytes()).update(&[0]).update(secret);
        hasher.finalize()
    }

    /// A new token: its line, which is the secret, the person's id, and what is kept of it. Takes 40 bytes from a good source of randomness.
    pub fn issue(&self, random: &[u8; 40]) -> (String, String, [u8; 32]) {
        let (name, secret) = random.split_at(8);
        let id = BASE32_NOPAD.encode(name).to_lowercase();
        let verifier = *self.hash(&id, secret).as_bytes();
        (format!("{PREFIX}{id}.{}", BASE64URL_NOPAD.encode(secret)), id, verifier)
    }

    /// Whose token this is, if it is good now. Compared in constant time.
    pub fn person<'t>(&self, trust: &'t Trust, token: &str, now: Timestamp) -> Option<&'t Person> {
        let (id, secret) = token.strip_prefix(PREFIX)?.split_once('.')?;
        let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).ok()?;
        let person = trust.people.get(id)?;
        // `blake3::Hash` compares in constant time.
        let same = self.hash(id, &secret) == blake3::Hash::from_bytes(person.verifier);
        (same && person.is_good(now)).then_some(person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::trust::Role;

    #[test]
    fn only_the_whole_token_of_a_good_person_opens() {
        let key = AccessKey::new([4; 32]);
        assert_eq!(AccessKey::parse(&key.text()).unwrap().0, key.0);
        let (token, id, verifier) = key.issue(&[9; 40]);
        let person = Person {
            id: id.clone(),
            name: "Nguyễn Văn A".into(),
            role: Role::Desk,
            unit: Some("07069".into()),
            verifier,
            expires_at: Some(Timestamp(1_000)),
            revoked: None,
        };
        let mut trust = Trust::default();
        trust.people.insert(id.clone(), person.clone());
        assert_eq!(key.person(&trust, &token, Timestamp(999)).map(|p| &p.name), Some(&person.name));
        assert_eq!(key.person(&trust, &token, Timestamp(1_000)), None, "it has lapsed");
        let (other, ..) = key.issue(&[8; 40]);
        let swapped = format!("{PREFIX}{id}.{}", other.rsplit('.').next().unwrap());
        for bad in ["", PREFIX, &token[..token.len() - 1], &format!("{token}A"), &other, &swapped] {
            assert_eq!(key.person(&trust, bad, Timestamp(0)), None, "{bad}");
        }
        assert_eq!(AccessKey::new([5; 32]).person(&trust, &token, Timestamp(0)), None, "the key is part of it");
        trust.people.get_mut(&id).unwrap().revoked = Some(Timestamp(1));
        assert_eq!(key.person(&trust, &token, Timestamp(2)), None, "it was taken back");
    }
}
