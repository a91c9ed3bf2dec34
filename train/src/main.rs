//! Builds the models that copydesk embeds: one subcommand per model, each reproducible to the byte.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!("usage: copydesk-train MODEL --shared DIR (no model is trained yet)");
    ExitCode::from(2)
}
