//! `restore`: the decoded input of a finished run, from its records and its audit.

use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;

use copydesk::Error;
use copydesk::finished::Finished;
use copydesk::input::text_id;
use serde_json::json;

use crate::cli::explain;
use crate::cli::messages;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The output folder
    dir: PathBuf,
    /// Give back this document alone, as plain text
    id: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<u8, Error> {
    let finished = Finished::open(&args.dir)?;
    if !finished.has_audit() {
        return Err(explain::no_audit(&args.dir));
    }
    if let Some(id) = &args.id {
        let mut text = None;
        finished.each(Some(&text_id(id.into())), &mut |document| {
            text = Some(document.restore()?);
            // Two documents may share an id; the first is the one meant.
            Ok(false)
        })?;
        let missing = || Error::Config(format!("no document `{id}` in `{}`", args.dir.display()));
        return messages::print_all(text.ok_or_else(missing)?.as_bytes());
    }
    // What is written cannot be taken back.
    finished.check()?;
    let fail = |source| Error::Output { path: "-".into(), source };
    let mut out = BufWriter::new(io::stdout().lock());
    finished.each(None, &mut |document| {
        let line = json!({"id": document.head.id, "text": document.restore()?});
        serde_json::to_writer(&mut out, &line).map_err(|e| fail(e.into()))?;
        out.write_all(b"\n").map(|()| true).map_err(fail)
    })?;
    out.flush().map(|()| super::SUCCESS).map_err(fail)
}
