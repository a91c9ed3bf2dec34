//! Every message of the command. Records go to standard output, all of this to standard error.

use std::error::Error as _;
use std::io;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use copydesk::Config;
use copydesk::Error;
use copydesk::report::Report;
use serde_json::Value;
use serde_json::json;

static IS_JSON: AtomicBool = AtomicBool::new(false);
static HAS_COLOUR: AtomicBool = AtomicBool::new(false);

/// How messages look from now on: whether they are JSON objects, one a line; if not, whether warnings and errors stand out.
pub(crate) fn speak(is_json: bool, has_colour: bool) {
    IS_JSON.store(is_json, Ordering::Relaxed);
    HAS_COLOUR.store(has_colour, Ordering::Relaxed);
}

/// Whether messages are JSON objects.
pub(crate) fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

/// One line for the user.
pub(crate) fn say(message: &str) {
    tell("info", message, Value::Null);
}

/// One line that the user should not overlook.
pub(crate) fn warn(message: &str) {
    tell("warning", message, Value::Null);
}

fn tell(level: &str, message: &str, more: Value) {
    // A standard error that is closed or full is no reason to stop.
    let mut err = io::stderr().lock();
    if IS_JSON.load(Ordering::Relaxed) {
        let mut line = json!({"level": level, "message": message});
        if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
            line.extend(more);
        }
        writeln!(err, "{line}").ok();
    } else {
        let (on, off) = match level {
            "error" if HAS_COLOUR.load(Ordering::Relaxed) => ("\x1b[1;31m", "\x1b[0m"),
            "warning" if HAS_COLOUR.load(Ordering::Relaxed) => ("\x1b[1;33m", "\x1b[0m"),
            _ => ("", ""),
        };
        writeln!(err, "{on}copydesk:{off} {message}").ok();
    }
}

/// Standard output is this.
pub(crate) fn print_all(bytes: &[u8]) -> Result<u8, Error> {
    let written = io::stdout().write_all(bytes);
    written.map(|()| super::SUCCESS).map_err(|source| Error::Output { path: "-".into(), source })
}

/// One line on standard output.
pub(crate) fn print(line: &str) -> Result<(), Error> {
    writeln!(io::stdout(), "{line}").map_err(|source| Error::Output { path: "-".into(), source })
}

/// What a stopped run leaves behind.
pub(crate) fn interrupted(output: Option<&Path>, has_stdin: bool) {
    if let Some(output) = output.filter(|output| copydesk::output::is_folder(output)) {
        let more = if has_stdin { " and --resume" } else { "" };
        say(&format!(
            "stopped; resume with the same command{more}: `{}` is taken up where it is",
            output.display()
        ));
    } else {
        say("stopped before the end");
    }
}

/// An error with its causes.
pub(crate) fn error(e: &Error) {
    let mut message = format!("error: {e}");
    let mut cause = e.source();
    while let Some(source) = cause {
        message = format!("{message}: {source}");
        cause = source.source();
    }
    if let Error::Output { path, source } = e
        && source.kind() == io::ErrorKind::StorageFull
    {
        message += &format!(" ({} left); make room and give the same command again", free_space(path));
    }
    tell("error", &message, Value::Null);
}

#[cfg(unix)]
fn free_space(path: &Path) -> String {
    let space = std::fs::canonicalize(path).ok().and_then(|path| rustix::fs::statvfs(&path).ok());
    space.map_or_else(|| "no room".into(), |s| format!("{:.1} MB", (s.f_bavail * s.f_frsize) as f64 / 1e6))
}

#[cfg(not(unix))]
fn free_space(_path: &Path) -> String {
    "no room".into()
}

/// The settings in force, on standard output.
pub(crate) fn print_config(config: &Config) -> Result<u8, Error> {
    let text = toml::to_string(config).map_err(|e| Error::Config(e.to_string()))?;
    print_all(text.as_bytes())
}

/// The closing lines of a run that wrote to `output`, or nowhere; `took` nothing when it had been finished before.
/// `is_full`: with every reason and language, not only the eight that matter most.
pub(crate) fn summary(report: &Report, output: Option<&Path>, took: Option<Duration>, is_full: bool) {
    let most = if is_full { usize::MAX } else { 8 };
    let seconds = took.map(|took| took.as_secs_f64().max(1e-9));
    let rate = seconds.map(|seconds| format!("{:.1} MB/s, ", report.bytes_in as f64 / 1e6 / seconds));
    let rate = rate.unwrap_or_default();
    if report.documents_in == 0 {
        say("no documents found in the input");
    }
    let place = output.map_or("nothing written".into(), |output| format!("to `{}`", output.display()));
    let counts = format!(
        "{} documents in = {} out + {} empty + {} rejected, {rate}{place}",
        report.documents_in, report.documents_out, report.empty, report.rejected
    );
    tell("info", &counts, json!({"report": report, "seconds": seconds}));
    let folder = output.filter(|output| copydesk::output::is_folder(output));
    if report.rejected > 0
        && let Some(output) = folder
    {
        let place = output.join(".copydesk/rejects");
        say(&format!(
            "set aside: {} records, as they stood and each with its reason, in `{}`",
            report.rejected,
            place.display()
        ));
    }
    if !report.removed.is_empty() {
        let mut reasons: Vec<_> = report.removed.iter().collect();
        reasons.sort_by(|a, b| b.1.chars.cmp(&a.1.chars).then(a.0.cmp(b.0)));
        let list: Vec<String> =
            reasons.iter().take(most).map(|(code, sum)| format!("{code} {}", sum.chars)).collect();
        say(&format!("characters removed: {}", list.join(", ")));
    }
    if !report.languages.is_empty() {
        let mut languages: Vec<_> = report.languages.iter().collect();
        languages.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let list: Vec<String> = languages.iter().take(most).map(|(tag, n)| format!("{tag} {n}")).collect();
        say(&format!("languages: {}", list.join(", ")));
    }
}
