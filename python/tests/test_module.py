"""The module itself: documents, settings, errors, stubs."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import copydesk
from conftest import command, lines

TEXT = "The council met on Monday to talk about the old bridge. It voted at noon."
TIDES = "The ferry left an hour late on Monday because of the wind.\nHigh water at the pier: 6.12\nIt sails again on Tuesday at noon."
RULES = """schema = 1
[[rule]]
id = "tide-table"
action = "drop"
langs = ["en"]
any = ['^High water at the pier: ']
because = 'It stands on every page.'
drops = ['High water at the pier: 6.12']
keeps = ['High water delayed the ferry.']
"""


def test_a_document() -> None:
    doc = copydesk.Cleaner().clean(TEXT, id="a", url="https://www.example.com/1", metadata={"date": "2024"})
    assert (doc.id, doc.text, doc.lang, doc.reject) == ("a", TEXT, "en", "")
    assert 0 < doc.lang_score <= 1
    assert [TEXT[s.start : s.end] for s in doc.sentences] == [s.text for s in doc.sentences]
    assert [s.lang for s in doc.sentences] == ["en", "en"]
    record = doc.to_dict()
    assert json.loads(doc.to_json()) == record
    assert list(record) == copydesk.schema().names
    assert json.loads(record["metadata"]) == {"date": "2024"}
    assert repr(doc) == "Document(id='a', lang='en')"
    assert doc == pickle.loads(pickle.dumps(doc))
    assert doc != copydesk.Cleaner().clean(TEXT, id="b")


def test_bytes_are_decoded_and_lone_surrogates_replaced() -> None:
    cleaner = copydesk.Cleaner()
    german = "Der Müller ging über die Brücke und grüßte die Bäckerin, die vor ihrer Tür stand."
    doc = cleaner.clean(german.encode("cp1252"))
    assert doc.text == german
    assert doc.to_dict()["origin"]["encoding"] == "windows-1252"
    assert cleaner.clean(bytearray(german.encode())).text == german
    assert cleaner.clean("One \ud83d sign, one \ud83d\ude00 face.").text == "One \ufffd sign, one 😀 face."


@pytest.mark.parametrize("output", [{"offsets": "bytes"}, {"offsets": "utf16"}, {"sentence_text": False}, {}])
def test_sentences_are_slices_under_any_settings(output: dict[str, Any]) -> None:
    text = "Die Fähre 🚢 fährt wieder. Niemand wußte, wann. Alle kamen."
    doc = copydesk.Cleaner({"output": output}).clean(text, id="a")
    assert [s.text for s in doc.sentences] == ["Die Fähre 🚢 fährt wieder.", "Niemand wußte, wann.", "Alle kamen."]
    assert [doc.text[s.start : s.end] for s in doc.sentences] == [s.text for s in doc.sentences]
    assert doc.sentences[0].lang == "de" and doc.sentences[0].score > 0
    assert repr(doc) == "Document(id='a', lang='de')"


def test_a_charset_that_is_named_is_heard() -> None:
    line = b'{"text":"A \xe0","id":"a","charset":"windows-1251"}\n'
    (expected,) = map(json.loads, command("clean", "-", input=line, text=False).stdout.splitlines())
    assert expected["text"] == "A а"
    cleaner = copydesk.Cleaner()
    doc = cleaner.clean(b"A \xe0", id="a", metadata={"charset": "windows-1251"}, file="stdin", source="stdin")
    assert (doc.text, doc.to_dict()["origin"]) == (expected["text"], expected["origin"])
    import pyarrow

    table = pyarrow.table({"text": [b"A \xe0"], "id": ["a"], "charset": ["windows-1251"]})
    assert pyarrow.table(cleaner.clean_batch(table))["text"].to_pylist() == [expected["text"]]


def test_what_was_removed_is_told() -> None:
    line = "The mayor opened the new bridge over the harbour on Monday morning."
    doc = copydesk.Cleaner().clean("\n".join([line, "More people came than the police had expected.", line]))
    assert [(removed.text, bool(removed.reason)) for removed in doc.removed] == [(line, True)]
    assert doc.to_dict()["counts"]["lines_removed"] == 1


def test_what_is_no_record_says_why() -> None:
    cleaner = copydesk.Cleaner()
    assert cleaner.clean("").reject == cleaner.clean(" \n").reject == "empty"
    assert "binary" in cleaner.clean(bytes(range(256)) * 20).reject
    deep: Any = 1
    for _ in range(120):
        deep = [deep]
    as_object = copydesk.Cleaner({"output": {"metadata": "object"}})
    done = command("clean", "-", "--metadata", "object", input=json.dumps({"text": TEXT, "id": "a", "deep": deep}) + "\n")
    doc = as_object.clean(TEXT, id="a", metadata={"deep": deep})
    assert doc.reject and doc.reject in done.stderr


def test_half_a_surrogate_pair_is_replaced_in_every_field() -> None:
    half = {name: f"{name}\ud83d" for name in ("id", "url", "title", "source", "file")}
    record = copydesk.Cleaner().clean(TEXT, **half, metadata={"a": ["\udc00"]}).to_dict()
    assert [record[name] for name in ("id", "url", "title", "source")] == ["id\ufffd", "url\ufffd", "title\ufffd", "source\ufffd"]
    assert record["origin"]["file"] == "file\ufffd"
    assert json.loads(record["metadata"])["a"] == ["\ufffd"]


def test_metadata_is_kept_as_it_is() -> None:
    cleaner = copydesk.Cleaner()
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    for metadata in ({"n": 2**70 + 1}, {"x": 0.1 + 0.2, "é": "ü"}, {"deep": deep}):
        (expected,) = map(json.loads, command("clean", "-", input=json.dumps({"text": TEXT, "id": "a", **metadata}) + "\n").stdout.splitlines())
        found = cleaner.clean(TEXT, id="a", metadata=metadata).to_dict()
        assert json.loads(found["metadata"]) == json.loads(expected["metadata"]) == metadata
    # What a data frame has where there is nothing is null, as from the table itself.
    empty = {"a": float("nan"), "b": [float("inf")], "c": "NaN"}
    assert json.loads(cleaner.clean(TEXT, metadata=empty).to_dict()["metadata"]) == {"a": None, "b": [None], "c": "NaN"}
    assert empty["c"] == "NaN" and set(empty) == {"a", "b", "c"}


def test_fields_may_be_none() -> None:
    cleaner = copydesk.Cleaner()
    given = cleaner.clean(TEXT, id=None, url=None, title=None, source=None, file=None, metadata=None)
    assert given == cleaner.clean(TEXT)


def test_a_line_that_no_reader_takes_is_a_reject_whatever_makes_it_long() -> None:
    import pyarrow

    cleaner = copydesk.Cleaner()
    for name in ("id", "url", "title", "other"):
        fields = {"id": "a", name: "x" * (9 << 20)}
        assert "8 MiB" in cleaner.clean(TEXT, metadata=fields).reject, name
        table = pyarrow.table({"text": [TEXT]} | {key: [value] for key, value in fields.items()})
        assert "8 MiB" in pyarrow.table(cleaner.clean_batch(table))["reject"][0].as_py(), name


def test_an_id_from_the_content_when_there_is_none() -> None:
    cleaner = copydesk.Cleaner()
    assert cleaner.clean(TEXT).id == cleaner.clean(TEXT).id != cleaner.clean(TEXT + "!").id
    assert cleaner.clean(TEXT, id="17").id == "d-17"
    assert cleaner.clean(TEXT, file="x.txt", record=3).id == "x.txt#3"


def test_settings_as_dict_and_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('steps = ["sentences"]\n[input]\ntext-field = "body"\n')
    from_file = copydesk.Cleaner(path)
    assert from_file.config == copydesk.Cleaner(str(path)).config
    assert from_file.config == copydesk.Cleaner({"steps": ["sentences"], "input": {"text_field": "body"}}).config
    assert "lang" not in from_file.clean(TEXT).to_dict()
    assert pickle.loads(pickle.dumps(from_file)).config == from_file.config


def test_a_settings_file_names_rules_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sub"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "tides.toml").write_text(RULES)
    (folder / "settings.toml").write_text('[boilerplate]\nrules = ["mine"]\n')
    monkeypatch.chdir(tmp_path)
    assert "6.12" not in copydesk.Cleaner("sub/settings.toml").clean(TIDES).text
    # Settings that stand in no file have no folder but the one worked in.
    assert "6.12" not in copydesk.Cleaner({"boilerplate": {"rules": ["sub/mine"]}}).clean(TIDES).text


def test_wrong_settings_are_value_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown field `stepz`, expected one of .*`steps`"):
        copydesk.Cleaner({"stepz": []})
    with pytest.raises(ValueError, match="config"):
        copydesk.Cleaner({"steps": ["segment"]})
    with pytest.raises(TypeError, match="config is a int, expected a dict, a path or None"):
        copydesk.Cleaner(7)
    with pytest.raises(FileNotFoundError) as missing:
        copydesk.Cleaner("no/such.toml")
    assert missing.value.filename == "no/such.toml"
    path = tmp_path / "settings.toml"
    path.write_text("[repair]\nmagic = true\n")
    with pytest.raises(ValueError, match=r"(?s)settings\.toml.*unknown field `magic`"):
        copydesk.Cleaner(path)
    with pytest.raises(TypeError, match="text is a int, expected str or bytes"):
        copydesk.Cleaner().clean(7)
    for wrong in ({"kind": "avro"}, {"layout": "page"}):
        with pytest.raises(ValueError, match="expected"):
            copydesk.schema(**wrong)


def test_clean_files(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text(TEXT)
    (source / "b.jsonl").write_text('{"text":"It rained in the valley all night.","id":"b"}\n{"text":7}\n')
    report = copydesk.clean_files([source], tmp_path / "out")
    assert (report["documents_in"], report["documents_out"], report["rejected"]) == (3, 2, 1)
    assert [record["id"] for record in lines(tmp_path / "out" / "part-00000.jsonl")] == ["a.txt", "b"]
    with pytest.raises(OSError) as missing:
        copydesk.clean_files([tmp_path / "nothing"], tmp_path / "out2")
    assert missing.value.filename.endswith("nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises((OSError, ValueError)):
        copydesk.clean_files([source], tmp_path / "file" / "out")


def test_the_command_is_there() -> None:
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, f"copydesk {copydesk.__version__}\n")
    assert command("clean", "no/such/folder").returncode == 2
    piped = command("clean", "-", input='{"text":"It rained.","id":"a"}\n')
    assert piped.returncode == 0 and json.loads(piped.stdout)["id"] == "a"


@pytest.mark.parametrize("kind", ["json", "arrow", "spark", "hf"])
def test_schema_is_what_the_command_prints(kind: str) -> None:
    printed = command("schema", "--format", kind).stdout.rstrip("\n")
    made = copydesk.schema(kind)
    assert printed == {"arrow": repr, "spark": str}.get(kind, lambda value: json.dumps(value, indent=2))(made)


def test_schemas_agree() -> None:
    import datasets
    import pyarrow

    arrow = pyarrow.schema(copydesk.schema())
    assert datasets.Features.from_dict(copydesk.schema("hf")) == datasets.Features.from_arrow_schema(arrow)
    assert list(copydesk.schema("json")["properties"]) == arrow.names
    rows = pyarrow.schema(copydesk.Cleaner().schema())
    assert rows == arrow.append(pyarrow.field("reject", pyarrow.string()))
    for output in ({}, {"metadata": "object"}, {"metadata": "drop"}, {"metadata": "object", "layout": "sentence"}):
        config = {"output": output}
        made = pyarrow.schema(copydesk.Cleaner(config).schema())
        assert pyarrow.schema(copydesk.schema(config=config, rows=True)) == made
        assert copydesk.hf.features(config) == datasets.Features.from_arrow_schema(made)
        ddl = copydesk.spark.schema(config)
        while "<" in ddl:
            ddl = re.sub("<[^<>]*>", "", ddl)
        assert [column.split()[0] for column in ddl.split(", ")] == made.names
    sentence = copydesk.schema(layout="sentence")
    assert sentence.names == copydesk.schema(config={"output": {"layout": "sentence"}}).names != arrow.names


def test_stubs_say_what_the_module_has() -> None:
    config = Path(__file__).parents[1] / "pyproject.toml"
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "copydesk._copydesk", "--mypy-config-file", str(config)],
        capture_output=True, text=True, timeout=300, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_public_names_exist() -> None:
    for name in copydesk.__all__:
        assert hasattr(copydesk, name), name


def test_rules_of_ones_own_travel_with_the_cleaner(tmp_path: Path) -> None:
    pack = tmp_path / "tides.toml"
    pack.write_text(RULES)
    cleaner = copydesk.Cleaner({"boilerplate": {"rules": [str(pack)]}})
    assert "6.12" in copydesk.Cleaner().clean(TIDES).text
    assert "6.12" not in cleaner.clean(TIDES).text
    packed = pickle.dumps(cleaner)
    pack.unlink()
    # A worker on another machine has no such file.
    assert copydesk.Cleaner(pickle.loads(packed).config).clean(TIDES).text == cleaner.clean(TIDES).text
    with pytest.raises(OSError, match="tides.toml"):
        copydesk.Cleaner({"boilerplate": {"rules": [str(pack)]}})
    with pytest.raises(ValueError, match="did you mean `text-field`"):
        copydesk.Cleaner({"input": {"textfield": "body"}})
