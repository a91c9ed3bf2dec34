//! Cleaning as an Arrow stream: pulled batch by batch, so memory stays bounded however long the input is.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::thread::ThreadId;

use arrow_array::ArrayRef;
use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use arrow_schema::Field as ArrowField;
use arrow_schema::Fields;
use arrow_schema::Schema;
use copydesk::schema;
use copydesk::schema::Field;
use copydesk::schema::Kind;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::ffi::ArrayIterator;
use pyo3_arrow::ffi::to_schema_pycapsule;
use pyo3_arrow::ffi::to_stream_pycapsule;

use crate::cleaner::Engine;
use crate::columns::Columns;
use crate::columns::arrow_fields;
use crate::record;
use crate::rows::Rows;

/// An output batch is full at so many bytes of input text or so many rows.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_ROWS: usize = 4096;

/// The fields of a cleaned row: those of a record, and `reject`, which is "" for a record.
pub(crate) fn row_fields(engine: &Engine) -> Vec<Field> {
    let mut fields = schema::fields(engine.config());
    fields.push(Field { name: "reject".into(), kind: Kind::String });
    fields
}

/// An Arrow schema, for `pyarrow.schema(...)` and everything else that speaks the Arrow PyCapsule interface.
#[pyclass(frozen, module = "copydesk")]
pub(crate) struct ArrowSchema {
    fields: Fields,
    text: String,
}

impl ArrowSchema {
    pub(crate) fn new(fields: &[Field]) -> ArrowSchema {
        ArrowSchema { fields: arrow_fields(fields), text: schema::arrow(fields) }
    }
}

#[pymethods]
impl ArrowSchema {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, Schema::new(self.fields.clone()))?)
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name().clone()).collect()
    }

    fn __repr__(&self) -> &str {
        self.text.trim_end()
    }
}

/// Cleaned rows as an Arrow stream, to be read once: `pyarrow.table(stream)`, `polars.DataFrame(stream)`, DuckDB and all else
/// that speaks the Arrow PyCapsule interface.
#[pyclass(frozen, module = "copydesk")]
pub(crate) struct ArrowStream {
    work: Mutex<Option<Cleaning>>,
    fields: Vec<Field>,
}

impl ArrowStream {
    pub(crate) fn new(engine: Arc<Engine>, input: Box<dyn RecordBatchReader + Send>) -> ArrowStream {
        let fields = row_fields(&engine);
        let owner = thread::current().id();
        let work = Cleaning { engine, fields: fields.clone(), input, batch: None, owner };
        ArrowStream { work: Mutex::new(Some(work)), fields }
    }
}

#[pymethods]
impl ArrowStream {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut work = work.ok_or_else(|| PyValueError::new_err("the stream was read already"))?;
        work.owner = thread::current().id();
        let field = ArrowField::new_struct("", arrow_fields(&self.fields), false);
        let reader = Box::new(ArrayIterator::new(work, Arc::new(field)));
        Ok(to_stream_pycapsule(py, reader, requested_schema)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, Schema::new(arrow_fields(&self.fields)))?)
    }

    #[getter]
    fn schema(&self) -> ArrowSchema {
        ArrowSchema::new(&self.fields)
    }
}

/// The work behind a stream.
struct Cleaning {
    engine: Arc<Engine>,
    fields: Vec<Field>,
    input: Box<dyn RecordBatchReader + Send>,
    batch: Option<(Rows, usize)>,
    owner: ThreadId,
}

impl Iterator for Cleaning {
    type Item = Result<ArrayRef, ArrowError>;

    /// A reader may or may not hold the GIL when it pulls. On the thread that opened the stream it is safe to take it, in
    /// order to let it go while working and to notice Ctrl-C; any other thread works without asking, since whoever waits
    /// for that thread may hold it.
    fn next(&mut self) -> Option<Self::Item> {
        if thread::current().id() != self.owner {
            return self.pull();
        }
        Python::try_attach(|py| {
            let pulled = py.detach(|| self.pull());
            if py.check_signals().is_err() {
                // A stream can say only that it failed. Ctrl-C is raised again as soon as its reader is back in Python.
                drop(py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main")));
                return Some(Err(ArrowError::ComputeError("interrupted".into())));
            }
            pulled
        })
        .unwrap_or_else(|| Some(Err(ArrowError::ComputeError("the interpreter is shutting down".into()))))
    }
}

impl Cleaning {
    fn pull(&mut self) -> Option<Result<ArrayRef, ArrowError>> {
        let mut columns = Columns::new(&self.fields);
        let mut bytes = 0;
        while bytes < BATCH_BYTES && columns.rows() < BATCH_ROWS {
            let Some((rows, next)) = self.batch.as_mut().filter(|(rows, next)| *next < rows.len()) else {
                match self.input.next() {
                    None => break,
                    Some(Err(e)) => return Some(Err(e)),
                    Some(Ok(batch)) => match Rows::new(&batch, &self.engine.config().input) {
                        Ok(rows) => self.batch = Some((rows, 0)),
                        Err(e) => return Some(Err(e)),
                    },
                }
                continue;
            };
            let row = *next;
            *next += 1;
            match rows.document(row) {
                Ok(raw) => {
                    bytes += raw.content.len();
                    record::append(&mut columns, &self.engine, &raw);
                }
                Err(unusable) => record::reject(&mut columns, &unusable.raw, &unusable.reason),
            }
        }
        if columns.rows() == 0 {
            return None;
        }
        Some(columns.finish().map(|array| Arc::new(array) as ArrayRef))
    }
}
