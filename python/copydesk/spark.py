"""Spark: `df.mapInArrow(copydesk.spark.transform(config), copydesk.spark.schema(config))`.

The data frame needs a column `text` (string or binary); `id`, `url`, `title` and `source` are used when they are there, all other columns go to
`metadata`. Every row comes back, in the columns of the record and `reject`, which is "" for a record. A row is cleaned by itself, so
a task that is killed and run again loses and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from copydesk._copydesk import Cleaner, schema as _schema, sum_counts, templates_from_counts

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["learn_templates", "schema", "transform"]


def schema(config: Any = None) -> str:
    """The columns of the result, as Spark DDL."""
    return _schema("spark", config=config, rows=True)


def transform(
    config: Any = None, templates: Any = None
) -> Callable[[Iterator[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    """The function for `mapInArrow`. Spark matches its columns to the schema by position: pass the same `config` to both."""
    cleaner = Cleaner(config, templates)

    def clean(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        for batch in batches:
            yield from pyarrow.RecordBatchReader.from_stream(cleaner.clean_batch(batch))

    return clean


def learn_templates(frame: DataFrame, config: Any = None) -> bytes:
    """Learns the lines that recur on each site: counted per partition, summed by Spark, and the few that recur collected.

    `transform(config, templates)` sends them to every task. The same as on one machine, for any partitioning.
    """
    cleaner = Cleaner(config)
    columns = "site BIGINT, line BIGINT, counts BINARY"

    def count(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        first = next(batches, None)
        if first is not None:
            source = pyarrow.RecordBatchReader.from_batches(first.schema, chain([first], batches))
            yield from pyarrow.RecordBatchReader.from_stream(cleaner.count_lines(source))

    def add(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        first = next(batches, None)
        if first is not None:
            source = pyarrow.RecordBatchReader.from_batches(first.schema, chain([first], batches))
            yield from pyarrow.RecordBatchReader.from_stream(sum_counts(source, recurring=True))

    counts = frame.mapInArrow(count, columns).repartition("site", "line").mapInArrow(add, columns)
    return templates_from_counts(counts.toArrow())
