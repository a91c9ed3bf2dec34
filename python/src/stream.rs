//! Work as an Arrow stream: pulled batch by batch, so memory stays bounded however long the input is.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::thread::ThreadId;

use arrow_array::ArrayRef;
use arrow_array::RecordBatchReader;
use arrow_array::StructArray;
use arrow_schema::ArrowError;
use arrow_schema::Field as ArrowField;
use arrow_schema::Fields;
use arrow_schema::Schema;
use pyo3::exceptions::PyTypeError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::ffi::ArrayIterator;
use pyo3_arrow::ffi::to_schema_pycapsule;
use pyo3_arrow::ffi::to_stream_pycapsule;
use pyo3_arrow::input::AnyRecordBatch;

use crate::interrupt::ctrl_c_in;
use crate::interrupt::raise_later;
use crate::interrupt::said;

/// What a stream is made of.
pub(crate) trait Work: Send {
    /// The columns of every batch.
    fn fields(&self) -> Fields;
    /// The next batch.
    fn pull(&mut self) -> Option<Result<StructArray, ArrowError>>;
}

/// An Arrow schema, for `pyarrow.schema(...)` and everything else that speaks the Arrow PyCapsule interface.
#[pyclass(frozen, module = "copydesk")]
pub(crate) struct ArrowSchema {
    fields: Fields,
    text: String,
}

impl ArrowSchema {
    pub(crate) fn new(fields: Fields, text: String) -> ArrowSchema {
        ArrowSchema { fields, text }
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

/// Rows as an Arrow stream, to be read once: `pyarrow.table(stream)`, `polars.DataFrame(stream)`, DuckDB and all else
/// that speaks the Arrow PyCapsule interface.
#[pyclass(frozen, module = "copydesk")]
pub(crate) struct ArrowStream {
    work: Mutex<Option<Box<dyn Work>>>,
    fields: Fields,
}

impl ArrowStream {
    pub(crate) fn new(work: impl Work + 'static) -> ArrowStream {
        let fields = work.fields();
        ArrowStream { work: Mutex::new(Some(Box::new(work))), fields }
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
        let work = work.ok_or_else(|| PyValueError::new_err("the stream was read already"))?;
        let field = ArrowField::new_struct("", self.fields.clone(), false);
        let pulled = Pulled { work, owner: thread::current().id(), kept: None };
        Ok(to_stream_pycapsule(py, Box::new(ArrayIterator::new(pulled, Arc::new(field))), requested_schema)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, Schema::new(self.fields.clone()))?)
    }
}

/// Opens what Python gave as a stream of batches.
pub(crate) fn open(data: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    if !data.hasattr("__arrow_c_stream__")? && !data.hasattr("__arrow_c_array__")? {
        let name = data.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "{name} has no Arrow PyCapsule interface (__arrow_c_stream__ or __arrow_c_array__); \
             a pyarrow, polars, DuckDB or pandas 3 table has"
        )));
    }
    data.extract::<AnyRecordBatch>()?.into_reader()
}

/// Work as it is pulled by whoever reads the stream.
struct Pulled {
    work: Box<dyn Work>,
    /// The thread that opened the stream.
    owner: ThreadId,
    /// The error to tell next: Ctrl-C came, and a batch was given before it was told.
    kept: Option<ArrowError>,
}

impl Iterator for Pulled {
    type Item = Result<ArrayRef, ArrowError>;

    /// A reader may or may not hold the GIL when it pulls. On the thread that opened the stream it is safe to take it, in
    /// order to let it go while working and to notice Ctrl-C; any other thread works without asking, since whoever waits
    /// for that thread may hold it.
    fn next(&mut self) -> Option<Self::Item> {
        if thread::current().id() != self.owner {
            return self.pull();
        }
        Python::try_attach(|py| self.pull_attached(py))
            .unwrap_or_else(|| Some(Err(ArrowError::ComputeError("the interpreter is shutting down".into()))))
    }
}

impl Pulled {
    fn pull(&mut self) -> Option<Result<ArrayRef, ArrowError>> {
        Some(self.work.pull()?.map(|array| Arc::new(array) as ArrayRef))
    }

    /// Ctrl-C ends the reading by itself where the reader is back in Python after every batch. One that pulls again without
    /// having been there is stopped by an error, and Ctrl-C raised where that is caught.
    fn pull_attached(&mut self, py: Python<'_>) -> Option<Result<ArrayRef, ArrowError>> {
        let kept = self.kept.take();
        if kept.is_some()
            && let Err(raised) = py.check_signals()
        {
            drop(raise_later(py, &raised));
            return kept.map(Err);
        }
        let pulled = py.detach(|| self.pull());
        let raised = match (&pulled, py.check_signals()) {
            (_, Err(raised)) => Some(raised),
            (Some(Err(e)), Ok(())) => ctrl_c_in(&e.to_string()),
            _ => None,
        };
        let Some(raised) = raised else { return pulled };
        let error = ArrowError::ComputeError(said(&raised));
        if raise_later(py, &raised).is_err() {
            return Some(Err(error));
        }
        if let Some(Ok(_)) = pulled {
            self.kept = Some(error);
        }
        pulled
    }
}
