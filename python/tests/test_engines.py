"""One machine, Spark, Ray, datatrove and datasets give the same records."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pyarrow
import pytest

import copydesk
import copydesk.spark
from conftest import ROOT, Dump, by_id, clean_rows, command, lines

ARTICLES = sorted((ROOT / "raw").glob("*.txt"))


@pytest.fixture(scope="module")
def table(crawl: Dump) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(crawl.rows)


@pytest.fixture(scope="module")
def templates(table: pyarrow.Table) -> bytes:
    return copydesk.learn_templates(table)


def articles() -> list[dict]:
    """The five articles as rows, as the command reads their files."""
    return [
        {"text": path.read_bytes(), "id": path.name, "source": "raw", "origin": {"file": path.name, "record": 0}}
        for path in ARTICLES
    ]


def test_the_dump_is_worth_comparing(crawl: Dump) -> None:
    done = crawl.records
    assert 350 < len(done) < 400
    assert {record["lang"] for record in done} >= {"en", "de", "ru", "ja"}
    assert len({len(record["langs"]) for record in done}) > 1


def test_articles_one_by_one() -> None:
    expected = lines(ROOT / "clean" / "part-00000.jsonl")
    cleaner = copydesk.Cleaner()
    made = [
        cleaner.clean(row["text"], id=row["id"], source=row["source"], file=row["origin"]["file"]).to_dict()
        for row in articles()
    ]
    assert made == expected


def test_articles_as_a_table() -> None:
    expected = lines(ROOT / "clean" / "part-00000.jsonl")
    stream = copydesk.Cleaner().clean_batch(pyarrow.Table.from_pylist(articles()))
    assert clean_rows(pyarrow.table(stream).to_pylist()) == expected


def test_articles_on_spark(spark) -> None:
    expected = lines(ROOT / "clean" / "part-00000.jsonl")
    frame = spark.createDataFrame(
        articles(), "text binary, id string, source string, origin struct<file: string, record: bigint>"
    )
    rows = frame.mapInArrow(copydesk.spark.transform(), copydesk.spark.schema()).toArrow().to_pylist()
    assert by_id(clean_rows(rows)) == by_id(expected)


def test_articles_on_ray(ray) -> None:
    import copydesk.ray

    expected = lines(ROOT / "clean" / "part-00000.jsonl")
    cleaned = ray.data.from_arrow(pyarrow.Table.from_pylist(articles())).map_batches(
        copydesk.ray.Cleaner, batch_format="pyarrow", batch_size=2, concurrency=(1, 2)
    )
    rows = [row for part in ray.get(cleaned.to_arrow_refs()) for row in part.to_pylist()]
    assert by_id(clean_rows(rows)) == by_id(expected)


def test_one_by_one(crawl: Dump, templates: bytes) -> None:
    cleaner = copydesk.Cleaner(templates=templates)
    made = []
    for n, row in enumerate(crawl.rows):
        rest = {key: row[key] for key in ("date", "section", "tags")}
        about = {key: row[key] for key in ("id", "url", "title")}
        done = cleaner.clean(row["text"], **about, file="crawl.jsonl", record=n, metadata=rest)
        if not done.reject:
            made.append(done.to_dict())
    assert made == crawl.records


def test_as_a_table(crawl: Dump, table: pyarrow.Table, templates: bytes) -> None:
    rows = pyarrow.table(copydesk.Cleaner(templates=templates).clean_batch(table)).to_pylist()
    assert len(rows) == len(crawl.rows)
    assert clean_rows(rows) == crawl.records
    assert {row["reject"] for row in rows} == {"", "empty"}


def test_in_any_batches(crawl: Dump, table: pyarrow.Table, templates: bytes) -> None:
    cleaner = copydesk.Cleaner(templates=templates)
    for size in (1, 7, 1000):
        batches = pyarrow.Table.from_batches(table.to_batches(max_chunksize=size))
        rows = pyarrow.table(cleaner.clean_batch(batches)).to_pylist()
        assert clean_rows(rows) == crawl.records


def test_on_spark(crawl: Dump, spark, templates: bytes, tmp_path: Path) -> None:
    frame = spark_frame(spark, crawl, tmp_path).repartition(3)
    assert copydesk.spark.learn_templates(frame) == templates
    cleaned = frame.mapInArrow(copydesk.spark.transform(None, templates), copydesk.spark.schema())
    assert cleaned.schema.simpleString() == spark.createDataFrame([], copydesk.spark.schema()).schema.simpleString()
    rows = cleaned.toArrow().to_pylist()
    assert len(rows) == len(crawl.rows)
    assert by_id(clean_rows(rows)) == by_id(crawl.records)


def spark_frame(spark, crawl: Dump, folder: Path):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in crawl.rows), encoding="utf-8")
    schema = (
        "id string, url string, title string, text string, date string, section struct<name: string, rank: bigint>, "
        "tags array<string>, origin struct<file: string, record: bigint>"
    )
    return spark.read.schema(schema).json(str(path))


def test_a_task_that_is_killed_and_run_again_loses_and_doubles_nothing(
    crawl: Dump, spark, templates: bytes, tmp_path: Path
) -> None:
    clean = copydesk.spark.transform(None, templates)
    mark = str(tmp_path / "killed")

    def killed_once(batches):
        for n, batch in enumerate(clean(batches)):
            yield batch
            # The worker dies after it has given away some of its rows, once.
            if n == 0:
                try:
                    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)

    frame = spark_frame(spark, crawl, tmp_path).repartition(2)
    rows = frame.mapInArrow(killed_once, copydesk.spark.schema()).toArrow().to_pylist()
    assert os.path.exists(mark)
    assert len(rows) == len(crawl.rows)
    assert by_id(clean_rows(rows)) == by_id(crawl.records)


def test_on_ray(crawl: Dump, table: pyarrow.Table, ray, templates: bytes) -> None:
    data = ray.data.from_arrow([table.slice(at, 80) for at in range(0, len(table), 80)])
    assert copydesk.ray.learn_templates(data) == templates
    cleaned = data.map_batches(
        copydesk.ray.Cleaner, fn_constructor_args=[None, templates], batch_format="pyarrow", batch_size=64, concurrency=(1, 2)
    )
    rows = [row for part in ray.get(cleaned.to_arrow_refs()) for row in part.to_pylist()]
    assert len(rows) == len(crawl.rows)
    assert by_id(clean_rows(rows)) == by_id(crawl.records)


def test_in_datasets(crawl: Dump, table: pyarrow.Table, templates: bytes) -> None:
    import datasets

    for data in (datasets.Dataset(table), datasets.Dataset(table).to_iterable_dataset(num_shards=2)):
        cleaned = copydesk.hf.clean(data, templates=templates, batch_size=50)
        rows = list(cleaned)
        assert clean_rows(rows) == crawl.records
    assert copydesk.hf.Transform().cleaner.config == copydesk.Cleaner().config


def test_in_datatrove(crawl: Dump, templates: bytes, tmp_path: Path) -> None:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    pipeline = [
        JsonlReader(str(crawl.folder)),
        copydesk.datatrove.Cleaner(None, templates, exclusion_writer=JsonlWriter(str(tmp_path / "out"), compression=None)),
        JsonlWriter(str(tmp_path / "in"), compression=None),
    ]
    LocalPipelineExecutor(pipeline, logging_dir=str(tmp_path / "logs"), tasks=1).run()
    expected = {record["id"]: record for record in crawl.records}
    made = lines(tmp_path / "in" / "00000.jsonl")
    assert len(made) == len(expected)
    for record in made:
        same = expected.get(record["id"]) or expected["d-" + record["id"]]
        about = record["metadata"]
        assert (record["text"], about["language"], about["sentences"]) == (same["text"], same["lang"], same["sentences"])
    # datatrove itself passes over blank texts.
    assert (tmp_path / "logs" / "stats.json").exists()


def test_datasets_without_rows_have_the_columns_of_others() -> None:
    import datasets

    full = datasets.Dataset.from_dict({"text": ["It rained in the valley. Nobody minded."], "id": ["a"]})
    empty = copydesk.hf.clean(full.select([]))
    assert (empty.num_rows, empty.features) == (0, copydesk.hf.features())
    assert datasets.concatenate_datasets([empty, copydesk.hf.clean(full)]).num_rows == 1


def test_in_datatrove_ids_may_be_numbers_and_texts_no_strings(tmp_path: Path) -> None:
    from datatrove.pipeline.readers import JsonlReader

    text = "The council met on Monday to talk about the old bridge. It voted at noon."
    rows = [{"id": 17, "text": text}, {"id": 1.5, "text": text}, {"id": None, "text": ["a"]}, {"id": "b", "text": text}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    step = copydesk.datatrove.Cleaner()
    documents = list(step.run(JsonlReader(str(tmp_path))()))
    assert [(document.id, document.metadata["language"]) for document in documents] == [(17, "en"), (1.5, "en"), ("b", "en")]
    assert step.stats["dropped_the text is not a string"].total == 1


def test_sentences_as_rows(crawl: Dump, table: pyarrow.Table, templates: bytes, tmp_path: Path) -> None:
    done = command("clean", crawl.folder, "-o", tmp_path / "out", "--layout", "sentence", "-q")
    assert done.returncode == 0, done.stderr
    cleaner = copydesk.Cleaner({"output": {"layout": "sentence"}}, templates)
    rows = clean_rows(pyarrow.table(cleaner.clean_batch(table)).to_pylist())
    expected = lines(tmp_path / "out" / "part-00000.jsonl")
    assert rows == expected


def test_templates_are_the_same_for_any_batches(table: pyarrow.Table, templates: bytes) -> None:
    assert len(templates) > 1000
    cleaner = copydesk.Cleaner()
    parts = [pyarrow.table(cleaner.count_lines(table.slice(at, 37))) for at in reversed(range(0, len(table), 37))]
    summed = pyarrow.table(copydesk._copydesk.sum_counts(pyarrow.concat_tables(parts)))
    assert copydesk._copydesk.templates_from_counts(summed) == templates
    assert copydesk.learn_templates(table.slice(0, 0)) == copydesk.learn_templates(table.slice(0, 1))


def test_templates_are_what_the_command_learns(crawl: Dump, table: pyarrow.Table, templates: bytes, tmp_path: Path) -> None:
    file = tmp_path / "templates"
    done = command("templates", "learn", crawl.folder, "-o", file)
    assert done.returncode == 0, done.stderr
    expected = pyarrow.table(copydesk.Cleaner(templates=templates).clean_batch(table))
    for given in (file, str(file), file.read_bytes()):
        assert pyarrow.table(copydesk.Cleaner(templates=given).clean_batch(table)) == expected
    without = clean_rows(pyarrow.table(copydesk.Cleaner().clean_batch(table)).to_pylist())
    assert without != crawl.records and len(without) == len(crawl.records)
    off = command("clean", crawl.folder, "-o", tmp_path / "off", "--templates", "off", "-q")
    assert off.returncode == 0 and lines(tmp_path / "off" / "part-00000.jsonl") == without


def test_templates_that_are_none() -> None:
    with pytest.raises(ValueError, match="neither a file that"):
        copydesk.Cleaner(templates=b"abc")
    with pytest.raises(OSError, match="^cannot read `templates`: "):
        copydesk.Cleaner(templates=b"copydesk templates 2 all\nnot zstd")
    with pytest.raises(FileNotFoundError):
        copydesk.Cleaner(templates="no/such/file")
    with pytest.raises(TypeError, match="templates is a int"):
        copydesk.Cleaner(templates=7)
    with pytest.raises(ValueError, match="no column `counts`"):
        copydesk._copydesk.sum_counts(pyarrow.table({"text": ["a"]}))
