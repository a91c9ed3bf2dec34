"""Unpickling: all cleaners of the same settings in a process are one, however many tasks bring one along."""

from __future__ import annotations

import json
from functools import lru_cache

from copydesk._copydesk import Cleaner


@lru_cache(maxsize=8)
def cleaner(config: str, templates: bytes | None) -> Cleaner:
    return Cleaner(json.loads(config), templates)
