//! What a record holds, made from a cleaned document; `lines` writes it, and what it says is decided in `pipeline`.
//!
//! A record of the document layout:
//!
//! | key | content |
//! |---|---|
//! | `v` | version of the record, 1 |
//! | `id` | the document's id, never readable as a number |
//! | `text` | the clean text, paragraphs joined by `\n` |
//! | `lang`, `lang_score`, `langs` | language of most of the text, its probability, shares by language |
//! | `sentences` | `start`, `end` (code points into `text`, half-open), `text`, `lang`, `score` |
//! | `source`, `url` | where the document comes from |
//! | `title` | the input's own, else the headline where that is sure |
//! | `origin` | `file`, `record` (from 0) and the `encoding` it was in |
//! | `counts` | `chars_in`, `chars_out`, `lines_removed`, `repairs` |
//! | `metadata` | the rest of the input record, as a JSON string; `byline` and `date` as the page gives them, where they are sure and the input has none |
//!
//! With other units, offsets have other names: `start_byte`, `start_utf16`.

use std::borrow::Cow;

use crate::config;
use crate::config::Config;
use crate::config::Metadata;
use crate::config::Offsets;
use crate::document::Lang;
use crate::input::RawDocument;
use crate::output::lines;
use crate::output::metadata::with_found;
use crate::output::metadata::without_nulls;
use crate::pipeline::Cleaned;

/// Version of the record.
pub const VERSION: u32 = 1;
/// The record of a document, before it is written as JSON or Arrow. Keys of steps that did not run are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    /// Version of the record.
    pub v: u32,
    /// The document's id.
    pub id: &'a str,
    /// The clean text.
    pub text: &'a str,
    /// Language of most of the text.
    pub lang: Option<&'a str>,
    /// The probability that `lang` is right.
    pub lang_score: Option<f64>,
    /// Shares by language.
    pub langs: Option<Vec<Share<'a>>>,
    /// The sentences.
    pub sentences: Option<Vec<Sentence<'a>>>,
    /// The site, or the folder it came from.
    pub source: &'a str,
    /// The address.
    pub url: &'a str,
    /// The input's own title, else the headline where that is sure.
    pub title: &'a str,
    /// Where the document stood.
    pub origin: Origin<'a>,
    /// What was done to it.
    pub counts: Counts,
    /// The rest of the input record, as a JSON object, with what the page says of author and date.
    pub metadata: Cow<'a, str>,
}

/// The share of a language in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share<'a> {
    /// The language.
    pub lang: &'a str,
    /// Its share of the sentences' characters.
    pub share: f64,
}

/// A sentence in a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sentence<'a> {
    /// Where it starts, in the units asked for.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The sentence.
    pub text: &'a str,
    /// Its language.
    pub lang: Option<&'a str>,
    /// The probability that `lang` is right.
    pub score: Option<f64>,
}

/// Where a document stood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin<'a> {
    /// The file, below its INPUT.
    pub file: &'a str,
    /// The record in it.
    pub record: u64,
    /// The encoding it was in.
    pub encoding: &'a str,
}

/// What was done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Characters before.
    pub chars_in: usize,
    /// Characters after.
    pub chars_out: usize,
    /// Lines removed.
    pub lines_removed: usize,
    /// Repairs made.
    pub repairs: usize,
}

/// The record of a sentence, for the sentence layout.
#[derive(Clone, Debug, PartialEq)]
pub struct SentenceRecord<'a> {
    /// Version of the record.
    pub v: u32,
    /// `DOC/NNNN`.
    pub id: String,
    /// The document's id.
    pub doc: &'a str,
    /// Which sentence of the document, from 0.
    pub n: usize,
    /// The sentence, with its place in the document's text.
    pub sentence: Sentence<'a>,
    /// The site, or the folder it came from.
    pub source: &'a str,
    /// The address.
    pub url: &'a str,
}

impl Counts {
    /// What was done to a cleaned document.
    pub fn of(cleaned: &Cleaned<'_>) -> Counts {
        Counts {
            chars_in: cleaned.decoded.text.chars().count(),
            chars_out: cleaned.text.chars().count(),
            lines_removed: cleaned.removed.len(),
            repairs: cleaned.repairs.len(),
        }
    }
}

