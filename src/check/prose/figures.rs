//! The label of one number: the words of its own clause first, then those beside it, then what it is a part of.

use super::*;

impl Walk<'_> {
    /// Labels the figure there; whether its words are used up.
    pub(super) fn figure(&mut self, at: usize, from: usize, compared: bool) -> bool {
        let Some(own) = self.pieces.get(at).cloned() else { return false };
        let Piece::Figure { value, grouping, whole, about, slack } = own.piece else { return false };
        let clauses = self.clauses(from, at);
        let near = clauses.first().map(|(a, z)| self.slice(*a, *z)).unwrap_or_default();
        let near_said = said(near);
        let changes = near.last().is_some_and(|p| matches!(p.piece, Piece::Said(s) if s & (MORE | LESS) != 0));
        if compared || changes {
            if !self.in_change(at) {
                self.odd.push((own.span, Unsure::Compared, None));
            }
            return true;
        }
        let behind = self.behind(at);
        let mut words = near_said | said(self.slice(at + 1, behind));
        // "số hóa 639/1.414 hồ sơ, 926/1.097 kết quả giải quyết": what is told beside the balance goes on behind a comma.
        if near.is_empty() && self.beside {
            words |= BESIDE;
        }
        self.beside = words & BESIDE != 0;
        // An opinion in a survey is no complaint.
        let opinion = own.thing == Thing::Feedback && words & FEEDBACK == 0 && said(self.slice(0, at)) & RATING != 0;
        let own = At { thing: if opinion { Thing::Rating } else { own.thing }, ..own };
        if own.thing == Thing::Rating && words & (RATING | BESIDE) == 0 {
            words |= (self.later(behind) | self.subject(at)) & RATING;
        }
        if own.thing == Thing::Unsaid {
            words |= self.subject(at);
        }
        if near_said == 0 && self.is_result_of_resolving(at) {
            words |= RESOLVE;
        }
        let mut item = None;
        let meaningful = |s: Said| s & !STRUCTURE != 0;
        if !meaningful(words) && own.thing != Thing::Other {
            item = self.name(&clauses, at);
            if item.is_none() {
                // The clause before, and then the one behind, say what this one does not.
                let earlier = clauses.iter().skip(1).map(|(a, z)| said(self.slice(*a, *z))).find(|s| meaningful(*s));
                // "; 202 ý kiến (96,7%) đánh giá …": what begins with its number says behind it what it counts.
                let begins =
                    at.checked_sub(1).and_then(|n| self.pieces.get(n)).is_some_and(|p| p.piece == Piece::Mark(';'));
                let later = self.later(behind);
                words |= match earlier {
                    Some(_) if begins && meaningful(later) => later,
                    Some(earlier) => earlier,
                    None => later,
                };
            }
        } else if let Some(more) = self.unite(&clauses, words) {
            words |= more;
        }
        let depth = self.frames.len();
        let frame = self.frames.last().cloned().unwrap_or_default();
        let head = frame.head.and_then(|h| self.head_label(&self.figures, h));
        let sticky = self.bullet || self.carry.open;
        let head = head.or_else(|| self.carry.head.clone().filter(|_| sticky));
        let before = self.figures.iter().rev().find_map(named).cloned();
        let before = before.or_else(|| self.carry.before.clone().filter(|l| sticky || has_time(l)));
        let mut read = match (&item, own.thing) {
            (Some(name), Thing::Dossier | Thing::Unsaid) => Ok((Label::item(name.clone()), Firm::Said)),
            (Some(_), _) => Err(Unsure::NoLabel),
            (None, thing) => label(words, thing, Around { head: head.as_ref(), before: before.as_ref() }),
        };
        // "tiếp nhận trong kỳ 187 PAKN, gồm 23 PAKN về quy định": a part of a figure without a label is not all there were.
        if own.thing == Thing::Feedback
            && head.is_none()
            && frame.head.is_some()
            && words & !(FEEDBACK | STRUCTURE) == 0
        {
            read = Err(Unsure::NoLabel);
        }
        // "46 hồ sơ trễ hạn tập trung ở lĩnh vực đất đai": after the figures such a sentence speaks of them, and gives no new ones.
        let alone = head.is_none() && !sticky && !self.figures.iter().any(|f| named(f).is_some());
        if alone && let Ok((_, firm @ Firm::Neighbour)) = &mut read {
            *firm = Firm::Echo;
        }
        // "tiếp nhận 900 hồ sơ, trong đó phải giải quyết trong kỳ 850 hồ sơ": those that fell due.
        let total = match frame.head {
            Some(Head::Here(h)) => self.figures.get(h).filter(|f| named(f).is_some_and(|l| l.is(IN) || l.is(RECEIVED))),
            _ => None,
        };
        if words & TO_HANDLE != 0
            && total.is_some_and(|w| w.value > value)
            && read.as_ref().is_ok_and(|(l, _)| l.is(IN))
        {
            read = Ok((Label::of(Space::Due, 1), Firm::Said));
        }
        if own.thing == Thing::Unsaid && !self.leads(at) {
            read = Err(Unsure::NoLabel);
        }
        // "giải quyết 90 hồ sơ (trong đó 5 đang giải quyết)": what is in progress is no part of what is resolved.
        let inside = depth > 1 && head.as_ref().is_some_and(|h| h.within(RESOLVED));
        if inside && matches!(&read, Ok((l, _)) if l.within(IN_PROGRESS)) {
            read = Err(Unsure::Ambiguous);
        }
        // Without "hồ sơ" or anything it belongs to, a bare number is believed only if its words are clear.
        let bare = own.thing == Thing::Unsaid && self.figures.is_empty() && head.is_none() && !sticky;
        if bare
            && words & (RECEIVE | RESOLVE | CARRIED | PENDING | TO_HANDLE | EARLY | ON_TIME | LATE | WITHIN | ONWARD)
                == 0
            && words & (RETURNED | WITHDRAWN | STOPPED | AWAITING) == 0
        {
            read = read.and(Err(Unsure::NoLabel));
        }
        // "Thanh toán trực tuyến 3.118/3.402 hồ sơ, đạt 91,65%": beside the balance, but its share can be told.
        let told = words & BESIDE != 0 && whole.is_some() && read == Err(Unsure::NoLabel);
        if told {
            read = Ok((Label::item(""), Firm::Said));
        }
        if item.is_some() {
            // The name of an item is no qualifier of what follows.
            self.key = self.start.clone();
        }
        let index = self.figures.len();
        // "tổng số 2.000 hồ sơ, trong đó …": a total that says nothing else may have parts of any kind.
        let open = matches!(frame.head, Some(Head::Here(h)) if self.figures.get(h).is_some_and(|f| matches!(f.label, Ok((_, Firm::Total)))));
        // "tiếp nhận 900 hồ sơ, trong đó kỳ trước chuyển sang 100 hồ sơ": likewise.
        let depends = match frame.head {
            Some(Head::Here(h)) => {
                self.figures.get(h).is_some_and(|f| matches!(f.label, Ok((_, firm)) if firm.depends()))
            }
            Some(Head::Before) => self.carry.doubtful,
            None => false,
        };
        let open = open || depends && matches!(&read, Ok((l, _)) if l.is(CARRIED_OVER));
        // "đã giải quyết 950 hồ sơ, trong đó trước hạn 940 hồ sơ, trả lại 10 hồ sơ": it may be counted in.
        let counted = head.as_ref().is_some_and(|h| h.is(RESOLVED) || h.is(IN_PROGRESS));
        let open = open || counted && matches!(&read, Ok((l, _)) if l.within(OTHER_EXITS));
        if let Some(frame) = self.frames.last_mut() {
            let inside = |head: &Label, label: &Label| {
                head.space != label.space
                    || head.space == Space::Item
                    || label.set & !head.set == 0
                    || head.set & !label.set == 0
            };
            if let (Some(head), Ok((label, _))) = (&head, &read)
                && label.space == Space::Dossiers
                && head.space == Space::Dossiers
                && !(inside(head, label) || head.within(RESOLVED) && label.within(IN))
                && depth == 1
                && !open
            {
                frame.head = None;
                frame.all = false;
            }
            frame.last = Some(index);
        }
        let frame = self.frames.last().cloned().unwrap_or_default();
        self.figures.push(Figure {
            label: read,
            value,
            grouping,
            about,
            slack,
            whole,
            span: own.span,
            head: frame.head.filter(|h| *h != Head::Here(index) && !told),
            all: frame.all || words & OTHERS != 0,
            new: words & NEW != 0,
            total: words & TOTAL != 0,
            parted: false,
            key: self.key.clone(),
        });
        true
    }

    /// "Kết quả giải quyết: 707 hồ sơ": elsewhere these words speak of no figure.
    fn is_result_of_resolving(&self, at: usize) -> bool {
        let colon = at.checked_sub(1).and_then(|n| self.pieces.get(n)).filter(|p| p.piece == Piece::Mark(':'));
        let start = self.pieces.first().map_or(0, |p| p.span.start);
        let before = colon.and_then(|p| self.text.text.get(start..p.span.start)).map(str::to_lowercase);
        before.is_some_and(|b| {
            let b = b.trim_end();
            let b = ["hồ sơ", "tthc", "thủ tục hành chính"].iter().find_map(|thing| b.strip_suffix(thing)).unwrap_or(b);
            b.trim_end().ends_with("kết quả giải quyết")
        })
    }

    /// What a sentence is about, if it is not about dossiers: "Phản ánh, kiến nghị: tiếp nhận 15, đã xử lý 13".
    fn subject(&self, at: usize) -> Said {
        let before = self.slice(0, at);
        let dossiers = before.iter().any(|p| p.thing == Thing::Dossier && matches!(p.piece, Piece::Figure { .. }));
        let named = before.windows(2).any(|w| matches!(w, [a, b] if self.lower(a) == "hồ" && self.lower(b) == "sơ"));
        if dossiers || named { 0 } else { said(before) & (FEEDBACK | RATING) }
    }

    pub(super) fn lower(&self, at: &At) -> String {
        self.text.text.get(at.span.start..at.span.end).unwrap_or_default().to_lowercase()
    }

    /// Whether the words beside a bare number lead to it: "tiếp nhận mới là 1.752", "Trước hạn: 966", "966 trước hạn".
    fn leads(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|n| self.pieces.get(n));
        let Some(before) = before else { return true };
        let word = self.text.text.get(before.span.start..before.span.end).unwrap_or_default().to_lowercase();
        let leading = match before.piece {
            Piece::Said(_) | Piece::Mark(':' | '=' | ',' | ';' | '-' | '–' | '+') | Piece::Open | Piece::Line => true,
            Piece::Word => matches!(
                word.as_str(),
                "là" | "có"
                    | "được"
                    | "lên"
                    | "còn"
                    | "với"
                    | "sơ"
                    | "hs"
                    | "kỳ"
                    | "và"
                    | "thành"
                    | "đến"
                    | "số"
                    | "sang"
                    | "qua"
                    | "nhận"
                    | "mới"
                    | "ích"
                    | "là:"
                    | "tháng"
                    | "quý"
                    | "năm"
            ),
            Piece::Noise => true,
            _ => false,
        };
        let closes = self.pieces.get(at + 1).is_none_or(|p| stops(&p.piece));
        let clause = self.clauses(0, at).first().map(|(a, z)| said(self.slice(*a, *z))).unwrap_or(0);
        let told = closes && clause & !STRUCTURE != 0 && matches!(before.piece, Piece::Word);
        leading
            || told
            || matches!(self.pieces.get(at + 1).map(|p| &p.piece), Some(Piece::Said(s)) if s & !STRUCTURE != 0)
    }

    /// The name of something that only this report counts: the words right before, if they are a name.
    fn name(&self, clauses: &[(usize, usize)], at: usize) -> Option<String> {
        let parenthesis = at.checked_sub(1).and_then(|n| self.pieces.get(n)).is_some_and(|p| p.piece == Piece::Open);
        let (a, z) = *clauses.iter().take(if parenthesis { 2 } else { 1 }).find(|(a, z)| z > a)?;
        let words = self.slice(a, z);
        if said(words) & !STRUCTURE != 0 {
            return None;
        }
        let text = |p: &At| self.text.text.get(p.span.start..p.span.end).unwrap_or_default();
        let is_name = |p: &At| matches!(p.piece, Piece::Word) && p.span.end - p.span.start > 1;
        let filler = |p: &At| {
            matches!(
                text(p).to_lowercase().as_str(),
                "có" | "là"
                    | "với"
                    | "và"
                    | "được"
                    | "số"
                    | "hồ"
                    | "sơ"
                    | "hs"
                    | "đã"
                    | "thì"
                    | "như"
                    | "ở"
                    | "tại"
                    | "trong"
                    | "nay"
                    | "đến"
                    | "cùng"
                    | "cộng"
            )
        };
        let named: Vec<&At> = words.iter().filter(|p| is_name(p) && !filler(p)).collect();
        let (first, last) = (named.first()?, named.last()?);
        // "Sở Lao động, Thương binh và Xã hội": names have commas too.
        let earlier = clauses.iter().skip_while(|c| **c != (a, z)).nth(1).filter(|(b, y)| {
            let clause = self.slice(*b, *y);
            let comma = self.pieces.get(*y).is_some_and(|p| p.piece == Piece::Mark(','));
            let joins = last.span.start > first.span.start && words.iter().any(|p| text(p) == "và");
            comma && joins && !clause.is_empty() && said(clause) == 0 && clause.first().is_some_and(|p| p.capital)
        });
        let first = earlier.and_then(|(b, _)| self.pieces.get(*b)).unwrap_or(first);
        let capital = named.iter().any(|p| p.capital);
        let field = matches!(text(first).to_lowercase().as_str(), "lĩnh" | "nhóm" | "các" | "hộ" | "đất" | "ngành");
        let within = self.frames.last().is_some_and(|f| f.head.is_some());
        if named.len() > 16 || !(capital || field || within) {
            return None;
        }
        self.text.text.get(first.span.start..last.span.end).map(str::to_owned)
    }

    /// What earlier clauses of the same kind add: "trả lại hoặc …, cá nhân xin rút 213".
    fn unite(&self, clauses: &[(usize, usize)], words: Said) -> Option<Said> {
        // "tổng số hồ sơ tiếp nhận, giải quyết: 590 hồ sơ" is one verb and the other.
        let says = |n: usize, what: Said| matches!(self.pieces.get(n).map(|p| &p.piece), Some(Piece::Said(s)) if s & what != 0);
        if let [(a, _), (_, before), ..] = clauses
            && *a == before + 1
            && self.pieces.get(*before).is_some_and(|p| p.piece == Piece::Mark(','))
            && before.checked_sub(1).is_some_and(|n| says(n, RECEIVE))
            && says(*a, RESOLVE)
        {
            return Some(RECEIVE);
        }
        // "rút, trả 20 hồ sơ": given back.
        if let [(a, z), (_, before), ..] = clauses
            && *a == before + 1
            && before.checked_sub(1).is_some_and(|n| says(n, WITHDRAWN))
            && self.slice(*a, *z).first().is_some_and(|p| self.lower(p) == "trả")
        {
            return Some(RETURNED | WITHDRAWN);
        }
        const KINDS: &[Said] = &[RETURNED | WITHDRAWN | STOPPED, EARLY | ON_TIME, DIRECT | POSTAL | ONLINE];
        let kind = KINDS.iter().find(|kind| words & **kind != 0)?;
        let (a, z) = *clauses.get(1)?;
        let comma = self.pieces.get(z).is_some_and(|p| p.piece == Piece::Mark(','));
        let said = said(self.slice(a, z));
        let alone = said & !(kind | RECEIVE | RESOLVE | DELIVER | STRUCTURE | NEW) == 0;
        (comma && said & kind != 0 && alone).then_some(said & (kind | RECEIVE | RESOLVE))
    }

    /// What the clause behind says: "Có 90 hồ sơ (…), các cơ quan thụ lý trả lại".
    fn later(&self, from: usize) -> Said {
        let mut depth = 0;
        let (mut before, mut words) = (0, 0);
        for p in self.pieces.iter().skip(from) {
            match &p.piece {
                Piece::Open => depth += 1,
                Piece::Close => depth -= 1,
                // The words right before another number are of that one.
                Piece::Figure { .. } if depth <= 0 => return before,
                Piece::Mark(';' | ':') => break,
                Piece::Mark(',') if (before | words) & !STRUCTURE != 0 => break,
                Piece::Mark(',') => (before, words) = (before | words, 0),
                Piece::Said(s) if depth <= 0 => words |= s,
                _ => {}
            }
        }
        before | words
    }
}

fn has_time(label: &Label) -> bool {
    label.within(IN_TIME) || label.is(PENDING_WITHIN)
}
