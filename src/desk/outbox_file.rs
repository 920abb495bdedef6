//! The file of an outbox: frames, each appended in one piece and synced before the next. So only the last one can have been interrupted; it is cut
//! off, and anything else that is wrong is damage and said.
//!
//! ```text
//! file  = "MOTCUAO1" frame*
//! frame = "OBFR" | body length u32 | hash of the body [16] | check of all this and its place [8] | body
//! ```

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

const MAGIC: &[u8; 8] = b"MOTCUAO1";
const FRAME: &[u8; 4] = b"OBFR";
const HEADER: usize = 32;
/// Bytes of the longest body; what is written is far shorter.
const MAX_BODY: u32 = 64 << 20;

/// Why a file cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// At this byte.
    Damaged(u64),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

/// An open file, at its end.
#[derive(Debug)]
pub(super) struct FrameFile {
    file: File,
    pub(super) len: u64,
}

impl FrameFile {
    /// Opens a file, or begins one, and hands every frame's body over in order. Returns how many bytes of an interrupted append were cut off.
    pub(super) fn open(path: &Path, mut each: impl FnMut(&[u8]) -> bool) -> Result<(FrameFile, u64), Fault> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let mut frames = FrameFile { len: file.metadata()?.len(), file };
        let head = frames.read(0, MAGIC.len())?;
        if head != MAGIC {
            // Begun and not finished: nothing was appended to it yet.
            let unborn = head.len() < MAGIC.len() || (frames.len == MAGIC.len() as u64 && head.iter().all(|b| *b == 0));
            if !unborn {
                return Err(Fault::Damaged(0));
            }
            frames.file.set_len(0)?;
            frames.len = 0;
            frames.write(MAGIC)?;
            return Ok((frames, 0));
        }
        let mut at = MAGIC.len() as u64;
        while at < frames.len {
            let Some(end) = frames.frame(at, &mut each)? else {
                let cut = frames.len - at;
                frames.file.set_len(at)?;
                frames.file.sync_all()?;
                frames.len = at;
                return Ok((frames, cut));
            };
            at = end;
        }
        Ok((frames, 0))
    }

    /// Hands over the frame that stands there; where it ends. `None` if it was interrupted, which only the last one can be.
    fn frame(&mut self, at: u64, each: &mut impl FnMut(&[u8]) -> bool) -> Result<Option<u64>, Fault> {
        let header = self.read(at, HEADER)?;
        if header.len() < HEADER {
            return Ok(None);
        }
        let Some((len, hash)) = decode(&header, at) else {
            return if self.frame_follows(at + 1)? { Err(Fault::Damaged(at)) } else { Ok(None) };
        };
        let end = at + HEADER as u64 + u64::from(len);
        if end > self.len {
            return Ok(None);
        }
        let body = self.read(at + HEADER as u64, usize::try_from(len).unwrap_or(0))?;
        if short_hash(&body) != hash {
            return if end < self.len { Err(Fault::Damaged(at)) } else { Ok(None) };
        }
        if each(&body) { Ok(Some(end)) } else { Err(Fault::Damaged(at)) }
    }

    /// Whether a frame begins anywhere from there on: proof that what is before it was once whole.
    fn frame_follows(&mut self, from: u64) -> io::Result<bool> {
        let rest = self.read(from, usize::try_from(self.len - from).unwrap_or(usize::MAX))?;
        let mut windows = (from..).zip(rest.windows(HEADER));
        Ok(windows.any(|(at, bytes)| bytes.starts_with(FRAME) && decode(bytes, at).is_some()))
    }

    /// Appends a frame, durable when this returns. After an error the file ends where it ended.
    pub(super) fn append(&mut self, body: &[u8]) -> io::Result<()> {
        let at = self.len;
        let len = u32::try_from(body.len()).ok().filter(|len| *len <= MAX_BODY);
        let len = len.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "too much for one frame"))?;
        let mut frame = encode(len, short_hash(body), at);
        frame.extend_from_slice(body);
        let written = self.write(&frame);
        if written.is_err() {
            self.len = at;
            // If this fails too, the next opening finds the end.
            let _ = self.file.set_len(at);
        }
        written
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.len))?;
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Fewer bytes only where the file ends.
    fn read(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::new();
        (&mut self.file).take(len as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn short_hash(body: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    blake3::Hasher::new().update(body).finalize_xof().fill(&mut short);
    short
}

fn encode(len: u32, hash: [u8; 16], at: u64) -> Vec<u8> {
    let mut header = FRAME.to_vec();
    header.extend_from_slice(&len.to_le_bytes());
    header.extend_from_slice(&hash);
    let mut check = [0; 8];
    blake3::Hasher::new().update(&header).update(&at.to_le_bytes()).finalize_xof().fill(&mut check);
    header.extend_from_slice(&check);
    header
}

fn decode(header: &[u8], at: u64) -> Option<(u32, [u8; 16])> {
    let len = u32::from_le_bytes(header.get(4..8)?.try_into().ok()?);
    let hash: [u8; 16] = header.get(8..24)?.try_into().ok()?;
    (len <= MAX_BODY && encode(len, hash, at) == header.get(..HEADER)?).then_some((len, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies() -> Vec<Vec<u8>> {
        (1..=5_u8).map(|n| vec![n; usize::from(n) * 40]).collect()
    }

    fn read(path: &Path) -> Result<(Vec<Vec<u8>>, u64), Fault> {
        let mut all = Vec::new();
        let (_, cut) = FrameFile::open(path, |body| {
            all.push(body.to_vec());
            true
        })?;
        Ok((all, cut))
    }

    fn written(path: &Path) -> (Vec<u8>, Vec<u64>) {
        let (mut file, _) = FrameFile::open(path, |_| true).unwrap();
        let mut ends = vec![file.len];
        for body in bodies() {
            file.append(&body).unwrap();
            ends.push(file.len);
        }
        (std::fs::read(path).unwrap(), ends)
    }

    #[test]
    fn a_file_cut_anywhere_keeps_every_whole_frame() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.log");
        let (whole, ends) = written(&path);
        for len in 0..=whole.len() {
            std::fs::write(&path, &whole[..len]).unwrap();
            let (found, cut) = read(&path).unwrap();
            let frames = ends.iter().filter(|end| **end <= len as u64).count().saturating_sub(1);
            assert_eq!(found, bodies()[..frames], "cut at {len}");
            assert!(len < 8 || cut == len as u64 - ends[frames], "cut at {len}");
            // It goes on from there.
            let (mut file, cut) = FrameFile::open(&path, |_| true).unwrap();
            assert_eq!(cut, 0);
            file.append(b"more").unwrap();
            assert_eq!(read(&path).unwrap().0.last().unwrap(), b"more");
        }
    }

    #[test]
    fn a_changed_bit_before_the_last_frame_is_never_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.log");
        let (whole, ends) = written(&path);
        let last = usize::try_from(ends[bodies().len() - 1]).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            std::fs::write(&path, bytes).unwrap();
            match read(&path) {
                Err(Fault::Damaged(_)) => assert!(at < last, "byte {at}"),
                Ok((found, cut)) => {
                    assert!(at >= last && cut > 0, "byte {at}");
                    assert_eq!(found, bodies()[..4]);
                }
                Err(Fault::Io(error)) => panic!("{error}"),
            }
        }
    }
}
