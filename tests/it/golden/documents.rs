//! Documents, parts of the registry and a bundle of every release: the signature is good, they state what they stated, and where this program
//! writes that format too, it writes the same bytes.

use bytes::Bytes;
use motcua::{
    document::{self, Anchor},
    domain::{summary::Hash, verdict::Verdict},
    wire::pb::v1 as pb,
};
use prost::Message;

use super::{below, releases, said};

#[test]
fn every_document_of_every_release_says_what_it_said() {
    for (release, files) in releases() {
        let kept = below(&files, "documents/");
        let mut read = 0;
        for (path, bytes) in kept.iter().filter(|(path, _)| path.ends_with(".binpb")) {
            let words = String::from_utf8(kept[path.replace(".binpb", ".txt").as_str()].to_vec()).unwrap();
            said::same(&format!("{release}/documents/{path}"), &words, &document(bytes));
            read += 1;
            // an older format is read for ever, and written by nobody
            if document::header(bytes).unwrap().format < document::FORMAT {
                continue;
            }
            let opened = document::open(bytes).unwrap();
            let summary = pb::Envelope::decode(*bytes).unwrap().summary;
            assert!(
                document::encode_summary(&opened.summary) == summary,
                "{release}/{path} has another canonical form now"
            );
        }
        assert!(read >= 6, "{release} has only {read} documents");
        let kept = below(&files, "parts/");
        for (path, bytes) in kept.iter().filter(|(path, _)| path.ends_with(".binpb")) {
            let words = String::from_utf8(kept[path.replace(".binpb", ".txt").as_str()].to_vec()).unwrap();
            said::same(&format!("{release}/parts/{path}"), &words, &part(bytes));
        }
        assert_eq!(kept.len(), 12, "{release}");
    }
}

#[test]
fn every_bundle_of_every_release_verifies() {
    for (release, files) in releases() {
        let root = Anchor::Key(files["bundle/root.key"].as_slice().try_into().unwrap());
        let verdict = document::verify_bundle(&files["bundle/province.bundle"], Some(&root));
        assert!(verdict.verified(), "{release}: {:?}", verdict.findings);
        let words = std::str::from_utf8(&files["bundle/verdict.txt"]).unwrap();
        said::same(&format!("{release}/bundle"), words, &judged(&verdict));
    }
}

/// A document in words, signature and all.
pub fn document(bytes: &[u8]) -> String {
    let read = document::receive(bytes).unwrap();
    let envelope = pb::Envelope::decode(bytes).unwrap();
    let summary = said::text("motcua.v1.Summary", &envelope.summary);
    format!("{}\n{}\n\n{summary}\n", said::document(&read), said::text("motcua.v1.Envelope", bytes))
}

/// A part of the registry in words.
pub fn part(bytes: &[u8]) -> String {
    let sealed = document::open_part(&Bytes::copy_from_slice(bytes)).unwrap();
    let inside = pb::SealedPart::decode(bytes).unwrap().part;
    let text = said::text("motcua.v1.RegistryPart", &inside);
    format!("{:?} version {} by {}\n\n{text}\n", sealed.part.kind(), sealed.version, Hash(sealed.signer))
}

/// What came of verifying a bundle, in words.
pub fn judged(verdict: &Verdict) -> String {
    let mut out = format!("verified {}, roll {:?}\n", verdict.verified(), verdict.roll_version);
    for d in &verdict.judged {
        let good = if d.good { "good" } else { "not good" };
        out += &format!("{} {} revision {} {} by {}: {good}\n", d.who.unit, d.atom, d.revision, d.hash, d.keeper.unit);
    }
    for line in &verdict.figures {
        out += &format!("{} {} {}\n", line.measure.name(), line.stated, line.summed);
    }
    out
}
