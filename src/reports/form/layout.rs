//! From a template and a report to a page.

use super::{
    amount::{self, Amount, Weights},
    grid::{At, Cell, Content, Grid, Role},
    heading, lines,
    template::{Column, Section, Template},
};
use crate::{
    domain::{
        measure::{Figures, Measure},
        percent::share_for_print,
    },
    reports::{Breakdown, Lang, Report, Row},
};

/// What is known of the year so far.
#[derive(Copy, Clone, Debug)]
pub enum Year<'a> {
    /// Its report, cut in the same way; the period's own where the year begins with it.
    Report(&'a Report),
    /// There is none: the period has no year so far, or the node could not tell.
    Unknown,
}

/// What is to be printed.
#[derive(Copy, Clone, Debug)]
pub struct Asked<'a> {
    /// The form.
    pub template: &'a Template,
    /// The figures.
    pub report: &'a Report,
    /// How the rows of the report are cut.
    pub by: Breakdown,
    /// From the start of the year to the end of the period.
    pub year: Year<'a>,
    /// In which language.
    pub lang: Lang,
}

/// A form with everything that is printed on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// In which language.
    pub lang: Lang,
    /// Top left: the number of the form and by what it is issued.
    pub number: Vec<String>,
    /// Top middle: the title, the period, its dates.
    pub title: Vec<String>,
    /// Top right: who reports to whom.
    pub parties: Vec<String>,
    /// Above the table on the right: what is counted.
    pub unit: String,
    /// The table.
    pub grid: Grid,
    /// Below the table: status and completeness, notes, missing units.
    pub notes: Vec<String>,
    /// Left and right.
    pub signatures: [Signature; 2],
    /// The name and version of the template.
    pub form: String,
}

/// Who signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Above: place and date to be filled in; may be empty.
    pub above: String,
    /// As what.
    pub role: String,
    /// What is to be done here.
    pub hint: String,
    /// The name; empty where nobody stands on the document.
    pub name: String,
}

/// The page of a report. Every sum of columns and rows in its table is the sum of the cells it names; what cannot be such a sum, such as what
/// units state of themselves, is a plain count.
pub fn lay_out(asked: &Asked<'_>) -> Page {
    let phrases = lines::phrases(asked.lang);
    let body = Body::of(asked);
    let item = asked.template.place(asked.by).and_then(|place| place.item.as_ref());
    let item = item.map_or_else(|| (phrases.item)(asked.by), |words| words.get(asked.lang));
    let mut grid = Grid::default();
    heading::put(&mut grid, asked.template, &body.shown, [phrases.index, item], asked.lang);
    body.put(&mut grid);
    lines::page(asked, grid)
}

/// A row to be printed: the period's and the year's figures of one key. Either may be missing.
struct Line<'a> {
    period: Option<&'a Row>,
    year: Option<&'a Row>,
}

impl Line<'_> {
    fn row(&self) -> Option<&Row> {
        self.period.or(self.year)
    }
}

struct Body<'a> {
    asked: Asked<'a>,
    /// What each column of the template counts; empty for a share.
    weights: Vec<Weights>,
    /// The columns that are printed, in order.
    shown: Vec<usize>,
    /// Section by section; rows without one come last. One list without a section where the form has none for this breakdown.
    parts: Vec<(Option<&'a Section>, Vec<Line<'a>>)>,
}

