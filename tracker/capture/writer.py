"""Writing what a plan says, inside one transaction: themes and workshops first, then outcomes in bulk."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from tracker.accounts.models import Person
from tracker.capture.cells import own_reference
from tracker.capture.changes import STATES, states_by_party
from tracker.capture.plan import CHUNK, Plan
from tracker.capture.rows import Row
from tracker.capture.standing import PARTS
from tracker.capture.trail import said_at_first
from tracker.capture.workshops import IMPORTED
from tracker.core import audit, outbox
from tracker.core.db import Base, db, now, today
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language
from tracker.followup.vocabulary import Assurance
from tracker.outcomes.models import Outcome, ReferenceCounter
from tracker.outcomes.references import reserve_references
from tracker.outcomes.vocabulary import Kind, Quality, Record
from tracker.themes.service import create_from_labels
from tracker.workshops.models import Workshop
from tracker.workshops.service import snapshot


def write_themes(actor: Actor, plan: Plan) -> int:
    """Make the themes that the file needs and teach them to the plan's dictionary; gives how many."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for word, language in plan.new_themes.values():
        by_language[language].append(" ".join(word.split()))
    for language, labels in by_language.items():
        plan.words.themes |= create_from_labels(actor, labels, language)
    return len(plan.new_themes)


def write_workshops(actor: Actor, plan: Plan) -> dict[str, int]:
    """Make the workshops that the file names and fill in those it left blank before; gives the new ones'
    numbers by code.
    """
    made: dict[str, int] = {}
    importer = db.session.get(Person, actor.id) if actor.id is not None else None
    for code, new in plan.workshops.new.items():
        workshop = Workshop(
            code=code,
            title=new.title or code,
            starts_on=new.starts_on,
            language=Language(new.language),
            languages=new.languages,
            created_by_id=actor.id,
            rapporteurs=[importer] if importer else [],
        )
        db.session.add(workshop)
        db.session.flush()
        made[code] = workshop.id
        _note_workshop(actor, workshop, None)
    for workshop_id, values in plan.workshops.filled.items():
        workshop = db.session.get_one(Workshop, workshop_id)
        before = snapshot(workshop)
        for name, value in values.items():
            setattr(workshop, name, value)
        db.session.flush()
        _note_workshop(actor, workshop, before)
        outbox.enqueue("workshop", workshop.id)
    return made


def _note_workshop(actor: Actor, workshop: Workshop, before: dict[str, Any] | None) -> None:
    audit.record(
        actor, IMPORTED if before is None else "edit", "workshop", workshop.id, before, snapshot(workshop)
    )


def write_outcomes(
    actor: Actor, plan: Plan, new_workshops: dict[str, int], progress: Callable[[int], None] | None = None
) -> None:
    """Insert every outcome that the file makes, published now, with its texts, themes, commitments and
    history.
    """
    moment = now()
    refs = _references(plan)
    for start in range(0, len(plan.creates), CHUNK):
        rows = plan.creates[start : start + CHUNK]
        _insert_chunk(actor, plan, rows, [next(refs) for _ in rows], new_workshops, moment)
        if progress:
            progress(len(rows))


def _references(plan: Plan) -> Iterator[str]:
    """The reference of each new outcome, in the order of the rows: its own where the file gives one, else the
    next free one.
    """
    highest: dict[tuple[Kind, int], int] = {}
    needed: dict[tuple[Kind, int], int] = defaultdict(int)
    for row in plan.creates:
        own = own_reference(row.ref)
        if own:
            highest[own[:2]] = max(own[2], highest.get(own[:2], 0))
        else:
            needed[_series(row, plan)] += 1
    for (kind, year), number in highest.items():
        _count_up_to(kind, year, number)
    free = {series: iter(reserve_references(*series, count)) for series, count in needed.items()}
    return (row.ref if own_reference(row.ref) else next(free[_series(row, plan)]) for row in plan.creates)


def _series(row: Row, plan: Plan) -> tuple[Kind, int]:
    return row.kind, plan.workshops.year(row.workshop) or today().year


