//! `copydesk templates`: counts of lines, made, joined and shown.

use std::path::PathBuf;

use copydesk::Cleaner;
use copydesk::Error;
use copydesk::config::Job;
use copydesk::input::Documents;
use copydesk::input::Item;
use copydesk::run::Surroundings;
use copydesk::run::templates;

use crate::cli::REJECTED;
use crate::cli::SUCCESS;
use crate::cli::args::Clean;
use crate::cli::args::Reading;
use crate::cli::args::When;
use crate::cli::clean;
use crate::cli::draw::visible;
use crate::cli::messages;
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::cli::words;

#[derive(clap::Args)]
pub(crate) struct Templates {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Count the lines of every site into a file, for `clean --templates FILE`
    Learn(Learn),
    /// Join files made by `learn`, as if all their inputs had been counted at once
    Merge(Merge),
    /// Say what a file knows; with documents, which of their lines recur
    Show(Show),
}

#[derive(clap::Args)]
struct Learn {
    /// Files and folders
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Worker threads, 0 for one per core
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Settings file (TOML) [default: ./copydesk.toml if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(clap::Args)]
struct Merge {
    /// Files made by `templates learn`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(clap::Args)]
struct Show {
    /// A file of templates
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Documents whose recurring lines are shown
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Settings file (TOML) [default: ./copydesk.toml if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(crate) fn run(args: &Templates) -> Result<u8, Error> {
    match &args.what {
        What::Learn(args) => learn(args),
        What::Merge(args) => templates::merge(&args.files, &args.output).map(|()| SUCCESS),
        What::Show(args) => show(args),
    }
}

/// By the settings that `clean` would have.
fn cleaner(config: Option<&PathBuf>, reading: &Reading, is_quiet: bool) -> Result<Cleaner, Error> {
    let variables = words::variables_alone()?;
    let settings = Clean {
        config: config.cloned().or(variables.config),
        reading: reading.clone().or(variables.reading),
        quiet: is_quiet,
        ..variables
    };
    Cleaner::new(clean::settings(&settings)?)
}

fn learn(args: &Learn) -> Result<u8, Error> {
    let cleaner = cleaner(args.config.as_ref(), &args.reading, args.quiet)?;
    let job = Job {
        inputs: args.inputs.clone(),
        output: args.output.clone(),
        threads: args.threads,
        ..Job::default()
    };
    let signals = Signals::catch();
    let around = Surroundings { stop: signals.stop(), ..Surroundings::default() };
    let mut progress = Progress::new(When::Auto, args.quiet);
    let result = templates::learn(&around, &cleaner, &job, &mut |event| progress.update(event));
    progress.finish();
    let report = match result {
        Err(Error::Interrupted) => {
            messages::say("stopped before the end: nothing was written");
            return Ok(signals.exit_code());
        }
        result => result?,
    };
    if !args.quiet {
        messages::say(&format!(
            "{} documents in = {} counted + {} rejected, to `{}`",
            report.documents_in,
            report.documents_in - report.rejected,
            report.rejected,
            args.output.display()
        ));
    }
    Ok(if report.rejected > 0 { REJECTED } else { SUCCESS })
}

fn show(args: &Show) -> Result<u8, Error> {
    let (known, _) = templates::load(&args.file)?;
    let (sites, lines) = known.len();
    messages::say(&format!("{lines} lines recur on {sites} sites"));
    if args.inputs.is_empty() {
        return Ok(SUCCESS);
    }
    let mut code = SUCCESS;
    let cleaner = cleaner(args.config.as_ref(), &args.reading, false)?;
    for item in Documents::open(&args.inputs, cleaner.config().input.clone())? {
        let raw = match item {
            Item::Document(raw) => raw,
            Item::Reject(reject) => {
                let place = format!("{} record {}: {}", reject.file, reject.record, reject.reason);
                messages::warn(&visible(&place));
                code = REJECTED;
                continue;
            }
        };
        for (line, recurrence) in templates::recurring(&cleaner, &known, &raw) {
            messages::print(&format!("{}\t{}\t{line}", raw.id, recurrence.scrapes))?;
        }
    }
    Ok(code)
}
