"""datatrove: a pipeline step, `copydesk.datatrove.Cleaner(config)`.

It sets the text, and in the metadata `language`, `language_score` (the names of FineWeb) and `sentences`. What cannot be cleaned, or of
which nothing is left, is dropped as a filter drops: counted in the stats by reason, and written by `exclusion_writer`.
"""

from __future__ import annotations

from typing import Any

from copydesk._copydesk import Cleaner as _Cleaner

__all__ = ["Cleaner"]


def _make() -> type:
    from datatrove.data import Document
    from datatrove.pipeline.filters.base_filter import BaseFilter
    from datatrove.pipeline.writers.disk_base import DiskWriter

    class Cleaner(BaseFilter):
        """Cleans documents; a step for `datatrove` pipelines."""

        type = "🧹 - CLEAN"
        name = "copydesk"

        def __init__(
            self, config: Any = None, templates: Any = None, exclusion_writer: DiskWriter | None = None
        ) -> None:
            super().__init__(exclusion_writer)
            self.cleaner = _Cleaner(config, templates)

        def filter(self, doc: Document) -> bool | tuple[bool, str]:
            about = {key: str(doc.metadata.get(key) or "") for key in ("url", "title", "source")}
            cleaned = self.cleaner.clean(doc.text, id=doc.id, **about)
            if cleaned.reject:
                return False, cleaned.reject
            record = cleaned.to_dict()
            doc.text = cleaned.text
            if "lang" in record:
                doc.metadata["language"] = record["lang"]
                doc.metadata["language_score"] = record["lang_score"]
            if "sentences" in record:
                doc.metadata["sentences"] = record["sentences"]
            return True

    # Steps are pickled by name on their way to the workers.
    Cleaner.__module__, Cleaner.__qualname__ = __name__, "Cleaner"
    return Cleaner


def __getattr__(name: str) -> Any:
    if name != "Cleaner":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()["Cleaner"] = _make()
    return made
