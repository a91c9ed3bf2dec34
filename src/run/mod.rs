//! Drives the cleaner over a job: looks at what there is to do and what is already done, reads, cleans and writes side by
//! side, and leaves either a finished output or one that can be taken up again. The only module that knows of threads; what
//! the user sees of a run is left to the command.

pub mod merge;
mod pipe;
mod repairs;
mod sums;
mod survey;
pub mod templates;
pub mod verify;
mod worker;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sha2::Digest;
use sha2::Sha256;

use crate::audit::Sums;
use crate::config::Audit;
use crate::config::Job;
use crate::disk::Disk;
use crate::error::Error;
use crate::input::chunks::Chunks;
use crate::input::chunks::Position;
use crate::input::chunks::Range;
use crate::input::list::Selection;
use crate::output;
use crate::output::Single;
use crate::output::Sink;
use crate::output::folder;
use crate::output::folder::Folder;
use crate::output::folder::Found;
use crate::output::folder::Locked;
use crate::output::manifest::Notes;
use crate::output::manifest::Settings;
use crate::output::parts::hex;
use crate::pipeline;
use crate::pipeline::Cleaner;
use crate::report::Report;
use crate::run::pipe::Width;
use crate::run::repairs::Repairs;
use crate::run::survey::Survey;
use crate::run::worker::Outcome;
use crate::run::worker::Work;

pub use crate::run::worker::Probe;
pub use crate::run::worker::cleaned;
pub use crate::run::worker::decoded;

/// Of the memory a run may take, what is read ahead may take one part in so many: a document is read, decoded, repaired,
/// cut, and written, and each form is held for a while.
const MEMORY_PER_BYTE: u64 = 16;

/// Of the memory a run may take, what the first pass repaired may take one part in so many.
const MEMORY_PER_REPAIRS: u64 = 8;

/// More threads a core than this help nobody, and starting them would take longer than most runs.
const MOST_THREADS: usize = 8;

/// What a run tells while it goes on.
#[derive(Clone, Debug)]
pub enum Event<'e> {
    /// How far it has come.
    Progress {
        /// The counts so far.
        report: &'e Report,
        /// Bytes of the input files read.
        done: u64,
        /// Bytes of all input files.
        total: u64,
    },
    /// How far the first pass has come, which counts the lines of every site.
    Counting {
        /// Documents counted.
        documents: u64,
        /// Bytes of the input files read.
        done: u64,
        /// Bytes of all input files.
        total: u64,
    },
    /// The next lines that will be written, of whole documents in input order.
    Written {
        /// Of the records.
        records: &'e [u8],
        /// Of the audit, where one is written.
        audit: &'e [u8],
        /// What that adds up to.
        sums: &'e Sums,
    },
    /// Something the user should know.
    Warning(String),
}

/// What surrounds a run: how it is stopped, and how tests make things go wrong.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The run ends soon after this is set.
    pub stop: Arc<AtomicBool>,
    /// The file system.
    pub disk: Disk,
    /// Called with each document before it is cleaned.
    pub probe: Option<Probe>,
}

