"""`clean_batch` with everything that speaks Arrow, and with everything that can be wrong with a row."""

from __future__ import annotations

import json
from typing import Any

import pyarrow
import pytest

import copydesk

TEXT = "The council met on Monday to talk about the old bridge. It voted at noon."


def one(rows: Any) -> dict:
    (row,) = pyarrow.table(rows).to_pylist()
    return row


def test_producers_and_consumers() -> None:
    import daft
    import duckdb
    import pandas
    import polars

    cleaner = copydesk.Cleaner()
    columns = {"text": [TEXT], "id": ["a"], "n": [3]}
    expected = one(cleaner.clean_batch(pyarrow.table(columns)))
    assert expected["reject"] == "" and expected["lang"] == "en" and expected["metadata"] == '{"n":3}'
    batch = pyarrow.RecordBatch.from_pydict(columns)
    for given in (batch, pyarrow.Table.from_batches([batch]), pyarrow.RecordBatchReader.from_batches(batch.schema, [batch])):
        assert one(cleaner.clean_batch(given)) == expected
    assert one(cleaner.clean_batch(pandas.DataFrame(columns))) == expected
    assert one(cleaner.clean_batch(polars.DataFrame(columns))) == expected
    relation = duckdb.connect().sql(f"select '{TEXT}' as text, 'a' as id, 3 as n")
    assert one(cleaner.clean_batch(relation)) == expected
    assert one(cleaner.clean_batch(daft.from_pydict(columns))) == expected
    # And out of it again: our own stream is such an object, too.
    assert polars.DataFrame(cleaner.clean_batch(batch)).to_dicts() == [expected]
    stream = cleaner.clean_batch(batch)
    assert duckdb.connect().sql("select id, lang from stream").fetchall() == [("a", "en")]
    assert pandas.DataFrame.from_arrow(cleaner.clean_batch(batch))["lang"].tolist() == ["en"]
    assert pyarrow.schema(cleaner.clean_batch(batch)) == pyarrow.schema(cleaner.schema())
    del stream


def test_strings_that_are_no_utf_8_are_decoded_as_bytes_are() -> None:
    german = "Der Müller ging über die Brücke und grüßte die Bäckerin, die vor ihrer Tür stand."

    def broken(kind: pyarrow.DataType, text: str) -> pyarrow.Array:
        given = pyarrow.array([text.encode("cp1252")], pyarrow.large_binary() if kind == pyarrow.large_string() else pyarrow.binary())
        return pyarrow.Array.from_buffers(kind, 1, given.buffers())

    cleaner = copydesk.Cleaner()
    for kind in (pyarrow.string(), pyarrow.large_string()):
        columns = {"text": broken(kind, german), "id": broken(kind, "Brücke"), "title": broken(kind, "Tür"), "x": broken(kind, "für")}
        row = one(cleaner.clean_batch(pyarrow.table(columns)))
        assert (row["text"], row["origin"]["encoding"]) == (german, "windows-1252")
        assert (row["id"], row["title"], row["metadata"]) == ("Br\ufffdcke", "T\ufffdr", '{"x":"f\ufffdr"}')


def test_no_column_holds_a_nul() -> None:
    columns = {"text": [TEXT], "id": ["a\0b"], "title": ["c\0"], "url": ["http://example.com/\0"], "x": ["\0"]}
    row = one(copydesk.Cleaner().clean_batch(pyarrow.table(columns)))
    assert (row["id"], row["title"], row["url"], row["metadata"]) == ("a b", "c ", "http://example.com/ ", '{"x":"\\u0000"}')


def test_kinds_of_metadata() -> None:
    columns = {
        "text": [TEXT],
        "half": pyarrow.array([1.5], pyarrow.float16()),
        "view": pyarrow.array([[1, None]], pyarrow.list_view(pyarrow.int32())),
        "wide": pyarrow.array([["a"]], pyarrow.large_list_view(pyarrow.string())),
    }
    row = one(copydesk.Cleaner().clean_batch(pyarrow.table(columns)))
    assert json.loads(row["metadata"]) == {"half": 1.5, "view": [1, None], "wide": ["a"]}


def test_kinds_of_text() -> None:
    cleaner = copydesk.Cleaner()
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()):
        assert one(cleaner.clean_batch(pyarrow.table({"text": pyarrow.array([TEXT], kind)})))["text"] == TEXT
    for kind in (pyarrow.binary(), pyarrow.large_binary(), pyarrow.binary_view()):
        column = pyarrow.array([TEXT.encode("utf-16")], kind)
        row = one(cleaner.clean_batch(pyarrow.table({"text": column})))
        assert (row["text"], row["origin"]["encoding"]) == (TEXT, "UTF-16LE")
    fixed = pyarrow.array([TEXT.encode()], pyarrow.binary(len(TEXT)))
    assert one(cleaner.clean_batch(pyarrow.table({"text": fixed})))["text"] == TEXT
    coded = pyarrow.array([TEXT, None, TEXT]).dictionary_encode()
    rows = pyarrow.table(cleaner.clean_batch(pyarrow.table({"text": coded}))).to_pylist()
    assert [row["text"] for row in rows] == [TEXT, "", TEXT]


