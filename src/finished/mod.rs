//! A finished run read back: its records and its audit, document by document, in one pass over either. What is read is held
//! against the manifest's checksums on the way; checking the rest is left to `verify`.

mod lines;

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::audit;
use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::diff::Mark;
use crate::error::Error;
use crate::finished::lines::Lines;
use crate::finished::lines::Records;
use crate::json;
use crate::output::manifest::MANIFEST;
use crate::output::manifest::Manifest;

/// The output folder of a finished run.
#[derive(Debug)]
pub struct Finished {
    folder: PathBuf,
    /// What the manifest says.
    pub manifest: Manifest,
}

/// What stands in the record of a document, as far as it is needed to look at it again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    doc: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    lang: Cow<'a, str>,
    lang_score: f32,
    score: f32,
    #[serde(borrow)]
    sentences: Vec<Sentence<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sentence<'a> {
    start: usize,
    start_byte: Option<usize>,
    start_utf16: Option<usize>,
    #[serde(borrow)]
    lang: Cow<'a, str>,
    score: f32,
}

/// A document of a finished run.
#[derive(Clone, Debug, Default)]
pub struct Document<'a> {
    /// Its audit; made up from the record where the run wrote none.
    pub head: Head<'a>,
    /// What was done to it.
    pub entries: Vec<Entry<'a>>,
    /// The lines of its audit, as far as there is one.
    audit: (&'a str, &'a str),
    /// Its records as they are written; none for an emptied document.
    lines: &'a str,
    is_by_sentence: bool,
}

/// A document put aside to be looked at again, as it stood in the files.
#[derive(Clone, Debug)]
pub struct Kept {
    head: String,
    entries: String,
    lines: String,
    is_by_sentence: bool,
}

impl Kept {
    /// The document.
    pub fn document(&self) -> Result<Document<'_>, Error> {
        let read = || -> io::Result<Document<'_>> {
            Ok(Document {
                head: parse(&self.head)?,
                entries: entries(&self.entries)?,
                audit: (&self.head, &self.entries),
                lines: &self.lines,
                is_by_sentence: self.is_by_sentence,
            })
        };
        read().map_err(|e| Error::Config(e.to_string()))
    }
}

/// What the records of a document say.
#[derive(Clone, Debug, Default)]
pub struct Written<'a> {
    /// The clean text.
    pub text: Cow<'a, str>,
    /// Its address.
    pub url: Cow<'a, str>,
    /// Its language, empty when none was named.
    pub lang: Cow<'a, str>,
    /// The probability of that language.
    pub lang_score: f32,
    /// Its sentences.
    pub marks: Vec<Mark<'a>>,
}

/// Called with each document; false ends the pass.
pub type Visit<'v> = dyn FnMut(Document<'_>) -> Result<bool, Error> + 'v;

