//! Page sizes and page tokens. A token is opaque: a version, which list it belongs to, and where that list goes on, as lower-case hex.

use tonic::Status;

use super::refuse;
use crate::node::NodeError;

/// Rows of a page that names no size.
const DEFAULT: usize = 100;
/// Rows of the largest page.
const MAX: usize = 1_000;
/// Tokens of another version are refused, never misread.
const VERSION: u8 = 1;

/// Which list a token belongs to.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum List {
    /// Open dossiers.
    Open = 1,
    /// Problems.
    Problems = 2,
    /// Periods.
    Periods = 3,
    /// Dossiers that a figure counts.
    Counted = 4,
}

/// The size of a page.
///
/// # Errors
/// `BAD_PAGE_SIZE`.
pub fn size(asked: i32) -> Result<usize, Status> {
    match usize::try_from(asked) {
        Ok(0) => Ok(DEFAULT),
        Ok(size) if size <= MAX => Ok(size),
        _ => Err(refuse(NodeError::PageSize)),
    }
}

/// The token of the page that begins at `at`; empty at the end.
pub fn token(list: List, at: Option<&[u8]>) -> String {
    let Some(at) = at else { return String::new() };
    let head = [VERSION, list as u8];
    head.iter().chain(at).map(|byte| format!("{byte:02x}")).collect()
}

/// Where the page begins; `None` for the first.
///
/// # Errors
/// `BAD_PAGE_TOKEN` for everything [`token`] does not write for that list.
pub fn start(list: List, token: &str) -> Result<Option<Vec<u8>>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let bytes = unhex(token).ok_or_else(|| refuse(NodeError::PageToken))?;
    match bytes.split_first_chunk() {
        Some((&[version, of], at)) if version == VERSION && of == list as u8 => Ok(Some(at.to_vec())),
        _ => Err(refuse(NodeError::PageToken)),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_foreign_ones_do_not() {
        let given = token(List::Open, Some(b"o\x00\xff"));
        assert_eq!(given, "01016f00ff");
        assert_eq!(start(List::Open, &given).unwrap(), Some(b"o\x00\xff".to_vec()));
        assert_eq!((token(List::Open, None).as_str(), start(List::Open, "").unwrap()), ("", None));
        for foreign in ["01026f", "02016f", "01", "0101F0", "010", "zz", "ế0"] {
            assert_eq!(start(List::Open, foreign).unwrap_err().code(), tonic::Code::InvalidArgument, "{foreign}");
        }
    }

    #[test]
    fn pages_have_bounds() {
        assert_eq!((size(0).unwrap(), size(1000).unwrap()), (100, 1000));
        assert!(size(-1).is_err() && size(1001).is_err());
    }
}
