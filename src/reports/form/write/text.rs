//! A form as text for a terminal, the headings drawn over their columns as on paper.

use unicode_normalization::UnicodeNormalization;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::{Cell, Content, Grid, Merge, Page, Role};

/// No name of a row is drawn wider; the rest goes to the next line.
const NAME: usize = 44;

/// The page in lines. The same page gives the same text, whatever the terminal.
pub fn text(page: &Page) -> String {
    let table = Drawing::of(page).draw();
    let mut out: Vec<String> = Vec::new();
    for lines in [&page.number, &page.parties, &page.title] {
        out.extend(lines.iter().cloned());
    }
    out.push(page.unit.clone());
    out.extend(table);
    out.extend(page.notes.iter().cloned());
    for signature in &page.signatures {
        let name = if signature.name.is_empty() { "—" } else { &signature.name };
        out.push(format!("{}: {name}", signature.role));
    }
    out.push(page.form.clone());
    // names and reasons were written elsewhere: they must not steer the reader's terminal
    out.iter().map(|line| line.replace(char::is_control, " ").trim_end().to_owned() + "\n").collect()
}

/// The table on its way to lines: cells as words, columns and rows as wide and high as they need.
struct Drawing<'a> {
    grid: &'a Grid,
    /// Each cell's text, already as it is printed.
    texts: Vec<Vec<String>>,
    /// Inner width of each column.
    widths: Vec<usize>,
    /// Lines of each row.
    heights: Vec<usize>,
}

impl<'a> Drawing<'a> {
    fn of(page: &'a Page) -> Drawing<'a> {
        let (grid, phrases) = (&page.grid, page.lang.phrases());
        let print = |cell: &Cell| -> String {
            let text: String = cell.content.print(phrases.number, phrases.percent).nfc().collect();
            text.replace(char::is_control, " ")
        };
        let texts: Vec<Vec<String>> = grid.rows.iter().map(|(_, cells)| cells.iter().map(print).collect()).collect();
        let mut drawing = Drawing { grid, texts, widths: vec![1; grid.width()], heights: vec![1; grid.rows.len()] };
        drawing.measure_widths();
        drawing.measure_heights();
        drawing
    }

    /// Every place with the cells it stands over.
    fn blocks(&self) -> Vec<(Merge, Role)> {
        let grid = self.grid;
        let mut blocks = Vec::new();
        for (row, (role, cells)) in grid.rows.iter().enumerate() {
            let own = (0..cells.len()).filter(|column| !grid.is_covered((row, *column)));
            blocks.extend(own.map(|column| {
                let single = Merge { at: (row, column), rows: 1, columns: 1 };
                (grid.merge((row, column)).unwrap_or(single), *role)
            }));
        }
        blocks
    }

    fn text(&self, merge: Merge) -> &str {
        self.texts.get(merge.at.0).and_then(|row| row.get(merge.at.1)).map_or("", String::as_str)
    }

    /// Figures are never broken; headings and names are, between words.
    fn measure_widths(&mut self) {
        let mut wanted: Vec<(Merge, usize)> = Vec::new();
        for (merge, role) in self.blocks() {
            let text = self.text(merge);
            let longest = text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
            let width = match role {
                Role::Heading => longest,
                _ if merge.at.1 == 1 => longest.max(text.width().min(NAME)),
                _ => text.width(),
            };
            wanted.push((merge, width));
        }
        wanted.sort_by_key(|(merge, _)| merge.columns);
        for (merge, width) in wanted {
            let has = self.width(merge);
            // a heading that is wider than its columns widens them from the left, one by one
            for more in 0..width.saturating_sub(has) {
                if let Some(width) = self.widths.get_mut(merge.at.1 + more % merge.columns) {
                    *width += 1;
                }
            }
        }
    }

    fn width(&self, merge: Merge) -> usize {
        // a frame and a blank on either side stand between two columns
        self.widths.iter().skip(merge.at.1).take(merge.columns).sum::<usize>() + 3 * (merge.columns - 1)
    }

    fn measure_heights(&mut self) {
        let mut blocks = self.blocks();
        blocks.sort_by_key(|(merge, _)| merge.rows);
        for (merge, _) in blocks {
            let lines = wrapped(self.text(merge), self.width(merge)).len();
            let rows = merge.at.0..merge.at.0 + merge.rows;
            let has = self.heights.iter().skip(rows.start).take(merge.rows).sum::<usize>() + self.lines_between(merge);
            if let Some(last) = self.heights.get_mut(rows.end - 1) {
                *last += lines.saturating_sub(has);
            }
        }
    }

    /// Lines between the rows of a block, which it covers.
    fn lines_between(&self, merge: Merge) -> usize {
        (merge.at.0..merge.at.0 + merge.rows).skip(1).filter(|row| self.has_line(*row)).count()
    }

    /// Whether a line is drawn above a row: around headings and before the total, not between the rows of the report.
    fn has_line(&self, row: usize) -> bool {
        let role = |row: usize| self.grid.rows.get(row).map(|(role, _)| *role);
        match (row.checked_sub(1).and_then(role), role(row)) {
            (None, _) | (_, None) => true,
            (Some(above), Some(below)) => above == Role::Heading || below != Role::Row && below != above,
        }
    }

    fn draw(&self) -> Vec<String> {
        let mut canvas = Canvas::new(&self.widths);
        let mut top = Vec::new();
        let mut at = 0;
        for (row, height) in self.heights.iter().enumerate() {
            at += usize::from(self.has_line(row));
            top.push(at);
            at += height;
        }
        let bottom = at;
        canvas.lines.resize_with(bottom + 1, || canvas_line(&self.widths));
        for (merge, role) in self.blocks() {
            let (row, column) = merge.at;
            let Some(first) = top.get(row).copied() else { continue };
            let after =
                top.get(row + merge.rows).map_or(bottom, |next| next - usize::from(self.has_line(row + merge.rows)));
            let (width, left) = (self.width(merge), canvas.left(column));
            let lines = wrapped(self.text(merge), width);
            let free = (after - first).saturating_sub(lines.len());
            let down = if merge.rows > 1 { free / 2 } else { 0 };
            let align = align(role, column, self.grid.get(merge.at));
            for (line, text) in (first + down..).zip(&lines) {
                canvas.write(line, left, width, text, align);
            }
            let ruled = [
                first.checked_sub(1).filter(|_| self.has_line(row)),
                Some(after).filter(|_| self.has_line(row + merge.rows)),
            ];
            canvas.frame(first, after, left, width, ruled);
        }
        canvas.finish()
    }
}

#[derive(Copy, Clone)]
enum Align {
    Left,
    Middle,
    Right,
}

fn align(role: Role, column: usize, content: Option<&Content>) -> Align {
    match content {
        _ if role == Role::Heading => Align::Middle,
        Some(Content::Text(_)) if column == 1 => Align::Left,
        _ if column == 0 => Align::Middle,
        _ => Align::Right,
    }
}

/// The text in lines no wider than that, broken between words; a longer word stays whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// One place on the canvas: what stands there, and which lines meet in it.
#[derive(Clone, Default)]
struct Spot {
    text: String,
    /// Up, right, down, left.
    rule: [bool; 4],
}

struct Canvas {
    lines: Vec<Vec<Spot>>,
    /// Where the inside of each column begins.
    lefts: Vec<usize>,
}

fn canvas_line(widths: &[usize]) -> Vec<Spot> {
    // a frame and two blanks for each column, and the last frame
    let blank = Spot { text: " ".to_owned(), ..Spot::default() };
    vec![blank; widths.iter().map(|width| width + 3).sum::<usize>() + 1]
}

impl Canvas {
    fn new(widths: &[usize]) -> Canvas {
        let mut at = 0;
        let left = |width: &usize| {
            let left = at + 2;
            at += width + 3;
            left
        };
        Canvas { lines: Vec::new(), lefts: widths.iter().map(left).collect() }
    }

