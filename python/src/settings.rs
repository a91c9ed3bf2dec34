//! Settings from Python to Rust, errors from Rust to Python.

use std::error::Error as _;
use std::path::PathBuf;

use copydesk::Config;
use copydesk::Error;
use copydesk::input::packs;
use pyo3::exceptions::PyOSError;
use pyo3::exceptions::PyTypeError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::IntoPyDict;
use pyo3::types::PyDict;
use pyo3::types::PyString;
use serde_json::Value;

/// Settings as Python gives them: none, a dict with the keys of the settings file, or the path of such a file.
pub(crate) fn config(given: Option<&Bound<'_, PyAny>>) -> PyResult<Config> {
    let Some(given) = given else { return Ok(Config::default()) };
    let mut config = unread(given)?;
    packs::read(&mut config.boilerplate.rules).map_err(|e| error(given.py(), &e))?;
    Ok(config)
}

/// The settings as they stand, with rule files by their paths.
fn unread(given: &Bound<'_, PyAny>) -> PyResult<Config> {
    if given.is_instance_of::<PyDict>() {
        let mut value: Value = from_python(given)?;
        kebab(&mut value);
        return Config::from_json(value).map_err(|e| PyValueError::new_err(format!("config: {e}")));
    }
    let Ok(path) = given.extract::<PathBuf>() else {
        let name = given.get_type().name()?;
        return Err(PyTypeError::new_err(format!("config is a {name}, expected a dict, a path or None")));
    };
    let content = std::fs::read_to_string(&path)
        .map_err(|source| error(given.py(), &Error::Input { path: path.clone(), source }))?;
    let mut config =
        Config::from_toml(&content).map_err(|e| PyValueError::new_err(format!("{}: {e}", path.display())))?;
    config.is_in(&path);
    Ok(config)
}

/// Templates as Python gives them: none, bytes, or the path of a file.
pub(crate) fn templates(given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Vec<u8>>> {
    let Some(given) = given else { return Ok(None) };
    if let Ok(bytes) = given.extract::<PyBackedBytes>() {
        return Ok(Some(bytes.to_vec()));
    }
    let Ok(path) = given.extract::<PathBuf>() else {
        let name = given.get_type().name()?;
        return Err(PyTypeError::new_err(format!("templates is a {name}, expected bytes, a path or None")));
    };
    std::fs::read(&path).map(Some).map_err(|source| error(given.py(), &Error::Input { path, source }))
}

/// `text_field` is `text-field`: Python's keyword arguments cannot have hyphens.
fn kebab(value: &mut Value) {
    if let Value::Object(map) = value {
        *map = std::mem::take(map)
            .into_iter()
            .map(|(key, mut value)| {
                kebab(&mut value);
                (key.replace('_', "-"), value)
            })
            .collect();
    }
}

/// Any Python value that JSON can say.
fn from_python(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    serde_json::from_str(&to_json(value)?).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// The same as JSON; a float that is no number is null, as in a table.
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = value.py();
    let json = py.import("json")?;
    let as_is = [("ensure_ascii", false)].into_py_dict(py)?;
    let dumps = |value: &Bound<'_, PyAny>| text(json.call_method("dumps", (value,), Some(&as_is))?.cast()?);
    let written = dumps(value)?;
    if !written.contains("NaN") && !written.contains("Infinity") {
        return Ok(written);
    }
    let none = [("parse_constant", PyDict::new(py).getattr("get")?)].into_py_dict(py)?;
    dumps(&json.call_method("loads", (written,), Some(&none))?)
}

/// Text. Surrogates that stand alone, which no encoding can say, become U+FFFD.
pub(crate) fn text(string: &Bound<'_, PyString>) -> PyResult<String> {
    if let Ok(text) = string.extract::<PyBackedStr>() {
        return Ok(text.to_string());
    }
    let units = string.call_method1("encode", ("utf-16-le", "surrogatepass"))?;
    units.call_method1("decode", ("utf-16-le", "replace"))?.extract()
}

/// A JSON text as a Python value.
pub(crate) fn to_python<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// `ValueError` with the whole message for settings and rules; `OSError` with number and file name for files.
pub(crate) fn error(py: Python<'_>, error: &Error) -> PyErr {
    match error {
        Error::Input { path, source } | Error::Output { path, source } | Error::Damaged { path, source } => {
            let number = source.raw_os_error();
            let said = number.and_then(|n| {
                py.import("os").and_then(|os| os.call_method1("strerror", (n,))?.extract::<String>()).ok()
            });
            match (number, said) {
                (Some(number), Some(said)) => PyOSError::new_err((number, said, path.display().to_string())),
                _ => PyOSError::new_err(format!("{error}: {source}")),
            }
        }
        _ => {
            let mut message = error.to_string();
            let mut cause = error.source();
            while let Some(source) = cause {
                message = format!("{message}: {source}");
                cause = source.source();
            }
            PyValueError::new_err(message)
        }
    }
}