impl<'a> Body<'a> {
    fn of(asked: &Asked<'a>) -> Body<'a> {
        let columns = &asked.template.columns;
        let weights: Vec<Weights> =
            (0..columns.len()).map(|at| amount::weights(columns, at).unwrap_or_default()).collect();
        let lines = lines_of(asked);
        let something = |at: usize, column: &Column| {
            let weights = weights.get(at);
            let all = figures(asked, column.year);
            weights.is_some_and(|weights| all.iter().any(|figures| amount::of(weights, figures) != 0))
        };
        let shown = columns.iter().enumerate().filter(|(at, column)| !column.optional || something(*at, column));
        let shown = shown.map(|(at, _)| at).collect();
        Body { asked: *asked, shown, parts: in_sections(asked, lines), weights }
    }

    /// Rows, sections with their sums, and the total.
    fn put(&self, grid: &mut Grid) {
        let mut every = Vec::new();
        for (section, lines) in &self.parts {
            let head = section.map(|s| self.push(grid, Role::Section, &s.mark, s.words.get(self.asked.lang)));
            let first = grid.rows.len();
            for (n, line) in (1..).zip(lines) {
                self.put_row(grid, n, *section, line);
            }
            let rows: Vec<usize> = (first..grid.rows.len()).collect();
            if let Some(at) = head {
                self.fill_sums(grid, at, &rows, |column, weights| {
                    let rows = lines.iter().filter_map(|line| if column.year { line.year } else { line.period });
                    adds(weights).then(|| rows.map(|row| amount::of(weights, &row.figures)).sum())
                });
            }
            every.extend(rows);
        }
        let at = self.push(grid, Role::Total, "", lines::phrases(self.asked.lang).total);
        self.fill_sums(grid, at, &every, |column, weights| match self.asked.year {
            Year::Report(report) if column.year => Some(amount::of(weights, &report.total)),
            _ => Some(amount::of(weights, &self.asked.report.total)),
        });
    }

    /// A row whose figures are not yet there; where it stands.
    fn push(&self, grid: &mut Grid, role: Role, number: &str, name: &str) -> usize {
        let lead = [number, name].map(|text| if text.is_empty() { Cell::EMPTY } else { Cell::text(text) });
        let blank = std::iter::repeat_n(Cell::EMPTY, self.shown.len());
        grid.rows.push((role, lead.into_iter().chain(blank).collect()));
        grid.rows.len() - 1
    }

    /// A row of the report.
    fn put_row(&self, grid: &mut Grid, n: usize, section: Option<&Section>, line: &Line<'_>) {
        let name = line.row().map(|row| lines::label(&self.asked, section, row)).unwrap_or_default();
        let at = self.push(grid, Role::Row, &n.to_string(), &name);
        self.fill(grid, at, |column, weights| {
            let row = if column.year { line.year } else { line.period };
            match row {
                _ if self.is_unknown(column) => Content::Unknown,
                Some(row) if row.is_silent() => Content::Unknown,
                Some(row) => match row.only {
                    Some(only) if !tells(&column.amount, only) => Content::Empty,
                    _ => Content::Count(amount::of(weights, &row.figures)),
                },
                None => Content::Count(0),
            }
        });
    }

    /// A line of sums over rows: a formula wherever the cells of the rows add to the value.
    fn fill_sums(&self, grid: &mut Grid, at: usize, rows: &[usize], value: impl Fn(&Column, &Weights) -> Option<i64>) {
        let sums: Vec<Content> = (grid.lead..)
            .zip(self.columns())
            .map(|(place, (column, weights))| {
                let of: Vec<At> = rows.iter().map(|row| (*row, place)).collect();
                let told = of.iter().any(|at| grid.get(*at).is_some_and(|content| content.count().is_some()));
                match value(column, weights) {
                    _ if self.is_unknown(column) => Content::Unknown,
                    None => Content::Empty,
                    Some(value) if adds(weights) && told && grid.sum(&of) == value => Content::Sum { value, of },
                    Some(value) => Content::Count(value),
                }
            })
            .collect();
        let mut sums = sums.into_iter();
        self.fill(grid, at, |_, _| sums.next().unwrap_or(Content::Empty));
    }

    /// Whether a column counts the year and nothing is known of it.
    fn is_unknown(&self, column: &Column) -> bool {
        column.year && matches!(self.asked.year, Year::Unknown)
    }

    /// Fills the cells of a row: columns of measures by the function given, then columns of columns and shares from the cells beside them.
    fn fill(&self, grid: &mut Grid, row: usize, mut plain: impl FnMut(&Column, &Weights) -> Content) {
        let own: Vec<Content> = self.columns().map(|(column, weights)| plain(column, weights)).collect();
        for (place, content) in (grid.lead..).zip(&own) {
            set(grid, (row, place), content.clone());
        }
        for ((place, content), (column, _)) in (grid.lead..).zip(own).zip(self.columns()) {
            let content = match &column.amount {
                Amount::Fold(_) => continue,
                Amount::Columns(parts) => self.sum_beside(grid, row, parts, content),
                Amount::Share { of, over } => self.share_beside(grid, row, of, over),
            };
            set(grid, (row, place), content);
        }
    }

    /// The sum of cells of the same row; what was there if they do not add to it, which is so where a row cannot tell them.
    fn sum_beside(&self, grid: &Grid, row: usize, parts: &[usize], content: Content) -> Content {
        let of = self.beside(row, grid.lead, parts);
        match content.count() {
            Some(value) if !of.is_empty() && grid.sum(&of) == value => Content::Sum { value, of },
            _ => content,
        }
    }

    fn share_beside(&self, grid: &Grid, row: usize, of: &[usize], over: &[usize]) -> Content {
        let (of, over) = (self.beside(row, grid.lead, of), self.beside(row, grid.lead, over));
        let tells = |cells: &[At]| cells.iter().all(|at| grid.get(*at).is_some_and(|c| c.count().is_some()));
        if !tells(&of) || !tells(&over) {
            let unknown = of.iter().chain(&over).any(|at| grid.get(*at) == Some(&Content::Unknown));
            return if unknown { Content::Unknown } else { Content::Empty };
        }
        Content::Share { value: share_for_print(grid.sum(&of), grid.sum(&over)), of, over }
    }

    /// Cells of columns of the template in a row of the grid, as far as they are printed.
    fn beside(&self, row: usize, lead: usize, parts: &[usize]) -> Vec<At> {
        let place = |part: &usize| self.shown.iter().position(|at| at == part);
        parts.iter().filter_map(place).map(|at| (row, at + lead)).collect()
    }

    fn columns(&self) -> impl Iterator<Item = (&'a Column, &Weights)> {
        let template = self.asked.template;
        self.shown.iter().filter_map(|at| Some((template.columns.get(*at)?, self.weights.get(*at)?)))
    }
}

fn set(grid: &mut Grid, (row, column): At, content: Content) {
    if let Some(cell) = grid.rows.get_mut(row).and_then(|row| row.1.get_mut(column)) {
        cell.content = content;
    }
}

/// Whether a row that is about one measure can fill the column.
fn tells(amount: &Amount, only: Measure) -> bool {
    matches!(amount, Amount::Fold(measures) if measures.contains(&only))
}

/// Whether the measures of a column add over units and rows.
fn adds(weights: &Weights) -> bool {
    weights.keys().all(|measure| measure.adds_over_units())
}

/// Every figure that stands in columns of the period, or of the year.
fn figures<'a>(asked: &Asked<'a>, year: bool) -> Vec<&'a Figures> {
    let report = match asked.year {
        Year::Report(report) if year => report,
        Year::Unknown if year => return Vec::new(),
        _ => asked.report,
    };
    report.rows.iter().map(|row| &row.figures).chain([&report.total]).collect()
}

