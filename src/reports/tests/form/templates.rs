use super::*;
use crate::reports::form::{Mistake, NAMES, text_of};

#[test]
fn what_is_shipped_is_right_and_bears_its_name() {
    for name in NAMES {
        let template = template(name);
        assert_eq!(template.id, name);
        assert!(template.counts_the_year());
    }
    assert!(shipped("07a/BTP").is_none());
}

/// The mistakes of a template shipped after some of its text was replaced.
fn mistakes(changes: &[(&str, &str)]) -> Vec<String> {
    let mut text = text_of("II.06").unwrap().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Template::read(&text).unwrap_err().iter().map(Mistake::to_string).collect()
}

#[test]
fn each_mistake_is_told_with_what_to_write_instead() {
    for (from, to, told) in [
        (
            "id = \"II.06\"",
            "id = \"II 06\"",
            "id is 'II 06': write 1 to 40 letters, digits, points, hyphens or underscores",
        ),
        ("version = 1", "version = 0", "version is 0: write 1 for the first, and count up with every change"),
        ("vi = \"Tổng số\"", "vi = \" \"", "column 3: write a text of 1 to 400 printable characters in both languages"),
        ("\"received_online\"", "\"recieved\"", "column 4: 'recieved' is not a measure; docs/forms.md names every one"),
        ("columns = [\"4\", \"5\", \"6\"]", "columns = [\"4\", \"5\", \"66\"]", "column 3: there is no column '66'"),
        (
            "columns = [\"4\", \"5\", \"6\"]",
            "columns = [\"4\", \"5\", \"6\", \"4\"]",
            "column 3 names column 4 twice: name it once",
        ),
        ("number = \"4\"", "number = \"5\"", "column '5' is there twice: give the second another name"),
        ("columns = [\"12\", \"13\"]\n", "", "column 11: write one of sum, columns and share"),
        ("columns = [\"12\", \"13\"]\n", "columns = []\n", "column 11 is the sum of nothing: name at least one"),
        (
            "columns = [\"12\", \"13\"]\nis = \"pending_total\"",
            "columns = [\"12\", \"11\"]",
            "column 11 leads to itself, or through more than eight columns: write its sum with measures",
        ),
        (
            "columns = [\"12\", \"13\"]\nis = \"pending_total\"",
            "columns = [\"12\", \"13\", \"20\"]",
            "column 11: column 20 is a share and cannot be added",
        ),
        (
            "columns = [\"12\", \"13\"]",
            "columns = [\"12\", \"22\"]",
            "column 11: column 22 counts the year, and it does not: take both from one of them",
        ),
        (
            "sum = [\"returned\"]",
            "sum = [\"returned\", \"resolved_late\"]",
            "resolved_late is counted in columns 10 and 14: fold it into one, make a total with columns = [...], or write of_which = true \
             where a column is a part of another",
        ),
        (
            "sum = [\"stopped\"]",
            "sum = [\"stopped\", \"stopped\"]",
            "stopped is counted in columns 16 and 16: fold it into one, make a total with columns = [...], or write of_which = true where a \
             column is a part of another",
        ),
        (
            "of_which = true\n",
            "",
            "resolved_late is counted in columns 22 and 23: fold it into one, make a total with columns = [...], or \
             write of_which = true where a column is a part of another",
        ),
        (
            "columns = [\"8\", \"9\", \"10\"]",
            "columns = [\"8\", \"9\", \"14\"]",
            "column 7 is not resolved_total: its columns lack resolved_late and have returned too often",
        ),
        ("is = \"resolved_total\"", "is = \"all\"", "column 7: 'all' is not a measure; docs/forms.md names every one"),
        (
            "\"14\", \"15\", \"16\", \"17\", \"19\"]",
            "\"14\", \"15\", \"16\", \"19\"]",
            "balance: the columns lack awaiting_supplement; name columns so that every counter of the balance is in them once",
        ),
        (
            "in = [\"3\", \"18\"]",
            "in = [\"3\", \"18\", \"4\"]",
            "balance: the columns have received_online too often; name columns so that every counter of the balance is in them once",
        ),
        ("in = [\"3\", \"18\"]", "in = [\"3\", \"18\", \"20\"]", "balance: column 20 is a share and cannot be added"),
        ("in = \"in-period\"", "in = \"nowhere\"", "column 4: there is no group 'nowhere'"),
        ("id = \"beside\"", "id = \"year\"", "group 'year' is there twice: give the second another name"),
        (
            "in = \"received\"\nvi = \"Trong kỳ\"",
            "in = \"in-period\"\nvi = \"Trong kỳ\"",
            "group 'in-period' lies deeper than 3 headings, or in itself: nest less",
        ),
        (
            "in = \"received\"\nvi = \"Từ kỳ trước\"",
            "in = \"year\"\nvi = \"Từ kỳ trước\"",
            "group 'year' has another column between its columns: put them side by side",
        ),
        (
            "by = \"field\"",
            "by = \"moon\"",
            "breakdown: 'moon' is no way to cut rows here: write unit, agency, field, procedure, channel, authority, or nothing for the total alone",
        ),
        (
            "by = \"unit\"\nmark",
            "by = \"field\"\nmark",
            "section: 'field' is no way to cut rows here: write unit, authority or procedure, whose rows have levels",
        ),
        (
            "levels = [\"district\"]",
            "levels = [\"commune\"]",
            "level 'commune' is in sections B and C: leave it in one",
        ),
        ("mark = \"B\"", "mark = \"A\"", "section 'A' is there twice: give the second another name"),
    ] {
        let all = mistakes(&[(from, to)]);
        assert!(all.iter().any(|mistake| mistake == told), "{told}\nis not among\n{}", all.join("\n"));
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let all = mistakes(&[
        ("version = 1", "version = 0"),
        ("\"received_online\"", "\"recieved\""),
        ("in = \"beside\"\nvi = \"Xin rút\"", "in = \"nowhere\"\nvi = \"Xin rút\""),
    ]);
    // a misspelt measure is missing from the total and from the balance too; a column without its group cuts the group in two
    assert_eq!(all.len(), 6, "{}", all.join("\n"));
}

#[test]
fn what_is_no_template_is_refused_with_its_line() {
    for (text, told) in [
        (
            "id = \"x\"\nversion = \"one\"",
            "line 2: invalid type: string \"one\", expected u32; docs/forms.md names every key",
        ),
        ("id = ", "line 1: "),
        ("id = \"x\"\nversion = 1\ncolour = \"red\"", "line 3: unknown field `colour`"),
    ] {
        let all = Template::read(text).unwrap_err();
        assert!(all.len() == 1 && all[0].to_string().starts_with(told), "{}", all[0]);
    }
    let long = format!("# {}", "x".repeat(70_000));
    assert!(matches!(Template::read(&long).unwrap_err()[..], [Mistake::TooLong { .. }]));
    let many: String = (0..41)
        .map(|n| {
            format!("[[column]]\nnumber = \"{n}x\"\nvi = \"a\"\nen = \"a\"\nsum = [\"stopped\"]\nof_which = true\n")
        })
        .collect();
    let text = text_of("II.06").unwrap().replacen("[balance]", &format!("{many}[balance]"), 1);
    assert_eq!(Template::read(&text).unwrap_err(), [Mistake::TooMany { what: "columns", count: 62, most: 40 }]);
}

#[test]
fn the_small_form_of_the_handbook_is_one() {
    let handbook = include_str!("../../../../docs/forms.md");
    let example = handbook.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let template = Template::read(example).unwrap();
    assert_eq!((template.columns.len(), template.counts_the_year()), (3, false));
    for name in Measure::ALL.iter().map(|m| m.name()).chain(Derived::ALL.iter().map(|d| d.name())) {
        assert!(handbook.contains(&format!("`{name}`")), "{name} is not in docs/forms.md");
    }
    let report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let by = Breakdown::Unit;
    let page = lay_out(&Asked { template: &template, report: &report, by, year: Year::Unknown, lang: Lang::Vi });
    assert_eq!(page.grid.wrong(), None);
    assert_eq!(page.grid.width(), 5);
}
