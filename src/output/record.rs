//! One document as its output lines. What a record says is decided in `pipeline`.
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
//! | `source`, `url`, `title` | where the document comes from |
//! | `origin` | `file`, `record` (from 0) and the `encoding` it was in |
//! | `counts` | `chars_in`, `chars_out`, `lines_removed`, `repairs` |
//! | `metadata` | the rest of the input record, as a JSON string |
//!
//! With other units, offsets have other names: `start_byte`, `start_utf16`.

use crate::config;
use crate::config::Config;
use crate::config::Layout;
use crate::config::Metadata;
use crate::config::Offsets;
use crate::document::Lang;
use crate::input::RawDocument;
use crate::output::json;
use crate::pipeline::Cleaned;

/// Version of the record.
pub const VERSION: u32 = 1;
/// Lines from here on break readers that read by blocks.
pub const LONGEST_LINE: usize = 8 << 20;
/// Readers of JSON give up on objects nested deeper than some hundred; a string may hold anything.
const DEEPEST: usize = 100;

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
    /// The title.
    pub title: &'a str,
    /// Where the document stood.
    pub origin: Origin<'a>,
    /// What was done to it.
    pub counts: Counts,
    /// The rest of the input record, as a JSON object.
    pub metadata: &'a str,
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

impl<'a> Record<'a> {
    /// The record of a cleaned document.
    pub fn new(raw: &'a RawDocument<'_>, cleaned: &'a Cleaned<'_>, config: &Config) -> Record<'a> {
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
            sentences: (steps.sentences || steps.language).then(|| sentences(cleaned, config)),
            source: &raw.source,
            url: &raw.url,
            title: &raw.title,
            origin: Origin {
                file: &raw.file,
                record: raw.record,
                encoding: raw.encoding.unwrap_or(cleaned.decoded.encoding),
            },
            counts: Counts {
                chars_in: cleaned.decoded.text.chars().count(),
                chars_out: cleaned.text.chars().count(),
                lines_removed: cleaned.removed.len(),
                repairs: cleaned.repairs.len(),
            },
            metadata: &raw.metadata,
        }
    }

    /// The record as JSON; it fails for metadata that no reader could read as an object.
    pub fn to_json(&self, settings: &config::Output) -> Result<String, String> {
        let mut out = Vec::new();
        write_document(&mut out, self, settings)?;
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
        write_sentence(&mut out, self, settings);
        String::from_utf8_lossy(out.trim_ascii_end()).into_owned()
    }
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

/// The output lines of one document, each with its `\n`; nothing when it has no form that readers could read.
pub fn record(raw: &RawDocument<'_>, cleaned: &Cleaned<'_>, config: &Config) -> Vec<u8> {
    let mut out = Vec::with_capacity(cleaned.text.len() * 3);
    write(&mut out, raw, cleaned, config).ok();
    out
}

/// Appends the output lines of one document; nothing when it has no form that readers could read, and why.
pub(crate) fn write(
    out: &mut Vec<u8>,
    raw: &RawDocument<'_>,
    cleaned: &Cleaned<'_>,
    config: &Config,
) -> Result<(), String> {
    let before = out.len();
    let longest = match config.output.layout {
        Layout::Document => write_document(out, &Record::new(raw, cleaned, config), &config.output),
        Layout::Sentence => Ok(SentenceRecord::all(raw, cleaned, config)
            .iter()
            .map(|record| write_sentence(out, record, &config.output))
            .max()
            .unwrap_or_default()),
    };
    let fault = match longest {
        Ok(longest) if longest > LONGEST_LINE => format!("its output line of {longest} bytes is over 8 MiB"),
        Ok(_) => return Ok(()),
        Err(reason) => reason,
    };
    out.truncate(before);
    Err(fault)
}

