"""What the tests share: the dump, the command's records of it, one Spark session and one Ray instance for the whole session."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

import dump

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).with_name("copydesk"))

# Started in the background of a script, nothing hears of Ctrl-C, and neither do processes started from there.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Neither engine may reach for the network, and both run on the two cores of a CI machine.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="copydesk-hf-")
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable


def command(*args: object, **options: Any) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "text": True, "timeout": 300} | options
    return subprocess.run([COMMAND, *map(str, args)], **options)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def clean_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `clean_batch` as the records that the command would write."""
    kept = [dict(row) for row in rows if row["reject"] == ""]
    for row in kept:
        del row["reject"]
    return kept


def by_id(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(records, key=lambda record: record["id"])


class Dump:
    """The dump, and what the command makes of it."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder / "dumps"
        self.folder.mkdir()
        self.path = self.folder / "crawl.jsonl"
        self.rows = dump.write(self.path, count)
        self.output = folder / "clean"
        done = command("clean", self.folder, "-o", self.output, "-q")
        assert done.returncode == 0, done.stderr
        self.records = lines(self.output / "part-00000.jsonl")
        # Where each row stands, for engines, which do not know it.
        for n, row in enumerate(self.rows):
            row["origin"] = {"file": "crawl.jsonl", "record": n}


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Dump:
    return Dump(tmp_path_factory.mktemp("crawl"), 400)


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2, 4]")
        .appName("copydesk")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def ray():
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=300 << 20, logging_level="ERROR")
    yield ray
    ray.shutdown()
