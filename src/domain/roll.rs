//! Who belongs to the federation: every enrolled unit, the keys that sign for it, and whether it is banned. The top of the tree decides it and
//! signs it as a part of the registry, so every node and every reader of a bundle checks documents against the same keys.

use std::collections::BTreeMap;

use super::time::Timestamp;

/// An Ed25519 public key.
pub type Key = [u8; 32];

/// The roll. Units are filed by their bare code, because a node goes on under its code when the unit changes its identity.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Roll(BTreeMap<String, Member>);

/// One unit that was enrolled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its bare code.
    pub code: String,
    /// The keys it has signed with, oldest first; the last one is in use. Never empty.
    pub keys: Vec<Pinned>,
    /// Why it may not speak any more.
    pub banned: Option<Ban>,
    /// Certificates of links that began before are void: the unit has moved to another machine.
    pub certificates_from: Timestamp,
    /// Where nodes below it reach it, `https://HOST:PORT`; empty if it did not say.
    pub address: String,
}

/// A key and how it came to be trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pinned {
    /// The key.
    pub key: Key,
    /// Since when.
    pub since: Timestamp,
    /// On whose word.
    pub how: How,
    /// When another key took its place. What it had signed stays good.
    pub retired: Option<Timestamp>,
    /// It may be in the wrong hands: nothing it signed is taken in any more.
    pub revoked: bool,
}

/// On whose word a key is trusted.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum How {
    /// The key of the top of the tree itself.
    Founder,
    /// Whoever held a join token, which a person at the top had issued for that unit.
    Token,
    /// The key before it signed for it.
    OldKey,
    /// A person at the top approved it.
    Approved,
}

/// A unit that may not speak any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ban {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: String,
}

/// What a key is to a unit.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The key in use.
    Current,
    /// A key of earlier times.
    Retired,
    /// A key that may be in the wrong hands.
    Revoked,
    /// Some other key.
    Foreign,
    /// The unit was never enrolled.
    NoMember,
}

impl Member {
    /// The key in use.
    pub fn current(&self) -> Option<&Pinned> {
        self.keys.last().filter(|k| !k.revoked)
    }

    /// Takes a new key into use; the one before retires, or is revoked.
    pub fn take(&mut self, key: Key, how: How, now: Timestamp, revoke_old: bool) {
        if let Some(last) = self.keys.last_mut() {
            last.retired = Some(now);
            last.revoked |= revoke_old;
        }
        self.keys.push(Pinned { key, since: now, how, retired: None, revoked: false });
    }
}

impl Roll {
    /// The last of two with the same code stays.
    pub fn new(members: impl IntoIterator<Item = Member>) -> Roll {
        Roll(members.into_iter().map(|m| (m.code.clone(), m)).collect())
    }

    /// The unit of that bare code.
    pub fn get(&self, code: &str) -> Option<&Member> {
        self.0.get(code)
    }

    /// Puts a unit in the place of what was there.
    pub fn put(&mut self, member: Member) {
        self.0.insert(member.code.clone(), member);
    }

    /// All, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.0.values()
    }

    /// Why a unit may not speak.
    pub fn ban(&self, code: &str) -> Option<&Ban> {
        self.0.get(code)?.banned.as_ref()
    }

    /// What a key is to a unit.
    pub fn standing(&self, code: &str, key: &Key) -> Standing {
        let Some(member) = self.0.get(code) else { return Standing::NoMember };
        match member.keys.iter().rev().find(|k| k.key == *key) {
            None => Standing::Foreign,
            Some(pinned) if pinned.revoked => Standing::Revoked,
            Some(pinned) if pinned.retired.is_some() => Standing::Retired,
            Some(_) => Standing::Current,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_standing() {
        let mut member = Member {
            code: "07069".into(),
            keys: Vec::new(),
            banned: None,
            certificates_from: Timestamp(0),
            address: String::new(),
        };
        let keys: [Key; 3] = [[1; 32], [2; 32], [3; 32]];
        member.take(keys[0], How::Token, Timestamp(1), false);
        member.take(keys[1], How::OldKey, Timestamp(2), false);
        member.take(keys[2], How::Approved, Timestamp(3), true);
        let roll = Roll::new([member]);
        for (key, standing) in keys.iter().zip([Standing::Retired, Standing::Revoked, Standing::Current]) {
            assert_eq!(roll.standing("07069", key), standing);
        }
        assert_eq!(roll.standing("07069", &[9; 32]), Standing::Foreign);
        assert_eq!(roll.standing("7069", &[1; 32]), Standing::NoMember);
    }
}
