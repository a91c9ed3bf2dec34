//! Builds the models that copydesk embeds: one subcommand per model, each reproducible to the byte.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a program for the terminal")]

mod boilerplate;
mod garbled;
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
       copydesk-train language-check [--shared DIR] [--out FILE]
       copydesk-train language-table [--shared DIR]
       copydesk-train boilerplate [--shared DIR] [--out FILE] [--folds N] [--tables FILE] [--held-out FILE]
       copydesk-train repair|sentences [--shared DIR]
       copydesk-train sentence-scores GOLD.jsonl...";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    if what == "sentence-scores" {
        return ended(scores::print(&arguments.map(PathBuf::from).collect::<Vec<_>>()));
    }
    let flags = match flags(&what, arguments) {
        Ok(flags) => flags,
        Err(wrong) => {
            eprintln!("{wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
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

/// The flags of a command and their values; what is none of them is refused, before hours go by.
fn flags(what: &str, arguments: impl Iterator<Item = String>) -> Result<BTreeMap<String, String>, String> {
    let known: &[&str] = match what {
        "language" => &["--shared", "--cache", "--out", "--hold-out"],
        "language-check" => &["--shared", "--out"],
        "boilerplate" => &["--shared", "--out", "--folds", "--tables", "--held-out"],
        _ => &["--shared"],
    };
    let mut arguments = arguments;
    let mut flags = BTreeMap::new();
    while let Some(flag) = arguments.next() {
        if !known.contains(&&*flag) {
            return Err(format!("`{what}` has no flag `{flag}`"));
        }
        let value = arguments.next().ok_or_else(|| format!("`{flag}` has no value"))?;
        if flag == "--folds" && value.parse::<u64>().is_err() {
            return Err(format!("`{value}` is no number of folds"));
        }
        flags.insert(flag, value);
    }
    Ok(flags)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_flag_is_refused() {
        let read = |what: &str, given: &str| flags(what, given.split_whitespace().map(str::to_owned));
        assert_eq!(read("boilerplate", "--folds 5 --shared x").map(|flags| flags.len()), Ok(2));
        for (what, given) in [
            ("boilerplate", "--fold 5"),
            ("boilerplate", "--folds five"),
            ("repair", "--out x"),
            ("language", "--shared"),
            ("language-table", "--shared x y"),
        ] {
            assert!(read(what, given).is_err(), "{what} {given}");
        }
    }
}