def test_rows_that_cannot_be_cleaned_come_back_in_their_place() -> None:
    texts = [TEXT.encode(), None, b"", bytes(range(256)) * 20, TEXT.encode()]
    table = pyarrow.table({"text": texts, "id": ["a", "b", "c", "d", "e"], "url": ["", "https://b.example/", "", "", ""]})
    rows = pyarrow.table(copydesk.Cleaner().clean_batch(table)).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c", "d", "e"]
    assert [row["reject"] != "" for row in rows] == [False, True, True, True, False]
    assert rows[1]["reject"] == "no field `text`" and rows[1]["url"] == "https://b.example/"
    assert rows[2]["reject"] == "empty" and "binary" in rows[3]["reject"]
    # Nothing is ever null, so the columns keep their types in every reader.
    assert all(value is not None for row in rows for value in row.values())


def test_only_rejects_and_no_rows_keep_the_schema() -> None:
    cleaner = copydesk.Cleaner()
    expected = pyarrow.schema(cleaner.schema())
    nothing = pyarrow.table({"text": pyarrow.array([None, None])})
    assert pyarrow.table(cleaner.clean_batch(nothing)).schema == expected
    empty = pyarrow.table(cleaner.clean_batch(nothing.slice(0, 0)))
    assert (empty.schema, empty.num_rows) == (expected, 0)


def test_other_columns_go_to_the_metadata() -> None:
    import datetime
    import decimal

    row = {
        "text": TEXT,
        "date": datetime.date(2024, 2, 3),
        "when": datetime.datetime(2024, 2, 3, 4, 5),
        "price": decimal.Decimal("1.50"),
        "tags": ["x", "y"],
        "place": {"name": "Hull", "gone": None},
        "missing": None,
        "flag": True,
        "share": 0.25,
        "raw": b"\x01\xff",
        "origin": "Reuters",
    }
    metadata = json.loads(one(copydesk.Cleaner().clean_batch(pyarrow.Table.from_pylist([row])))["metadata"])
    assert metadata == {
        "date": "2024-02-03",
        "when": "2024-02-03T04:05:00",
        "price": "1.50",
        "tags": ["x", "y"],
        "place": {"name": "Hull"},
        "flag": True,
        "share": 0.25,
        "raw": "01ff",
        "origin": "Reuters",
    }


def test_what_is_no_table_is_an_error_at_once() -> None:
    cleaner = copydesk.Cleaner()
    with pytest.raises(TypeError, match="list has no Arrow PyCapsule interface"):
        cleaner.clean_batch([TEXT])
    with pytest.raises(ValueError, match="no column `text`; the columns are body, id"):
        cleaner.clean_batch(pyarrow.table({"body": [TEXT], "id": ["a"]}))
    with pytest.raises(ValueError, match="column `text` is Int64, expected text or bytes"):
        cleaner.clean_batch(pyarrow.table({"text": [1]}))
    body = copydesk.Cleaner({"input": {"text_field": "body"}})
    assert one(body.clean_batch(pyarrow.table({"body": [TEXT]})))["text"] == TEXT


def test_a_stream_is_read_once() -> None:
    stream = copydesk.Cleaner().clean_batch(pyarrow.table({"text": [TEXT]}))
    assert pyarrow.table(stream).num_rows == 1
    with pytest.raises(ValueError, match="read already"):
        pyarrow.table(stream)


def test_a_long_stream_is_pulled_as_it_is_needed() -> None:
    pulled = []

    def batches():
        for n in range(5):
            pulled.append(n)
            yield pyarrow.RecordBatch.from_pydict({"text": ["It rained."] * 5000})

    source = pyarrow.RecordBatchReader.from_batches(pyarrow.schema({"text": pyarrow.string()}), batches())
    reader = pyarrow.RecordBatchReader.from_stream(copydesk.Cleaner().clean_batch(source))
    assert pulled == []
    first = reader.read_next_batch()
    assert 0 < first.num_rows <= 5000 and pulled == [0]
    assert first.num_rows + reader.read_all().num_rows == 25000


def test_an_exception_in_the_middle_of_a_stream_reaches_the_reader() -> None:
    def batches():
        yield pyarrow.RecordBatch.from_pydict({"text": ["It rained."] * 5000})
        raise RuntimeError("the disk is on fire")

    source = pyarrow.RecordBatchReader.from_batches(pyarrow.schema({"text": pyarrow.string()}), batches())
    reader = pyarrow.RecordBatchReader.from_stream(copydesk.Cleaner().clean_batch(source))
    assert reader.read_next_batch().num_rows > 0
    with pytest.raises(Exception, match="the disk is on fire"):
        reader.read_all()


def test_steps_and_layout_shape_the_columns() -> None:
    plain = copydesk.Cleaner({"steps": ["repair"]})
    row = one(plain.clean_batch(pyarrow.table({"text": [TEXT]})))
    assert "lang" not in row and "sentences" not in row and row["text"] == TEXT
    sentences = copydesk.Cleaner({"output": {"layout": "sentence"}})
    rows = pyarrow.table(sentences.clean_batch(pyarrow.table({"text": [TEXT, None], "id": ["a", "b"]}))).to_pylist()
    assert [row["id"] for row in rows] == ["a/0000", "a/0001", "b"]
    assert [row["doc"] for row in rows] == ["a", "a", "b"]
