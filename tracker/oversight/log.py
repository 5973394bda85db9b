"""Reading the audit log: filtered, page by page, with the records that entries are about.

What an act changed in a marked record is told by the record's own history, to those who may read it. Here
an administrator, who gains no right to read marked records, sees which fields an act changed, and the values
only of accounts, parties, themes and settings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from flask import has_request_context, url_for
from sqlalchemy import ColumnElement, Select, and_, not_, select

from tracker.accounts.models import Party, Person
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.history import Change, Wording, changes_of, in_words
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor
from tracker.followup.models import Adoption, Commitment
from tracker.outcomes import queries as outcomes
from tracker.outcomes.history import FIRST_ACTS, tells_author, under_chatham_house
from tracker.outcomes.models import Outcome
from tracker.oversight.words import OTHER_WORDING, WORDINGS
from tracker.themes.models import Theme
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop

#: Kinds of records whose contents follow a handling label.
MARKED = ("outcome", "workshop", "commitment", "adoption", "import")
#: Of those, what is no content of the record: its label and its state.
TOLD = ("handling", "record")
#: Entries that one query of an export reads.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What the log is narrowed to; an empty value does not narrow. Days are whole days in UTC."""

    actor_id: int | None = None
    act: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that an entry is about: its name, and its address where the reader may open it."""

    name: str
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the page shows it; `changes` has no values where they are withheld."""

    row: AuditEntry
    #: Who acted; empty where the Chatham House Rule keeps who logged an outcome.
    who: str
    subject: Subject | None
    changes: list[Change]
    withheld: bool


def _clauses(filters: LogFilters) -> Iterator[ColumnElement[bool]]:
    if filters.actor_id is not None:
        yield AuditEntry.actor_id == filters.actor_id
        # Looking for a person must not find what the Chatham House Rule says nobody has logged.
        kept = select(Outcome.id).where(Outcome.chatham_house, Outcome.author_id == filters.actor_id)
        of_outcome = AuditEntry.record_kind == "outcome"
        yield not_(and_(of_outcome, AuditEntry.record_id.in_(kept)))
        yield not_(and_(of_outcome, AuditEntry.record_id.in_(_discarded_under_the_rule(filters.actor_id))))
    if filters.act:
        yield AuditEntry.act == filters.act
    if filters.kind:
        yield AuditEntry.record_kind == filters.kind
    if filters.since is not None:
        yield AuditEntry.at >= datetime.combine(filters.since, time(), UTC)
    if filters.until is not None:
        yield AuditEntry.at < datetime.combine(filters.until + timedelta(days=1), time(), UTC)


def _discarded_under_the_rule(author_id: int) -> list[int]:
    """Numbers of the drafts that this person logged and that were discarded under the Chatham House Rule."""
    gone = (
        select(AuditEntry.record_id)
        .where(AuditEntry.actor_id == author_id, AuditEntry.record_kind == "outcome")
        .where(AuditEntry.act.in_(FIRST_ACTS), AuditEntry.record_id.not_in(select(Outcome.id)))
    )
    return list(under_chatham_house(number for number in db.session.scalars(gone) if number is not None))


def _query(filters: LogFilters) -> Select[tuple[AuditEntry]]:
    return select(AuditEntry).where(*_clauses(filters)).order_by(AuditEntry.id.desc())


def list_page(actor: Actor, filters: LogFilters, page: int) -> Page[Entry]:
    """One page of the log, the newest first."""
    found = paginate(_query(filters), page)
    return Page(_described(actor, found.items), found.page, found.total, found.size)


def all_entries(actor: Actor, filters: LogFilters) -> Iterator[Entry]:
    """Every entry that matches, the newest first, read in batches."""
    last: int | None = None
    while True:
        query = _query(filters).limit(_BATCH)
        rows = list(db.session.scalars(query if last is None else query.where(AuditEntry.id < last)))
        yield from _described(actor, rows)
        if len(rows) < _BATCH:
            return
        last = rows[-1].id


def acts() -> list[str]:
    """The acts that occur, for the filter."""
    return sorted(db.session.scalars(select(AuditEntry.act).distinct()))


def people() -> list[tuple[int, str]]:
    """Number and name of everybody, for the filter.

    Not of those who have acted: that would name somebody whose only acts the Chatham House Rule keeps.
    """
    rows = db.session.execute(select(Person.id, Person.name).order_by(Person.name, Person.id))
    return [(row.id, row.name) for row in rows]


