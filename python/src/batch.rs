//! Tables in: cleaned row by row, or their lines counted for site templates.

use std::sync::Arc;

use arrow_array::RecordBatchReader;
use arrow_array::StructArray;
use arrow_schema::ArrowError;
use arrow_schema::Fields;
use copydesk::schema::Field;
use copydesk::schema::row_fields;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::columns::Columns;
use crate::columns::arrow_fields;
use crate::engine::Engine;
use crate::record;
use crate::rows::Row;
use crate::rows::Rows;
use crate::rows::check;
use crate::stream::Work;
use crate::stream::open;

/// An output batch is full at so many bytes of input text or so many rows.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_ROWS: usize = 4096;

/// The rows of a stream of batches.
pub(crate) struct Table {
    engine: Arc<Engine>,
    input: Box<dyn RecordBatchReader + Send>,
    batch: Option<(Rows, usize)>,
}

impl Table {
    pub(crate) fn open(engine: Arc<Engine>, data: &Bound<'_, PyAny>) -> PyResult<Table> {
        let input = open(data)?;
        check(&input.schema(), &engine.config().input).map_err(PyValueError::new_err)?;
        Ok(Table { engine, input, batch: None })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Iterator for Table {
    type Item = Result<Row, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((rows, next)) = self.batch.as_mut().filter(|(rows, next)| *next < rows.len()) {
                *next += 1;
                return Some(Ok(rows.row(*next - 1)));
            }
            let rows = self.input.next()?.and_then(|batch| Rows::new(&batch, &self.engine.config().input));
            match rows {
                Ok(rows) => self.batch = Some((rows, 0)),
                Err(e) => return Some(Err(e)),
            }
        }
    }
}

/// Cleans a table.
pub(crate) struct Cleaning {
    table: Table,
    fields: Vec<Field>,
}

impl Cleaning {
    pub(crate) fn new(table: Table) -> Cleaning {
        let fields = row_fields(table.engine().config());
        Cleaning { table, fields }
    }
}

impl Work for Cleaning {
    fn fields(&self) -> Fields {
        arrow_fields(&self.fields)
    }

    fn pull(&mut self) -> Option<Result<StructArray, ArrowError>> {
        let mut columns = Columns::new(&self.fields);
        let mut bytes = 0;
        while bytes < BATCH_BYTES && columns.rows() < BATCH_ROWS {
            match self.table.next() {
                None => break,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(Row { raw, reason: Some(reason) })) => record::reject(&mut columns, &raw, &reason),
                Some(Ok(Row { raw, reason: None })) => {
                    bytes += raw.content.len();
                    record::append(&mut columns, self.table.engine(), &raw);
                }
            }
        }
        (columns.rows() > 0).then(|| columns.finish())
    }
}
