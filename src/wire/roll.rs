//! The roll to and from `motcua.v1.RollMember`.

use super::{
    error::{WireError, reason},
    pb::v1 as pb,
    registry::{MAX_NAME, MAX_SHORT, Mistakes},
    scalar::{instant_from_pb, instant_to_pb, text},
};
use crate::domain::{
    roll::{Ban, How, Key, Member, Pinned, Roll},
    time::Timestamp,
    units::is_code,
};

/// The most keys of one unit: a key changes a few times in its life.
const MAX_KEYS: usize = 100;

/// The members, by code.
pub(super) fn roll_to_pb(roll: &Roll) -> Vec<pb::RollMember> {
    roll.iter().map(member_to_pb).collect()
}

/// The roll these members make.
pub(super) fn roll(members: Vec<pb::RollMember>, mistakes: &mut Mistakes) -> Roll {
    let read = members.into_iter().enumerate();
    let read = read.filter_map(|(n, member)| mistakes.take(member_from_pb(member, &format!("roll[{n}]"))));
    Roll::new(read.collect::<Vec<_>>())
}

fn member_to_pb(member: &Member) -> pb::RollMember {
    pb::RollMember {
        code: member.code.clone(),
        keys: member.keys.iter().map(pinned_to_pb).collect(),
        banned_since: member.banned.as_ref().map(|ban| instant_to_pb(ban.since)),
        ban_reason: member.banned.as_ref().map(|ban| ban.reason.clone()).unwrap_or_default(),
        certificates_from: Some(instant_to_pb(member.certificates_from)),
        address: member.address.clone(),
    }
}

fn member_from_pb(sent: pb::RollMember, field: &str) -> Result<Member, WireError> {
    let at = |name: &str| format!("{field}.{name}");
    if !is_code(&sent.code) {
        return Err(WireError::new(at("code"), reason::BAD_UNIT, "a unit's code is 1 to 16 letters and digits"));
    }
    if sent.keys.is_empty() || sent.keys.len() > MAX_KEYS {
        return Err(WireError::new(at("keys"), reason::OUT_OF_RANGE, format!("a unit has 1 to {MAX_KEYS} keys")));
    }
    let banned = match sent.banned_since {
        None => None,
        Some(since) => Some(Ban {
            since: instant_from_pb(since, &at("banned_since"))?,
            reason: text(sent.ban_reason, &at("ban_reason"), MAX_NAME)?,
        }),
    };
    let keys = sent.keys.into_iter().enumerate().map(|(n, key)| pinned_from_pb(key, &format!("{field}.keys[{n}]")));
    Ok(Member {
        code: sent.code,
        keys: keys.collect::<Result<_, _>>()?,
        banned,
        certificates_from: instant(sent.certificates_from, &at("certificates_from"))?,
        address: text(sent.address, &at("address"), MAX_SHORT)?,
    })
}

fn pinned_to_pb(pinned: &Pinned) -> pb::PinnedKey {
    let trust = match pinned.how {
        How::Founder => pb::KeyTrust::Founder,
        How::Token => pb::KeyTrust::Token,
        How::OldKey => pb::KeyTrust::OldKey,
        How::Approved => pb::KeyTrust::Approved,
    };
    pb::PinnedKey {
        key: pinned.key.to_vec(),
        since: Some(instant_to_pb(pinned.since)),
        trust: trust.into(),
        retired: pinned.retired.map(instant_to_pb),
        revoked: pinned.revoked,
    }
}

fn pinned_from_pb(sent: pb::PinnedKey, field: &str) -> Result<Pinned, WireError> {
    let how = match sent.trust() {
        pb::KeyTrust::Founder => How::Founder,
        pb::KeyTrust::Token => How::Token,
        pb::KeyTrust::OldKey => How::OldKey,
        pb::KeyTrust::Approved => How::Approved,
        pb::KeyTrust::Unspecified => {
            return Err(WireError::new(
                format!("{field}.trust"),
                reason::BAD_CHOICE,
                "say on whose word it is trusted",
            ));
        }
    };
    Ok(Pinned {
        key: key(&sent.key, &format!("{field}.key"))?,
        since: instant(sent.since, &format!("{field}.since"))?,
        how,
        retired: sent.retired.map(|at| instant_from_pb(at, &format!("{field}.retired"))).transpose()?,
        revoked: sent.revoked,
    })
}

/// A key of 32 bytes.
///
/// # Errors
/// `BAD_ID`.
pub fn key(given: &[u8], field: &str) -> Result<Key, WireError> {
    given
        .try_into()
        .map_err(|_| WireError::new(field, reason::BAD_ID, format!("a key has 32 bytes, this one {}", given.len())))
}

fn instant(sent: Option<prost_types::Timestamp>, field: &str) -> Result<Timestamp, WireError> {
    let sent = sent.ok_or_else(|| WireError::new(field, reason::MISSING_FIELD, "fill in this field"))?;
    instant_from_pb(sent, field)
}
