//! Documents and examples as the page carries them: short enough, and told in pieces that its script only has to lay out.

use std::borrow::Cow;

use serde_json::value::to_raw_value;

use crate::audit::changes;
use crate::audit::diff;
use crate::audit::diff::Piece;
use crate::audit::diff::Row;
use crate::error::Error;
use crate::finished::Document;
use crate::page::survey::Diff;
use crate::page::survey::Example;

/// Longer texts are cut, in characters.
const LONGEST: usize = 400;
/// Clean text around a repair, in characters.
const AROUND: usize = 40;
/// The text of one document's diff, in bytes.
const DIFF_BYTES: usize = 64 << 10;

/// A document with everything done to it.
pub(super) fn diff_of(document: &Document<'_>, removed: usize) -> Result<Diff, Error> {
    let head = &document.head;
    let written = document.written()?;
    let mut room = DIFF_BYTES;
    let all = diff::rows(&written.text, head, &document.entries, &written.marks);
    let rows: Vec<Cells<'_>> = all.iter().map(told).take_while(|row| take(&mut room, size_of(row))).collect();
    let is_cut = rows.len() < all.len();
    let rows = to_raw_value(&rows).map_err(|e| Error::Config(e.to_string()))?;
    Ok(Diff {
        id: head.id.to_string(),
        site: head.source.to_string(),
        url: written.url.to_string(),
        lang: written.lang.to_string(),
        score: written.lang_score,
        encoding: head.encoding.to_string(),
        chars_in: head.end,
        chars_out: head.chars_out,
        removed,
        is_emptied: head.is_emptied(),
        is_cut,
        rows,
    })
}

/// A row as the page has it: its pieces, each by its kind and up to two texts, and what was done to it, by rule and reason.
type Cells<'d> = (Vec<(&'static str, &'d str, Cow<'d, str>)>, Vec<(&'d str, &'d str)>);

fn told<'d>(row: &Row<'d>) -> Cells<'d> {
    let pieces = row.pieces.iter().map(|piece| match *piece {
        Piece::Sentence { lang, score } => ("s", lang, Cow::Owned(format!("{score:.2}"))),
        Piece::Kept(text) => ("k", text, Cow::Borrowed("")),
        Piece::Removed(text) => ("r", text, Cow::Borrowed("")),
        Piece::Repaired { from, to } => ("c", from, Cow::Borrowed(to)),
    });
    (pieces.collect(), row.notes.iter().map(|note| (note.rule, note.reason)).collect())
}

/// About what it takes in JSON.
fn size_of(row: &Cells<'_>) -> usize {
    let pieces: usize = row.0.iter().map(|(_, a, b)| a.len() + b.len() + 12).sum();
    pieces + row.1.iter().map(|(a, b)| a.len() + b.len() + 8).sum::<usize>()
}

/// Takes so much of what room there is, unless it is not enough.
fn take(room: &mut usize, size: usize) -> bool {
    let left = room.checked_sub(size);
    *room = left.unwrap_or_default();
    left.is_some()
}

/// About what a diff takes in JSON.
pub(super) fn size(diff: &Diff) -> usize {
    200 + diff.id.len() + diff.url.len() + diff.rows.get().len()
}

/// The nth change of a document, a repair with the clean text around it.
pub(super) fn example(document: &Document<'_>, n: usize) -> Result<Example, Error> {
    let mut example = Example {
        id: document.head.id.to_string(),
        before: String::new(),
        text: String::new(),
        to: String::new(),
        after: String::new(),
    };
    let Some(change) = document.entries.get(n) else { return Ok(example) };
    example.text = cut(&change.text).into_owned();
    example.to = cut(&change.to).into_owned();
    if change.step == "repair" && !change.note {
        let text = document.written()?.text;
        let (mut decoded, mut clean) = (0, 0);
        for other in changes(&document.head, &document.entries).iter().filter(|c| !c.is_note) {
            clean += other.start - decoded;
            if other.start == change.start && other.step == change.step {
                break;
            }
            clean += other.to.chars().count();
            decoded = other.end;
        }
        let before = text.chars().skip(clean.saturating_sub(AROUND)).take(clean.min(AROUND));
        example.before = before.collect();
        example.after = text.chars().skip(clean + change.to.chars().count()).take(AROUND).collect();
    }
    Ok(example)
}

/// The beginning of a text, as far as the page shows it.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
