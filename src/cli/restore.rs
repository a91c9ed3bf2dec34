//! `restore`: the decoded input of a finished run, from its records and its audit.

use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;

use copydesk::Error;
use copydesk::finished::Finished;
use serde_json::json;

use crate::cli::explain;

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
    let mut out = BufWriter::new(io::stdout().lock());
    let mut count = 0;
    finished.each(args.id.as_deref(), &mut |document| {
        count += 1;
        let text = document.restore()?;
        let written = if args.id.is_some() {
            out.write_all(text.as_bytes())
        } else {
            let line = json!({"id": document.head.id, "text": text});
            serde_json::to_writer(&mut out, &line)
                .map_err(io::Error::from)
                .and_then(|()| out.write_all(b"\n"))
        };
        // Two documents may share an id; the first is the one meant.
        written.map(|()| args.id.is_none()).map_err(|source| Error::Output { path: "-".into(), source })
    })?;
    if let (Some(id), 0) = (&args.id, count) {
        return Err(Error::Config(format!("no document `{id}` in `{}`", args.dir.display())));
    }
    out.flush().map(|()| super::SUCCESS).map_err(|source| Error::Output { path: "-".into(), source })
}
