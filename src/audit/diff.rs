//! A document before and after, line by line of its decoded text, for the terminal and the report page alike.
//! How it is drawn is left to them.

use std::borrow::Cow;

use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::restore::changes;

/// A sentence of the clean text, in code points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark<'d> {
    /// Where it begins.
    pub start: usize,
    /// Its language, empty when none was named.
    pub lang: Cow<'d, str>,
    /// The probability of that language.
    pub score: f32,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A sentence begins here.
    Sentence {
        /// Its language, empty when none was named.
        lang: String,
        /// The probability of that language.
        score: f32,
    },
    /// Text that stays.
    Kept(String),
    /// Text that goes.
    Removed(String),
    /// Text that was something else.
    Repaired {
        /// What stood there.
        from: String,
        /// What stands there now.
        to: String,
    },
}

/// A line of the decoded text: its pieces, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
    /// The changes that touch the line, by step, rule and reason.
    pub notes: Vec<Note>,
}

/// What was done to a line, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The step.
    pub step: String,
    /// The rule or code.
    pub rule: String,
    /// The reason in words.
    pub reason: String,
}

impl Row {
    /// Whether some of the line goes.
    pub fn has_removed(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Removed(_)))
    }

    fn is_blank(&self) -> bool {
        self.notes.is_empty()
            && self.pieces.iter().all(|piece| match piece {
                Piece::Kept(text) | Piece::Removed(text) => text.trim().is_empty(),
                Piece::Repaired { .. } => false,
                Piece::Sentence { .. } => true,
            })
    }

    fn note(&mut self, entry: &Entry<'_>) {
        let note = Note {
            step: entry.step.clone().into(),
            rule: entry.rule.clone().into(),
            reason: entry.reason.clone().into(),
        };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The lines of a document with what was done to each; blank ones are left out.
pub fn rows(clean: &str, head: &Head<'_>, entries: &[Entry<'_>], marks: &[Mark<'_>]) -> Vec<Row> {
    let mut drawing =
        Drawing { rest: clean, at: 0, marks: marks.iter(), rows: Vec::new(), row: Row::default() };
    let mut decoded = 0;
    for change in changes(head, entries) {
        if change.start > decoded {
            drawing.keep(change.start - decoded);
            decoded = change.start;
        }
        if change.note {
            drawing.row.note(&change);
            continue;
        }
        drawing.apply(&change);
        decoded = change.end;
    }
    drawing.keep(usize::MAX);
    drawing.end_row();
    drawing.rows
}

fn sentence(mark: &Mark<'_>) -> Piece {
    Piece::Sentence { lang: mark.lang.clone().into(), score: mark.score }
}

struct Drawing<'d> {
    /// Clean text that is not drawn yet.
    rest: &'d str,
    /// How many characters of it are.
    at: usize,
    marks: std::slice::Iter<'d, Mark<'d>>,
    rows: Vec<Row>,
    row: Row,
}

impl<'d> Drawing<'d> {
    fn end_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        while let Some(Piece::Kept(text)) = row.pieces.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            row.pieces.pop();
        }
        if !row.is_blank() {
            self.rows.push(row);
        }
    }

    /// The next `chars` characters of the clean text.
    fn take(&mut self, chars: usize) -> &'d str {
        let cut = self.rest.char_indices().nth(chars).map_or(self.rest.len(), |(n, _)| n);
        let (taken, rest) = self.rest.split_at(cut);
        self.rest = rest;
        self.at += if rest.is_empty() { taken.chars().count() } else { chars };
        taken
    }

    /// Draws `chars` characters that stay, with the sentences that begin in them.
    fn keep(&mut self, chars: usize) {
        let end = self.at.saturating_add(chars);
        loop {
            let next = self.marks.as_slice().first().filter(|mark| mark.start < end);
            let stop = next.map_or(end, |mark| mark.start.max(self.at));
            let text = self.take(stop - self.at);
            self.each_line(text, |text| Piece::Kept(text.to_owned()));
            let Some(mark) = next else { break };
            self.marks.next();
            self.row.pieces.push(sentence(mark));
        }
    }

    fn each_line(&mut self, text: &str, piece: impl Fn(&str) -> Piece) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.end_row();
            }
            if !line.is_empty() {
                self.row.pieces.push(piece(line));
            }
        }
    }

    fn apply(&mut self, change: &Entry<'_>) {
        let start = self.at;
        let to = self.take(change.to.chars().count());
        while let Some(mark) =
            self.marks.as_slice().first().filter(|mark| mark.start < self.at && mark.start >= start)
        {
            self.marks.next();
            self.row.pieces.push(sentence(mark));
        }
        if change.step == "layout" {
            // White space says nothing but where a line ends.
            self.each_line(&change.text, |text| Piece::Kept(text.to_owned()));
        } else if to.is_empty() && change.step != "repair" {
            for (n, line) in change.text.split('\n').enumerate() {
                if n > 0 {
                    self.end_row();
                }
                self.row.pieces.push(Piece::Removed(line.to_owned()));
                self.row.note(change);
            }
        } else {
            let (from, to) = (change.text.clone().into(), to.to_owned());
            self.row.pieces.push(Piece::Repaired { from, to });
            self.row.note(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::About;
    use crate::audit::account;
    use crate::config::Config;
    use crate::pipeline::Cleaner;

    #[test]
    fn every_line_tells_what_was_done_to_it() {
        let cleaner = Cleaner::new(Config::default()).unwrap_or_else(|e| panic!("{e}"));
        let cleaned = cleaner.clean_text("The cafÃ© is open. It rains.\n\nAdvertisement\n\nOne more line.");
        let (head, entries) = account(About::default(), &cleaned, cleaner.rules());
        let marks = [0, 18, 28].map(|start| Mark { start, lang: "en".into(), score: 0.9 });
        let rows = rows(&cleaned.text, &head, &entries, &marks);
        let [first, second, third] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!(first.pieces[1], Piece::Kept("The caf".into()));
        assert_eq!(first.pieces[2], Piece::Repaired { from: "Ã©".into(), to: "é".into() });
        assert_eq!(first.pieces[4], sentence(&marks[1]));
        assert_eq!(first.notes[0].rule, "mojibake");
        assert_eq!(second.pieces, [Piece::Removed("Advertisement".into())]);
        assert_eq!(second.notes[0].rule, "advertising-mark");
        assert_eq!(third.pieces[1], Piece::Kept("One more line.".into()));
    }
}
