//! What the command adds to the library: flags, messages, the progress bar, exit codes. It names the library `copydesk`, as
//! any user of it would: the command has nothing that they do not have. Part of the library because the Python wheel carries the command.

mod args;
mod messages;
mod progress;
mod schema;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Error;
use copydesk::config::Job;

use crate::cli::args::Args;
use crate::cli::args::Clean;
use crate::cli::args::Command;
use crate::cli::progress::Progress;

const SUCCESS: u8 = 0;
const REJECTED: u8 = 1;
const USAGE: u8 = 2;
const FAILED: u8 = 3;

/// Runs the command; `args` begins with its own name. The result is the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(e) => {
            let printed = e.print();
            return if e.use_stderr() || printed.is_err() { USAGE } else { SUCCESS };
        }
    };
    match dispatch(args.command) {
        Ok(code) => code,
        Err(e) if e.is_broken_pipe() => SUCCESS,
        Err(e) => {
            messages::error(&e);
            if e.is_usage() { USAGE } else { FAILED }
        }
    }
}

fn dispatch(command: Option<Command>) -> Result<u8, Error> {
    match command {
        Some(Command::Clean(args)) => run(&args),
        Some(Command::Schema(args)) => schema::run(&args, Config::default()).map(|()| SUCCESS),
        None if Path::new("raw").is_dir() => {
            messages::say(
                "no command given: cleaning `raw/` into `clean/`, as `copydesk clean raw -o clean --overwrite` would",
            );
            run(&Clean { overwrite: true, ..Clean::default() })
        }
        None => {
            messages::say("nothing to do: give a command, see `copydesk --help`");
            Ok(USAGE)
        }
    }
}

fn run(args: &Clean) -> Result<u8, Error> {
    let config = settings(args)?;
    if args.print_config {
        return messages::print_config(&config).map(|()| SUCCESS);
    }
    let job = job(args)?;
    let cleaner = Cleaner::new(config)?;
    let started = Instant::now();
    let mut progress = Progress::new(args.progress, args.quiet);
    let report = copydesk::run(&cleaner, &job, &mut |report| progress.update(report))?;
    progress.finish();
    if !args.quiet {
        messages::summary(&report, &job.output, started.elapsed());
    }
    if !report.is_balanced() {
        messages::say("the counts do not add up: documents in are not out + empty + rejected; this is a bug");
        return Ok(FAILED);
    }
    Ok(if report.rejected > 0 { REJECTED } else { SUCCESS })
}

fn settings(args: &Clean) -> Result<Config, Error> {
    let project = Path::new("copydesk.toml");
    let path = args.config.as_deref().or_else(|| project.exists().then_some(project));
    let mut config = Config::default();
    if let Some(path) = path {
        let content =
            std::fs::read_to_string(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
        config = toml::from_str(&content).map_err(|e| Error::Config(format!("{}: {e}", path.display())))?;
        if args.config.is_none() && !args.quiet {
            messages::say(&format!("settings from `{}`", path.display()));
        }
    }
    args.apply(&mut config)?;
    Ok(config)
}

fn job(args: &Clean) -> Result<Job, Error> {
    let mut inputs = args.inputs.clone();
    let mut output = args.output.clone();
    if inputs.is_empty() {
        if !Path::new("raw").is_dir() {
            return Err(Error::Config(
                "no INPUT given and there is no folder `raw`; `-` reads standard input".into(),
            ));
        }
        inputs.push(PathBuf::from("raw"));
        output = output.or_else(|| Some(PathBuf::from("clean")));
    }
    if inputs.iter().any(|i| i.as_os_str() == "-") && std::io::stdin().is_terminal() {
        return Err(Error::Config("standard input is a terminal; pipe something into it".into()));
    }
    let from_stdin = inputs.iter().any(|i| i.as_os_str() == "-");
    let output = match output {
        Some(output) => output,
        None if from_stdin => PathBuf::from("-"),
        None => PathBuf::from("clean"),
    };
    Ok(Job { inputs, output, threads: args.threads, limit: args.limit, overwrite: args.overwrite })
}
