"""References such as REC-2024-0007: per kind and year, counted up, never given twice."""

from flask_babel import gettext as _

from tracker.core.db import unit_of_work
from tracker.core.errors import InvalidInput
from tracker.outcomes.models import ReferenceCounter
from tracker.outcomes.vocabulary import Kind


def format_reference(kind: Kind, year: int, number: int) -> str:
    """The reference: four digits, five above 9999."""
    return f"{kind.prefix}-{year:04}-{number:04}"


def reserve_references(kind: Kind, year: int, count: int) -> list[str]:
    """The next `count` references, in order; numbers of a unit of work that fails were never given.

    Raises InvalidInput when the year is not one of four digits.
    """
    if not 1000 <= year <= 9999:
        raise InvalidInput(_("The year of the workshop must have four digits. Correct the workshop's date."))
    with unit_of_work(announce=False) as session:
        counter = session.get(
            ReferenceCounter, (kind.prefix, year), populate_existing=True, with_for_update=True
        )
        if counter is None:
            counter = ReferenceCounter(prefix=kind.prefix, year=year, last=0)
            session.add(counter)
        first = counter.last + 1
        counter.last += count
        session.flush()
        return [format_reference(kind, year, first + step) for step in range(count)]


def next_reference(kind: Kind, year: int) -> str:
    """The next reference of this kind and year."""
    return reserve_references(kind, year, 1)[0]
