"""What `Cleaner.clean` gives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `start` and `end` are offsets into the document's text, as Python slices it."""

    start: int
    end: int
    text: str
    lang: str = "und"
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that was removed, and the rule or reason for which it went."""

    text: str
    reason: str


class Document:
    """A cleaned document.

    `reject` is "" for a document as the command writes it, "empty" when nothing of it was left, else the reason for which it
    could not be cleaned.
    """

    def __init__(self, line: str, removed: list[tuple[str, str]], reject: str = "") -> None:
        self._line = line
        self._removed = removed
        self.reject = reject

    @cached_property
    def _record(self) -> dict[str, Any]:
        return json.loads(self._line)

    @property
    def id(self) -> str:
        return self._record["id"]

    @property
    def text(self) -> str:
        return self._record.get("text", "")

    @property
    def lang(self) -> str:
        """The language of most of the text, as a BCP 47 tag; "und" where the evidence carries no decision."""
        return self._record.get("lang", "und")

    @property
    def lang_score(self) -> float:
        """The probability that `lang` is right."""
        return self._record.get("lang_score", 0.0)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(_sentences(self.text, self._record.get("sentences", ())))

    @cached_property
    def removed(self) -> tuple[Removed, ...]:
        """The lines that were removed, in their order."""
        return tuple(Removed(text, reason) for text, reason in self._removed)

    def to_dict(self) -> dict[str, Any]:
        """The record, exactly as the command writes it."""
        return json.loads(self._line)

    def to_json(self) -> str:
        """The record as the line of JSON that the command writes."""
        return self._line

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return (self._line, self._removed, self.reject) == (other._line, other._removed, other.reject)

    def __hash__(self) -> int:
        return hash(self._line)

    def __reduce__(self) -> tuple[type[Document], tuple[str, list[tuple[str, str]], str]]:
        return Document, (self._line, self._removed, self.reject)

    def __repr__(self) -> str:
        reject = f", reject={self.reject!r}" if self.reject else ""
        return f"Document(id={self.id!r}, lang={self.lang!r}{reject})"


# The offsets of a record by their unit: the names, and the encoding and bytes of a unit. Code points need none.
_UNITS = (("start_byte", "end_byte", "utf-8", 1), ("start_utf16", "end_utf16", "utf-16-le", 2))


def _sentences(text: str, records: Sequence[dict[str, Any]]) -> Iterator[Sentence]:
    """A record's sentences, with offsets in code points whatever the record's unit, and with their text."""
    for start_name, end_name, encoding, width in _UNITS:
        if records and start_name in records[0]:
            units, at, place = text.encode(encoding), 0, 0
            for record in records:
                places = []
                # Offsets ascend: each is counted on from the one before.
                for name in (start_name, end_name):
                    to = record[name] * width
                    place += len(units[at:to].decode(encoding))
                    at = to
                    places.append(place)
                yield _sentence(text, record, *places)
            return
    for record in records:
        yield _sentence(text, record, record["start"], record["end"])


def _sentence(text: str, record: dict[str, Any], start: int, end: int) -> Sentence:
    return Sentence(start, end, text[start:end], record.get("lang", "und"), record.get("score", 0.0))
