"""Starting the process that reads a file, and killing it when its time is over."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tracker
from tracker.reading.pages import LONGEST_LABEL, PIECE, Limits, Page, cleaned
from tracker.reading.vocabulary import ReadingState, Unit

_PROGRAM = "tracker.reading.child"
#: Seconds beyond its processor time that a process may wait for a busy machine, and those it takes to begin.
_PATIENCE, _BEGINNING = 2, 10


@dataclass(slots=True)
class Reading:
    """What came of a file."""

    state: ReadingState
    unit: Unit = Unit.WHOLE
    is_cut: bool = False
    pages: list[Page] = field(default_factory=list)


def read(path: Path, ending: str, limits: Limits, scratch: Path) -> Reading:
    """Read a file in a process of its own; `scratch` is a folder for what the process hands over.

    A process that was stopped hands over what it had read until then. Raises OSError when the file or a
    process cannot be had.
    """
    numbers = (limits.seconds, limits.megabytes, limits.pages, limits.characters)
    # Our own interpreter and our own module; of the file only its bytes and its known ending are handed over.
    command = [sys.executable, "-B", "-m", _PROGRAM, ending, *map(str, numbers)]
    with path.open("rb") as source, tempfile.TemporaryFile(dir=scratch) as sink:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL, cwd="/", env=_environment()
        )
        is_over_time = False
        try:
            process.wait(limits.seconds * _PATIENCE + _BEGINNING)
        except subprocess.TimeoutExpired:
            is_over_time = True
        finally:
            process.kill()
            process.wait()
        sink.seek(0)
        told = sink.read(limits.most_bytes).decode("utf-8", "replace").splitlines()
    return _understood(told, limits, was_stopped=is_over_time or process.returncode < 0)


def _environment() -> dict[str, str]:
    """What the process knows of this one: where the program lies, and no secret."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return kept | {
        "PYTHONPATH": str(Path(tracker.__file__).parent.parent),
        "PYTHONUTF8": "1",
        # Every thread takes address space, which is bounded; nothing here computes.
        "OPENBLAS_NUM_THREADS": "1",
        "OPENPYXL_LXML": "False",
    }


def _understood(told: Iterable[str], limits: Limits, *, was_stopped: bool) -> Reading:
    """What a process said, believed only as far as it keeps to the form and the limits."""
    reading = Reading(ReadingState.TOO_SLOW if was_stopped else ReadingState.DAMAGED)
    left, is_whole = limits.characters, False
    for line in told:
        try:
            said: dict[str, Any] = json.loads(line)
            if "state" in said:
                reading.state, is_whole = _state(said["state"]), True
                reading.is_cut = bool(said.get("is_cut"))
            elif "unit" in said:
                reading.unit = Unit(said["unit"])
            elif (page := _page(said, limits)).text:
                left -= len(page.text)
                if left < 0 or len(reading.pages) == _most_pieces(limits):
                    raise ValueError("more than it may")
                reading.pages.append(page)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            is_whole = False
            break
    if reading.pages and (not is_whole or reading.state.is_failure):
        # Stopped half-way: what was read is found, and the page of the file says that it is not all.
        reading.state, reading.is_cut = ReadingState.READ, True
    elif not reading.pages and reading.state is ReadingState.READ:
        reading.state = ReadingState.DAMAGED
    return reading


def _state(said: str) -> ReadingState:
    state = ReadingState(said)
    if state in (ReadingState.READING, ReadingState.MISSING):
        raise ValueError("this is not for the process to say")
    return state


def _page(said: dict[str, Any], limits: Limits) -> Page:
    """One piece, cleaned again; raises ValueError, KeyError or TypeError for what no reader says."""
    number, label, text = said["number"], said["label"], said["text"]
    if type(number) is not int or not isinstance(label, str) or not isinstance(text, str):
        raise TypeError("not the form")
    if not 1 <= number <= limits.pages:
        raise ValueError("no such page")
    return Page(number, cleaned(label)[:LONGEST_LABEL], cleaned(text[:PIECE]))


def _most_pieces(limits: Limits) -> int:
    """Most pieces that the readers make: each page begins one, and what is cut is at least half full."""
    return limits.pages + 2 * limits.characters // PIECE + 1
