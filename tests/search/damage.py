"""Ways in which a file of the index comes to harm, each at a place chosen by chance."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path


def flip(path: Path, chance: random.Random) -> None:
    """One bit is another."""
    with path.open("r+b") as file:
        at = chance.randrange(max(path.stat().st_size, 1))
        file.seek(at)
        old = file.read(1) or b"\0"
        file.seek(at)
        file.write(bytes([old[0] ^ (1 << chance.randrange(8))]))


def scribble(path: Path, chance: random.Random) -> None:
    """Some bytes are noise."""
    with path.open("r+b") as file:
        file.seek(chance.randrange(max(path.stat().st_size, 1)))
        file.write(chance.randbytes(chance.choice((2, 16, 700))))


def blank(path: Path, chance: random.Random) -> None:
    """Everything from a place on is zero, as after a power cut."""
    size = path.stat().st_size
    os.truncate(path, chance.randrange(max(size, 1)))
    os.truncate(path, size)


def shorten(path: Path, chance: random.Random) -> None:
    """The end is missing."""
    os.truncate(path, chance.randrange(max(path.stat().st_size, 1)))


def lengthen(path: Path, chance: random.Random) -> None:
    """There is more than was written."""
    with path.open("ab") as file:
        file.write(chance.randbytes(chance.randrange(1, 5_000)))


def replace(path: Path, chance: random.Random) -> None:
    """Another file of the folder stands in its place."""
    other = chance.choice(sorted(file for file in path.parent.iterdir() if file.is_file()))
    draft = path.with_name("draft")
    draft.write_bytes(other.read_bytes())
    draft.replace(path)


def remove(path: Path, chance: random.Random) -> None:
    """It is gone."""
    path.unlink()


WAYS: tuple[Callable[[Path, random.Random], None], ...] = (
    flip,
    flip,
    flip,
    scribble,
    blank,
    shorten,
    lengthen,
    replace,
    remove,
)


def harm(folder: Path, chance: random.Random) -> str:
    """Do harm to some file below a folder, or now and then to the folder; says what was done."""
    while True:
        # Unlike a glob, a walk goes on when a folder that it has seen is put aside before it looks into it.
        files = sorted(Path(place, name) for place, _folders, names in os.walk(folder) for name in names)
        if not files or chance.random() < 0.04:
            shutil.rmtree(folder, ignore_errors=True)
            return "removed everything"
        path, way = chance.choice(files), chance.choice(WAYS)
        try:
            way(path, chance)
        except FileNotFoundError:
            # It was put aside or finished meanwhile.
            continue
        return f"{way.__name__} {path.relative_to(folder)}"