def _count_up_to(kind: Kind, year: int, number: int) -> None:
    counter = db.session.get(
        ReferenceCounter, (kind.prefix, year), populate_existing=True, with_for_update=True
    )
    if counter is None:
        counter = ReferenceCounter(prefix=kind.prefix, year=year, last=0)
        db.session.add(counter)
    counter.last = max(counter.last, number)
    db.session.flush()


def _insert_chunk(
    actor: Actor,
    plan: Plan,
    rows: list[Row],
    refs: list[str],
    new_workshops: dict[str, int],
    moment: datetime,
) -> None:
    session = db.session
    workshop_ids = [plan.workshops.id(row.workshop) or new_workshops.get(row.workshop) for row in rows]
    _put(
        "outcome",
        [
            _outcome_values(actor, row, ref, workshop_id, plan.default_language, moment)
            for row, ref, workshop_id in zip(rows, refs, workshop_ids, strict=True)
        ],
    )
    ids: dict[str, int] = {
        row[0]: row[1]
        for row in session.execute(select(Outcome.ref, Outcome.id).where(Outcome.ref.in_(refs)))
    }
    texts, links, commitments, named = [], [], [], []
    for row, ref in zip(rows, refs, strict=True):
        outcome_id = ids[ref]
        texts.append(_text_values(row, outcome_id, plan.default_language, moment))
        links += [
            {"outcome_id": outcome_id, "theme_id": theme_id, "position": position, "as_given": as_given}
            for theme_id, position, as_given in plan.words.links(row.themes)
        ]
        parties = plan.words.parties(row.addressees)
        states = {column: states_by_party(getattr(row, column), parties, plan.words) for column in STATES}
        commitments += [
            commitment_values(outcome_id, party_id, {c: states[c].get(party_id) for c in STATES}, moment)
            for party_id in parties
        ]
        if row.handling is Handling.AMBER_STRICT:
            named += [{"outcome_id": outcome_id, "party_id": party_id} for party_id in parties]
    _put("outcome_text", texts)
    _put("outcome_theme", links)
    _put("commitment", commitments)
    _put("outcome_named_party", named)
    entries = said_at_first(rows, [ids[ref] for ref in refs], plan.words, plan.default_language)
    audit.record_many(actor, IMPORTED, "outcome", entries)
    outbox.enqueue_many("outcome", [ids[ref] for ref in refs])


def _put(table: str, values: list[dict[str, Any]]) -> None:
    if values:
        db.session.execute(insert(_table(table)), values)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _outcome_values(
    actor: Actor, row: Row, ref: str, workshop_id: int | None, default_language: Language, moment: datetime
) -> dict[str, Any]:
    return {
        "ref": ref,
        "external_ref": row.ref if row.ref and row.ref != ref else None,
        "kind": row.kind,
        "record": Record.PUBLISHED,
        "language": row.language or default_language,
        "workshop_id": workshop_id,
        "handling": row.handling or Handling.GREEN,
        "chatham_house": False,
        "illustrative": False,
        "due": row.due,
        "priority": row.priority,
        "quality": Quality.REPORTED if row.kind is Kind.PRACTICE else None,
        "source_url": row.source_url or None,
        "author_id": actor.id,
        "created_at": moment,
        "changed_at": moment,
        "published_at": moment,
        "version": 1,
    }


def _text_values(row: Row, outcome_id: int, default_language: Language, moment: datetime) -> dict[str, Any]:
    language = row.language or default_language
    return {"outcome_id": outcome_id, "language": language, "changed_at": moment} | {
        part: getattr(row, part) for part in PARTS
    }


def commitment_values(
    outcome_id: int, party_id: int, states: dict[str, Any], moment: datetime
) -> dict[str, Any]:
    """A new commitment as a row of its table; a state that nobody gave stays unstated."""
    return {
        "outcome_id": outcome_id,
        "party_id": party_id,
        "assurance": Assurance.NONE,
        "opened_at": moment,
        "version": 1,
    } | states
