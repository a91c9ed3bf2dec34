//! Builds the models that copydesk embeds: one subcommand per model, each reproducible to the byte.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a program for the terminal")]

mod boilerplate;
mod language;
mod repair;
mod scores;
mod sentences;

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// What went wrong, for the terminal.
type Failure = Box<dyn std::error::Error>;

const USAGE: &str =
    "usage: copydesk-train language [--shared DIR] [--cache DIR] [--out FILE] [--hold-out SOURCE]
       copydesk-train boilerplate [--shared DIR] [--out FILE] [--folds N] [--tables FILE] [--held-out FILE]
       copydesk-train repair|sentences [--shared DIR]
       copydesk-train sentence-scores GOLD.jsonl...";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    if what == "sentence-scores" {
        return ended(scores::print(&arguments.map(PathBuf::from).collect::<Vec<_>>()));
    }
    let mut flags: BTreeMap<String, String> = BTreeMap::new();
    while let (Some(flag), Some(value)) = (arguments.next(), arguments.next()) {
        flags.insert(flag, value);
    }
    let path = |flag: &str, default: &str| flags.get(flag).map_or_else(|| default.into(), PathBuf::from);
    let shared = path("--shared", "../shared");
    let result = match what.as_str() {
        "language" => {
            let held_out = flags.get("--hold-out").map(String::as_str);
            let out = path("--out", "src/language/model.bin");
            language::train(&shared, &path("--cache", "train/cache"), &out, held_out).map_err(Failure::from)
        }
        "language-check" => {
            language::check(&shared, &path("--out", "src/language/model.bin")).map_err(Failure::from)
        }
        "language-table" => language::table(&shared).map_err(Failure::from),
        "boilerplate" => boilerplate::train(&boilerplate::Arguments {
            shared,
            folds: flags.get("--folds").and_then(|n| n.parse().ok()).unwrap_or(10),
            held_out: flags.get("--held-out").map(PathBuf::from),
            tables: flags.get("--tables").map(PathBuf::from),
            out: path("--out", "src/boilerplate/model.bin"),
        })
        .map_err(Failure::from),
        "repair" => repair::train(&shared, Path::new("src/likelihood/characters.bin")),
        "sentences" => sentences::train(&shared, Path::new(".")).map_err(Failure::from),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    ended(result)
}

fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
