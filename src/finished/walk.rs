//! Which lines of records and of audit belong to one document, and the way from one document to the next.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::audit::Head;
use crate::error::Error;
use crate::finished::Told;
use crate::finished::Visit;
use crate::finished::invalid;
use crate::finished::lines::Lines;
use crate::finished::lines::line_end;
use crate::finished::parse;
use crate::json;

/// What only the first line of a document's audit has: quotes inside values are escaped, so these bytes stand only where the
/// keys are.
const HEAD: &[u8] = b"\",\"step\":\"document\"";

/// The records of a run, told apart by document.
pub(super) struct Records<'l> {
    lines: Lines<'l>,
    folder: &'l Path,
    is_by_sentence: bool,
}

/// What tells the sentences of one document from the next.
#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    doc: Cow<'a, str>,
    n: u64,
}

impl<'l> Records<'l> {
    pub(super) const fn new(lines: Lines<'l>, folder: &'l Path, is_by_sentence: bool) -> Records<'l> {
        Records { lines, folder, is_by_sentence }
    }

    /// The lines of the next document; nothing at the end.
    fn next(&mut self) -> Result<&str, Error> {
        if !self.is_by_sentence {
            return self.lines.next();
        }
        let damaged = |source| Error::Damaged { path: self.folder.to_owned(), source };
        let mut length = self.lines.length(0, &line_end)?;
        if length == 0 {
            return Ok("");
        }
        let first: Key<'_> = parse(self.lines.ahead(length)).map_err(damaged)?;
        let doc = first.doc.into_owned();
        loop {
            let longer = self.lines.length(length, &line_end)?;
            let following = self.lines.ahead(longer).get(length..).unwrap_or_default();
            if following.is_empty() {
                return Ok(self.lines.take(length));
            }
            let key: Key<'_> = parse(following).map_err(damaged)?;
            if key.n == 0 || key.doc != doc {
                return Ok(self.lines.take(length));
            }
            length = longer;
        }
    }

    /// Reads no further: see [`Lines::close`].
    pub(super) fn close(self) -> Result<(), Error> {
        self.lines.close()
    }
}

/// The line of the next document of an audit, and the lines of its changes; nothing at the end.
fn audited<'l>(audit: &'l mut Lines<'_>) -> Result<(&'l str, &'l str), Error> {
    let first = audit.length(0, &line_end)?;
    let next_head = |lines: &[u8]| {
        let found = memchr::memmem::find(lines, HEAD)?;
        Some(memchr::memrchr(b'\n', lines.get(..found)?).map_or(0, |end| end + 1))
    };
    let whole = audit.length(first, &next_head)?;
    Ok(audit.take(whole).split_at_checked(first).unwrap_or_default())
}

/// A walk over a run.
pub(super) struct Walk<'w> {
    /// Where the run is, for an error to name.
    pub(super) folder: &'w Path,
    /// The id of the documents to stop at; all where there is none.
    pub(super) only: Option<&'w str>,
}

impl Walk<'_> {
    /// Calls `visit` with every document that is wanted, in input order.
    pub(super) fn each(
        &self,
        audit: Option<&mut Lines<'_>>,
        records: &mut Records<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        match audit {
            Some(audit) => self.each_audited(audit, records, visit),
            None => self.each_recorded(records, visit),
        }
    }

    fn each_audited(
        &self,
        audit: &mut Lines<'_>,
        records: &mut Records<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let fail = |source| Error::Damaged { path: self.folder.to_owned(), source };
        let is_by_sentence = records.is_by_sentence;
        let wanted = self.only.map(|id| {
            let mut start = br#"{"id":"#.to_vec();
            json::string(&mut start, id);
            start.push(b',');
            start
        });
        loop {
            let (first, changes) = audited(audit)?;
            if first.is_empty() {
                return Ok(());
            }
            let head: Head<'_> = parse(first).map_err(fail)?;
            let mut lines = "";
            if !head.is_emptied() {
                lines = records.next()?;
                belong(first, lines).map_err(fail)?;
            }
            if wanted.as_ref().is_none_or(|start| first.as_bytes().starts_with(start)) {
                let told = Told { head: first, changes, records: lines, is_by_sentence };
                let document = told.audited(head).map_err(fail)?;
                if !visit(document)? {
                    return Ok(());
                }
            }
        }
    }

    /// Without an audit there are only the records to go by.
    fn each_recorded(&self, records: &mut Records<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let is_by_sentence = records.is_by_sentence;
        loop {
            let lines = records.next()?;
            if lines.is_empty() {
                return Ok(());
            }
            let told = Told { records: lines, is_by_sentence, ..Told::default() };
            let document =
                told.document().map_err(|source| Error::Damaged { path: self.folder.to_owned(), source })?;
            if self.only.is_none_or(|id| id == document.head.id) && !visit(document)? {
                return Ok(());
            }
        }
    }
}

/// Whether the records are those of the document whose audit begins with `head`: both write the id alike, near the beginning.
fn belong(head: &str, records: &str) -> io::Result<()> {
    let id =
        head.strip_prefix("{\"id\":").and_then(|rest| rest.split_once(",\"step\":")).map_or("", |(id, _)| id);
    let start = records.as_bytes().get(..records.len().min(2 * id.len() + 64)).unwrap_or_default();
    if memchr::memmem::find(start, id.as_bytes()).is_some() {
        return Ok(());
    }
    Err(invalid(format!("the records have no document {id} where the audit tells of one")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_begins_where_its_own_line_does() {
        // The id of another goes on where this one ends, and a text says what only keys say.
        let said = r#"\",\"step\":\"document\""#;
        let told =
            |id: &str, step: &str| format!("{{\"id\":\"{id}\",\"step\":\"{step}\",\"text\":\"{said}\"}}\n");
        let all = [("doc-1", 2), ("doc-10", 0), ("doc-10", 1)]
            .map(|(id, changes)| (told(id, "document"), told(id, "boilerplate").repeat(changes)));
        let lines: String = all.iter().flat_map(|(first, changes)| [first.as_str(), changes]).collect();
        let mut audit = Lines::of(&lines);
        for (first, changes) in &all {
            assert_eq!(audited(&mut audit).unwrap(), (first.as_str(), changes.as_str()));
        }
        assert_eq!(audited(&mut audit).unwrap(), ("", ""));
    }
}
