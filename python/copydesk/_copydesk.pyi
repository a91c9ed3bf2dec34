"""The native half of the package."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, Protocol, Self, final, overload

from copydesk._document import Document

__all__ = ["ArrowSchema", "ArrowStream", "Cleaner", "__version__", "clean_files", "command", "schema", "sum_counts", "templates_from_counts"]

__version__: str

class _ArrowStreamable(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _ArrowArrayLike(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

_Config = dict[str, Any] | str | PathLike[str] | None

@final
class Cleaner:
    """Cleans documents. Compiled once, safe to share between threads, and picklable."""

    def __new__(cls, config: _Config = None, templates: bytes | bytearray | str | PathLike[str] | None = None) -> Self:
        """`config`: a dict with the keys of the settings file, or the path of one. `ValueError` says what is wrong with it."""

    @property
    def config(self) -> dict[str, Any]:
        """The settings, every key of them."""

    def clean(
        self,
        text: str | bytes | bytearray,
        *,
        id: str | None = None,
        url: str | None = None,
        title: str | None = None,
        source: str | None = None,
        file: str | None = None,
        record: int = 0,
        metadata: dict[str, Any] | None = None,
    ) -> Document:
        """Cleans one document. Bytes are decoded; what cannot be cleaned says so in `Document.reject`."""

    def clean_batch(self, data: _ArrowStreamable | _ArrowArrayLike) -> ArrowStream:
        """Cleans a table: anything with the Arrow PyCapsule interface in, an Arrow stream out.

        The text is in the column `text` (or the setting `input.text-field`), as strings or bytes; `id`, `url`, `title` and `source` are used
        when they are there, a struct `origin` with `file` and `record` too, and all other columns go to `metadata`. In the document layout
        every row comes back, in its order; `reject` is "" for a record, "empty" when nothing was left, else the reason.
        """

    def count_lines(self, data: _ArrowStreamable | _ArrowArrayLike) -> ArrowStream:
        """Counts the lines of a table, for site templates: columns `site`, `line` and `counts`."""

    def schema(self) -> ArrowSchema:
        """The schema of what `clean_batch` gives: a record's, and `reject`."""

@final
class ArrowStream:
    """Cleaned rows as an Arrow stream, to be read once: `pyarrow.table(stream)`, `polars.DataFrame(stream)`, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class ArrowSchema:
    """An Arrow schema, for `pyarrow.schema(...)` and all else that speaks the Arrow PyCapsule interface."""

    @property
    def names(self) -> list[str]: ...
    def __arrow_c_schema__(self) -> object: ...

def clean_files(
    inputs: Sequence[str | PathLike[str]],
    output: str | PathLike[str],
    *,
    config: _Config = None,
    threads: int = 0,
    limit: int | None = None,
    overwrite: bool = False,
    templates: str | PathLike[str] | None = None,
) -> dict[str, Any]:
    """Cleans files and folders into a folder, a file or "-", as `copydesk clean` does; gives the counts of the run.

    `templates`: None counts them in a first pass, as the command does; "off", or the path of a file of them.
    """

@overload
def schema(kind: Literal["arrow"] = "arrow", *, config: _Config = None, layout: str | None = None, rows: bool = False) -> ArrowSchema: ...
@overload
def schema(kind: Literal["spark"], *, config: _Config = None, layout: str | None = None, rows: bool = False) -> str: ...
@overload
def schema(kind: Literal["hf", "json"], *, config: _Config = None, layout: str | None = None, rows: bool = False) -> dict[str, Any]: ...
@overload
def schema(kind: str, *, config: _Config = None, layout: str | None = None, rows: bool = False) -> Any:
    """The shape of a record, as `copydesk schema` prints it; with `rows`, that of a row as `clean_batch` gives it, with `reject`."""

def sum_counts(data: _ArrowStreamable | _ArrowArrayLike, *, recurring: bool = False) -> ArrowStream:
    """Sums what `Cleaner.count_lines` gave, by site and line. When all counts of a line are here, only `recurring` ones matter."""

def templates_from_counts(data: _ArrowStreamable | _ArrowArrayLike) -> bytes:
    """The lines that recur, from counts summed or not: what `Cleaner(templates=...)` takes."""

def command(args: Sequence[str]) -> int:
    """Runs the command; `args` begins with its own name. Gives the exit code."""
