//! What can go wrong before and around the text stages, which themselves cannot fail.

use std::error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a run did not start or did not finish.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Rule files that do not hold, all of their faults at once.
    Rules(Vec<RuleError>),
    /// A setting that is wrong; the message says which and how to mend it.
    Config(String),
    /// An input path that cannot be used at all.
    Input {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something that a finished run wrote is no longer as it left it.
    Damaged {
        /// Which file, or the folder of the run.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The run was asked to stop, and may be taken up again.
    Interrupted,
    /// The output could not be written.
    Output {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Whether the command was at fault before anything was written (exit code 2), as opposed to a failure (3).
    pub const fn is_usage(&self) -> bool {
        !matches!(self, Error::Output { .. } | Error::Damaged { .. } | Error::Interrupted)
    }

    /// Whether the reader of our output closed its end, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Output { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Rules(faults) => {
                for (n, fault) in faults.iter().enumerate() {
                    if n > 0 {
                        writeln!(f)?;
                    }
                    write!(f, "{fault}")?;
                }
                Ok(())
            }
            Error::Config(message) => f.write_str(message),
            Error::Damaged { path, .. } => write!(f, "`{}` is not as the run left it", path.display()),
            Error::Interrupted => f.write_str("interrupted"),
            Error::Input { path, .. } => write!(f, "cannot read `{}`", path.display()),
            Error::Output { path, .. } => write!(f, "cannot write `{}`", path.display()),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::Input { source, .. } | Error::Output { source, .. } | Error::Damaged { source, .. } => {
                Some(source)
            }
            Error::Rules(_) | Error::Config(_) | Error::Interrupted => None,
        }
    }
}

/// One fault in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as given.
    pub file: String,
    /// The line in it, counted from 1; 0 when unknown.
    pub line: usize,
    /// The rule, empty when the fault is not in one.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.rule.is_empty() {
            write!(f, ": rule `{}`", self.rule)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl error::Error for RuleError {}