    fn left(&self, column: usize) -> usize {
        self.lefts.get(column).copied().unwrap_or_default()
    }

    fn spot(&mut self, line: usize, at: usize) -> Option<&mut Spot> {
        self.lines.get_mut(line)?.get_mut(at)
    }

    fn write(&mut self, line: usize, left: usize, width: usize, text: &str, align: Align) {
        let free = width.saturating_sub(text.width());
        let mut at = left
            + match align {
                Align::Left => 0,
                Align::Middle => free / 2,
                Align::Right => free,
            };
        for c in text.chars() {
            let wide = c.width().unwrap_or(0);
            let place = if wide == 0 { at.saturating_sub(1) } else { at };
            if let Some(spot) = self.spot(line, place) {
                if wide > 0 {
                    spot.text.clear();
                }
                spot.text.push(c);
            }
            for covered in at + 1..at + wide {
                if let Some(spot) = self.spot(line, covered) {
                    spot.text.clear();
                }
            }
            at += wide;
        }
    }

    /// Draws the frame of a block: its sides, and the lines above and below where there are any.
    fn frame(&mut self, first: usize, after: usize, left: usize, width: usize, ruled: [Option<usize>; 2]) {
        let (from, to) = (left.saturating_sub(2), left + width + 1);
        let (top, bottom) = (ruled[0].unwrap_or(first), ruled[1].map_or(after, |line| line + 1));
        for side in [from, to] {
            for line in top..bottom {
                let (above, below) = (line > top || ruled[0].is_none(), line + 1 < bottom || ruled[1].is_none());
                if let Some(spot) = self.spot(line, side) {
                    spot.rule[0] |= above;
                    spot.rule[2] |= below;
                }
            }
        }
        for line in ruled.into_iter().flatten() {
            for at in from..=to {
                if let Some(spot) = self.spot(line, at) {
                    spot.rule[1] |= at < to;
                    spot.rule[3] |= at > from;
                }
            }
        }
    }

    fn finish(self) -> Vec<String> {
        let line = |spots: Vec<Spot>| -> String {
            spots.into_iter().map(|spot| rule(spot.rule).map_or(spot.text, |c| c.to_string())).collect()
        };
        self.lines.into_iter().map(line).collect()
    }
}

/// The sign in which lines meet.
fn rule([up, right, down, left]: [bool; 4]) -> Option<char> {
    Some(match (up, right, down, left) {
        (false, false, false, false) => return None,
        (true, false, _, false) | (false, false, true, false) => '│',
        (false, _, false, _) => '─',
        (false, true, true, false) => '┌',
        (false, false, true, true) => '┐',
        (true, true, false, false) => '└',
        (true, false, false, true) => '┘',
        (true, true, true, false) => '├',
        (true, false, true, true) => '┤',
        (false, true, true, true) => '┬',
        (true, true, false, true) => '┴',
        (true, true, true, true) => '┼',
    })
}
