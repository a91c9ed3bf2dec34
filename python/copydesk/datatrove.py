"""datatrove: a pipeline step, `copydesk.datatrove.Cleaner(config)`.

It sets the text, and in the metadata `language`, `language_score` (the names of FineWeb) and `sentences`. What cannot be cleaned, or of
which nothing is left, is dropped as a filter drops: counted in the stats by reason, and written by `exclusion_writer`.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from copydesk._copydesk import Cleaner as _Cleaner

__all__ = ["Cleaner"]


def _make() -> type:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.pipeline.base import PipelineStep

    class Cleaner(PipelineStep):
        """Cleans documents; a step for `datatrove` pipelines."""

        type = "🧹 - CLEAN"
        name = "copydesk"

        def __init__(self, config: Any = None, templates: Any = None, exclusion_writer: Any = None) -> None:
            super().__init__()
            self.cleaner = _Cleaner(config, templates)
            self.exclusion_writer = exclusion_writer

        def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
            with self.exclusion_writer or nullcontext() as writer:
                for doc in data:
                    self.stat_update("total")
                    with self.track_time():
                        reject = self.clean(doc)
                    if not reject:
                        self.stat_update("forwarded")
                        self.update_doc_stats(doc)
                        yield doc
                        continue
                    self.stat_update("dropped", f"dropped_{reject}")
                    if writer:
                        doc.metadata["filter_reason"] = reject
                        writer.write(doc, rank)

        def clean(self, doc: Document) -> str:
            """Cleans in place; why there is nothing to go on with, or ""."""
            # A reader takes both from JSON as they are.
            if not isinstance(doc.text, (str, bytes)):
                return "the text is not a string"
            url, title, source = (str(doc.metadata.get(key) or "") for key in ("url", "title", "source"))
            cleaned = self.cleaner.clean(doc.text, id=str(doc.id), url=url, title=title, source=source)
            if not cleaned.reject:
                record = cleaned.to_dict()
                doc.text = cleaned.text
                for key, name in (("lang", "language"), ("lang_score", "language_score"), ("sentences", "sentences")):
                    if key in record:
                        doc.metadata[name] = record[key]
            return cleaned.reject

    # Steps are pickled by name on their way to the workers.
    Cleaner.__module__, Cleaner.__qualname__ = __name__, "Cleaner"
    return Cleaner


def __getattr__(name: str) -> Any:
    if name != "Cleaner":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()["Cleaner"] = _make()
    return made
