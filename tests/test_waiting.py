"""Waiting in tests: no test waits for a fixed time, and a wait ends when there is nothing to wait for."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import waiting

FILES = sorted(set(Path(__file__).parent.rglob("*.py")) - {Path(__file__), Path(waiting.__file__)})

CLOCKS = {"monotonic", "perf_counter", "time"}


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def waits(call: ast.Call, polls: bool) -> bool:
    """Whether a call takes, or gives up after, a time that is given to it."""
    name, given = name_of(call), call.args
    if any(word.arg == "timeout" and ast.unparse(word.value) != "None" for word in call.keywords):
        return True
    if name == "sleep":
        return ast.unparse(given[0]) != "0" and not polls
    if name == "join":  # texts are joined, too
        return bool(given) and isinstance(given[0], ast.Constant) and not isinstance(given[0].value, str)
    return name in ("wait", "result") and isinstance(call.func, ast.Attribute) and bool(given)


def fixed(text: str, alone: bool = False) -> Iterator[str]:
    """The waits for a fixed time in a program, and in the programs that it holds as texts.

    Those stand `alone`, without the helper: in a loop they may sleep between two looks at something.
    """
    tree = ast.parse(text)
    looped = {id(inner) for loop in ast.walk(tree) if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and waits(node, polls=alone and id(node) in looped):
            yield f"line {node.lineno}: {ast.unparse(node)[:80]}"
        elif isinstance(node, ast.Compare):
            calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
            if any(name_of(call) in CLOCKS and not call.args for call in calls):
                yield f"line {node.lineno}: {ast.unparse(node)[:80]}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "sleep(" in node.value:
            with suppress(SyntaxError):  # words about sleep, or a piece of a program
                yield from (f"line {node.lineno}, in a text, {found}" for found in fixed(node.value, alone=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_test_waits_for_a_fixed_time(path: Path) -> None:
    found = list(fixed(path.read_text(encoding="utf-8")))
    assert not found, f"{path.name}: use waiting.until, waiting.run or driving.wait: {found}"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("time.sleep(0.5)", True),
        ("sleep(slow)", True),
        ("time.sleep(0)", False),
        ("while not there(): time.sleep(0.01)", True),
        ("PROGRAM = 'while not there(): time.sleep(0.01)'", False),
        ("PROGRAM = 'time.sleep(0.01)'", True),
        ("done.wait(60)", True),
        ("done.wait()", False),
        ("wait(window, done.is_set)", False),
        ("thread.join(5.0)", True),
        ("', '.join(words), os.path.join('a', 'b')", False),
        ("lock.acquire(timeout=2)", True),
        ("subprocess.run(['true'], timeout=60)", True),
        ("while time.monotonic() < end: look()", True),
        ("assert time.perf_counter() - began < 0.2", True),
        ("began = time.perf_counter()", False),
    ],
)
def test_the_reader_sees_what_it_should(text: str, seen: bool) -> None:
    assert bool(list(fixed(text))) is seen


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """A machine so busy that a look takes 50 s, in which a thread or a process gets as much `work` done."""
    state = {"now": 0.0, "done": 0.0, "work": 0.02}

    def now() -> float:
        state["now"] += 50.0
        state["done"] += state["work"]
        return state["now"]

    monkeypatch.setattr(waiting.time, "monotonic", now)
    monkeypatch.setattr(waiting.Work, "_sum", lambda work: state["done"])
    return state


def test_a_wait_goes_on_for_as_long_as_something_works(machine: dict[str, float]) -> None:
    waiting.until(lambda: machine["now"] > 50_000, between=lambda: None)
    machine["work"] = 0.0
    with pytest.raises(AssertionError, match="nothing goes on any more"):
        waiting.until(lambda: False, between=lambda: None)
    machine["work"] = 20.0
    with pytest.raises(AssertionError, match="it goes on after"):
        waiting.until(lambda: False, between=lambda: None)


def test_the_work_of_threads_and_processes_is_seen() -> None:
    work = waiting.Work()
    worker = threading.Thread(target=lambda: sum(range(10**7)))
    worker.start()
    worker.join()
    first = work._sum() - work._first
    assert first > 0.01
    lasting = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"]
    with subprocess.Popen(lasting, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        assert work._sum() - work._first > first + 0.3, "it works still"
        process.stdin.write("\n")
    assert work._sum() - work._first > first + 0.3, "it has ended"


def test_what_is_waited_for_in_vain_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "STILL", 0.3)
    monkeypatch.setattr(waiting, "LOOK", 0.05)
    with pytest.raises(AssertionError, match="nothing goes on any more"):
        waiting.run([sys.executable, "-c", "import threading; threading.Event().wait()"])
