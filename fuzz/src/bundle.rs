//! Bundles: bytes as they come, and bundles under good signatures, so that what is behind the signatures is reached too.

use std::collections::{BTreeMap, BTreeSet};

use motcua::{
    document::{Anchor, KeySealer, Purpose, Sealer, hash, verify_bundle},
    reports::{Lang, verdict},
    wire::pb::v1 as pb,
};
use prost::Message;

use super::world::{COMMUNE, PROVINCE, key};

const MAGIC: &[u8] = b"motcua bundle v1\n";

/// The first byte says whether the rest is judged as it is or signed anew first.
pub fn run(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    if kind % 2 == 0 { judge(bytes) } else { judge(&resealed(bytes)) }
}

fn judge(file: &[u8]) {
    let alone = verify_bundle(file, None);
    let anchored = verify_bundle(file, Some(&Anchor::Key(key(PROVINCE).public_key())));
    assert!(alone.verified() || !anchored.verified(), "a root to compare with makes nothing good");
    for line in &alone.figures {
        assert!(line.agrees() || !alone.verified(), "{line:?}");
    }
    if alone.verified() {
        assert!(alone.asked.is_some() && alone.judged.iter().all(|judged| judged.good));
    }
    for lang in [Lang::Vi, Lang::En] {
        let _ = (verdict::table(&alone, lang, true), verdict::json(&alone, lang));
    }
}

/// The bundle with every signature made anew, and every hash that names something in it: as those would write it who hold all the keys.
fn resealed(body: &[u8]) -> Vec<u8> {
    let Ok(mut bundle) = pb::Bundle::decode(body) else { return [MAGIC, body].concat() };
    bundle.documents.truncate(MOST);
    bundle.root = key(PROVINCE).public_key().to_vec();
    for part in &mut bundle.parts {
        let Ok(sealed) = pb::SealedPart::decode(part.as_slice()) else { continue };
        *part = sealed_part(sealed.part);
    }
    bundle.documents = documents(std::mem::take(&mut bundle.documents));
    [MAGIC, &bundle.encode_to_vec()].concat()
}

/// Documents signed anew at once: more than a small bundle has, and each costs two signatures.
const MOST: usize = 24;

fn sealed_part(part: Vec<u8>) -> Vec<u8> {
    let root = key(PROVINCE);
    let signature = root.sign(&Purpose::Registry.message(&part)).to_vec();
    pb::SealedPart { part, public_key: root.public_key().to_vec(), signature }.encode_to_vec()
}

/// Those below first, because those above name them.
fn documents(envelopes: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let summary = |envelope: &Vec<u8>| {
        let parts = pb::Envelope::decode(envelope.as_slice()).ok()?;
        Some((hash(envelope).0.to_vec(), pb::Summary::decode(parts.summary.as_slice()).ok()?))
    };
    let mut waiting: BTreeMap<Vec<u8>, pb::Summary> = envelopes.iter().filter_map(summary).collect();
    let mut renamed: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut sealed = BTreeSet::new();
    while !waiting.is_empty() {
        let names = |s: &pb::Summary| names_of(s).any(|name| waiting.contains_key(name));
        let ready: Vec<Vec<u8>> = waiting.iter().filter(|(_, s)| !names(s)).map(|(hash, _)| hash.clone()).collect();
        // they name each other in a circle, which no real hashes do: one of them is taken as it is
        let ready = if ready.is_empty() { waiting.keys().take(1).cloned().collect() } else { ready };
        for old in ready {
            let Some(mut summary) = waiting.remove(&old) else { continue };
            rename(&mut summary, &renamed);
            let envelope = signed(&summary);
            let new = hash(&envelope).0.to_vec();
            renamed.insert(old, new.clone());
            sealed.insert((new, envelope));
        }
    }
    sealed.into_iter().map(|(_, envelope)| envelope).collect()
}

fn names_of(summary: &pb::Summary) -> impl Iterator<Item = &Vec<u8>> {
    let before = [&summary.previous_revision, &summary.previous_atom];
    summary.members.iter().map(|member| &member.document).chain(before)
}

fn rename(summary: &mut pb::Summary, renamed: &BTreeMap<Vec<u8>, Vec<u8>>) {
    let before = [&mut summary.previous_revision, &mut summary.previous_atom];
    for name in summary.members.iter_mut().map(|member| &mut member.document).chain(before) {
        if let Some(new) = renamed.get(name) {
            *name = new.clone();
        }
    }
}

fn signed(summary: &pb::Summary) -> Vec<u8> {
    let keeper = summary.keeper.split('@').next().unwrap_or_default();
    let signer: KeySealer = key(if keeper == COMMUNE { COMMUNE } else { PROVINCE });
    let summary = summary.encode_to_vec();
    let signature = signer.sign(&Purpose::Document.message(&summary)).to_vec();
    pb::Envelope { summary, public_key: signer.public_key().to_vec(), signature }.encode_to_vec()
}
