//! What is done to one batch: parse, clean, write the lines into buffers, count. A panic costs one record.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

use crate::audit;
use crate::audit::About;
use crate::audit::Sums;
use crate::boilerplate::site::site;
use crate::boilerplate::templates::Templates;
use crate::config::Layout;
use crate::decode::Decoded;
use crate::decode::decode;
use crate::input::Content;
use crate::input::Item;
use crate::input::RawDocument;
use crate::input::Reject;
use crate::input::chunks::Part;
use crate::output;
use crate::output::Lines;
use crate::pipeline::Cleaned;
use crate::pipeline::Cleaner;
use crate::pipeline::Fate;
use crate::pipeline::as_it_is;
use crate::report::Report;
use crate::run::repairs::Repairs;

/// Rejects told of one by one in a batch; the others are counted.
const MOST_TOLD: usize = 20;

/// What became of a batch.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Output lines.
    pub(crate) lines: Lines,
    /// What the audit among them adds up to.
    pub(crate) sums: Sums,
    pub(crate) report: Report,
    pub(crate) warnings: Vec<String>,
}

/// Called with each document before it is cleaned; tests have it panic.
pub type Probe = Arc<dyn Fn(&RawDocument<'_>) + Send + Sync>;

/// What a document is cleaned by.
pub(crate) struct Work<'w> {
    pub(crate) cleaner: &'w Cleaner,
    pub(crate) templates: Option<&'w Templates>,
    /// What repairing some of the documents does.
    pub(crate) repairs: &'w Repairs,
    /// Whether an audit is kept.
    pub(crate) is_audited: bool,
    pub(crate) probe: Option<&'w Probe>,
}

/// The decoded text of a document.
pub fn decoded<'d>(raw: &'d RawDocument<'_>) -> Decoded<'d> {
    match &raw.content {
        Content::Bytes(bytes) => decode(bytes, raw.charset.as_deref()),
        Content::Text(text) => as_it_is(text),
    }
}

/// Has `work` done; what it says when it panics.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        format!("a bug in copydesk: {}", text.unwrap_or("no message"))
    })
}

/// Cleans one document by what recurs on its site, as a run does; its `source` is its site by now.
pub fn cleaned<'d>(
    cleaner: &Cleaner,
    templates: Option<&Templates>,
    raw: &'d RawDocument<'_>,
) -> Cleaned<'d> {
    let site = templates.and_then(|templates| templates.site(&raw.source));
    cleaner.clean_on(decoded(raw), site)
}

/// Cleans what a batch holds.
pub(crate) fn clean(work: &Work<'_>, parts: &[Part]) -> Outcome {
    let mut outcome = Outcome::default();
    // About what passing on alone would take, and what the audit of pages does; growing step by step would copy them again
    // and again.
    let bytes: usize = parts.iter().map(Part::len).sum();
    outcome.lines.records.reserve(bytes + bytes / 4);
    if work.is_audited {
        outcome.lines.audit.reserve(3 * bytes);
    }
    for part in parts {
        match part {
            Part::Chunk(chunk) => chunk.records(&work.cleaner.config().input, &mut |item| match item {
                Item::Document(raw) => outcome.document(work, raw),
                Item::Reject(reject) => outcome.reject(&reject),
            }),
            Part::Reject(reject) => outcome.reject(reject),
            Part::Passed(why) => outcome.warnings.push(why.clone()),
        }
    }
    outcome.lines.audit_lines = Some(outcome.sums.lines());
    outcome
}

impl Outcome {
    fn reject(&mut self, reject: &Reject) {
        self.report.documents_in += 1;
        self.report.rejected += 1;
        output::write_reject(&mut self.lines.rejects, reject);
        if self.warnings.len() < MOST_TOLD {
            self.warnings.push(format!(
                "set aside: {} record {} at byte {}: {}",
                reject.file, reject.record, reject.offset, reject.reason
            ));
        }
    }

    fn document(&mut self, work: &Work<'_>, mut raw: RawDocument<'_>) {
        if let Some(site) = site(&raw.url) {
            raw.source = Cow::Owned(site);
        }
        let (records, audit) = (self.lines.records.len(), self.lines.audit.len());
        let summed = self.sums.documents.len();
        let mut counts = Report::default();
        let result = guarded(|| document(work, &raw, (&mut self.lines, &mut self.sums), &mut counts));
        match result.and_then(|cleaned| cleaned) {
            Ok(()) => {
                self.report.merge(&counts);
                if let Some(document) = self.sums.documents.get_mut(summed) {
                    document.records = records..self.lines.records.len();
                }
            }
            Err(fault) => {
                self.lines.records.truncate(records);
                self.lines.audit.truncate(audit);
                self.sums.documents.truncate(summed);
                self.reject(&raw.set_aside(fault));
            }
        }
    }
}

fn document(
    work: &Work<'_>,
    raw: &RawDocument<'_>,
    (lines, sums): (&mut Lines, &mut Sums),
    report: &mut Report,
) -> Result<(), String> {
    let cleaner = work.cleaner;
    if let Some(probe) = work.probe {
        probe(raw);
    }
    let site = work.templates.and_then(|templates| templates.site(&raw.source));
    let decoded = decoded(raw);
    let repairs = work.repairs.of(&decoded.text);
    let cleaned = cleaner.clean_repaired(decoded, repairs, site);
    let fate = cleaned.fate(cleaner.config().steps);
    if let Fate::Rejected(reason) = fate {
        return Err(reason.into());
    }
    report.documents_in = 1;
    report.bytes_in = raw.content.len() as u64;
    let counts = output::Counts::of(&cleaned);
    report.chars_in = counts.chars_in as u64;
    for alike in cleaned.removed.chunk_by(|a, b| a.reason == b.reason) {
        let [first, ..] = alike else { continue };
        let chars: usize = alike.iter().map(|removed| removed.chars).sum();
        report.count_removed(first.reason.code(), alike.len() as u64, chars as u64);
    }
    for edit in &cleaned.repairs {
        *report.repairs.entry(edit.code.to_owned()).or_default() += 1;
    }
    if work.is_audited {
        let about = About {
            id: &raw.id,
            file: &raw.file,
            record: raw.record,
            encoding: raw.encoding,
            source: &raw.source,
            is_emptied: fate == Fate::Empty,
            is_by_sentence: cleaner.config().output.layout == Layout::Sentence,
        };
        audit::write(about, &cleaned, cleaner.rules(), &mut lines.audit, sums);
    }
    if fate == Fate::Empty {
        report.empty = 1;
        return Ok(());
    }
    report.documents_out = 1;
    report.chars_out = counts.chars_out as u64;
    report.sentences = cleaned.sentences.len() as u64;
    let encoding = raw.encoding.unwrap_or(cleaned.decoded.encoding);
    *report.encodings.entry(encoding.to_owned()).or_default() += 1;
    if cleaner.config().steps.language {
        report.count_language(cleaned.lang);
    }
    if let Some(document) = sums.documents.last_mut().filter(|_| cleaner.config().steps.language) {
        cleaned.lang.tag().clone_into(&mut document.lang);
        cleaned
            .sentences
            .iter()
            .for_each(|sentence| document.speak(sentence.lang.tag(), sentence.confidence));
    }
    output::write_record(&mut lines.records, raw, &cleaned, counts, cleaner.config())
}
