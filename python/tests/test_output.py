"""The command's output folder loads with default options, and with the right counts, wherever people load it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Dump, command, lines


@pytest.fixture(scope="module")
def folder(crawl: Dump) -> Path:
    return crawl.output


def test_in_datasets(crawl: Dump, folder: Path) -> None:
    import datasets

    data = datasets.load_dataset(str(folder), split="train")
    assert data.num_rows == len(crawl.records)
    assert data[3] == crawl.records[3]
    assert data.features == datasets.Features.from_dict(__import__("copydesk").schema("hf"))


def test_in_datasets_two_folders_of_one_name_are_two(tmp_path: Path) -> None:
    import datasets

    import copydesk

    for name, count in (("monday", 3), ("tuesday", 5)):
        source = tmp_path / name / "dump.jsonl"
        source.parent.mkdir()
        source.write_text("".join(f'{{"text":"It rained on day {n}.","id":"d{n}"}}\n' for n in range(count)))
        copydesk.clean_files([source], source.parent / "clean")
        assert datasets.load_dataset(str(source.parent / "clean"), split="train").num_rows == count


def test_in_polars(crawl: Dump, folder: Path) -> None:
    import polars

    data = polars.read_ndjson(str(folder / "part-*.jsonl"))
    assert data.to_dicts() == crawl.records


def test_in_duckdb(crawl: Dump, folder: Path) -> None:
    import duckdb

    count, sentences = duckdb.connect().sql(f"select count(*), sum(len(sentences)) from '{folder}/part-*.jsonl'").fetchall()[0]
    assert (count, sentences) == (len(crawl.records), sum(len(record["sentences"]) for record in crawl.records))


def test_in_pandas(crawl: Dump, folder: Path) -> None:
    import pandas

    data = pandas.read_json(folder / "part-00000.jsonl", lines=True)
    assert data["id"].tolist() == [record["id"] for record in crawl.records]
    assert data["lang"].tolist() == [record["lang"] for record in crawl.records]


def test_in_pyarrow(crawl: Dump, folder: Path) -> None:
    import pyarrow.dataset

    data = pyarrow.dataset.dataset([str(path) for path in folder.glob("part-*.jsonl")], format="json").to_table()
    assert data.to_pylist() == crawl.records


def test_in_spark(crawl: Dump, folder: Path, spark) -> None:
    import copydesk

    # Of a folder Spark would read the dataset card, too.
    parts = f"{folder}/part-*.jsonl"
    assert spark.read.json(parts).count() == len(crawl.records)
    typed = spark.read.schema(copydesk.schema("spark")).json(parts)
    assert typed.toArrow().sort_by("id").to_pylist() == sorted(crawl.records, key=lambda record: record["id"])


def test_in_several_compressed_parts(crawl: Dump, tmp_path: Path) -> None:
    import datasets
    import duckdb

    config = tmp_path / "copydesk.toml"
    config.write_text('[output]\npart-size = 300000\ncompress = "gzip"\n')
    done = command("clean", crawl.folder, "-o", tmp_path / "out", "--config", config, "-q")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("part-*.jsonl.gz"))) > 1
    assert datasets.load_dataset(str(tmp_path / "out"), split="train").num_rows == len(crawl.records)
    count = duckdb.connect().sql(f"select count(*) from '{tmp_path}/out/part-*.jsonl.gz'").fetchall()[0]
    assert count == (len(crawl.records),)


def test_the_parts_hold_what_the_command_said(crawl: Dump, folder: Path) -> None:
    assert sum(len(lines(path)) for path in folder.glob("part-*.jsonl")) == len(crawl.records)
