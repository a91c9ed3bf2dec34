//! The command's main job and the command itself.

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use copydesk::Cleaner;
use copydesk::config::Job;
use copydesk::config::Templates;
use copydesk::run::Surroundings;
use copydesk::run::run_in;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::settings;

/// Cleans files and folders into a folder, a file or "-", as `copydesk clean` does; gives the counts of the run.
/// `templates`: none counts them in a first pass, as the command does; "off", or a file of them.
#[pyfunction]
#[pyo3(signature = (inputs, output, *, config = None, threads = 0, limit = None, overwrite = false, templates = None))]
#[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone fits one lifetime only")]
pub(crate) fn clean_files<'py>(
    py: Python<'py>,
    inputs: Vec<PathBuf>,
    output: PathBuf,
    config: Option<&Bound<'py, PyAny>>,
    threads: usize,
    limit: Option<u64>,
    overwrite: bool,
    templates: Option<PathBuf>,
) -> PyResult<Bound<'py, PyAny>> {
    let config = settings::config(config)?;
    let templates = match templates {
        None => Templates::Auto,
        Some(name) if name.as_os_str() == "off" => Templates::Off,
        Some(path) => Templates::File(path),
    };
    let around = Surroundings::default();
    let mut interrupt = None;
    let report = py.detach(|| {
        let cleaner = Cleaner::new(config)?;
        let job = Job { inputs, output, threads, limit, overwrite, templates, ..Job::default() };
        run_in(&around, &cleaner, &job, &mut |_| {
            if interrupt.is_none() {
                interrupt = Python::attach(|py| py.check_signals()).err();
                around.stop.store(interrupt.is_some(), Ordering::Relaxed);
            }
        })
    });
    if let Some(interrupt) = interrupt {
        return Err(interrupt);
    }
    let report = report.map_err(|e| settings::error(py, &e))?;
    let json = serde_json::to_string(&report).map_err(|e| PyValueError::new_err(e.to_string()))?;
    settings::to_python(py, &json)
}

/// Runs the command; `args` begins with its own name. Gives the exit code.
#[pyfunction]
pub(crate) fn command(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| {
        let code = copydesk::cli::main(args);
        // Nothing of Rust's runs when Python ends.
        match io::stdout().flush() {
            Err(e) if code == 0 && e.kind() != io::ErrorKind::BrokenPipe => 3,
            _ => code,
        }
    })
}
