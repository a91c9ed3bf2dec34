"""Throughput as ratios within one run. `COPYDESK_SPEED_MB=50 pytest -k speed` measures in full."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest

import copydesk
import dump
from conftest import command

MEGABYTES = float(os.environ.get("COPYDESK_SPEED_MB", "4"))
# A few seconds on a shared machine say less than a minute on a quiet one: the small run only catches what is badly wrong.
IS_FULL = MEGABYTES >= 50
ROUNDS = 3


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pyarrow.Table]:
    path = tmp_path_factory.mktemp("speed") / "crawl.jsonl"
    rows = dump.write(path, int(MEGABYTES * 620), paragraphs=8)
    table = pyarrow.Table.from_pylist(rows)
    return path, pyarrow.Table.from_batches(table.to_batches(max_chunksize=500))


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_speed_of_a_batch_against_the_command(corpus: tuple[Path, pyarrow.Table], tmp_path: Path) -> None:
    path, table = corpus
    cleaner = copydesk.Cleaner()
    flags = ("-j", 1, "-q", "--overwrite")

    def run() -> None:
        assert command("clean", path, "-o", tmp_path / "out", *flags).returncode == 0

    def batch() -> None:
        assert sum(part.num_rows for part in pyarrow.RecordBatchReader.from_stream(cleaner.clean_batch(table))) == len(table)

    ran, batched = [], []
    for _ in range(ROUNDS):
        ran.append(seconds(run))
        batched.append(seconds(batch))
    size = sum(len(text.as_py().encode()) for text in table["text"]) / 1e6
    ratio = min(ran) / min(batched)
    print(f"{size:.1f} MB of text: command {size / min(ran):.2f} MB/s, clean_batch {size / min(batched):.2f} MB/s, {ratio:.2f} times")
    assert ratio >= (0.85 if IS_FULL else 0.6)


def test_speed_of_two_threads(corpus: tuple[Path, pyarrow.Table]) -> None:
    _, table = corpus
    cleaner = copydesk.Cleaner()
    halves = [table.slice(0, len(table) // 2), table.slice(len(table) // 2)]

    def clean(part: pyarrow.Table) -> None:
        assert pyarrow.table(cleaner.clean_batch(part)).num_rows == len(part)

    def both_in_turn() -> None:
        for half in halves:
            clean(half)

    def side_by_side() -> None:
        threads = [threading.Thread(target=clean, args=[half]) for half in halves]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    alone, together = [], []
    for _ in range(ROUNDS):
        alone.append(seconds(both_in_turn))
        together.append(seconds(side_by_side))
    ratio = min(alone) / min(together)
    print(f"one thread {min(alone):.2f} s, two threads {min(together):.2f} s: {ratio:.2f} times")
    # On a busy or a single core there is nothing to see.
    if IS_FULL:
        assert ratio >= 1.7
