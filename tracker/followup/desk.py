"""What awaits a person: the few lists that need an act of theirs, for the home page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import Actor, Permission, allows
from tracker.followup.listing import Filters, Row, Show, list_page
from tracker.followup.vocabulary import Assurance

#: Rows of each list that the home page shows.
FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Awaiting:
    """One list that awaits an act: how many there are, the first of them, the filters that show them all."""

    label: Any
    count: int
    filters: dict[str, str]
    rows: list[Row]


def awaiting(actor: Actor) -> list[Awaiting]:
    """What came back disputed to a focal point and what it has to report, what a reviewer has to assess, what
    a coordinator has to chase.

    Empty lists are left out. The operator stands for everybody and has no desk.
    """
    if actor.is_operator:
        return []
    wanted: list[tuple[Any, Filters]] = []
    if allows(actor, Permission.FOLLOWUP_REPORT):
        disputed = Filters(sign=Show.OPEN, assurance=Assurance.DISPUTED, mine=True)
        wanted.append((_l("Disputed by a reviewer"), disputed))
        wanted.append((_l("To report on"), Filters(sign=Show.OPEN, mine=True)))
    if allows(actor, Permission.FOLLOWUP_ASSESS):
        wanted.append((_l("To assess"), Filters(sign=Show.TO_ASSESS)))
    if allows(actor, Permission.FOLLOWUP_SCHEDULE):
        wanted.append((_l("Overdue"), Filters(sign=Show.OVERDUE)))
        wanted.append((_l("Disputed"), Filters(sign=Show.OPEN, assurance=Assurance.DISPUTED)))
    found = []
    for label, filters in wanted:
        page = list_page(actor, filters, 1, size=FIRST_ROWS)
        if page.total:
            found.append(Awaiting(label, page.total, filters.arguments(), list(page.items)))
    return found
