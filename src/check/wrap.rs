//! Paragraphs that were broken into lines of one width, as text copied from a page of paper is.

/// Narrowest and widest line that may be of a wrapped paragraph, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 45..=135;

/// The text with blanks in the place of the breaks inside of wrapped paragraphs. No byte moves.
pub fn undo(text: String) -> String {
    let mut breaks: Vec<usize> = Vec::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end();
        if bare.is_empty() || begins_item(bare) {
            breaks.extend(wrapped(&block));
            block.clear();
        }
        if !bare.is_empty() {
            block.push((start, bare));
        }
    }
    breaks.extend(wrapped(&block));
    let mut bytes = text.clone().into_bytes();
    for at in breaks {
        if let Some(byte) = bytes.get_mut(at).filter(|b| **b == b'\n') {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or(text)
}

/// Where the breaks of a block of lines are, if each of its lines is as full as the width allows.
fn wrapped(block: &[(usize, &str)]) -> Vec<usize> {
    let length = |line: &str| line.trim_start().chars().count();
    let width = block.iter().map(|(_, line)| length(line)).max().unwrap_or(0);
    let first_word = |line: &str| line.split_whitespace().next().map_or(0, |w| w.chars().count());
    // The next word would not have fitted.
    let full = block.windows(2).filter(|pair| match pair {
        [(_, line), (_, next)] => length(line) + 1 + first_word(next) > width,
        _ => false,
    });
    let needed = block.len().saturating_sub(1);
    if block.len() < 3 || full.count() < needed || !WIDTHS.contains(&width) {
        return Vec::new();
    }
    block.iter().skip(1).filter_map(|(start, _)| start.checked_sub(1)).collect()
}

/// A bullet, or a number or letter with a dot or a bracket behind it.
fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let mark = line.starts_with(['-', '+', '*', '•', '–', '·', '▪']);
    let head: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
    let rest = line.get(head.len()..).unwrap_or_default();
    mark || (1..=2).contains(&head.chars().count())
        && rest.starts_with(['.', ')'])
        && rest.get(1..2).is_none_or(|c| c == " ")
}
