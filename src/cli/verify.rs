//! `copydesk verify`: is a finished run still what it was?

use std::path::PathBuf;

use copydesk::Error;
use copydesk::run::verify::verify;

use crate::cli::REJECTED;
use crate::cli::SUCCESS;
use crate::cli::messages;

#[derive(clap::Args)]
pub(crate) struct Verify {
    /// The output folder of a run
    #[arg(value_name = "DIR", default_value = "clean")]
    folder: PathBuf,
    /// Say nothing but faults
    #[arg(short, long)]
    quiet: bool,
}

pub(crate) fn run(args: &Verify) -> Result<u8, Error> {
    let verified = verify(&args.folder)?;
    for fault in &verified.faults {
        messages::say(fault);
    }
    if !args.quiet {
        let faults = verified.faults.len();
        messages::say(&format!("{} files are as the manifest says, {faults} faults", verified.good));
    }
    Ok(if verified.faults.is_empty() { SUCCESS } else { REJECTED })
}
