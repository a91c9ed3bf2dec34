//! The function `schema`.

use copydesk::config::Layout;
use copydesk::schema as forms;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::columns::arrow_fields;
use crate::settings;
use crate::stream::ArrowSchema;

pub(crate) fn arrow_schema(fields: &[forms::Field]) -> ArrowSchema {
    ArrowSchema::new(arrow_fields(fields), forms::arrow(fields))
}

/// The shape of a record, as `copydesk schema` prints it: "arrow" (an object for `pyarrow.schema(...)`), "spark" (DDL), "hf"
/// (a dict for `datasets.Features.from_dict(...)`) or "json" (a JSON Schema as a dict). With `rows`, that of a row as
/// `clean_batch` gives it.
#[pyfunction]
#[pyo3(signature = (kind = "arrow", *, config = None, layout = None, rows = false))]
pub(crate) fn schema<'py>(
    py: Python<'py>,
    kind: &str,
    config: Option<&Bound<'py, PyAny>>,
    layout: Option<&str>,
    rows: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let mut config = settings::config(config)?;
    match layout {
        None => {}
        Some("document") => config.output.layout = Layout::Document,
        Some("sentence") => config.output.layout = Layout::Sentence,
        Some(other) => {
            return Err(PyValueError::new_err(format!(
                "unknown layout `{other}`, expected document or sentence"
            )));
        }
    }
    let fields = if rows { forms::row_fields(&config) } else { forms::fields(&config) };
    match kind {
        "arrow" => Ok(Bound::new(py, arrow_schema(&fields))?.into_any()),
        "spark" => Ok(forms::spark(&fields).into_pyobject(py)?.into_any()),
        "hf" => settings::to_python(py, &forms::features(&fields).to_string()),
        "json" if rows => Err(PyValueError::new_err("rows are no lines of JSON; leave out `rows` or `json`")),
        "json" => settings::to_python(py, &forms::json_schema(&config).to_string()),
        other => Err(PyValueError::new_err(format!(
            "unknown kind of schema `{other}`, expected arrow, spark, hf or json"
        ))),
    }
}
