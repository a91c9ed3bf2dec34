//! `report`: the page about a finished run; `clean` writes it too.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use copydesk::Error;
use copydesk::finished::Finished;
use copydesk::output;
use copydesk::page;
use copydesk::page::Gathering;

use crate::cli::draw::visible;
use crate::cli::messages;

/// Where the page is written, below the output folder.
const PAGE: &str = ".copydesk/report.html";
/// How a page ends.
const END: &[u8] = b"</html>";
/// Warnings told on the terminal; the page has them all.
const TOLD: usize = 8;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The output folder
    dir: PathBuf,
    /// Where to write the page [default: DIR/.copydesk/report.html]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<u8, Error> {
    let path = args.output.clone().unwrap_or_else(|| args.dir.join(PAGE));
    make(&args.dir, &path, None, None, false)?;
    Ok(super::SUCCESS)
}

/// Writes the page at the end of a run, unless the run was finished before and has its page, whole. What was gathered on the
/// way need not be read back.
pub(crate) fn write_missing(
    folder: &Path,
    gathered: Option<Gathering>,
    took: Option<Duration>,
    is_quiet: bool,
) -> Result<(), Error> {
    let path = folder.join(PAGE);
    // One that a stopped run or a full disk cut short is as good as none.
    let is_whole = fs::read(&path).is_ok_and(|page| page.trim_ascii_end().ends_with(END));
    if is_whole { Ok(()) } else { make(folder, &path, gathered, took, is_quiet) }
}

fn make(
    folder: &Path,
    path: &Path,
    gathered: Option<Gathering>,
    took: Option<Duration>,
    is_quiet: bool,
) -> Result<(), Error> {
    let finished = Finished::open(folder)?;
    let gathered = gathered.map(|gathered| gathered.finish(&finished)).transpose()?.flatten();
    let survey = match gathered {
        Some(survey) => survey,
        None => page::survey(&finished, finished.warn_share())?,
    };
    let html = page::html(&survey, &finished.manifest, took.map(|took| took.as_secs_f64()));
    output::save(path, html.as_bytes()).map_err(|source| Error::Output { path: path.to_owned(), source })?;
    if !is_quiet {
        for warning in survey.warnings.iter().take(TOLD) {
            let id =
                if warning.id.is_empty() { String::new() } else { format!(" (`{}`)", visible(&warning.id)) };
            messages::say(&format!("warning: {}{id}", visible(&warning.text)));
        }
        if survey.warnings.len() > TOLD {
            messages::say(&format!("and {} more warnings, see the report", survey.warnings.len() - TOLD));
        }
        messages::say(&format!("report: `{}`", path.display()));
    }
    Ok(())
}
