//! Progress of a run: a bar where standard error is a terminal, a line every 30 seconds elsewhere.

use std::io::IsTerminal;
use std::time::Duration;
use std::time::Instant;

use copydesk::report::Report;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::cli::args::When;
use crate::cli::messages;

const EVERY: Duration = Duration::from_secs(30);

pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    last: Instant,
}

impl Progress {
    pub(crate) fn new(when: When, is_quiet: bool) -> Progress {
        let is_shown = match when {
            When::Always => true,
            When::Never => false,
            When::Auto => !is_quiet && std::io::stderr().is_terminal(),
        };
        let bar = is_shown.then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Progress { bar, is_quiet: is_quiet || when == When::Never, last: Instant::now() }
    }

    pub(crate) fn update(&mut self, report: &Report) {
        let message = format!("{} documents, {:.1} MB", report.documents_in, report.bytes_in as f64 / 1e6);
        match &self.bar {
            Some(bar) => {
                bar.set_message(message);
                bar.tick();
            }
            None if !self.is_quiet && self.last.elapsed() >= EVERY => {
                messages::say(&message);
                self.last = Instant::now();
            }
            None => {}
        }
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