impl Finished {
    /// Whether a folder holds a finished run.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(MANIFEST).is_file()
    }

    /// Opens an output folder.
    pub fn open(folder: &Path) -> Result<Finished, Error> {
        match Manifest::read(folder) {
            Ok(Some(manifest)) => Ok(Finished { folder: folder.to_owned(), manifest }),
            Ok(None) => Err(Error::Config(format!(
                "`{}` holds no finished run: there is no {MANIFEST}; give the folder that `clean -o` wrote",
                folder.display()
            ))),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(Error::Config(format!(
                "`{}` is damaged; clean again with --overwrite",
                folder.join(MANIFEST).display()
            ))),
            Err(source) => Err(Error::Input { path: folder.join(MANIFEST), source }),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The share of a document or a site past which the run's settings ask for a warning.
    pub fn warn_share(&self) -> f64 {
        self.manifest.settings.config["boilerplate"]["warn-share"].as_f64().unwrap_or(0.5)
    }

    /// Whether the run wrote an audit.
    pub fn has_audit(&self) -> bool {
        !self.manifest.audit.is_empty()
    }

    fn is_by_sentence(&self) -> bool {
        self.manifest.settings.config["output"]["layout"] == "sentence"
    }

    /// Whether records and audit are as the manifest says: to be asked before what they say is handed on piece by piece.
    pub fn check(&self) -> Result<(), Error> {
        lines::check(&self.folder, &self.manifest.parts)?;
        lines::check(&self.folder, &self.manifest.audit)
    }

    /// Calls `visit` with every document in input order, or with those that have the id `only`. An error at the end may mean that
    /// what `visit` was given cannot be relied on: a part's checksum is known when all of it has been read.
    pub fn each(&self, only: Option<&str>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let is_by_sentence = self.is_by_sentence();
        let mut records = Records::open(&self.folder, &self.manifest.parts, is_by_sentence);
        let mut audit = Lines::open(&self.folder, &self.manifest.audit);
        let walked = if self.has_audit() {
            self.each_audited(&mut audit, &mut records, only, visit)
        } else {
            self.each_record(&mut records, only, visit)
        };
        // Where a part is damaged, that is why the walk failed.
        audit.close().and(records.close()).and(walked)
    }

    fn each_audited(
        &self,
        audit: &mut Lines,
        records: &mut Records,
        only: Option<&str>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let fail = |source| Error::Damaged { path: self.folder.clone(), source };
        let is_by_sentence = self.is_by_sentence();
        let wanted = only.map(|id| {
            let mut start = br#"{"id":"#.to_vec();
            json::string(&mut start, id);
            start.push(b',');
            start
        });
        let (mut first, mut body, mut lines) = (String::new(), String::new(), String::new());
        loop {
            first.clear();
            body.clear();
            first.push_str(audit.next()?);
            if first.is_empty() {
                return Ok(());
            }
            // Quotes inside values are escaped, so these bytes stand only where the key is.
            let id = first.split_once("\",\"step\":").map_or(first.as_str(), |(id, _)| id);
            loop {
                let next = audit.peek()?;
                if next.is_empty() || is_head(next, id) {
                    break;
                }
                body.push_str(audit.next()?);
            }
            let head: Head<'_> = parse(&first).map_err(fail)?;
            lines.clear();
            if !head.is_emptied() {
                records.next(&mut lines)?;
                belong(&first, &lines).map_err(fail)?;
            }
            if wanted.as_ref().is_none_or(|start| first.as_bytes().starts_with(start)) {
                let entries = entries(&body).map_err(fail)?;
                let audit = (first.as_str(), body.as_str());
                if !visit(Document { head, entries, audit, lines: &lines, is_by_sentence })? {
                    return Ok(());
                }
            }
        }
    }

    /// Without an audit there are only the records to go by.
    fn each_record(
        &self,
        records: &mut Records,
        only: Option<&str>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let fail = |source| Error::Damaged { path: self.folder.clone(), source };
        let is_by_sentence = self.is_by_sentence();
        let mut lines = String::new();
        loop {
            records.next(&mut lines)?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut document = Document { lines: &lines, is_by_sentence, ..Document::default() };
            let record: Record<'_> = parse(lines.lines().next().unwrap_or_default()).map_err(fail)?;
            document.head.id = record.doc.unwrap_or(record.id);
            document.head.source = record.source;
            let chars = document.written()?.text.chars().count();
            (document.head.end, document.head.chars_out) = (chars, chars);
            if only.is_none_or(|id| id == document.head.id) && !visit(document)? {
                return Ok(());
            }
        }
    }

    /// The rejects: file, record, byte offset, reason and bytes (base64) of each.
    pub fn each_reject(&self, visit: &mut dyn FnMut(&Value)) -> Result<(), Error> {
        let mut lines = Lines::open(&self.folder, &self.manifest.rejects);
        loop {
            let line = lines.next()?;
            if line.is_empty() {
                return Ok(());
            }
            if let Ok(reject) = serde_json::from_str(line) {
                visit(&reject);
            }
        }
    }
}

impl<'a> Document<'a> {
    /// The document for later, unless it takes more than `most` bytes or has no audit.
    pub fn keep(&self, most: usize) -> Option<Kept> {
        let (head, entries) = self.audit;
        let size = head.len() + entries.len() + self.lines.len();
        (!head.is_empty() && size <= most).then(|| Kept {
            head: head.to_owned(),
            entries: entries.to_owned(),
            lines: self.lines.to_owned(),
            is_by_sentence: self.is_by_sentence,
        })
    }

    /// The decoded text.
    pub fn restore(&self) -> Result<String, Error> {
        let restored = audit::restore(&self.written()?.text, &self.head, &self.entries);
        restored.map_err(|e| Error::Config(format!("document `{}`: {e}", self.head.id)))
    }

    /// What its records say.
    pub fn written(&self) -> Result<Written<'a>, Error> {
        let records = self.lines.lines().map(parse).collect::<io::Result<Vec<Record<'a>>>>();
        let records = records.map_err(|e| Error::Config(format!("document `{}`: {e}", self.head.id)))?;
        let Some(first) = records.first() else { return Ok(Written::default()) };
        let mut written = Written {
            url: first.url.clone(),
            lang: first.lang.clone(),
            lang_score: first.lang_score,
            ..Written::default()
        };
        if !self.is_by_sentence {
            written.marks = marks(first);
            written.text = records.into_iter().next().map(|record| record.text).unwrap_or_default();
            return Ok(written);
        }
        let text = audit::join(&self.head, records.iter().map(|record| &*record.text));
        let mut rest = text.as_str();
        let mut chars = 0;
        for record in &records {
            let (gap, tail) = rest.split_at(rest.find(&*record.text).unwrap_or_default());
            chars += gap.chars().count();
            written.marks.push(Mark { start: chars, lang: record.lang.clone(), score: record.score });
            chars += record.text.chars().count();
            rest = tail.strip_prefix(&*record.text).unwrap_or(tail);
        }
        written.text = Cow::Owned(text);
        Ok(written)
    }

    /// Every language named in the records, with its score and whether it is a sentence's or the document's. Reading the
    /// records in full takes several times as long; these bytes stand only where the keys are, for quotes in values are escaped.
    pub fn languages(&self) -> impl Iterator<Item = (&'a str, f32, bool)> {
        const KEY: &str = ",\"lang\":\"";
        let lines = self.lines;
        memchr::memmem::find_iter(lines.as_bytes(), KEY).filter_map(move |at| {
            let (lang, tail) = lines.get(at + KEY.len()..)?.split_once('"')?;
            let sentence = tail.strip_prefix(",\"score\":");
            let score = sentence.or_else(|| tail.strip_prefix(",\"lang_score\":"))?;
            let end = score.find([',', '}']).unwrap_or(score.len());
            let score = score.get(..end).and_then(|score| score.parse().ok());
            Some((lang, score.unwrap_or_default(), sentence.is_some()))
        })
    }
}

