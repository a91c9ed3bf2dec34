//! What the command adds to the library: flags, messages, the progress bar, exit codes. It names the library `copydesk`, as
//! any user of it would: the command has nothing that they do not have. Part of the library because the Python wheel carries the command.

mod args;
mod clean;
mod draw;
mod explain;
mod inspect;
mod manual;
mod merge;
mod messages;
mod pager;
mod progress;
mod report;
mod restore;
mod rules;
mod schema;
mod signals;
mod templates;
mod verify;
mod words;

use std::ffi::OsString;
use std::path::Path;

use copydesk::Config;
use copydesk::Error;
use copydesk::output;

use crate::cli::args::Args;
use crate::cli::args::Command;

const SUCCESS: u8 = 0;
const REJECTED: u8 = 1;
const USAGE: u8 = 2;
const FAILED: u8 = 3;

/// Runs the command; `args` begins with its own name. The result is the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match words::parse(args).and_then(usual) {
        Ok(args) => args,
        Err(e) => {
            let printed = e.print();
            return if e.use_stderr() || printed.is_err() { USAGE } else { SUCCESS };
        }
    };
    let variables = match &args.command {
        Some(Command::Clean(clean)) => clean.variables.join(", "),
        Some(Command::Inspect(_) | Command::Templates(_)) => {
            words::variables_alone().map(|clean| clean.variables.join(", ")).unwrap_or_default()
        }
        _ => String::new(),
    };
    signals::survive_limits();
    match dispatch(args.command) {
        Ok(code) => code,
        Err(e) if e.is_broken_pipe() => SUCCESS,
        Err(e) => {
            messages::error(&e);
            if e.is_usage() && !variables.is_empty() {
                messages::say(&format!("set in the environment: {variables}"));
            }
            if e.is_usage() { USAGE } else { FAILED }
        }
    }
}

/// What is meant when no command is given.
fn usual(args: Args) -> Result<Args, clap::Error> {
    if args.command.is_some() || !Path::new("raw").is_dir() {
        return Ok(args);
    }
    // What a run left there may be replaced unasked, and nothing else.
    let clean = Path::new("clean");
    let is_run = clean.join(".copydesk").is_dir() || output::is_card(&clean.join("README.md"));
    let overwrite = if is_run { " --overwrite" } else { "" };
    let command = format!("copydesk clean raw -o clean{overwrite}");
    messages::say(&format!("no command given: cleaning `raw/` into `clean/`, as `{command}` would"));
    // To the letter: a variable may name another place, where nobody looked for what would be lost.
    words::parse(command.split(' ').map(OsString::from))
}

fn dispatch(command: Option<Command>) -> Result<u8, Error> {
    match command {
        Some(Command::Clean(args)) => clean::run(&args),
        Some(Command::Merge(args)) => merge::run(&args),
        Some(Command::Templates(args)) => templates::run(&args),
        Some(Command::Verify(args)) => verify::run(&args),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::Inspect(args)) => inspect::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Rules(args)) => rules::run(&args),
        Some(Command::Completions(args)) => manual::completions(&args),
        Some(Command::Man(args)) => manual::man(&args),
        Some(Command::Schema(args)) => schema::run(&args, Config::default()).map(|()| SUCCESS),
        None => {
            messages::say("nothing to do: give a command, see `copydesk --help`");
            Ok(USAGE)
        }
    }
}
