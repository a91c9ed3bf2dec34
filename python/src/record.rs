//! One raw document to the rows that stand for it: its record, its sentences' records, or the reason why there is none.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use copydesk::Cleaned;
use copydesk::Config;
use copydesk::config::Layout;
use copydesk::input::RawDocument;
use copydesk::output::LONGEST_LINE;
use copydesk::output::Record;
use copydesk::output::Sentence;
use copydesk::output::SentenceRecord;
use copydesk::output::VERSION;
use copydesk::pipeline::Fate;

use crate::columns::Cell;
use crate::columns::Columns;
use crate::columns::Value::Float;
use crate::columns::Value::Int;
use crate::columns::Value::List;
use crate::columns::Value::String;
use crate::columns::Value::Struct;
use crate::engine::Engine;

/// Why a document of which nothing was left is no record.
pub(crate) const EMPTY: &str = "empty";
/// A document that no reader of JSON lines would take.
pub(crate) const TOO_LONG: &str = "its output line is over 8 MiB";
/// A document that our own code cannot take.
pub(crate) const FAULT: &str = "an internal error; please report it";

/// Cleans a document into the columns. A fault of ours is a reject, too.
pub(crate) fn append(columns: &mut Columns, engine: &Engine, raw: &RawDocument<'_>) {
    let config = engine.config();
    let work = || {
        let cleaned = engine.clean(raw);
        (cleaned.fate(config.steps), cleaned)
    };
    let reason = match catch_unwind(AssertUnwindSafe(work)) {
        Ok((Fate::Kept, cleaned)) if is_too_long(raw, &cleaned, config) => TOO_LONG,
        Ok((Fate::Kept, cleaned)) if config.output.layout == Layout::Sentence => {
            for record in SentenceRecord::all(raw, &cleaned, config) {
                columns.append(&sentence_cells(&record, config.output.offsets.names()));
            }
            return;
        }
        Ok((Fate::Kept, cleaned)) => {
            return columns
                .append(&cells(&Record::new(raw, &cleaned, config), config.output.offsets.names()));
        }
        Ok((Fate::Empty, _)) => EMPTY,
        Ok((Fate::Rejected(reason), _)) => reason,
        Err(_) => FAULT,
    };
    reject(columns, raw, reason);
}

/// A row for a document that is no record.
pub(crate) fn reject(columns: &mut Columns, raw: &RawDocument<'_>, reason: &str) {
    columns.append(&[
        ("v", Int(VERSION.into())),
        ("id", String(&raw.id)),
        ("doc", String(&raw.id)),
        ("lang", String("und")),
        ("source", String(&raw.source)),
        ("url", String(&raw.url)),
        ("title", String(&raw.title)),
        ("origin", Struct(vec![("file", String(&raw.file)), ("record", Int(raw.record))])),
        ("metadata", String(&raw.metadata)),
        ("reject", String(reason)),
    ]);
}

/// What the command sets aside because no reader would take its line is set aside here, too. Asked only of documents that could be.
pub(crate) fn is_too_long(raw: &RawDocument<'_>, cleaned: &Cleaned<'_>, config: &Config) -> bool {
    let fields = [&raw.id, &raw.url, &raw.title, &raw.source, &raw.file].map(|field| field.len());
    let bytes = cleaned.text.len() + raw.metadata.len() + fields.iter().sum::<usize>();
    bytes > LONGEST_LINE / 16 && copydesk::output::record(raw, cleaned, config).is_empty()
}

fn cells<'a>(record: &'a Record<'_>, offsets: [&'static str; 2]) -> Vec<Cell<'a>> {
    let mut cells = vec![
        ("v", Int(record.v.into())),
        ("id", String(record.id)),
        ("text", String(record.text)),
        ("source", String(record.source)),
        ("url", String(record.url)),
        ("title", String(record.title)),
        (
            "origin",
            Struct(vec![
                ("file", String(record.origin.file)),
                ("record", Int(record.origin.record)),
                ("encoding", String(record.origin.encoding)),
            ]),
        ),
        (
            "counts",
            Struct(vec![
                ("chars_in", Int(record.counts.chars_in as u64)),
                ("chars_out", Int(record.counts.chars_out as u64)),
                ("lines_removed", Int(record.counts.lines_removed as u64)),
                ("repairs", Int(record.counts.repairs as u64)),
            ]),
        ),
        ("metadata", String(&record.metadata)),
    ];
    if let (Some(lang), Some(score)) = (record.lang, record.lang_score) {
        cells.extend([("lang", String(lang)), ("lang_score", Float(score))]);
    }
    if let Some(langs) = &record.langs {
        let shares = langs.iter().map(|of| vec![("lang", String(of.lang)), ("share", Float(of.share))]);
        cells.push(("langs", List(shares.collect())));
    }
    if let Some(sentences) = &record.sentences {
        cells.push((
            "sentences",
            List(sentences.iter().map(|sentence| place_and_text(sentence, offsets)).collect()),
        ));
    }
    cells
}

fn place_and_text<'a>(sentence: &Sentence<'a>, [start, end]: [&'static str; 2]) -> Vec<Cell<'a>> {
    let mut cells = vec![
        (start, Int(sentence.start as u64)),
        (end, Int(sentence.end as u64)),
        ("text", String(sentence.text)),
    ];
    if let (Some(lang), Some(score)) = (sentence.lang, sentence.score) {
        cells.extend([("lang", String(lang)), ("score", Float(score))]);
    }
    cells
}

fn sentence_cells<'a>(record: &'a SentenceRecord<'_>, offsets: [&'static str; 2]) -> Vec<Cell<'a>> {
    let mut cells = place_and_text(&record.sentence, offsets);
    cells.extend([
        ("v", Int(record.v.into())),
        ("id", String(&record.id)),
        ("doc", String(record.doc)),
        ("n", Int(record.n as u64)),
        ("source", String(record.source)),
        ("url", String(record.url)),
    ]);
    cells
}
