//! Every message of the command. Records go to standard output, all of this to standard error.
#![expect(clippy::print_stderr, reason = "this module is the command's voice")]

use std::error::Error as _;
use std::io;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use copydesk::Config;
use copydesk::Error;
use copydesk::report::Report;

/// One line for the user.
pub(crate) fn say(message: &str) {
    eprintln!("copydesk: {message}");
}

/// An error with its causes.
pub(crate) fn error(e: &Error) {
    let mut message = format!("error: {e}");
    let mut cause = e.source();
    while let Some(source) = cause {
        message = format!("{message}: {source}");
        cause = source.source();
    }
    say(&message);
}

/// The settings in force, on standard output.
pub(crate) fn print_config(config: &Config) -> Result<(), Error> {
    let text = toml::to_string(config).map_err(|e| Error::Config(e.to_string()))?;
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(|source| Error::Output { path: "-".into(), source })
}

/// The closing lines of a run.
pub(crate) fn summary(report: &Report, output: &Path, took: Duration) {
    let seconds = took.as_secs_f64().max(1e-9);
    let rate = report.bytes_in as f64 / 1e6 / seconds;
    if report.documents_in == 0 {
        say("no documents found in the input");
    }
    say(&format!(
        "{} documents in = {} out + {} empty + {} rejected, {rate:.1} MB/s, to `{}`",
        report.documents_in,
        report.documents_out,
        report.empty,
        report.rejected,
        output.display()
    ));
    if !report.removed.is_empty() {
        let mut reasons: Vec<_> = report.removed.iter().collect();
        reasons.sort_by(|a, b| b.1.chars.cmp(&a.1.chars).then(a.0.cmp(b.0)));
        let list: Vec<String> =
            reasons.iter().take(8).map(|(code, sum)| format!("{code} {}", sum.chars)).collect();
        say(&format!("characters removed: {}", list.join(", ")));
    }
    if !report.languages.is_empty() {
        let mut languages: Vec<_> = report.languages.iter().collect();
        languages.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let list: Vec<String> = languages.iter().take(8).map(|(tag, n)| format!("{tag} {n}")).collect();
        say(&format!("languages: {}", list.join(", ")));
    }
}
