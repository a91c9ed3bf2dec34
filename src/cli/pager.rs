//! Where long output goes: a pager on a terminal, standard output elsewhere.

use std::io;
use std::io::IsTerminal;
use std::io::Write;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use crate::cli::args::When;
use crate::cli::draw::Style;

/// Standard output, or a pager before it.
pub(crate) enum Pager {
    Program(Child),
    Direct(io::Stdout),
}

impl Pager {
    /// Starts the user's pager where standard output is a terminal.
    pub(crate) fn start(is_wanted: bool) -> Pager {
        if is_wanted && io::stdout().is_terminal() {
            let words = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
            let mut words = words.split_whitespace();
            if let Some(program) = words.next() {
                let mut command = Command::new(program);
                command.args(words).stdin(Stdio::piped());
                if std::env::var_os("LESS").is_none() {
                    // Quit when it fits the screen, show colours, leave the text on the screen.
                    command.env("LESS", "FRX");
                }
                command.env("LESSCHARSET", "utf-8");
                if let Ok(child) = command.spawn() {
                    return Pager::Program(child);
                }
            }
        }
        Pager::Direct(io::stdout())
    }

    /// Waits for the reader to leave.
    pub(crate) fn finish(self) {
        if let Pager::Program(mut child) = self {
            drop(child.stdin.take());
            child.wait().ok();
        }
    }
}

impl Write for Pager {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Pager::Program(child) => child.stdin.as_mut().map_or(Ok(buf.len()), |stdin| stdin.write(buf)),
            Pager::Direct(stdout) => stdout.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Pager::Program(child) => child.stdin.as_mut().map_or(Ok(()), Write::flush),
            Pager::Direct(stdout) => stdout.flush(),
        }
    }
}

/// Colours and width as the terminal, `NO_COLOR`, `COLUMNS` and the flag have it; without a width, lines are as long as they are.
pub(crate) fn style(colour: When) -> Style {
    let is_terminal = io::stdout().is_terminal();
    let has_colour = colour.is_on(is_terminal);
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| {
        let size = is_terminal.then(terminal_size::terminal_size).flatten();
        size.map(|(width, _)| usize::from(width.0))
    });
    Style { has_colour, width: width.map(|width| width.clamp(20, 200)) }
}