/// Runs the job. `observe` is told how it goes.
pub fn run(cleaner: &Cleaner, job: &Job, observe: &mut dyn FnMut(&Event<'_>)) -> Result<Report, Error> {
    run_in(&Surroundings::default(), cleaner, job, observe)
}

/// Runs the job in other than the usual surroundings.
pub fn run_in(
    around: &Surroundings,
    cleaner: &Cleaner,
    job: &Job,
    observe: &mut dyn FnMut(&Event<'_>),
) -> Result<Report, Error> {
    let selection = Selection::of_job(job)?;
    let survey = Survey::of(&selection);
    let range = shard(job, &selection, survey.inputs.bytes)?;
    let source = templates::Source::of(cleaner, job, &selection)?;
    let settings = settings(cleaner, job, source.name())?;
    let (mut sink, notes) = match open(around, cleaner, job, settings, (&survey, selection.has_stdin()))? {
        Opened::Finished(report) => {
            observe(&Event::Warning("this very run is already finished: nothing to do".into()));
            return Ok(report);
        }
        Opened::Sink(sink, notes) => (sink, notes),
    };
    let (position, mut report) = match notes {
        Some(notes) => {
            observe(&Event::Warning(format!(
                "taking up an unfinished run after {} documents",
                notes.report.documents_in
            )));
            (notes.position, notes.report)
        }
        None => (Position::default(), Report::default()),
    };
    if let Some(name) = &survey.shared_name {
        observe(&Event::Warning(format!(
            "several of the files are called `{name}`, and so are their documents, where they have no ids of their own; give the folder above them, or --files-from, which keep them apart"
        )));
    }
    let total = survey.inputs.bytes;
    let mut repairs = Repairs::new((job.memory / MEMORY_PER_REPAIRS) as usize);
    let known = source.known(around, cleaner, (job, &selection, total), &mut repairs, observe)?;
    let fail = |source, sink: &Sink| Error::Output { path: sink.path(), source };
    let chunks =
        Chunks::new(around.disk.clone(), cleaner.config().input.clone(), selection.list(), position, range);
    let mut reached = position;
    let work = Work {
        cleaner,
        templates: known.as_ref(),
        repairs: &repairs,
        // Only a folder has a place for it.
        is_audited: matches!(sink, Sink::Folder(_)) && cleaner.config().output.audit == Audit::Full,
        probe: around.probe.as_ref(),
    };
    let is_whole = pipe::drive(
        chunks,
        width(job, &report),
        &around.stop,
        &|parts| {
            let outcome = worker::clean(&work, parts);
            let size = outcome.lines.len();
            (outcome, size)
        },
        &mut |done| {
            let Outcome { lines, sums, report: counts, warnings } = done.result;
            observe(&Event::Written { records: &lines.records, audit: &lines.audit, sums: &sums });
            sink.write(lines).map_err(|e| fail(e, &sink))?;
            report.merge(&counts);
            reached = done.position;
            sink.note(reached, &report, false).map_err(|e| fail(e, &sink))?;
            for warning in warnings {
                observe(&Event::Warning(warning));
            }
            observe(&Event::Progress { report: &report, done: done.consumed, total });
            Ok::<(), Error>(())
        },
    )?;
    if !is_whole {
        sink.note(reached, &report, true).and_then(|()| sink.flush()).map_err(|e| fail(e, &sink))?;
        return Err(Error::Interrupted);
    }
    let path = sink.path();
    let finished = sink.finish(reached, &report, cleaner.config());
    finished.map_err(|source| Error::Output { path, source })?;
    Ok(report)
}

fn width(job: &Job, report: &Report) -> Width {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = match job.threads {
        0 => cores,
        threads => threads.min(MOST_THREADS * cores),
    };
    Width {
        threads,
        bytes: (job.memory / MEMORY_PER_BYTE) as usize,
        limit: job.limit.map(|limit| limit.saturating_sub(report.documents_in)),
    }
}

enum Opened {
    Sink(Sink, Option<Box<Notes>>),
    Finished(Report),
}

fn open(
    around: &Surroundings,
    cleaner: &Cleaner,
    job: &Job,
    settings: Settings,
    (survey, has_stdin): (&Survey, bool),
) -> Result<Opened, Error> {
    let path = job.output.as_path();
    let fail = |source| Error::Output { path: path.to_owned(), source };
    if job.dry_run {
        return Ok(Opened::Sink(Sink::Nowhere, None));
    }
    if !output::is_folder(path) {
        if path.as_os_str() != "-" && path.is_file() && !job.overwrite {
            return Err(Error::Config(format!("`{}` exists; --overwrite to replace it", path.display())));
        }
        let single = Single::open(&around.disk, path, cleaner.config()).map_err(fail)?;
        return Ok(Opened::Sink(Sink::Single(Box::new(single)), None));
    }
    let locked = Locked::new(path)?;
    let found = if job.overwrite {
        Found::Nothing
    } else {
        folder::look(path, &settings, &survey.inputs, &survey.list)?
    };
    if has_stdin && !job.resume && !matches!(found, Found::Nothing) {
        return Err(Error::Config(format!(
            "`{}` holds a run of standard input, which may have been another then; give another folder, --overwrite to start anew, or --resume if it is the same",
            path.display()
        )));
    }
    let notes = match found {
        Found::Finished(manifest) => {
            folder::tidy(&around.disk, path).map_err(fail)?;
            return Ok(Opened::Finished(manifest.report));
        }
        Found::Notes(notes) => Some(notes),
        Found::Nothing => {
            folder::clear(path).map_err(fail)?;
            around.disk.replace(&path.join(folder::LIST), &survey.list).map_err(fail)?;
            None
        }
    };
    let what = (settings, survey.inputs.clone(), job.checkpoint);
    let folder =
        Folder::open(&around.disk, locked, cleaner.config(), what, notes.as_deref()).map_err(fail)?;
    Ok(Opened::Sink(Sink::Folder(Box::new(folder)), notes))
}

/// What decides the output of a run.
fn settings(cleaner: &Cleaner, job: &Job, templates: String) -> Result<Settings, Error> {
    let config = serde_json::to_value(cleaner.config()).map_err(|e| Error::Config(e.to_string()))?;
    // Only a folder has a manifest to hold them; elsewhere nobody would see what they cost.
    let is_noted = output::is_folder(&job.output) && !job.dry_run;
    let (rules, models) = if is_noted { (rules(cleaner), models()) } else { Default::default() };
    Ok(Settings {
        version: env!("CARGO_PKG_VERSION").into(),
        record: output::VERSION,
        rules,
        models,
        templates,
        shard: job.shard.map(|(n, of)| format!("{n}/{of}")).unwrap_or_default(),
        limit: job.limit,
        config,
    })
}

/// One checksum of all the rules.
fn rules(cleaner: &Cleaner) -> String {
    hex(&Sha256::digest(format!("{:?}", cleaner.rules().rules())))
}

/// One checksum of all the models.
fn models() -> String {
    let all = pipeline::models().iter().fold(Sha256::new(), Digest::chain_update);
    hex(&all.finalize())
}

/// The bytes of the input that are this shard's: as many as any other's, one after the other.
fn shard(job: &Job, selection: &Selection, total: u64) -> Result<Option<Range>, Error> {
    let Some((n, of)) = job.shard else { return Ok(None) };
    if n == 0 || n > of {
        return Err(Error::Config(format!("there is no shard {n}/{of}; they are counted from 1")));
    }
    if !selection.is_repeatable() || job.limit.is_some() {
        return Err(Error::Config("a shard needs files that can be read again, and no --limit".into()));
    }
    let at = |n: u32| (u128::from(total) * u128::from(n) / u128::from(of)) as u64;
    // The last one takes what begins at the end: empty files.
    let end = if n == of { u64::MAX } else { at(n) };
    Ok(Some(Range { start: at(n - 1), end }))
}
