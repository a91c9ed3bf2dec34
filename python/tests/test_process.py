"""Processes and threads: pickling, spawn, fork after import, Ctrl-C, exceptions, many threads at once."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import copydesk
import dump
from conftest import command

TEXT = "The council met on Monday to talk about the old bridge. It voted at noon."


def work(cleaner: copydesk.Cleaner) -> copydesk.Document:
    return cleaner.clean(TEXT, id="a")


def test_pickling() -> None:
    cleaner = copydesk.Cleaner({"steps": ["sentences"]})
    again = pickle.loads(pickle.dumps(cleaner))
    assert again.config == cleaner.config and work(again) == work(cleaner)
    # However many tasks bring one along, a process compiles the settings once.
    assert pickle.loads(pickle.dumps(cleaner)) is again
    assert copy.deepcopy(cleaner).config == cleaner.config
    assert pickle.loads(pickle.dumps(work(cleaner))) == work(cleaner)


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_other_processes(method: str) -> None:
    cleaner = copydesk.Cleaner()
    expected = work(cleaner)
    copydesk_threads_are_warm(cleaner)
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(work, [cleaner] * 4, chunksize=1) == [expected] * 4


def copydesk_threads_are_warm(cleaner: copydesk.Cleaner) -> None:
    import pyarrow

    assert pyarrow.table(cleaner.clean_batch(pyarrow.table({"text": [TEXT]}))).num_rows == 1


def test_many_threads_share_one_cleaner() -> None:
    cleaner = copydesk.Cleaner()
    expected = [cleaner.clean(f"{TEXT} {n} people came.", id=f"d{n}") for n in range(50)]
    found: dict[int, list[copydesk.Document]] = {}

    def run(thread: int) -> None:
        found[thread] = [cleaner.clean(f"{TEXT} {n} people came.", id=f"d{n}") for n in range(50)]

    threads = [threading.Thread(target=run, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [found[n] for n in range(8)] == [expected] * 8


# What comes to no end says where it stands and is ended: by the time that it works where it works, since a busy or a stopped
# machine may take a minute for a second's work, and by the clock where it only waits.
WATCHED = """
import faulthandler, resource, signal
resource.setrlimit(resource.RLIMIT_CPU, (20, 25))
faulthandler.register(signal.SIGXCPU, chain=True)
faulthandler.dump_traceback_later(200, exit=True)
"""
PATIENCE = 300


def interrupted(code: str) -> tuple[int, str]:
    """Runs Python, presses Ctrl-C once it says that it is ready; its exit code and what it said."""
    run = [sys.executable, "-c", WATCHED + code]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, said


ENDLESS = """
import copydesk, pyarrow
def batches():
    while True:
        yield pyarrow.RecordBatch.from_pydict({"text": ["The council met on Monday. " * 40] * 100})
source = pyarrow.RecordBatchReader.from_batches(pyarrow.schema({"text": pyarrow.string()}), batches())
stream = copydesk.Cleaner().clean_batch(source)
print("ready", flush=True)
"""


def test_ctrl_c_in_a_stream_read_in_one_go() -> None:
    code, said = interrupted(ENDLESS + "pyarrow.table(stream)")
    assert code != 0 and "KeyboardInterrupt" in said, said


def test_ctrl_c_in_a_stream_read_batch_by_batch() -> None:
    code, said = interrupted(ENDLESS + "for batch in pyarrow.RecordBatchReader.from_stream(stream): pass")
    assert code != 0 and "KeyboardInterrupt" in said, said


# A signal that comes while a batch is worked on, in which no Python runs: as soon as the source has given it.
WORKED_ON = """
import os, signal, sys, threading, time
import copydesk, pandas, polars, pyarrow
def limit(*_):
    raise TimeoutError("too long")
signal.signal(signal.SIGALRM, limit)
main, given = threading.get_ident(), threading.Event()
text = "The council met on Monday to talk about the old bridge, and voted at noon.\\n" * 150_000
def batches():
    batch = pyarrow.RecordBatch.from_pydict({"text": [text]})
    while True:
        given.set()
        yield batch
