//! From words to a label.

use super::*;

/// What stands before a number at the same level, for words that say only half.
#[derive(Copy, Clone, Default, Debug)]
pub struct Around<'a> {
    /// The figure this one is a part of.
    pub head: Option<&'a Label>,
    /// The figure before.
    pub before: Option<&'a Label>,
}

/// The label that these words give.
///
/// # Errors
/// [`Unsure`]: they say too little, or too much at once.
pub fn label(said: Said, thing: Thing, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let head = |space: Space| around.head.is_some_and(|h| h.space == space);
    let pick = |pairs: &[(Said, Set)]| pairs.iter().filter(|(bit, _)| has(*bit)).fold(0, |set, (_, class)| set | class);
    let firm = |label: Label| Ok((label, Firm::Said));
    // "trung bình mỗi ngày tiếp nhận 45 hồ sơ"
    if has(VISITS | BESIDE | AVERAGE) || thing == Thing::Other {
        return Err(Unsure::NoLabel);
    }
    if thing == Thing::Procedure {
        return Err(Unsure::NoLabel);
    }
    let judged = pick(&[(VERY_SATISFIED, VERY_GOOD), (SATISFIED, GOOD), (NORMAL, MIDDLING), (UNSATISFIED, BAD)]);
    if judged != 0 {
        return firm(Label::of(Space::Ratings, judged));
    }
    if thing == Thing::Rating || (has(RATING) && matches!(thing, Thing::Feedback | Thing::Unsaid)) {
        let all = VERY_GOOD | GOOD | MIDDLING | BAD;
        return if has(RATING) && !head(Space::Ratings) {
            firm(Label::of(Space::Ratings, all))
        } else {
            Err(Unsure::NoLabel)
        };
    }
    if thing == Thing::Feedback
        || (has(FEEDBACK) && thing != Thing::Dossier)
        || (head(Space::Feedback) && thing == Thing::Unsaid)
    {
        return feedback(said, around);
    }
    if has(POSTAL) && has(DELIVER | RESOLVE) || head(Space::Post) || thing == Thing::Result && has(POSTAL) {
        let set = pick(&[(RECEIVE, POST_IN), (DELIVER | RESOLVE, POST_OUT)]);
        return if set == 0 { Err(Unsure::Ambiguous) } else { firm(Label::of(Space::Post, set)) };
    }
    if has(TAKEN_OVER | HANDED_OVER) {
        // Inside of another figure it is some of that one, and no way of its own.
        return match around.head {
            None if !has(HANDED_OVER) => firm(Label::dossiers(HANDED_IN)),
            None if !has(TAKEN_OVER) => firm(Label::dossiers(HANDED_OUT)),
            _ => Err(Unsure::Ambiguous),
        };
    }
    if has(TO_HANDLE) {
        return firm(Label::dossiers(IN));
    }
    if has(ONWARD) {
        return firm(Label::dossiers(IN_PROGRESS));
    }
    let exits = pick(&[
        (RETURNED, GIVEN_BACK),
        (WITHDRAWN, TAKEN_BACK),
        (STOPPED, CUT_OFF),
        (AWAITING, SUPPLEMENT),
        (PAYMENT, UNPAID),
    ]);
    if exits != 0 && !has(EARLY | ON_TIME) {
        return firm(Label::dossiers(exits));
    }
    if has(CARRIED) {
        return if has(NEW) { Ok((Label::dossiers(IN), Firm::Said)) } else { firm(Label::dossiers(CARRIED_OVER)) };
    }
    if has(DUE) {
        return firm(Label::of(Space::Due, 1));
    }
    if has(EARLY | ON_TIME | LATE | WITHIN) {
        if has(ONLINE | DIRECT | POSTAL) {
            return Err(Unsure::Ambiguous);
        }
        return timed(said, around);
    }
    channels_and_totals(said, thing, around)
}

