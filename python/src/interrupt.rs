//! Ctrl-C, or whatever else the handler of a signal raises, while no Python runs: kept, and raised where Python goes on.
//! A reader of an Arrow stream hears of errors only, and each makes an exception of its own of them. Where nobody catches
//! that one, it has said all there is to say: raised while Python prints it, another would tear its text.

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Has Python raise `error` as soon as it runs again, in the program that is running now or not at all; an error where that
/// cannot be. It is the handler of a signal that raises it, since handlers are what Python calls first and with the frame
/// that is running: another signal than Ctrl-C's where there is one, whose handler may not be Python's alone.
pub(crate) fn raise_later(py: Python<'_>, error: &PyErr) -> PyResult<()> {
    let signal = py.import("signal")?;
    let number = signal.getattr("SIGRTMAX").or_else(|_| signal.getattr("SIGINT"))?;
    let before = signal.call_method1("getsignal", (&number,))?;
    if before.is_none() {
        return Err(error.clone_ref(py));
    }
    let program = outermost(py.import("sys")?.call_method0("_getframe")?)?.unbind();
    let later = Later { before: before.unbind(), program, error: error.clone_ref(py) };
    signal.call_method1("signal", (&number, later))?;
    py.import("_thread")?.call_method1("interrupt_main", (&number,))?;
    Ok(())
}

/// The handler that raises an exception, once.
#[pyclass(frozen)]
struct Later {
    /// The signal's handler before this one.
    before: Py<PyAny>,
    /// The outermost frame of the program that the exception is for.
    program: Py<PyAny>,
    error: PyErr,
}

#[pymethods]
impl Later {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "nobody else holds the handler once the one before is back"
    )]
    fn __call__(slf: Bound<'_, Self>, signal: &Bound<'_, PyAny>, frame: Bound<'_, PyAny>) -> PyResult<()> {
        let (py, later) = (slf.py(), slf.get());
        py.import("signal")?.call_method1("signal", (signal, &later.before))?;
        // While Python prints what nobody caught, nothing runs, or what prints it.
        let is_over = frame.is_none() || !outermost(frame)?.is(&later.program);
        if is_over { Ok(()) } else { Err(later.error.clone_ref(py)) }
    }
}

/// The name of an exception, and what it says.
pub(crate) fn said(error: &PyErr) -> String {
    error.to_string().trim_end_matches(": ").to_owned()
}

/// Ctrl-C by the text of an error that came through an Arrow stream of pyarrow's: that it stopped Python code there.
pub(crate) fn ctrl_c_in(error: &str) -> Option<PyErr> {
    error.trim_end().ends_with("\nKeyboardInterrupt").then(|| PyKeyboardInterrupt::new_err(()))
}

fn outermost(mut frame: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    loop {
        let back = frame.getattr("f_back")?;
        if back.is_none() {
            return Ok(frame);
        }
        frame = back;
    }
}
