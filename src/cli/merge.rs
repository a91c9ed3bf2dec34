//! `copydesk merge`: the outputs of all shards as one.

use std::path::PathBuf;

use copydesk::Error;
use copydesk::run::merge::merge;

use crate::cli::REJECTED;
use crate::cli::SUCCESS;
use crate::cli::args::FailOn;
use crate::cli::messages;
use crate::cli::report;

#[derive(clap::Args)]
pub(crate) struct Merge {
    /// The output folders of all shards, in any order
    #[arg(value_name = "DIR", required = true)]
    shards: Vec<PathBuf>,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace what the output folder holds
    #[arg(long)]
    overwrite: bool,
    /// Exit with 1 when the shards set records aside: never, any, or above a rate like 0.01
    #[arg(long, value_name = "never|any|RATE", default_value = "any")]
    fail_on: FailOn,
    /// Do not write the page about the run
    #[arg(long)]
    no_report: bool,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

pub(crate) fn run(args: &Merge) -> Result<u8, Error> {
    let counts = merge(&args.shards, &args.output, args.overwrite)?;
    if !args.quiet {
        messages::say(&format!(
            "{} shards joined: {} documents in = {} out + {} empty + {} rejected, to `{}`",
            args.shards.len(),
            counts.documents_in,
            counts.documents_out,
            counts.empty,
            counts.rejected,
            args.output.display()
        ));
    }
    if !args.no_report {
        report::write_missing(&args.output, None, None, args.quiet)?;
    }
    Ok(if args.fail_on.is_met(counts.rejected, counts.documents_in) { REJECTED } else { SUCCESS })
}