impl<'a> Record<'a> {
    /// The record of a cleaned document.
    pub fn new(raw: &'a RawDocument<'_>, cleaned: &'a Cleaned<'_>, config: &Config) -> Record<'a> {
        Record::counted(raw, cleaned, Counts::of(cleaned), config)
    }

    /// The same, for who has counted already.
    pub(crate) fn counted(
        raw: &'a RawDocument<'_>,
        cleaned: &'a Cleaned<'_>,
        counts: Counts,
        config: &Config,
    ) -> Record<'a> {
        let steps = config.steps;
        let shares =
            cleaned.langs.iter().map(|(lang, share)| Share { lang: lang.tag(), share: round(*share) });
        Record {
            v: VERSION,
            id: &raw.id,
            text: &cleaned.text,
            lang: steps.language.then(|| cleaned.lang.tag()),
            lang_score: steps.language.then(|| round(cleaned.confidence)),
            langs: steps.language.then(|| shares.collect()),
            sentences: steps.sentences.then(|| sentences(cleaned, config)),
            source: &raw.source,
            url: &raw.url,
            title: if raw.title.is_empty() { &cleaned.found.title } else { &raw.title },
            origin: Origin {
                file: &raw.file,
                record: raw.record,
                encoding: raw.encoding.unwrap_or(cleaned.decoded.encoding),
            },
            counts,
            metadata: metadata(raw, cleaned, config),
        }
    }

    /// The record as JSON; it fails for metadata that no reader could read as an object.
    pub fn to_json(&self, settings: &config::Output) -> Result<String, String> {
        let mut out = Vec::new();
        lines::document(&mut out, self, settings)?;
        Ok(String::from_utf8_lossy(out.trim_ascii_end()).into_owned())
    }
}

impl<'a> SentenceRecord<'a> {
    /// The records of a cleaned document's sentences.
    pub fn all(
        raw: &'a RawDocument<'_>,
        cleaned: &'a Cleaned<'_>,
        config: &Config,
    ) -> Vec<SentenceRecord<'a>> {
        let record = |(n, sentence): (usize, Sentence<'a>)| SentenceRecord {
            v: VERSION,
            id: format!("{}/{n:04}", raw.id),
            doc: &raw.id,
            n,
            sentence,
            source: &raw.source,
            url: &raw.url,
        };
        sentences(cleaned, config).into_iter().enumerate().map(record).collect()
    }

    /// The record as JSON.
    pub fn to_json(&self, settings: &config::Output) -> String {
        let mut out = Vec::new();
        lines::sentence(&mut out, self, settings);
        String::from_utf8_lossy(out.trim_ascii_end()).into_owned()
    }
}

fn metadata<'a>(raw: &'a RawDocument<'_>, cleaned: &Cleaned<'_>, config: &Config) -> Cow<'a, str> {
    let all = with_found(&raw.metadata, &cleaned.found, &config.input.keep);
    if config.output.metadata == Metadata::Object {
        return Cow::Owned(without_nulls(&all).into_owned());
    }
    all
}

/// Sentences with their offsets turned from bytes into the units asked for.
fn sentences<'a>(cleaned: &'a Cleaned<'_>, config: &Config) -> Vec<Sentence<'a>> {
    let has_language = config.steps.language;
    let mut units = Units::new(&cleaned.text, config.output.offsets);
    cleaned
        .sentences
        .iter()
        .map(|s| Sentence {
            start: units.up_to(s.span.start),
            end: units.up_to(s.span.end),
            text: s.span.of(&cleaned.text),
            lang: has_language.then(|| s.lang.tag()),
            score: has_language.then(|| if s.lang == Lang::UND { 0.0 } else { round(s.confidence) }),
        })
        .collect()
}

/// Two decimals are what a probability is worth here.
fn round(x: f32) -> f64 {
    (f64::from(x) * 100.0).round() / 100.0
}

/// Turns ascending byte offsets into other units, in one pass over the text.
struct Units<'t> {
    text: &'t str,
    offsets: Offsets,
    at: usize,
    passed: usize,
}

impl<'t> Units<'t> {
    fn new(text: &'t str, offsets: Offsets) -> Units<'t> {
        // In ASCII all units are the same.
        let offsets = if text.is_ascii() { Offsets::Bytes } else { offsets };
        Units { text, offsets, at: 0, passed: 0 }
    }

    fn up_to(&mut self, byte: usize) -> usize {
        let piece = self.text.get(self.at..byte).unwrap_or_default();
        self.passed += match self.offsets {
            Offsets::Bytes => piece.len(),
            Offsets::Codepoints => piece.chars().count(),
            Offsets::Utf16 => piece.chars().map(char::len_utf16).sum(),
        };
        self.at = byte;
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_every_unit() {
        let text = "é😀a";
        for (offsets, expected) in
            [(Offsets::Bytes, [2, 6, 7]), (Offsets::Codepoints, [1, 2, 3]), (Offsets::Utf16, [1, 3, 4])]
        {
            let mut units = Units::new(text, offsets);
            assert_eq!([2, 6, 7].map(|byte| units.up_to(byte)), expected);
        }
    }
}
