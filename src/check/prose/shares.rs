//! Of what a percentage is the share, or from where a growth starts.

use super::*;

impl Walk<'_> {
    pub(super) fn percent(&mut self, at: usize, from: usize, share: Share, about: bool) {
        let Some(own) = self.pieces.get(at).cloned() else { return };
        let before = self.slice(from.min(at), at).to_vec();
        let words = said(&before);
        let target = said(self.slice(0, at)) & TARGET != 0 || said(self.slice(at + 1, self.after(at))) & TARGET != 0;
        let last_said =
            before.iter().rev().find_map(|p| if let Piece::Said(s) = p.piece { Some(s) } else { None }).unwrap_or(0);
        let (mut growth, mut base) = (0, None);
        let of = if about {
            Of::Unsure(Unsure::Approximate)
        } else if self.frames.last().is_some_and(|f| f.other) && self.change_of(at).is_none() {
            Of::Unsure(Unsure::Compared)
        } else if target || words & AVERAGE != 0 {
            Of::Unsure(Unsure::NoLabel)
        } else if let Some((change, figure)) = self.change_of(at).and_then(|c| c.figure.map(|f| (c, f))) {
            growth = change.sign;
            base = self.figures.get(figure).and_then(|f| change.from(f.value));
            Of::Figure(figure)
        } else if last_said & (MORE | LESS) != 0 {
            Of::Unsure(Unsure::Compared)
        } else {
            self.whose(at, &before, words)
        };
        let whole = self.whole_behind(at);
        self.shown.push(Shown { share, span: own.span, of, growth, base, whole, key: self.key.clone() });
    }

    /// "12,7% tổng số kết quả đã giải quyết", "84% số hồ sơ tiếp nhận": the whole in words. Any word that might narrow it down, or
    /// name another unit or time, makes it unsure.
    fn whole_behind(&self, at: usize) -> Option<Label> {
        const PLAIN: &[&str] = &[
            "số",
            "tổng",
            "tổng số",
            "trên",
            "trên tổng số",
            "của",
            "hồ",
            "sơ",
            "hs",
            "kết",
            "quả",
            "đã",
            "được",
            "trong kỳ",
            "trong tháng",
            "trong quý",
            "trong năm",
            "tthc",
            "các",
            "so",
            "với",
        ];
        let behind = self.slice(at + 1, self.after(at));
        let words: Vec<String> = behind.iter().map(|p| self.lower(p)).collect();
        let first = words.iter().find(|w| !matches!(w.as_str(), "trên" | "của"))?;
        let begins = matches!(first.as_str(), "số" | "tổng" | "tổng số" | "trên tổng số");
        let told = |p: &At| matches!(p.piece, Piece::Said(_));
        let plain = behind.iter().zip(&words).all(|(p, w)| told(p) || PLAIN.contains(&w.as_str()));
        if !begins || !plain {
            return None;
        }
        match label(said(behind) & !TOTAL, Thing::Dossier, Around::default()) {
            Ok((label, firm)) if firm != Firm::Loose && [IN, RECEIVED, RESOLVED].iter().any(|s| label.is(*s)) => {
                Some(label)
            }
            _ => None,
        }
    }

    fn whose(&self, at: usize, before: &[At], words: Said) -> Of {
        let opens = matches!(self.pieces.get(at + 1).map(|p| &p.piece), Some(Piece::Open));
        let next = matches!(self.pieces.get(at + 2).map(|p| &p.piece), Some(Piece::Figure { .. }));
        if opens && next {
            return Of::Figure(self.figures.len());
        }
        // "100% trước và đúng hạn" speaks of what follows it.
        let behind = said(self.slice(at + 1, self.behind(at)));
        let verb = before.iter().rev().take(5).any(|p| matches!(p.piece, Piece::Said(s) if s & SHARE != 0)) || {
            let last = before.last().and_then(|p| self.text.text.get(p.span.start..p.span.end));
            matches!(last, Some("bằng" | "là"))
        };
        let comma = before.last().is_none_or(|p| matches!(p.piece, Piece::Mark(',' | ';')));
        if !verb && comma && !self.figures.is_empty() && behind & (EARLY | ON_TIME | LATE) != 0 {
            return match label(behind, Thing::Dossier, Around::default()) {
                Ok((label, _)) => Of::Label(label),
                Err(why) => Of::Unsure(why),
            };
        }
        let told = words & !(STRUCTURE | BESIDE) != 0;
        let frame = self.frames.last();
        match frame.and_then(Frame::nearest) {
            Some(last) if !told && words & BESIDE == 0 => Of::Figure(last),
            _ if words & SHARE != 0 && told && verb => {
                let subject = before.iter().any(|p| {
                    self.text.text.get(p.span.start..p.span.end).is_some_and(|w| {
                        matches!(
                            w.to_lowercase().as_str(),
                            "đơn" | "huyện" | "lĩnh" | "mỗi" | "từng" | "nhiều" | "ngành"
                        )
                    })
                });
                if subject {
                    return Of::Unsure(Unsure::NoLabel);
                }
                match label(words & !TOTAL, Thing::Dossier, Around::default()) {
                    Ok((label, _)) => Of::Label(label),
                    Err(why) => Of::Unsure(why),
                }
            }
            _ => Of::Unsure(Unsure::NoLabel),
        }
    }
}
