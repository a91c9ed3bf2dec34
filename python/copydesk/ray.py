"""Ray Data: a callable class for `map_batches`.

    ds.map_batches(copydesk.ray.Cleaner, fn_constructor_args=[config], batch_format="pyarrow", concurrency=(1, n))

Every actor compiles the settings once. Give `concurrency` as a range: a pool of as many actors as there are CPUs leaves none for reading. Every
row comes back, in the columns of the record and `reject`, which is "" for a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copydesk._copydesk import Cleaner as _Cleaner

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Cleaner"]


class Cleaner:
    """Cleans `pyarrow.Table`s: what `map_batches(..., batch_format="pyarrow")` gives and takes."""

    def __init__(self, config: Any = None, templates: Any = None) -> None:
        self.cleaner = _Cleaner(config, templates)

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table(self.cleaner.clean_batch(table))
