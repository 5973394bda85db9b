"""Single cells as typed values."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _

from tracker.capture.columns import SEPARATOR, parts_of
from tracker.core.addresses import is_web_address
from tracker.core.errors import InvalidInput
from tracker.core.vocabulary import Handling, Language, Vocabulary
from tracker.followup.vocabulary import Implementation, Position
from tracker.outcomes.vocabulary import Kind, Priority
from tracker.workshops.codes import check_code

V = TypeVar("V", bound=Vocabulary)


#: What a cell of states says: one value for every addressee, or one for each that is named.
States = Vocabulary | tuple[tuple[str, Vocabulary], ...] | None


_OWN = re.compile(r"(REC|PRA)-(\d{4})-(\d{4,9})", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class WrongCell(Exception):
    """A cell cannot be taken; the message says why."""


def own_reference(ref: str) -> tuple[Kind, int, int] | None:
    """Kind, year and number of a reference in the form of Tracker's own, such as REC-2024-0007; else None."""
    match = _OWN.fullmatch(ref)
    if match is None or match[3] != f"{int(match[3]):04}" or match[2] < "1000":
        return None
    kind = next(kind for kind in Kind if kind.prefix == match[1].upper())
    return kind, int(match[2]), int(match[3])


def _reference(cell: str) -> str:
    return cell.upper() if own_reference(cell) else cell


def _plain(cell: str) -> str:
    return cell


def _long_text(cell: str) -> str:
    return cell if cell.strip() else ""


def _required_text(cell: str) -> str:
    if not cell.strip():
        raise WrongCell(_("The text is missing. Every row needs one."))
    return cell


def _slug(vocabulary: type[V], *, required: bool = False) -> Callable[[str], V | None]:
    def parse(cell: str) -> V | None:
        if not cell:
            if required:
                raise WrongCell(_("This cell is blank. Write one of: %(known)s.", known=_known(vocabulary)))
            return None
        return _member(vocabulary, cell)

    return parse


def _member(vocabulary: type[V], word: str) -> V:
    wanted = re.sub(r"[\s_]+", "-", word.strip()).casefold()
    for member in vocabulary:
        if wanted in (member.casefold(), member.casefold().removeprefix("tlp:")):
            return member
    raise WrongCell(_("“%(word)s” is not one of: %(known)s.", word=_short(word), known=_known(vocabulary)))


def _known(vocabulary: type[Vocabulary]) -> str:
    return ", ".join(str(member) for member in vocabulary)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"


def _day(cell: str) -> date | None:
    if not cell:
        return None
    if _DATE.fullmatch(cell):
        try:
            day = date.fromisoformat(cell)
        except ValueError:
            day = date.min
        if day.year >= 1000:  # a reference has a year of four digits
            return day
    raise WrongCell(
        _("“%(cell)s” is not a date. Write year-month-day, such as 2024-06-10.", cell=_short(cell))
    )


def _states(vocabulary: type[V]) -> Callable[[str], States]:
    def parse(cell: str) -> States:
        parts = parts_of(cell)
        if len(parts) <= 1 and ":" not in cell:
            return _member(vocabulary, parts[0]) if parts else None
        found: dict[str, Vocabulary] = {}
        for part in parts:
            party, colon, word = part.rpartition(":")
            if not colon or not party.strip():
                raise WrongCell(
                    _(
                        "Write one value for all, or one for each addressee: "
                        "JO:%(one)s%(separator)sMA:%(other)s.",
                        one=list(vocabulary)[0],
                        separator=SEPARATOR,
                        other=list(vocabulary)[1],
                    )
                )
            if party.strip() in found:
                raise WrongCell(_("“%(party)s” stands here twice.", party=_short(party.strip())))
            found[party.strip()] = _member(vocabulary, word)
        return tuple(found.items())

    return parse


def _workshop_code(cell: str) -> str:
    if cell:
        try:
            check_code(cell)
        except InvalidInput as error:
            raise WrongCell(str(error)) from error
    return cell


def _address(cell: str) -> str:
    if cell and not is_web_address(cell):
        raise WrongCell(_("Write the whole address, beginning with https://"))
    return cell


#: How the cell of each column is read; a parser gets the cell and gives its value or raises WrongCell.
PARSERS: dict[str, Callable[[str], Any]] = {
    "kind": _slug(Kind, required=True),
    "ref": _reference,
    "title": _long_text,
    "text": _required_text,
    "language": _slug(Language),
    "workshop": _workshop_code,
    "workshop_title": _plain,
    "workshop_date": _day,
    "themes": parts_of,
    "addressees": parts_of,
    "position": _states(Position),
    "implementation": _states(Implementation),
    "due": _day,
    "handling": _slug(Handling),
    "priority": _slug(Priority),
    "rationale": _long_text,
    "safeguards": _long_text,
    "source_url": _address,
}
