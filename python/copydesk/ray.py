"""Ray Data: a callable class for `map_batches`.

    ds.map_batches(copydesk.ray.Cleaner, fn_constructor_args=[config], batch_format="pyarrow", concurrency=(1, n))

Every actor compiles the settings once. Give `concurrency` as a range: a pool of as many actors as there are CPUs leaves none for reading. Every
row comes back, in the columns of the record and `reject`, which is "" for a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copydesk._copydesk import Cleaner as _Cleaner, sum_counts, templates_from_counts

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

__all__ = ["Cleaner", "learn_templates"]


class Cleaner:
    """Cleans `pyarrow.Table`s: what `map_batches(..., batch_format="pyarrow")` gives and takes."""

    def __init__(self, config: Any = None, templates: Any = None) -> None:
        self.cleaner = _Cleaner(config, templates)

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table(self.cleaner.clean_batch(table))


def learn_templates(dataset: Dataset, config: Any = None) -> bytes:
    """Learns the lines that recur on each site: counted per block, summed by a tree of tasks. `Cleaner` takes them as its second argument.

    The same as on one machine, for any blocks.
    """
    import pyarrow
    import ray

    cleaner = _Cleaner(config)

    def count(table: pyarrow.Table) -> pyarrow.Table:
        return pyarrow.table(cleaner.count_lines(table))

    @ray.remote
    def add(*tables: pyarrow.Table) -> pyarrow.Table:
        return pyarrow.table(sum_counts(pyarrow.concat_tables(tables)))

    # A group-by in Ray is several times slower than this tree: the counts of a block are few.
    counts = dataset.map_batches(count, batch_format="pyarrow", batch_size=None).to_arrow_refs()
    while len(counts) > 1:
        counts = [add.remote(*counts[at : at + 8]) for at in range(0, len(counts), 8)]
    return templates_from_counts(ray.get(counts[0])) if counts else b""
