"""Walking the XML parts of office files: no definitions, no entities, bounded tokens, bounded elements."""

from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from tracker.core import refusals

#: Told of every element: its name and its attributes.
OnElement = Callable[[str, dict[str, str]], None]

#: Longest tag or comment, in bytes: the parser reads an unfinished one again with every piece.
_LONGEST_TOKEN = 4 * 1024 * 1024

#: Most elements of which somebody is told, in all parts of a file; an element takes about a microsecond.
MOST_ELEMENTS = 2_000_000


class Elements:
    """Counts the elements that are told, over all parts of a file, and leaves out their prefixes."""

    def __init__(self) -> None:
        self._left = MOST_ELEMENTS

    def telling(self, on_element: OnElement) -> OnElement:
        """What the parser calls; raises InvalidInput when there are too many."""

        def tell(name: str, attributes: dict[str, str]) -> None:
            self._left -= 1
            if self._left < 0:
                raise refusals.unpacks_too_large()
            on_element(name.rpartition(":")[2], attributes)

        return tell


def walk(
    pieces: Iterable[bytes],
    on_element: OnElement | None = None,
    *,
    may_break: bool = False,
) -> None:
    """Read a part to its end; `may_break` takes one that stops being XML after its first element.

    The standard library's parser is used as defusedxml uses it: a document type definition ends the reading
    at once, and without one there is no entity to expand or to fetch. Only where somebody wants to know of
    elements does every element call into Python. Raises InvalidInput.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_definitions
    begun = _Begun(parser, on_element)
    given = 0
    broken = False
    for piece in pieces:
        # Also what is not parsed any more is taken: whoever gives the pieces checks their sum at the end.
        if not broken:
            broken = _parse(parser, piece, False, begun, may_break)
            given += len(piece)
            if given - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
                raise refusals.damaged()
    if not broken:
        _parse(parser, b"", True, begun, may_break)


class _Begun:
    """Whether the first element has come, after which no definition can follow."""

    def __init__(self, parser: Any, on_element: OnElement | None) -> None:
        self.is_true = False
        self._parser, self._next = parser, on_element
        parser.StartElementHandler = self._first

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        self.is_true = True
        self._parser.StartElementHandler = self._next
        if self._next is not None:
            self._next(name, attributes)


def _parse(parser: Any, piece: bytes, is_last: bool, begun: _Begun, may_break: bool) -> bool:
    """Parse a piece; whether the part has broken off here, as it may."""
    try:
        parser.Parse(piece, is_last)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if may_break and begun.is_true:
            return True
        raise refusals.damaged() from error
    return False


def _refuse_definitions(*_declared: Any) -> None:
    raise refusals.definitions()