/// Rows of the period and of the year by key. The year has every key the period has, and those that had something to tell earlier; its order
/// is kept.
fn lines_of<'a>(asked: &Asked<'a>) -> Vec<Line<'a>> {
    let find = |report: &'a Report, key: &str| report.rows.iter().find(|row| row.key == key);
    let alone = |period| Line { period: Some(period), year: None };
    let Year::Report(year) = asked.year else {
        return asked.report.rows.iter().map(alone).collect();
    };
    if !asked.template.counts_the_year() {
        return asked.report.rows.iter().map(alone).collect();
    }
    let both = year.rows.iter().map(|row| Line { period: find(asked.report, &row.key), year: Some(row) });
    let later = asked.report.rows.iter().filter(|row| find(year, &row.key).is_none());
    both.chain(later.map(alone)).collect()
}

/// Lines by section, in the order of the form; sections without lines are left out. One part without a section where the form has none for
/// this breakdown, or no line has a place in one.
fn in_sections<'a>(asked: &Asked<'a>, lines: Vec<Line<'a>>) -> Vec<(Option<&'a Section>, Vec<Line<'a>>)> {
    let sections: Vec<&Section> = asked.template.sections.iter().filter(|s| s.by == asked.by).collect();
    let mut parts: Vec<(Option<&'a Section>, Vec<Line<'a>>)> =
        sections.into_iter().map(|section| (Some(section), Vec::new())).collect();
    let mut rest = Vec::new();
    for line in lines {
        let level = line.row().map_or("", |row| row.level.as_str());
        let named = |section: &Option<&Section>| section.is_some_and(|s| s.levels.iter().any(|l| l == level));
        let any = |section: &Option<&Section>| section.is_some_and(|s| s.levels.is_empty());
        let at = parts.iter().position(|(s, _)| named(s)).or_else(|| parts.iter().position(|(s, _)| any(s)));
        match at.and_then(|at| parts.get_mut(at)) {
            Some((_, of)) => of.push(line),
            None => rest.push(line),
        }
    }
    parts.retain(|(_, lines)| !lines.is_empty());
    if !rest.is_empty() || parts.is_empty() {
        parts.push((None, rest));
    }
    parts
}
