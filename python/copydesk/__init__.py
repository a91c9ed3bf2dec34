"""Turns scraped news text in any language into clean, segmented, language-tagged records.

    >>> import copydesk
    >>> cleaner = copydesk.Cleaner()
    >>> doc = cleaner.clean("The council met on Monday. It voted at noon.", id="a")
    >>> doc.lang, [sentence.text for sentence in doc.sentences]
    ('en', ['The council met on Monday.', 'It voted at noon.'])

`Cleaner.clean_batch` takes and gives Arrow; `copydesk.spark`, `copydesk.ray`, `copydesk.datatrove` and `copydesk.hf` fit it to
those engines, none of which is imported before it is used.
"""

from copydesk import datatrove, hf, ray, spark
from copydesk._copydesk import ArrowSchema, ArrowStream, Cleaner, __version__, clean_files, schema
from copydesk._document import Document, Removed, Sentence
from copydesk._templates import learn_templates

__all__ = [
    "ArrowSchema",
    "ArrowStream",
    "Cleaner",
    "Document",
    "Removed",
    "Sentence",
    "__version__",
    "clean_files",
    "datatrove",
    "hf",
    "learn_templates",
    "ray",
    "schema",
    "spark",
]