/// Appends a document's line; its length.
fn write_document(
    out: &mut Vec<u8>,
    record: &Record<'_>,
    settings: &config::Output,
) -> Result<usize, String> {
    let before = out.len();
    out.push(b'{');
    json::number(out, "v", record.v.into());
    json::text(out, "id", record.id);
    json::text(out, "text", record.text);
    if let (Some(lang), Some(score)) = (record.lang, record.lang_score) {
        json::text(out, "lang", lang);
        json::share(out, "lang_score", score);
    }
    if let Some(langs) = &record.langs {
        json::name(out, "langs");
        list(out, langs, |out, of| {
            json::text(out, "lang", of.lang);
            json::share(out, "share", of.share);
        });
    }
    if let Some(sentences) = &record.sentences {
        let [start, end] = settings.offsets.names();
        json::name(out, "sentences");
        list(out, sentences, |out, sentence| {
            json::number(out, start, sentence.start as u64);
            json::number(out, end, sentence.end as u64);
            if settings.sentence_text {
                json::text(out, "text", sentence.text);
            }
            write_language(out, sentence);
        });
    }
    json::text(out, "source", record.source);
    json::text(out, "url", record.url);
    json::text(out, "title", record.title);
    json::name(out, "origin");
    out.push(b'{');
    json::text(out, "file", record.origin.file);
    json::number(out, "record", record.origin.record);
    json::text(out, "encoding", record.origin.encoding);
    out.push(b'}');
    json::name(out, "counts");
    out.push(b'{');
    let counts = &record.counts;
    for (name, count) in [
        ("chars_in", counts.chars_in),
        ("chars_out", counts.chars_out),
        ("lines_removed", counts.lines_removed),
        ("repairs", counts.repairs),
    ] {
        json::number(out, name, count as u64);
    }
    out.push(b'}');
    match settings.metadata {
        Metadata::String => json::text(out, "metadata", record.metadata),
        Metadata::Object => {
            json::name(out, "metadata");
            object(out, record.metadata)?;
        }
        Metadata::Drop => {}
    }
    out.extend_from_slice(b"}\n");
    Ok(out.len() - before)
}

/// Appends a sentence's line; its length.
fn write_sentence(out: &mut Vec<u8>, record: &SentenceRecord<'_>, settings: &config::Output) -> usize {
    let before = out.len();
    let [start, end] = settings.offsets.names();
    out.push(b'{');
    json::number(out, "v", record.v.into());
    json::text(out, "id", &record.id);
    json::text(out, "doc", record.doc);
    json::number(out, "n", record.n as u64);
    json::text(out, "text", record.sentence.text);
    write_language(out, &record.sentence);
    json::number(out, start, record.sentence.start as u64);
    json::number(out, end, record.sentence.end as u64);
    json::text(out, "source", record.source);
    json::text(out, "url", record.url);
    out.extend_from_slice(b"}\n");
    out.len() - before
}

fn write_language(out: &mut Vec<u8>, sentence: &Sentence<'_>) {
    if let (Some(lang), Some(score)) = (sentence.lang, sentence.score) {
        json::text(out, "lang", lang);
        json::share(out, "score", score);
    }
}

fn list<T>(out: &mut Vec<u8>, items: &[T], mut each: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (n, item) in items.iter().enumerate() {
        out.extend_from_slice(if n == 0 { b"{" } else { b",{" });
        each(out, item);
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends the metadata as an object, as it was written where readers can take that.
fn object(out: &mut Vec<u8>, metadata: &str) -> Result<(), String> {
    let (mut depth, mut deepest, mut is_inside, mut is_escaped) = (0_usize, 0, false, false);
    for byte in metadata.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_inside = !is_inside,
            b'{' | b'[' if !is_inside => depth += 1,
            b'}' | b']' if !is_inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > DEEPEST {
        return Err(format!("its metadata is nested {deepest} deep"));
    }
    // An escaped U+0000 is legal JSON that many readers cannot hold; after an even number of backslashes it is no escape.
    let mut rest = metadata;
    while let Some(at) = rest.find("\\u0000") {
        let (head, tail) = rest.split_at(at);
        let slashes = head.bytes().rev().take_while(|b| *b == b'\\').count();
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(if slashes % 2 == 0 { b" " } else { b"\\u0000" });
        rest = tail.get(6..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(())
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

    #[test]
    fn metadata_as_an_object_stays_readable() {
        let mut out = Vec::new();
        object(&mut out, r#"{"a":"x\u0000y\\u0000","b":"[[["}"#).unwrap();
        assert_eq!(out, br#"{"a":"x y\\u0000","b":"[[["}"#);
        assert!(object(&mut out, &"[".repeat(101)).is_err());
    }
}
