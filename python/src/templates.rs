//! Site templates from tables: the lines of every document counted, the counts summed, and what recurs as one value for
//! [`Cleaner`](crate::cleaner::PyCleaner). Sums come out the same in any order and any grouping, so an engine may count
//! per partition, sum by line, and hand the result to every task.

use std::sync::Arc;

use arrow_array::Array;
use arrow_array::FixedSizeBinaryArray;
use arrow_array::Int64Array;
use arrow_array::RecordBatchReader;
use arrow_array::StructArray;
use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_schema::ArrowError;
use arrow_schema::DataType;
use arrow_schema::Field;
use arrow_schema::Fields;
use copydesk::boilerplate::templates::CorpusStats;
use copydesk::boilerplate::templates::Row;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::batch::Table;
use crate::stream::ArrowStream;
use crate::stream::Work;
use crate::stream::open;

/// Counts are given away once so many lines were seen.
const MOST_LINES: usize = 200_000;

/// The columns of counts: the keys by which they are summed, and the counts. Signed, since Spark knows no other numbers.
fn fields() -> Fields {
    Fields::from(vec![
        Field::new("site", DataType::Int64, true),
        Field::new("line", DataType::Int64, true),
        Field::new("counts", DataType::Binary, true),
    ])
}

fn to_arrow<'r>(rows: impl Iterator<Item = &'r Row>) -> Result<StructArray, ArrowError> {
    let (mut sites, mut lines, mut counts) = (Vec::new(), Vec::new(), BinaryBuilder::new());
    for row in rows {
        sites.push(row.site.cast_signed());
        lines.push(row.line.cast_signed());
        counts.append_value(row.to_bytes());
    }
    let columns: Vec<Arc<dyn Array>> =
        vec![Arc::new(Int64Array::from(sites)), Arc::new(Int64Array::from(lines)), Arc::new(counts.finish())];
    StructArray::try_new(fields(), columns, None)
}

/// Counts the lines of a table.
pub(crate) struct Counting {
    pub(crate) table: Table,
}

impl Work for Counting {
    fn fields(&self) -> Fields {
        fields()
    }

    fn pull(&mut self) -> Option<Result<StructArray, ArrowError>> {
        let mut stats = CorpusStats::empty();
        let mut seen = 0;
        while seen < MOST_LINES {
            match self.table.next() {
                None => break,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(row)) if row.reason.is_some() => {}
                Some(Ok(row)) => {
                    if let Some(observed) = self.table.engine().observe(&row.raw) {
                        stats.add(&observed);
                        seen += observed.sightings().count();
                    }
                }
            }
        }
        (seen > 0).then(|| to_arrow(stats.rows()))
    }
}

/// Sums counts.
struct Summing {
    counts: Option<Counts>,
    recurring: bool,
}

impl Work for Summing {
    fn fields(&self) -> Fields {
        fields()
    }

    fn pull(&mut self) -> Option<Result<StructArray, ArrowError>> {
        let stats = match self.counts.take()?.sum() {
            Ok(stats) => stats,
            Err(e) => return Some(Err(e)),
        };
        Some(to_arrow(stats.rows().filter(|row| !self.recurring || row.distinct() >= 2)))
    }
}

/// A table of counts.
struct Counts {
    input: Box<dyn RecordBatchReader + Send>,
    column: usize,
}

impl Counts {
    fn open(data: &Bound<'_, PyAny>) -> PyResult<Counts> {
        let input = open(data)?;
        let schema = input.schema();
        let (column, field) = schema.column_with_name("counts").ok_or_else(|| {
            PyValueError::new_err("no column `counts`: give what `Cleaner.count_lines` gave")
        })?;
        if !field.data_type().is_binary() {
            return Err(PyValueError::new_err(format!(
                "column `counts` is {}, expected bytes",
                field.data_type()
            )));
        }
        Ok(Counts { input, column })
    }

    fn sum(self) -> Result<CorpusStats, ArrowError> {
        let mut stats = CorpusStats::empty();
        for batch in self.input {
            let batch = batch?;
            let counts = batch.column(self.column);
            for n in 0..counts.len() {
                let bytes = match counts.data_type() {
                    DataType::LargeBinary => counts.as_binary::<i64>().value(n),
                    DataType::BinaryView => counts.as_binary_view().value(n),
                    DataType::FixedSizeBinary(_) => value_of(counts.as_fixed_size_binary(), n),
                    _ => counts.as_binary::<i32>().value(n),
                };
                let bytes = bytes.try_into().map_err(|_| {
                    ArrowError::InvalidArgumentError("a row of `counts` has another length than ours".into())
                })?;
                stats.add_row(&Row::from_bytes(bytes));
            }
        }
        Ok(stats)
    }
}

fn value_of(array: &FixedSizeBinaryArray, n: usize) -> &[u8] {
    array.value(n)
}

/// Sums what `Cleaner.count_lines` gave, by site and line. When all counts of a line are here, only `recurring` ones matter.
#[pyfunction]
#[pyo3(signature = (data, *, recurring = false))]
pub(crate) fn sum_counts(data: &Bound<'_, PyAny>, recurring: bool) -> PyResult<ArrowStream> {
    Ok(ArrowStream::new(Summing { counts: Some(Counts::open(data)?), recurring }))
}

/// The lines that recur, from counts summed or not: what `Cleaner(templates=...)` takes.
#[pyfunction]
pub(crate) fn templates_from_counts(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let counts = Counts::open(data)?;
    py.detach(|| {
        let stats = counts.sum()?;
        Ok(stats.rows().filter(|row| row.distinct() >= 2).flat_map(Row::to_bytes).collect())
    })
    .map_err(|e: ArrowError| PyValueError::new_err(e.to_string()))
}
