//! A document before and after, line by line of its decoded text, for the terminal and the report page alike.
//! How it is drawn is left to them.

use std::borrow::Cow;

use crate::audit::Alteration;
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece<'d> {
    /// A sentence begins here.
    Sentence {
        /// Its language, empty when none was named.
        lang: &'d str,
        /// The probability of that language.
        score: f32,
    },
    /// Text that stays.
    Kept(&'d str),
    /// Text that goes.
    Removed(&'d str),
    /// Text that was something else.
    Repaired {
        /// What stood there.
        from: &'d str,
        /// What stands there now.
        to: &'d str,
    },
}

/// A line of the decoded text: its pieces, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row<'d> {
    /// The pieces, in order.
    pub pieces: Vec<Piece<'d>>,
    /// The changes that touch the line, by step, rule and reason.
    pub notes: Vec<Note<'d>>,
}

/// What was done to a line, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'d> {
    /// The step.
    pub step: &'d str,
    /// The rule or code.
    pub rule: &'d str,
    /// The reason in words.
    pub reason: &'d str,
}

impl<'d> Row<'d> {
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

    fn note(&mut self, change: &Alteration<'d>) {
        let note = Note { step: change.step, rule: change.rule, reason: change.reason };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The lines of a document with what was done to each; blank ones are left out.
pub fn rows<'d>(
    clean: &'d str,
    head: &'d Head<'_>,
    entries: &'d [Entry<'_>],
    marks: &'d [Mark<'d>],
) -> Vec<Row<'d>> {
    let mut drawing =
        Drawing { rest: clean, at: 0, marks: marks.iter(), rows: Vec::new(), row: Row::default() };
    let mut decoded = 0;
    for change in changes(head, entries) {
        if change.start > decoded {
            drawing.keep(change.start - decoded);
            decoded = change.start;
        }
        if change.is_note {
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

fn sentence<'d>(mark: &'d Mark<'_>) -> Piece<'d> {
    Piece::Sentence { lang: &mark.lang, score: mark.score }
}

struct Drawing<'d> {
    /// Clean text that is not drawn yet.
    rest: &'d str,
    /// How many characters of it are.
    at: usize,
    marks: std::slice::Iter<'d, Mark<'d>>,
    rows: Vec<Row<'d>>,
    row: Row<'d>,
}

impl<'d> Drawing<'d> {
    fn end_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        while let Some(Piece::Kept(text)) = row.pieces.last_mut() {
            *text = text.trim_end();
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
            self.each_line(text, Piece::Kept);
            let Some(mark) = next else { break };
            self.marks.next();
            self.row.pieces.push(sentence(mark));
        }
    }

    fn each_line(&mut self, text: &'d str, piece: impl Fn(&'d str) -> Piece<'d>) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.end_row();
            }
            if !line.is_empty() {
                self.row.pieces.push(piece(line));
            }
        }
    }

    fn apply(&mut self, change: &Alteration<'d>) {
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
            self.each_line(change.text, Piece::Kept);
        } else if to.is_empty() && change.step != "repair" {
            for (n, line) in change.text.split('\n').enumerate() {
                if n > 0 {
                    self.end_row();
                }
                self.row.pieces.push(Piece::Removed(line));
                self.row.note(change);
            }
        } else {
            self.row.pieces.push(Piece::Repaired { from: change.text, to });
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
        assert_eq!(first.pieces[1], Piece::Kept("The caf"));
        assert_eq!(first.pieces[2], Piece::Repaired { from: "Ã©", to: "é" });
        assert_eq!(first.pieces[4], sentence(&marks[1]));
        assert_eq!(first.notes[0].rule, "mojibake");
        assert_eq!(second.pieces, [Piece::Removed("Advertisement")]);
        assert_eq!(second.notes[0].rule, "advertising-mark");
        assert_eq!(third.pieces[1], Piece::Kept("One more line."));
    }
}
