"""Hugging Face datasets: `copydesk.hf.clean(dataset)`.

Every row comes back, in the columns of the record and `reject`, which is "" for a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from copydesk._copydesk import Cleaner, schema

if TYPE_CHECKING:
    import datasets
    import pyarrow

__all__ = ["Transform", "clean", "features"]

_Dataset = TypeVar("_Dataset", "datasets.Dataset", "datasets.IterableDataset")


def features(config: Any = None) -> datasets.Features:
    """The features of the result."""
    import datasets

    return datasets.Features.from_dict(schema("hf", config=config, rows=True))


class Transform:
    """The function for `map(..., batched=True)` over a dataset in the format "arrow"; picklable, with a stable fingerprint."""

    def __init__(self, config: Any = None, templates: Any = None) -> None:
        self.cleaner = Cleaner(config, templates)

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table(self.cleaner.clean_batch(table))


def clean(
    dataset: _Dataset,
    config: Any = None,
    templates: Any = None,
    *,
    batch_size: int = 1000,
    **map_arguments: Any,
) -> _Dataset:
    """A `Dataset` or `IterableDataset`, cleaned; further arguments (`num_proc`) go to its `map`."""
    import datasets

    as_features = features(config)
    transform = Transform(config, templates)
    if isinstance(dataset, datasets.Dataset) and not dataset.num_rows:
        # `map` leaves it as it is, with the columns that it has.
        return datasets.Dataset.from_dict({name: [] for name in as_features}, features=as_features)
    # In the format "arrow" the table that comes out replaces the one that went in; there are no columns to remove.
    cleaned = dataset.with_format("arrow").map(
        transform,
        batched=True,
        batch_size=batch_size,
        features=as_features,
        **map_arguments,
    )
    return cleaned.with_format(None)
