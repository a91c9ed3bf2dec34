//! Progress of a run: a bar where standard error is a terminal, a line every 30 seconds elsewhere.

use std::io::IsTerminal;
use std::time::Duration;
use std::time::Instant;

use copydesk::run::Event;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::cli::args::When;
use crate::cli::draw::visible;
use crate::cli::messages;

const EVERY: Duration = Duration::from_secs(30);

pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    /// Whether nothing is said of how far it has come.
    is_silent: bool,
    last: Instant,
    started: Instant,
    is_counting: bool,
    /// Bytes read when the first news came: an earlier run may have read most of them.
    from: Option<u64>,
}

impl Progress {
    pub(crate) fn new(when: When, is_quiet: bool) -> Progress {
        let is_shown = match when {
            // A bar would run through the objects.
            _ if messages::is_json() => false,
            When::Always => true,
            When::Never => false,
            When::Auto => !is_quiet && std::io::stderr().is_terminal(),
        };
        let bar = is_shown.then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Progress {
            bar,
            is_quiet,
            is_silent: is_quiet || when == When::Never,
            last: Instant::now(),
            started: Instant::now(),
            is_counting: false,
            from: None,
        }
    }

    pub(crate) fn update(&mut self, event: &Event<'_>) {
        let (documents, done, total) = match event {
            Event::Written { .. } => return,
            Event::Warning(_) if self.is_quiet => return,
            Event::Warning(message) => {
                let message = visible(message);
                match &self.bar {
                    Some(bar) => bar.suspend(|| messages::warn(&message)),
                    None => messages::warn(&message),
                }
                return;
            }
            Event::Progress { report, done, total } => {
                if std::mem::take(&mut self.is_counting) {
                    (self.started, self.from) = (Instant::now(), None);
                }
                (report.documents_in, *done, *total)
            }
            Event::Counting { documents, done, total } => {
                self.is_counting = true;
                (*documents, *done, *total)
            }
        };
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let from = *self.from.get_or_insert(done);
        let rate = done.saturating_sub(from) as f64 / seconds;
        let pass = if self.is_counting { "counting lines: " } else { "" };
        let mut message =
            format!("{pass}{documents} documents, {:.1} MB, {:.1} MB/s", done as f64 / 1e6, rate / 1e6);
        if total > 0 {
            let left = total.saturating_sub(done) as f64 / rate.max(1.0);
            message += &format!(", {} % done, {} left", 100 * done / total, clock(left as u64));
        }
        match &self.bar {
            Some(bar) => {
                bar.set_message(message);
                bar.tick();
            }
            None if !self.is_silent && self.last.elapsed() >= EVERY => {
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

fn clock(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 { format!("{hours} h {minutes:02} min") } else { format!("{minutes}:{:02}", seconds % 60) }
}
