//! `explain`: what a finished run did to one document, from its audit.

use std::io::Write;
use std::path::PathBuf;

use copydesk::Error;
use copydesk::audit::diff;
use copydesk::finished::Document;
use copydesk::finished::Finished;
use copydesk::input::text_id;

use crate::cli::args::When;
use crate::cli::draw;
use crate::cli::draw::Shown;
use crate::cli::draw::Style;
use crate::cli::pager;
use crate::cli::pager::Pager;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The output folder
    dir: PathBuf,
    /// The document
    id: String,
    /// Colours and strike-through
    #[arg(long, value_enum, default_value_t)]
    color: When,
    /// Write straight to the terminal
    #[arg(long)]
    no_pager: bool,
}

pub(crate) fn run(args: &Args) -> Result<u8, Error> {
    let finished = Finished::open(&args.dir)?;
    if !finished.has_audit() {
        return Err(no_audit(&args.dir));
    }
    let style = pager::style(args.color);
    let mut text = String::new();
    finished.each(Some(&text_id((&args.id).into())), &mut |document| {
        text.push_str(&drawn(&document, style)?);
        Ok(true)
    })?;
    if text.is_empty() {
        return Err(Error::Config(format!("no document `{}` in `{}`", args.id, args.dir.display())));
    }
    let mut out = Pager::start(!args.no_pager);
    let written = out.write_all(text.as_bytes());
    out.finish();
    written.map(|()| super::SUCCESS).map_err(|source| Error::Output { path: "-".into(), source })
}

pub(crate) fn no_audit(dir: &std::path::Path) -> Error {
    Error::Config(format!(
        "the run in `{}` has no audit to go by; `clean` writes one unless it is told `--audit off` or `counts`",
        dir.display()
    ))
}

fn drawn(document: &Document<'_>, style: Style) -> Result<String, Error> {
    let head = &document.head;
    let written = document.written()?;
    let shown = Shown {
        id: head.id.to_string(),
        lang: written.lang.to_string(),
        lang_score: written.lang_score,
        encoding: head.encoding.to_string(),
        chars_in: head.end,
        chars_out: head.chars_out,
        is_emptied: head.is_emptied(),
        rows: diff::rows(&written.text, head, &document.entries, &written.marks),
    };
    Ok(draw::document(&shown, style))
}
