"""How far an import is, in steps that add up to a total known before it begins."""

from collections.abc import Callable
from pathlib import Path

#: Called with the number of steps done since the last call.
Progress = Callable[[int], None]

#: A file is read, compared and written; each takes as many steps as the file has lines.
PHASES = 3

#: Bytes read at once to count lines: a file may be one endless line.
_BLOCK = 1 << 20


def lines_of(path: Path) -> int:
    """Number of lines of the file, also of a last one that does not end."""
    lines, last = 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            last = block
    return lines + (bool(last) and not last.endswith(b"\n"))


class Steps:
    """Passes on what the phases report, and at the end whatever is left of the total."""

    def __init__(self, lines: int, show: Progress) -> None:
        self._lines = lines
        self._show = show
        self._done = 0

    def phase(self, number: int, parts: int) -> Progress:
        """What to call in this phase, counted from 0, with the number done since of `parts` equal parts."""
        begin, done = number * self._lines, 0
        self._reach(begin)

        def report(since: int) -> None:
            nonlocal done
            done = min(done + since, parts)
            self._reach(begin + self._lines * done // max(parts, 1))

        return report

    def finish(self) -> None:
        """Nothing is left to do, whether all phases were needed or not."""
        self._reach(PHASES * self._lines)

    def _reach(self, place: int) -> None:
        if place > self._done:
            self._show(place - self._done)
            self._done = place
