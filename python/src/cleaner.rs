//! The class `Cleaner`.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

use copydesk::input::Content;
use copydesk::input::RawDocument;
use copydesk::output::Record;
use copydesk::pipeline::Fate;
use copydesk::schema::row_fields;
use pyo3::exceptions::PyTypeError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBool;
use pyo3::types::PyDict;
use pyo3::types::PyFloat;
use pyo3::types::PyInt;
use pyo3::types::PyString;
use pyo3::types::PyType;
use serde_json::json;

use crate::batch::Cleaning;
use crate::batch::Table;
use crate::engine::Engine;
use crate::record;
use crate::rows;
use crate::rows::Row;
use crate::schema::arrow_schema;
use crate::settings;
use crate::stream::ArrowSchema;
use crate::stream::ArrowStream;
use crate::templates::Counting;

/// Cleans documents. Compiled once, safe to share between threads, and picklable.
#[pyclass(frozen, module = "copydesk", name = "Cleaner")]
pub(crate) struct PyCleaner {
    engine: Arc<Engine>,
}

#[pymethods]
impl PyCleaner {
    #[new]
    #[pyo3(signature = (config = None, templates = None))]
    fn new(
        config: Option<&Bound<'_, PyAny>>,
        templates: Option<&Bound<'_, PyAny>>,
        py: Python<'_>,
    ) -> PyResult<PyCleaner> {
        let (config, templates) = (settings::config(config)?, settings::templates(templates)?);
        let engine = Engine::new(config, templates).map_err(|e| settings::error(py, &e))?;
        Ok(PyCleaner { engine: Arc::new(engine) })
    }

    /// The settings, every key of them.
    #[getter]
    fn config<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = serde_json::to_string(self.engine.config());
        settings::to_python(py, &json.map_err(|e| PyValueError::new_err(e.to_string()))?)
    }

    /// Cleans one document.
    #[pyo3(signature = (text, *, id = None, url = None, title = None, source = None, file = None, record = 0, metadata = None))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn clean<'py>(
        &self,
        py: Python<'py>,
        text: &Bound<'py, PyAny>,
        id: Option<&Bound<'py, PyString>>,
        url: Option<&Bound<'py, PyString>>,
        title: Option<&Bound<'py, PyString>>,
        source: Option<&Bound<'py, PyString>>,
        file: Option<&Bound<'py, PyString>>,
        record: u64,
        metadata: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let content = content(text)?;
        let input = &self.engine.config().input;
        let fields = match metadata {
            Some(given) => given.copy()?,
            None => PyDict::new(py),
        };
        for (name, value) in
            [(&*input.id_field, id), (&*input.url_field, url), ("title", title), ("source", source)]
        {
            if let Some(value) = value.filter(|value| value.is_truthy().unwrap_or(true)) {
                fields.set_item(name, value)?;
            }
        }
        let is_named = fields.get_item(&input.id_field)?.is_some_and(|id| is_id(&id));
        fields.set_item(&input.text_field, "")?;
        let fields = settings::to_json(&fields)?;
        let file = file.map_or_else(|| Ok(String::new()), settings::text)?;
        let Row { raw, .. } = rows::raw((&fields, is_named), content, input, (&file, record, ""));
        let (record, removed, reject) = py.detach(|| self.document(&raw));
        document_class(py)?.call1((record, removed, reject))
    }

    /// Cleans a table: anything with the Arrow PyCapsule interface in, an Arrow stream out.
    fn clean_batch(&self, data: &Bound<'_, PyAny>) -> PyResult<ArrowStream> {
        Ok(ArrowStream::new(Cleaning::new(Table::open(self.engine.clone(), data)?)))
    }

    /// Counts the lines of a table, for site templates.
    fn count_lines(&self, data: &Bound<'_, PyAny>) -> PyResult<ArrowStream> {
        Ok(ArrowStream::new(Counting { table: Table::open(self.engine.clone(), data)? }))
    }

    /// The schema of what `clean_batch` gives: a record's, and `reject`.
    fn schema(&self) -> ArrowSchema {
        arrow_schema(&row_fields(self.engine.config()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Pickled)> {
        let restore = py.import("copydesk._restore")?.getattr("cleaner")?;
        let config = serde_json::to_string(self.engine.config());
        Ok((
            restore,
            (
                config.map_err(|e| PyValueError::new_err(e.to_string()))?,
                self.engine.templates().map(<[u8]>::to_vec),
            ),
        ))
    }

    fn __repr__(&self) -> String {
        let steps = serde_json::to_string(&self.engine.config().steps).unwrap_or_default();
        format!("Cleaner(steps={steps})")
    }
}

/// Settings as JSON, and templates.
type Pickled = (String, Option<Vec<u8>>);
/// The record as a JSON line, the removed lines with their reasons, and why it is no record ("" when it is).
type Parts = (String, Vec<(String, String)>, String);

impl PyCleaner {
    fn document(&self, raw: &RawDocument<'_>) -> Parts {
        let work = || {
            let config = self.engine.config();
            let cleaned = self.engine.clean(raw);
            let reject = match cleaned.fate(config.steps) {
                Fate::Kept if record::is_too_long(raw, &cleaned, config) => record::TOO_LONG,
                Fate::Kept => "",
                Fate::Empty => record::EMPTY,
                Fate::Rejected(reason) => reason,
            };
            let record = Record::new(raw, &cleaned, config).to_json(&config.output);
            let (record, reject) = match record {
                Ok(record) => (record, reject.to_owned()),
                Err(unwritable) if reject.is_empty() => (no_record(raw), unwritable),
                Err(_) => (no_record(raw), reject.to_owned()),
            };
            let repaired = copydesk::document::apply(&cleaned.decoded.text, &cleaned.repairs);
            let removed = cleaned.removed.iter();
            let removed =
                removed.map(|line| (line.span.of(&repaired).to_owned(), line.reason.code().to_owned()));
            (record, removed.collect(), reject)
        };
        catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| (no_record(raw), Vec::new(), record::FAULT.to_owned()))
    }
}

/// What stands for a record that cannot be written.
fn no_record(raw: &RawDocument<'_>) -> String {
    json!({"id": raw.id}).to_string()
}

fn document_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "copydesk._document", "Document")
}

/// Whether a value names a document, as in JSON: a text, or a number.
fn is_id(value: &Bound<'_, PyAny>) -> bool {
    if let Ok(text) = value.cast::<PyString>() {
        return !text.len().is_ok_and(|n| n == 0);
    }
    let is_number = value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>();
    is_number || value.cast::<PyFloat>().is_ok_and(|number| number.value().is_finite())
}

/// Text or bytes.
fn content(text: &Bound<'_, PyAny>) -> PyResult<Content<'static>> {
    if let Ok(string) = text.cast::<PyString>() {
        return Ok(Content::Text(settings::text(string)?.into()));
    }
    if let Ok(bytes) = text.extract::<PyBackedBytes>() {
        return Ok(Content::Bytes(bytes.to_vec().into()));
    }
    let name = text.get_type().name()?;
    Err(PyTypeError::new_err(format!("text is a {name}, expected str or bytes")))
}
