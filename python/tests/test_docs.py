"""Every snippet of docs/python.md and of the docstrings runs and gives what it says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

import copydesk
import dump
from conftest import ROOT

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def test_snippets(spark: Any, ray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    dump.write(folder / "crawl.jsonl", 40)
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    # The page's own names for what a reader has: a session, a folder of dumps, and where the output goes.
    snippets = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    assert len(snippets) > 10
    test = doctest.DocTestParser().get_doctest(
        "\n".join(snippets), {"spark": spark, "folder": str(folder), "output": str(tmp_path / "clean")}, "docs/python.md", None, None
    )
    said: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert not said, "".join(said)


def test_docstrings() -> None:
    assert doctest.testmod(copydesk, optionflags=FLAGS).failed == 0
