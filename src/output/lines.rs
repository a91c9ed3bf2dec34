//! Records as lines of JSON. What a record holds is decided in `record`.

use crate::config;
use crate::config::Config;
use crate::config::Layout;
use crate::config::Metadata;
use crate::input::RawDocument;
use crate::json;
use crate::output::record::Counts;
use crate::output::record::Record;
use crate::output::record::Sentence;
use crate::output::record::SentenceRecord;
use crate::pipeline::Cleaned;

/// Lines from here on break readers that read by blocks.
pub const LONGEST_LINE: usize = 8 << 20;
/// Readers of JSON give up on objects nested deeper than some hundred; a string may hold anything.
const DEEPEST: usize = 100;

/// The output lines of one document, each with its `\n`; nothing when it has no form that readers could read.
pub fn record(raw: &RawDocument<'_>, cleaned: &Cleaned<'_>, config: &Config) -> Vec<u8> {
    let mut out = Vec::with_capacity(cleaned.text.len() * 3);
    write(&mut out, raw, cleaned, Counts::of(cleaned), config).ok();
    out
}

/// Appends the output lines of one document; nothing when it has no form that readers could read, and why.
pub(crate) fn write(
    out: &mut Vec<u8>,
    raw: &RawDocument<'_>,
    cleaned: &Cleaned<'_>,
    counts: Counts,
    config: &Config,
) -> Result<(), String> {
    let before = out.len();
    let longest = match config.output.layout {
        Layout::Document => document(out, &Record::counted(raw, cleaned, counts, config), &config.output),
        Layout::Sentence => Ok(SentenceRecord::all(raw, cleaned, config)
            .iter()
            .map(|record| sentence(out, record, &config.output))
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
pub(super) fn document(
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
        Metadata::String => json::text(out, "metadata", &record.metadata),
        Metadata::Object => {
            json::name(out, "metadata");
            object(out, &record.metadata)?;
        }
        Metadata::Drop => {}
    }
    out.extend_from_slice(b"}\n");
    Ok(out.len() - before)
}

/// Appends a sentence's line; its length.
pub(super) fn sentence(out: &mut Vec<u8>, record: &SentenceRecord<'_>, settings: &config::Output) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_as_an_object_stays_readable() {
        let mut out = Vec::new();
        object(&mut out, r#"{"a":"x\u0000y\\u0000","b":"[[["}"#).unwrap();
        assert_eq!(out, br#"{"a":"x y\\u0000","b":"[[["}"#);
        assert!(object(&mut out, &"[".repeat(101)).is_err());
    }
}
