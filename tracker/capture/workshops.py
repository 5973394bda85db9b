"""The workshops that a file names: those that are here, and those that it makes."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.capture.rows import Row
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.permissions import Actor
from tracker.workshops.models import Workshop
from tracker.workshops.queries import visible_to

#: Act under which the audit log remembers what an import made or changed; the history page has a word for it.
IMPORTED = "import"


@dataclass(slots=True)
class NewWorkshop:
    """A workshop that the file makes: the first title and date that its rows give."""

    code: str
    language: str
    title: str = ""
    starts_on: date | None = None
    languages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    code: str
    title: str
    starts_on: date | None
    is_open: bool


class WorkshopBook:
    """The workshops by code, as they stood when it was made, and what the file adds to them."""

    def __init__(self, actor: Actor) -> None:
        query = select(
            Workshop.id, Workshop.code, Workshop.title, Workshop.starts_on, visible_to(actor).label("is_open")
        )
        self._known = {row.code: _Known(*row) for row in db.session.execute(query)}
        self._codes = {known.id: known.code for known in self._known.values()}
        imported = select(AuditEntry.record_id).where(
            AuditEntry.record_kind == "workshop", AuditEntry.act == IMPORTED
        )
        self._imported = set(db.session.scalars(imported))
        #: Workshops to make, by code.
        self.new: dict[str, NewWorkshop] = {}
        #: Title and date for workshops that an earlier import left without them, by id.
        self.filled: dict[int, dict[str, str | date]] = {}

    def code(self, workshop_id: int | None) -> str:
        """Code of a workshop, empty for none."""
        return self._codes[workshop_id] if workshop_id is not None else ""

    def id(self, code: str) -> int | None:
        """Number of the workshop that is here with this code; None for none, and for one that is still to be
        made.
        """
        known = self._known.get(code)
        return known.id if known else None

    def year(self, code: str) -> int | None:
        """The year in which the workshop begins, where it is known."""
        if code in self.new:
            starts_on = self.new[code].starts_on
        else:
            known = self._known.get(code)
            starts_on = known.starts_on if known else None
            starts_on = starts_on or self._filled_date(known)
        return starts_on.year if starts_on else None

    def _filled_date(self, known: _Known | None) -> date | None:
        value = self.filled.get(known.id, {}).get("starts_on") if known else None
        return value if isinstance(value, date) else None

    def reason_against(self, row: Row) -> Any:
        """Why the row's workshop cannot be used, or None."""
        if not row.workshop:
            if row.workshop_title or row.workshop_date:
                return _("A workshop's title or date needs the workshop's code. Fill in “workshop”.")
            return None
        known = self._known.get(row.workshop)
        if known is not None and not known.is_open:
            return _("There is a workshop with this code that is not open to you.")
        return None

    def use(self, row: Row, default_language: str) -> None:
        """Note what the row says about its workshop: a new one is made, a blank imported one filled in,
        others stay.
        """
        if not row.workshop:
            return
        known = self._known.get(row.workshop)
        if known is None:
            self._use_new(row, str(row.language or default_language))
        elif known.id in self._imported:
            values = self.filled.get(known.id, {})
            if known.title == known.code and row.workshop_title not in ("", known.code):
                values.setdefault("title", row.workshop_title)
            if known.starts_on is None and row.workshop_date:
                values.setdefault("starts_on", row.workshop_date)
            if values:
                self.filled[known.id] = values

    def _use_new(self, row: Row, language: str) -> None:
        workshop = self.new.setdefault(row.workshop, NewWorkshop(row.workshop, language))
        workshop.title = workshop.title or row.workshop_title
        workshop.starts_on = workshop.starts_on or row.workshop_date
        if language not in workshop.languages:
            workshop.languages.append(language)