/// The sentences, with offsets in code points whatever the record counts in.
fn marks<'a>(record: &Record<'a>) -> Vec<Mark<'a>> {
    let mut text = record.text.chars();
    let (mut chars, mut units) = (0, 0);
    let mut marks = Vec::with_capacity(record.sentences.len());
    for sentence in &record.sentences {
        let start = match (sentence.start_byte, sentence.start_utf16) {
            (None, None) => sentence.start,
            (bytes, utf16) => {
                let target = bytes.or(utf16).unwrap_or_default();
                while units < target {
                    let Some(c) = text.next() else { break };
                    units += if bytes.is_some() { c.len_utf8() } else { c.len_utf16() };
                    chars += 1;
                }
                chars
            }
        };
        marks.push(Mark { start, lang: sentence.lang.clone(), score: sentence.score });
    }
    marks
}

/// Whether a line begins a document, or tells of a change to the one whose lines begin with `id`.
fn is_head(line: &str, id: &str) -> bool {
    // Another document's id may go on where this one ends.
    let step = line.strip_prefix(id).and_then(|rest| rest.strip_prefix("\",\"step\":"));
    step.is_none_or(|step| step.starts_with("\"document\""))
}

fn entries(lines: &str) -> io::Result<Vec<Entry<'_>>> {
    audit::entries(lines).map_err(|e| unreadable(&e))
}

/// Whether the record is that of the document whose audit begins with `head`: both write the id alike, near the beginning.
fn belong(head: &str, record: &str) -> io::Result<()> {
    let id =
        head.strip_prefix("{\"id\":").and_then(|rest| rest.split_once(",\"step\":")).map_or("", |(id, _)| id);
    let start = record.as_bytes().get(..record.len().min(2 * id.len() + 64)).unwrap_or_default();
    if memchr::memmem::find(start, id.as_bytes()).is_some() {
        return Ok(());
    }
    Err(invalid(format!("the records have no document {id} where the audit tells of one")))
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> io::Result<T> {
    serde_json::from_str(line).map_err(|e| unreadable(&e))
}

fn unreadable(e: &serde_json::Error) -> io::Error {
    invalid(format!("a line of the run cannot be read: {e}"))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_begins_where_another_id_does_even_if_that_goes_on() {
        let id = "{\"id\":\"doc-1";
        assert!(is_head("{\"id\":\"doc-10\",\"step\":\"document\"}", id));
        assert!(is_head("{\"id\":\"doc-2\",\"step\":\"document\"}", id));
        assert!(is_head("{\"id\":\"doc-1\",\"step\":\"document\"}", id));
        assert!(!is_head("{\"id\":\"doc-1\",\"step\":\"boilerplate\"}", id));
    }
}
