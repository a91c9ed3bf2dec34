//! Drives the cleaner over a job: bounded batches, cleaned side by side, written in input order.
//! The only module that knows of threads; what the user sees of a run is left to the command.

use rayon::iter::IntoParallelRefIterator;
use rayon::iter::ParallelIterator;

use crate::config::Job;
use crate::error::Error;
use crate::input::Content;
use crate::input::Documents;
use crate::input::Item;
use crate::input::Reject;
use crate::output;
use crate::output::Sink;
use crate::pipeline::Cleaner;
use crate::pipeline::Fate;
use crate::report::Report;

/// A batch is full at so many bytes of text or so many items; memory is bounded by it.
const BATCH_BYTES: usize = 8 << 20;
const BATCH_ITEMS: usize = 4096;

/// Runs the job. `observe` is called after every batch with the counts so far.
pub fn run(cleaner: &Cleaner, job: &Job, observe: &mut dyn FnMut(&Report)) -> Result<Report, Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.threads)
        .build()
        .map_err(|e| Error::Config(format!("cannot start {} threads: {e}", job.threads)))?;
    let documents = Documents::open(&job.inputs, cleaner.config().input.clone())?;
    let mut documents = documents.take(job.limit.map_or(usize::MAX, |n| n as usize));
    let mut sink = Sink::open(&job.output, job.overwrite)?;
    let mut report = Report::default();
    loop {
        let batch = next_batch(&mut documents);
        if batch.is_empty() {
            break;
        }
        let outcomes: Vec<Outcome> =
            pool.install(|| batch.par_iter().map(|item| clean(cleaner, item)).collect());
        for outcome in outcomes {
            sink.write(&outcome.lines)?;
            if let Some(reject) = &outcome.reject {
                sink.reject(reject);
            }
            report.merge(&outcome.report);
        }
        observe(&report);
    }
    sink.finish(cleaner.config(), &report)?;
    Ok(report)
}

fn next_batch(documents: &mut impl Iterator<Item = Item>) -> Vec<Item> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES && batch.len() < BATCH_ITEMS {
        let Some(item) = documents.next() else { break };
        bytes += match &item {
            Item::Document(raw) => raw.content.len(),
            Item::Reject(reject) => reject.bytes.len(),
        };
        batch.push(item);
    }
    batch
}

/// What became of one item.
struct Outcome {
    lines: Vec<u8>,
    reject: Option<Reject>,
    report: Report,
}

fn clean(cleaner: &Cleaner, item: &Item) -> Outcome {
    let mut report = Report { documents_in: 1, ..Report::default() };
    let raw = match item {
        Item::Reject(reject) => {
            report.rejected = 1;
            return Outcome { lines: Vec::new(), reject: Some(reject.clone()), report };
        }
        Item::Document(raw) => raw,
    };
    let cleaned = match &raw.content {
        Content::Bytes(bytes) => cleaner.clean(bytes),
        Content::Text(text) => cleaner.clean_text(text),
    };
    let fate = cleaned.fate(cleaner.config().steps);
    if let Fate::Rejected(reason) = fate {
        report.rejected = 1;
        let bytes = match &raw.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Text(text) => text.clone().into_bytes(),
        };
        let reason = reason.to_owned();
        let reject = Reject { file: raw.file.clone(), record: raw.record, offset: 0, reason, bytes };
        return Outcome { lines: Vec::new(), reject: Some(reject), report };
    }
    report.bytes_in = raw.content.len() as u64;
    report.chars_in = cleaned.decoded.text.chars().count() as u64;
    for removed in &cleaned.removed {
        report.count_removed(removed.reason.code(), removed.span.len() as u64);
    }
    for edit in &cleaned.repairs {
        *report.repairs.entry(edit.code.to_owned()).or_default() += 1;
    }
    if fate == Fate::Empty {
        report.empty = 1;
        return Outcome { lines: Vec::new(), reject: None, report };
    }
    report.documents_out = 1;
    report.chars_out = cleaned.text.chars().count() as u64;
    report.sentences = cleaned.sentences.len() as u64;
    *report.encodings.entry(cleaned.decoded.encoding.to_owned()).or_default() += 1;
    if cleaner.config().steps.language {
        report.count_language(cleaned.lang);
    }
    Outcome { lines: output::record(raw, &cleaned, cleaner.config()), reject: None, report }
}
