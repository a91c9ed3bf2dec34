//! A document of a run, as its records and its audit tell of it. Finding the lines that are its own is left to `walk`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;

use crate::audit;
use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::diff::Mark;
use crate::error::Error;
use crate::finished::parse;
use crate::finished::unreadable;

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

/// A document of a run.
#[derive(Clone, Debug, Default)]
pub struct Document<'a> {
    /// Its audit; made up from the record where the run wrote none.
    pub head: Head<'a>,
    /// What was done to it.
    pub entries: Vec<Entry<'a>>,
    /// The lines that say so.
    pub told: Told<'a>,
}

/// The lines of a document, as they stand in the files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// The first line of its audit, as far as there is one.
    pub head: &'a str,
    /// Those of its changes.
    pub changes: &'a str,
    /// Its records; none for an emptied document.
    pub records: &'a str,
    /// Whether they are a sentence each.
    pub is_by_sentence: bool,
}

/// A document put aside to be looked at again.
#[derive(Clone, Debug)]
pub struct Kept {
    head: String,
    changes: String,
    records: String,
    is_by_sentence: bool,
}

impl Kept {
    /// Its lines.
    pub fn told(&self) -> Told<'_> {
        let Kept { head, changes, records, is_by_sentence } = self;
        Told { head, changes, records, is_by_sentence: *is_by_sentence }
    }
}

impl<'a> Told<'a> {
    /// What they say.
    pub fn document(self) -> io::Result<Document<'a>> {
        if self.head.is_empty() { self.recorded() } else { self.audited(parse(self.head)?) }
    }

    /// The lines for later, unless they take more than `most` bytes.
    pub fn keep(self, most: usize) -> Option<Kept> {
        let Told { head, changes, records, is_by_sentence } = self;
        (head.len() + changes.len() + records.len() <= most).then(|| Kept {
            head: head.to_owned(),
            changes: changes.to_owned(),
            records: records.to_owned(),
            is_by_sentence,
        })
    }

    /// The document, when it is known what the first line of its audit says.
    pub(super) fn audited(self, head: Head<'a>) -> io::Result<Document<'a>> {
        let entries = audit::entries(self.changes).map_err(|e| unreadable(&e))?;
        Ok(Document { head, entries, told: self })
    }

    /// Without an audit there are only the records to go by.
    fn recorded(self) -> io::Result<Document<'a>> {
        let mut document = Document { told: self, ..Document::default() };
        let record: Record<'_> = parse(self.records.lines().next().unwrap_or_default())?;
        document.head.id = record.doc.unwrap_or(record.id);
        document.head.source = record.source;
        let written = document.written().map_err(io::Error::other)?;
        let chars = written.text.chars().count();
        (document.head.end, document.head.chars_out) = (chars, chars);
        Ok(document)
    }

    /// Every language named in the records, with its score and whether it is a sentence's or the document's. Reading the
    /// records in full takes several times as long; these bytes stand only where the keys are, for quotes in values are escaped.
    /// What the input's own fields say in metadata that is an object is not ours: it comes last.
    pub fn languages(self) -> impl Iterator<Item = (&'a str, f32, bool)> {
        const KEY: &str = ",\"lang\":\"";
        const METADATA: &[u8] = b",\"metadata\":{";
        let own = |line: &'a str| {
            memchr::memmem::find(line.as_bytes(), METADATA).and_then(|end| line.get(..end)).unwrap_or(line)
        };
        self.records.lines().map(own).flat_map(|line| {
            memchr::memmem::find_iter(line.as_bytes(), KEY).filter_map(move |at| {
                let (lang, tail) = line.get(at + KEY.len()..)?.split_once('"')?;
                let sentence = tail.strip_prefix(",\"score\":");
                let score = sentence.or_else(|| tail.strip_prefix(",\"lang_score\":"))?;
                let end = score.find([',', '}']).unwrap_or(score.len());
                let score = score.get(..end).and_then(|score| score.parse().ok());
                Some((lang, score.unwrap_or_default(), sentence.is_some()))
            })
        })
    }

    /// The document's language by its records, empty when none was named.
    pub fn language(self) -> io::Result<Cow<'a, str>> {
        Ok(language(&self.read()?).0)
    }

    fn read(self) -> io::Result<Vec<Record<'a>>> {
        self.records.lines().map(parse).collect()
    }
}

/// The document's language and its score: where each record is a sentence, none says so, but it follows from them as the run had it.
fn language<'a>(records: &[Record<'a>]) -> (Cow<'a, str>, f32) {
    let Some(first) = records.first() else { return Default::default() };
    if first.doc.is_none() {
        return (first.lang.clone(), first.lang_score);
    }
    // Characters, scores and sentences; of two that are equal the first by name is meant.
    let mut sums: BTreeMap<&str, (usize, f32, f32)> = BTreeMap::new();
    for record in records.iter().filter(|record| !["", "und"].contains(&&*record.lang)) {
        let sum = sums.entry(&record.lang).or_default();
        *sum = (sum.0 + record.text.chars().count(), sum.1 + record.score, sum.2 + 1.0);
    }
    let most = sums.into_iter().rev().max_by_key(|(_, (chars, ..))| *chars);
    most.map_or((first.lang.clone(), 0.0), |(lang, (_, scores, n))| (Cow::Owned(lang.to_owned()), scores / n))
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

impl<'a> Document<'a> {
    /// The decoded text.
    pub fn restore(&self) -> Result<String, Error> {
        let restored = audit::restore(&self.written()?.text, &self.head, &self.entries);
        restored.map_err(|e| Error::Config(format!("document `{}`: {e}", self.head.id)))
    }

    /// What its records say.
    pub fn written(&self) -> Result<Written<'a>, Error> {
        let records =
            self.told.read().map_err(|e| Error::Config(format!("document `{}`: {e}", self.head.id)))?;
        let Some(first) = records.first() else { return Ok(Written::default()) };
        let (lang, lang_score) = language(&records);
        let mut written = Written { url: first.url.clone(), lang, lang_score, ..Written::default() };
        if !self.told.is_by_sentence {
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
