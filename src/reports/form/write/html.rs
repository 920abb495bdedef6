//! A form as an HTML page for print: A4 landscape, everything in one file, nothing fetched from anywhere.

use super::super::{Content, Page, Role};
use crate::domain::text::is_unseen;

/// One HTML5 document in UTF-8. Every text is escaped; there is no script and no link. The headings of the table are repeated on every printed
/// page. A cell with a figure carries it in digits as `data-value`.
pub fn html(page: &Page) -> String {
    let title = page.title.first().map_or("", String::as_str);
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("<!DOCTYPE html>\n");
    out.push_str(&format!("<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n", page.lang.name()));
    out.push_str(&format!("<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n", escaped(title), STYLE));
    head(&mut out, page);
    table(&mut out, page);
    if !page.notes.is_empty() {
        out.push_str("<div class=\"notes\">\n");
        page.notes.iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escaped(line))));
        out.push_str("</div>\n");
    }
    out.push_str("<div class=\"signatures\">\n");
    for signature in &page.signatures {
        out.push_str(&format!(
            "<div><p class=\"above\">{}</p><p class=\"role\">{}</p><p class=\"hint\">{}</p><p class=\"name\">{}</p></div>\n",
            escaped(&signature.above),
            escaped(&signature.role),
            escaped(&signature.hint),
            escaped(&signature.name)
        ));
    }
    out.push_str(&format!("</div>\n<p class=\"form\">{}</p>\n</body>\n</html>\n", escaped(&page.form)));
    out
}

fn head(out: &mut String, page: &Page) {
    let block = |class: &str, lines: &[String]| {
        let lines: String = lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        format!("<div class=\"{class}\">{lines}</div>\n")
    };
    out.push_str("<div class=\"head\">\n");
    out.push_str(&block("number", &page.number));
    out.push_str(&block("title", &page.title));
    out.push_str(&block("parties", &page.parties));
    out.push_str(&format!("</div>\n<p class=\"unit\">{}</p>\n", escaped(&page.unit)));
}

fn table(out: &mut String, page: &Page) {
    let grid = &page.grid;
    let headings = grid.heading();
    out.push_str("<table>\n<thead>\n");
    for (row, (role, cells)) in grid.rows.iter().enumerate() {
        if row == headings {
            out.push_str("</thead>\n<tbody>\n");
        }
        let class = match role {
            Role::Heading if row + 1 == headings => " class=\"numbers\"",
            Role::Heading | Role::Row => "",
            Role::Section => " class=\"section\"",
            Role::Total => " class=\"total\"",
        };
        out.push_str(&format!("<tr{class}>"));
        for (column, cell) in cells.iter().enumerate().filter(|(column, _)| !grid.is_covered((row, *column))) {
            let span = grid.merge((row, column)).map_or_else(String::new, |merge| {
                let one = |name: &str, n: usize| if n > 1 { format!(" {name}=\"{n}\"") } else { String::new() };
                one("colspan", merge.columns) + &one("rowspan", merge.rows)
            });
            let tag = if *role == Role::Heading { "th" } else { "td" };
            out.push_str(&format!("<{tag}{span}{}>", attributes(&cell.content, column)));
            let phrases = page.lang.phrases();
            out.push_str(&escaped(&cell.content.print(phrases.number, phrases.percent)));
            out.push_str(&format!("</{tag}>"));
        }
        out.push_str("</tr>\n");
    }
    let end = if grid.rows.len() > headings { "</tbody>" } else { "</thead>" };
    out.push_str(&format!("{end}\n</table>\n"));
}

fn attributes(content: &Content, column: usize) -> String {
    match content {
        Content::Count(value) | Content::Sum { value, .. } => format!(" data-value=\"{value}\""),
        Content::Text(_) if column == 1 => " class=\"name\"".to_owned(),
        _ => String::new(),
    }
}

/// Names come from files that desks import: none of them may become markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_unseen(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "\
@page { size: A4 landscape; margin: 12mm 10mm; }
* { box-sizing: border-box; }
body { font: 9pt/1.25 \"Times New Roman\", \"Liberation Serif\", serif; color: #000; margin: 0 auto; max-width: 277mm; }
p { margin: 0 0 1mm; }
.head { display: flex; align-items: flex-start; }
.head .number { flex: 0 0 64mm; }
.head .number p:first-child, .head .title p:first-child { font-weight: bold; }
.head .title { flex: 1; text-align: center; margin: 0 4mm; }
.head .title p:first-child { font-size: 12pt; text-transform: uppercase; }
.head .parties { flex: 0 0 64mm; }
.unit { text-align: right; font-style: italic; margin: 2mm 0 1mm; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.5pt solid #000; padding: 0.8mm 1mm; }
th { font-weight: bold; text-align: center; vertical-align: middle; }
.numbers th { font-weight: normal; font-style: italic; font-size: 7pt; }
td { text-align: right; white-space: nowrap; }
td:first-child { text-align: center; }
td.name { text-align: left; white-space: normal; width: 44mm; }
.section td, .total td { font-weight: bold; }
.notes { margin-top: 3mm; font-style: italic; }
.signatures { display: flex; margin-top: 5mm; break-inside: avoid; text-align: center; }
.signatures div { flex: 1; }
.above { min-height: 1.25em; font-style: italic; }
.role { font-weight: bold; text-transform: uppercase; }
.hint { font-style: italic; }
.signatures .name { margin-top: 14mm; font-weight: bold; }
.form { margin-top: 4mm; font-size: 7pt; color: #555; }
";
