"""Spark: `df.mapInArrow(copydesk.spark.transform(config), copydesk.spark.schema(config))`.

The data frame needs a column `text` (string or binary); `id`, `url`, `title` and `source` are used when they are there, all other columns go to
`metadata`. Every row comes back, in the columns of the record and `reject`, which is "" for a record. A row is cleaned by itself, so
a task that is killed and run again loses and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from copydesk._copydesk import Cleaner, schema as _schema

if TYPE_CHECKING:
    import pyarrow

__all__ = ["schema", "transform"]


def schema(config: Any = None) -> str:
    """The columns of the result, as Spark DDL."""
    return f"{_schema('spark', config=config)}, reject STRING"


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