fn timed(said: Said, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let in_time = [(EARLY, RESOLVED_EARLY), (ON_TIME, RESOLVED_ON_TIME)];
    let in_time = in_time.iter().filter(|(bit, _)| has(*bit)).fold(0, |set, (_, class)| set | class);
    if has(WITHIN) {
        return match (in_time, has(LATE)) {
            (0, true) => Ok((Label::dossiers(IN_PROGRESS), Firm::Said)),
            (0, false) => Ok((Label::dossiers(PENDING_WITHIN), Firm::Said)),
            _ => Err(Unsure::Ambiguous),
        };
    }
    if in_time != 0 {
        let late = if has(LATE) { RESOLVED_LATE } else { 0 };
        let firm = if in_time == RESOLVED_ON_TIME && late == 0 { Firm::OnTime } else { Firm::Said };
        return Ok((Label::dossiers(in_time | late), firm));
    }
    let known = match (has(RESOLVE), has(PENDING | NOT_YET)) {
        (true, true) => Some(ANY_LATE),
        (false, true) => Some(PENDING_OVERDUE),
        (true, false) => Some(RESOLVED_LATE),
        (false, false) => None,
    };
    if let Some(set) = known {
        // "đang giải quyết 100 hồ sơ (… giải quyết quá hạn 3)": inside of what is in progress nothing is resolved.
        let inside = around.head.is_some_and(|h| h.within(IN_PROGRESS));
        return Ok((Label::dossiers(if inside { PENDING_OVERDUE } else { set }), Firm::Said));
    }
    for near in [around.head, around.before].into_iter().flatten() {
        if near.within(IN_PROGRESS) {
            return Ok((Label::dossiers(PENDING_OVERDUE), Firm::Neighbour));
        }
        if near.within(RESOLVED) {
            return Ok((Label::dossiers(RESOLVED_LATE), Firm::Neighbour));
        }
    }
    Err(Unsure::Ambiguous)
}

fn channels_and_totals(said: Said, thing: Thing, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let channel = match (has(FULL), has(PART), has(ONLINE)) {
        (true, false, _) => ONLINE_FULL,
        (false, true, _) => ONLINE_PART,
        (true, true, _) | (_, _, true) => ANY_ONLINE,
        _ => 0,
    } | if has(DIRECT) { IN_PERSON } else { 0 }
        | if has(POSTAL) { BY_POST } else { 0 };
    if channel != 0 {
        let resolved = around.head.is_some_and(|h| h.within(OUT));
        let other = has(RESOLVE | PENDING) && !has(RECEIVE) || resolved;
        return if other { Err(Unsure::Ambiguous) } else { Ok((Label::dossiers(channel), Firm::Said)) };
    }
    if has(PENDING) {
        return Ok((Label::dossiers(IN_PROGRESS), Firm::Said));
    }
    if has(RECEIVE) && has(RESOLVE) {
        return Ok((Label::dossiers(IN), Firm::Loose));
    }
    if has(NEW) {
        return Ok((Label::dossiers(RECEIVED), Firm::Said));
    }
    if has(RECEIVE) {
        return Ok((Label::dossiers(RECEIVED), Firm::Received));
    }
    if has(RESOLVE) {
        return Ok((Label::dossiers(RESOLVED), if has(TOTAL) { Firm::Resolved } else { Firm::Said }));
    }
    if has(REST) && thing == Thing::Dossier && around.head.is_none_or(|h| !h.within(RECEIVED)) {
        return Ok((Label::dossiers(IN_PROGRESS), Firm::Neighbour));
    }
    if has(TOTAL) && around.head.is_none() {
        return Ok((Label::dossiers(IN), Firm::Total));
    }
    Err(Unsure::NoLabel)
}

fn feedback(said: Said, around: Around<'_>) -> Result<(Label, Firm), Unsure> {
    let has = |bits: Said| said & bits != 0;
    let all = SETTLED | SENT_ON | OPEN;
    // Of these too some are new and some from before, and only both together were settled or sent on.
    if has(NEW | CARRIED) {
        return Err(Unsure::NoLabel);
    }
    let set = match () {
        () if has(PENDING | NOT_YET) => OPEN,
        () if has(FORWARD) => SENT_ON,
        () if has(RECEIVE) && !has(ANSWER) => all,
        () if has(RESOLVE | ANSWER) => SETTLED,
        () if around.head.or(around.before).is_none_or(|h| h.space != Space::Feedback) => all,
        () => return Err(Unsure::NoLabel),
    };
    Ok((Label::of(Space::Feedback, set), Firm::Said))
}
