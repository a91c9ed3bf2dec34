"""Lines that recur across the documents of one site."""

from __future__ import annotations

from typing import Any

from copydesk._copydesk import Cleaner, templates_from_counts


def learn_templates(data: Any, config: Any = None) -> bytes:
    """Learns the lines that recur on each site from a table (anything with the Arrow PyCapsule interface); `Cleaner(templates=...)`
    takes them. The engines' own `learn_templates` give the same for the same documents."""
    return templates_from_counts(Cleaner(config).count_lines(data))
