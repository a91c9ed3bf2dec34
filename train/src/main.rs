//! Builds the models that copydesk embeds: one subcommand per model, each reproducible to the byte.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

mod language;
mod repair;
mod sentences;

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// What went wrong, for the terminal.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let (mut shared, mut cache, mut out) =
        (PathBuf::from("../shared"), PathBuf::from("train/cache"), PathBuf::from("src/language/model.bin"));
    let mut held_out = None;
    while let (Some(flag), Some(value)) = (arguments.next(), arguments.next()) {
        match flag.as_str() {
            "--shared" => shared = value.into(),
            "--cache" => cache = value.into(),
            "--out" => out = value.into(),
            "--hold-out" => held_out = Some(value),
            other => eprintln!("unknown flag {other}"),
        }
    }
    let result = match what.as_str() {
        "language" => language::train(&shared, &cache, &out, held_out.as_deref()).map_err(Failure::from),
        "repair" => repair::train(&shared, Path::new("src/likelihood/characters.bin")),
        "sentences" => sentences::train(&shared, Path::new(".")).map_err(Failure::from),
        _ => {
            eprintln!(
                "usage: copydesk-train language|repair|sentences [--shared DIR] [--cache DIR] [--out FILE] [--hold-out SOURCE]"
            );
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
