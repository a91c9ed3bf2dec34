//! Documents and examples as the page carries them: short enough, and told in pieces that its script only has to lay out.

use std::borrow::Cow;

use crate::audit::changes;
use crate::audit::diff;
use crate::audit::diff::Piece;
use crate::audit::diff::Row;
use crate::error::Error;
use crate::finished::Document;
use crate::page::survey::Diff;
use crate::page::survey::DiffRow;
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
    let mut rows = Vec::new();
    let mut is_cut = false;
    for row in diff::rows(&written.text, head, &document.entries, &written.marks) {
        let row = told(&row);
        let size = size_of(&row);
        if size > room {
            is_cut = true;
            break;
        }
        room -= size;
        rows.push(row);
    }
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

fn told(row: &Row) -> DiffRow {
    let piece = |piece: &Piece| match piece {
        Piece::Sentence { lang, score } => ("s", lang.clone(), format!("{score:.2}")),
        Piece::Kept(text) => ("k", text.clone(), String::new()),
        Piece::Removed(text) => ("r", text.clone(), String::new()),
        Piece::Repaired { from, to } => ("c", from.clone(), to.clone()),
    };
    let notes = row.notes.iter().map(|note| (note.rule.clone(), note.reason.clone()));
    (row.pieces.iter().map(piece).collect(), notes.collect())
}

/// About what it takes in JSON.
fn size_of(row: &DiffRow) -> usize {
    let pieces: usize = row.0.iter().map(|(_, a, b)| a.len() + b.len() + 12).sum();
    pieces + row.1.iter().map(|(a, b)| a.len() + b.len() + 8).sum::<usize>()
}

/// About what a diff takes in JSON.
pub(super) fn size(diff: &Diff) -> usize {
    200 + diff.id.len() + diff.url.len() + diff.rows.iter().map(size_of).sum::<usize>()
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
        for other in changes(&document.head, &document.entries).iter().filter(|c| !c.note) {
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