def _described(actor: Actor, rows: Sequence[AuditEntry]) -> list[Entry]:
    subjects = _subjects(actor, rows)
    numbers = [row.record_id for row in rows if row.record_kind == "outcome" and row.record_id is not None]
    authors = under_chatham_house(numbers)
    changes = _changes(actor, rows)
    return [
        Entry(
            row=row,
            who="" if not actor.is_operator and _is_kept(row, authors) else row.actor_name,
            subject=subjects.get((row.record_kind, row.record_id or 0)),
            changes=changes[row.id],
            withheld=row.record_kind in MARKED and not actor.is_operator,
        )
        for row in rows
    ]


def _is_kept(row: AuditEntry, authors: dict[int, int | None]) -> bool:
    """Whether the name in the entry is one that the Chatham House Rule keeps."""
    number = row.record_id if row.record_kind == "outcome" else None
    return number in authors and tells_author(row, authors[number])


def _changes(actor: Actor, rows: Sequence[AuditEntry]) -> dict[int, list[Change]]:
    """What each entry changed, in words, by the entry's number; of marked records what may be told."""
    by_kind: dict[str, list[AuditEntry]] = defaultdict(list)
    for row in rows:
        by_kind[row.record_kind].append(row)
    found = {}
    for kind, entries in by_kind.items():
        wording = WORDINGS.get(kind, OTHER_WORDING)
        withheld = kind in MARKED and not actor.is_operator
        names = {} if withheld else wording.names(entries)
        for row in entries:
            told = _told(row, wording) if withheld else changes_of(actor, row, wording, names)
            found[row.id] = list(told)
    return found


def _told(row: AuditEntry, wording: Wording) -> Iterator[Change]:
    """Which fields of a marked record an act changed, without what they say, but for its label."""
    for name, *sides in row.changes:
        label = wording.fields.get(name)
        if label is not None:
            before, after = (in_words(name, side, wording, {}) if name in TOLD else "" for side in sides)
            yield Change(label, before, after)


def _subjects(actor: Actor, rows: Iterable[AuditEntry]) -> dict[tuple[str, int], Subject]:
    """The records of these entries by kind and number, in a fixed number of queries."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.record_id is not None:
            ids[row.record_kind].add(row.record_id)
    found: dict[tuple[str, int], Subject] = {}
    open_outcomes = outcomes.visible_among(actor, ids["outcome"])
    for number, ref in _pairs(Outcome.ref, ids["outcome"]):
        url = _link("outcomes.history", ref=ref) if number in open_outcomes else None
        found["outcome", number] = Subject(ref, url)
    open_workshops = workshops.visible_among(actor, ids["workshop"])
    for number, code in _pairs(Workshop.code, ids["workshop"]):
        url = _link("workshops.detail", code=code) if number in open_workshops else None
        found["workshop", number] = Subject(code, url)
    found |= _items(actor, Commitment, ids["commitment"]) | _items(actor, Adoption, ids["adoption"])
    for theme in db.session.scalars(select(Theme).where(Theme.id.in_(ids["theme"]))):
        found["theme", theme.id] = Subject(theme.name, _link("themes.detail", slug=theme.slug))
    for party in db.session.scalars(select(Party).where(Party.id.in_(ids["party"]))):
        found["party", party.id] = Subject(party.name)
    for number, name in _pairs(Person.name, ids["person"]):
        found["person", number] = Subject(name)
    return found


def _link(endpoint: str, **values: str) -> str | None:
    """The address of a page; the command line needs none."""
    return url_for(endpoint, **cast(dict[str, Any], values)) if has_request_context() else None


def _pairs(column: Any, ids: set[int]) -> list[tuple[int, str]]:
    model = column.class_
    rows = db.session.execute(select(model.id, column).where(model.id.in_(ids)))
    return [(number, str(name)) for number, name in rows]


def _items(
    actor: Actor, model: type[Commitment] | type[Adoption], ids: set[int]
) -> dict[tuple[str, int], Subject]:
    query = (
        select(model.id, model.outcome_id, Outcome.ref, Party.code)
        .join(Outcome, Outcome.id == model.outcome_id)
        .join(Party, Party.id == model.party_id)
        .where(model.id.in_(ids))
    )
    rows = db.session.execute(query).all()
    readable = outcomes.visible_among(actor, [row.outcome_id for row in rows])
    kind = "commitment" if model is Commitment else "adoption"
    return {
        (kind, row.id): Subject(
            f"{row.ref} · {row.code}",
            _link(f"followup.{kind}", ref=row.ref, party=row.code) if row.outcome_id in readable else None,
        )
        for row in rows
    }
