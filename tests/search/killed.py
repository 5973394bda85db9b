"""A process that is killed in the middle of writing an index, at a place and a moment that a test chooses."""

import os
import signal
import subprocess
import sys
from pathlib import Path

CHILD = """
import os, signal, sys
from pathlib import Path
import whoosh.codec.base, whoosh.codec.whoosh3, whoosh.index
from tests.search.corpus import outcome
from tracker.search.index import storage
from tracker.search.whoosh_engine import WhooshEngine

PLACES = {
    "documents": (whoosh.codec.whoosh3.W3PerDocWriter, "close"),
    "postings": (whoosh.codec.whoosh3.W3FieldWriter, "close"),
    "compound": (whoosh.codec.base.Segment, "create_compound_file"),
    "contents": (whoosh.index.TOC, "write"),
    "note": (storage.IndexFolder, "set_current"),
    "cleaning": (whoosh.index, "clean_files"),
    "tidying": (storage.IndexFolder, "tidy"),
}
WORK = {
    "merge": lambda: engine.merge_segments(),
    "save": lambda: engine.add([outcome("REC-2024-0099", "zebra")]),
    "add": lambda: engine.add([outcome(f"REC-2024-{n:04}", "border") for n in range(5, 15)]),
    "rebuild": lambda: engine.rebuild([outcome(f"REC-2024-{n:04}", "border") for n in range(20)]),
}
folder, place, when, work = sys.argv[1:]
engine = WhooshEngine.open(Path(folder))
owner, name = PLACES[place]
original = getattr(owner, name)

def deadly(*args, **kwargs):
    if when == "after":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, deadly)
WORK[work]()
"""


def kill(folder: Path, place: str, when: str, work: str) -> None:
    """Have some work done on an index by a process that dies ``before`` or ``after`` a step of it."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), place, when, work], cwd=os.getcwd(), check=False
    )
    assert child.returncode == -signal.SIGKILL
