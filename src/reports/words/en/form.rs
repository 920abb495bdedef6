//! Everything a printed form says in English beside its template.

use chrono::Datelike;

use crate::{
    domain::periods::{Grain, Period, PeriodKind},
    reports::{Breakdown, form::FormPhrases},
};

pub(in crate::reports) static EN: FormPhrases = FormPhrases {
    index: "No.",
    item: |by| match by {
        Breakdown::None => "Item",
        Breakdown::Unit => "Unit",
        Breakdown::Agency => "Agency",
        Breakdown::Field | Breakdown::Authority => "Field",
        Breakdown::Procedure => "Procedure",
        Breakdown::Channel => "Channel",
    },
    total: "Total",
    period,
    dates: |first, last| format!("({first} to {last}, both included)"),
    reports: |name, unit| format!("Reporting unit: {name} ({unit})"),
    receives: |name| format!("Receiving unit: {name}"),
    status: |status, as_of| format!("Figures: {status}; {as_of}."),
    completeness: |received, expected| format!("Figures of {received} of {expected} units are included."),
    year: |first, last, completeness| format!("Year to date: {first} to {last}, {completeness}."),
    year_begins: |first| {
        format!("The year to date counts from {first} only, because the books of the unit begin then.")
    },
    no_year: "There is no year to date: it cannot be computed for this period.",
    place_and_date: "........., ..... / ..... / .......",
    hints: ["(Signature, full name)", "(Signature, seal, full name)"],
    form: |id, version| format!("Form {id}, version {version}"),
    sheet: "Report",
};

fn period(period: &Period) -> String {
    let year = period.last_day().year();
    // a legal month is named after the month it ends in, a calendar month after its own
    let (first, month) = (period.start, period.last_day().month());
    let quarter = (month - 1) / 3 + 1;
    match period.kind {
        PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => match grain {
            Grain::Month => format!("Period: month {month:02} of {year}"),
            Grain::Quarter => format!("Period: quarter {quarter} of {year}"),
            Grain::Half if month <= 6 => format!("Period: first half of {year}"),
            Grain::Half => format!("Period: second half of {year}"),
            Grain::NineMonths => format!("Period: first nine months of {year}"),
            Grain::Year => format!("Period: year {year}"),
        },
        PeriodKind::Week => format!("Period: week {:02} of {}", first.iso_week().week(), first.iso_week().year()),
        PeriodKind::Span => "Period: the dates below".to_owned(),
    }
}
