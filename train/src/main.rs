//! Builds the models that copydesk embeds: one subcommand per model, each reproducible to the byte.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

mod language;

use std::path::PathBuf;
use std::process::ExitCode;

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
    if what != "language" {
        eprintln!(
            "usage: copydesk-train language [--shared DIR] [--cache DIR] [--out FILE] [--hold-out SOURCE]"
        );
        return ExitCode::from(2);
    }
    match language::train(&shared, &cache, &out, held_out.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
