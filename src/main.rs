//! The command: parse, call the library, map the result to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(copydesk::cli::main(std::env::args_os()))
}