def press(number):
    given.wait()
    while sys._current_frames()[main].f_code.co_name == "batches":
        time.sleep(0.001)
    os.kill(os.getpid(), number)
source = pyarrow.RecordBatchReader.from_batches(pyarrow.schema({"text": pyarrow.string()}), batches())
stream = copydesk.Cleaner().clean_batch(source)
"""
BY_BATCH = "for batch in pyarrow.RecordBatchReader.from_stream(stream): pass"
CAUGHT = """
try:
    pyarrow.table(stream)
except Exception as error:
    print(error)
print("went on")
"""


@pytest.mark.parametrize(
    ("number", "read", "last", "code"),
    [
        # Back in Python after each batch: it is what Python makes of it.
        ("SIGINT", BY_BATCH, "KeyboardInterrupt", -signal.SIGINT),
        ("SIGALRM", BY_BATCH, "TimeoutError: too long", 1),
        # Not before the end: the stream can only fail, and its reader says so in its own words.
        ("SIGINT", "pyarrow.table(stream)", "pyarrow.lib.ArrowInvalid: Compute error: KeyboardInterrupt", 1),
        ("SIGALRM", "pyarrow.table(stream)", "pyarrow.lib.ArrowInvalid: Compute error: TimeoutError: too long", 1),
        ("SIGINT", "pandas.DataFrame.from_arrow(stream)", "ArrowInvalid: Compute error: KeyboardInterrupt", 1),
        ("SIGINT", "polars.DataFrame(stream)", "Compute error: KeyboardInterrupt", 1),
        # Who goes on after that is stopped by the real one.
        ("SIGINT", CAUGHT, "KeyboardInterrupt", -signal.SIGINT),
        ("SIGALRM", CAUGHT, "TimeoutError: too long", 1),
    ],
)
def test_a_signal_while_a_batch_is_worked_on(number: str, read: str, last: str, code: int) -> None:
    press = f"threading.Thread(target=press, args=[signal.{number}], daemon=True).start()\n"
    run = [sys.executable, "-c", WATCHED + WORKED_ON + press + read]
    done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE)
    told = done.stderr
    assert told.startswith("Traceback (most recent call last):\n  File ") and told.endswith(f"{last}\n"), told
    assert told.count("Traceback") == told.count(last.split(": ")[-1]) == 1 and "went on" not in done.stdout, told
    assert done.returncode == code, told


def test_ctrl_c_in_clean_files_leaves_a_run_that_can_be_taken_up_again(tmp_path: Path) -> None:
    source = tmp_path / "crawl.jsonl"
    dump.write(source, 20_000, paragraphs=8)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run = f"copydesk.clean_files([{str(source)!r}], {str(broken)!r}, threads=1, templates='off')"
    code, said = interrupted(f'import copydesk; print("ready", flush=True); {run}')
    assert code != 0 and "KeyboardInterrupt" in said, said
    assert not (broken / ".copydesk" / "manifest.json").exists(), "it was done before Ctrl-C came"
    options = ("--templates", "off", "-q", "-j", 1)
    assert command("clean", source, "-o", broken, "--resume", *options).returncode == 0
    assert command("clean", source, "-o", whole, *options).returncode == 0
    assert (broken / "part-00000.jsonl").read_bytes() == (whole / "part-00000.jsonl").read_bytes()


def test_an_exception_while_reading_leaves_the_cleaner_whole() -> None:
    import pyarrow

    cleaner = copydesk.Cleaner()

    def batches():
        yield pyarrow.RecordBatch.from_pydict({"text": [TEXT]})
        raise KeyError("gone")

    source = pyarrow.RecordBatchReader.from_batches(pyarrow.schema({"text": pyarrow.string()}), batches())
    with pytest.raises(Exception, match="gone"):
        pyarrow.table(cleaner.clean_batch(source))
    assert work(cleaner) == work(copydesk.Cleaner())
