"""From outcomes in the database to documents in the index."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from tracker.accounts.models import Party, PartyKind, Person
from tracker.core.db import db
from tracker.core.permissions import MEMBER, PUBLIC
from tracker.followup.models import Assessment, Commitment, Update
from tracker.outcomes.data import PRACTICE_PARTS, TEXT_PARTS
from tracker.outcomes.models import Outcome, OutcomeText, OutcomeTheme
from tracker.outcomes.rules import access_tokens
from tracker.outcomes.vocabulary import Record
from tracker.search.document import Document
from tracker.themes import queries as themes
from tracker.workshops.models import Workshop
from tracker.workshops.rules import access_tokens as workshop_tokens

#: Outcomes read from the database at a time.
CHUNK = 500

#: What is told besides title and text, each of which has a field of its own.
_DETAILS = tuple(part for part in TEXT_PARTS + PRACTICE_PARTS if part not in ("title", "text"))


def documents_of(outcome_ids: Iterable[int]) -> Iterator[Document]:
    """The documents of these outcomes, read in chunks so that memory stays flat; unknown ids are skipped."""
    closure = themes.closure()
    ids = list(outcome_ids)
    for start in range(0, len(ids), CHUNK):
        wanted = ids[start : start + CHUNK]
        query = select(Outcome).where(Outcome.id.in_(wanted)).order_by(Outcome.id).options(*eager())
        for outcome in db.session.scalars(query).unique():
            yield document_of(outcome, closure)
        # What was read is dropped, so that 270,000 outcomes do not pile up in the session.
        db.session.expunge_all()


def eager() -> list[Any]:
    """What the document of an outcome, and of the files on it, is made of."""
    return [
        selectinload(Outcome.texts),
        selectinload(Outcome.theme_links).load_only(OutcomeTheme.theme_id),
        selectinload(Outcome.named_parties).load_only(Party.id),
        selectinload(Outcome.named_people).options(lazyload(Person.roles), lazyload(Person.parties)),
        selectinload(Outcome.commitments).options(
            joinedload(Commitment.party),
            selectinload(Commitment.updates),
            selectinload(Commitment.assessments),
        ),
        joinedload(Outcome.workshop).options(
            selectinload(Workshop.hosts),
            selectinload(Workshop.participants),
            selectinload(Workshop.rapporteurs).options(lazyload(Person.roles), lazyload(Person.parties)),
        ),
    ]


def document_of(outcome: Outcome, closure: dict[int, tuple[str, ...]]) -> Document:
    """The document of one outcome; `closure` gives each theme's slug with its broader ones."""
    tokens = access_tokens(outcome)
    workshop = nameable(outcome.workshop, tokens)
    day = day_of(outcome)
    return Document(
        ref=outcome.ref,
        external_ref=outcome.external_ref or "",
        kind=str(outcome.kind),
        language=str(outcome.language),
        titles={str(t.language): t.title for t in outcome.texts},
        texts={str(t.language): t.text for t in outcome.texts},
        details={str(t.language): _details(t) for t in outcome.texts},
        narrative=_narrative(outcome),
        workshop_text=" ".join(names_of(workshop)),
        filters=filters_of(outcome, workshop, closure),
        access=tuple(sorted(tokens)),
        open_due=tuple(compact(c.due) for c in _open(outcome) if c.due),
        waiting_since=tuple(compact((c.last_update_at or c.opened_at).date()) for c in _open(outcome)),
        date=compact(day),
    )


def nameable(workshop: Workshop | None, tokens: frozenset[str]) -> Workshop | None:
    """The workshop, unless somebody with one of these tokens may not see it: its name must not lead to it."""
    return workshop if workshop is not None and _covers(workshop_tokens(workshop), tokens) else None


def names_of(workshop: Workshop | None) -> list[str]:
    """By what a workshop is known: code, title, place."""
    return [name for name in (workshop.code, workshop.title, workshop.place) if name] if workshop else []


def _covers(wider: frozenset[str], narrower: frozenset[str]) -> bool:
    """Whether everyone who holds one of `narrower` also holds one of `wider`."""
    if PUBLIC in wider:
        return True
    if MEMBER in wider:
        # Only with public reading on is anybody among "everyone" who is not signed in.
        return PUBLIC not in narrower or not current_app.config["TRACKER_PUBLIC_READING"]
    return narrower <= wider


def day_of(outcome: Outcome) -> date:
    """The day by which an outcome is sorted: that of its workshop, else that on which it came in."""
    if outcome.workshop is not None and outcome.workshop.starts_on:
        return outcome.workshop.starts_on
    return (outcome.published_at or outcome.created_at).date()


def compact(day: date) -> str:
    """A day as documents hold it."""
    return day.strftime("%Y%m%d")


def _details(text: OutcomeText) -> str:
    return "\n".join(part for part in (getattr(text, name) for name in _DETAILS) if part)


def _open(outcome: Outcome) -> list[Commitment]:
    if outcome.record is not Record.PUBLISHED:
        return []
    return [commitment for commitment in outcome.commitments if commitment.is_open]


def _narrative(outcome: Outcome) -> dict[str, str]:
    """What updates and assessments tell, as far as everyone who sees the outcome may read them."""
    told: dict[str, list[str]] = defaultdict(list)
    for commitment in outcome.commitments:
        lines: list[Update | Assessment] = [*commitment.updates, *commitment.assessments]
        for line in lines:
            if line.handling.rank <= outcome.handling.rank:
                told[str(line.language)] += [part for part in (line.text, line.reason) if part]
    return {language: "\n".join(parts) for language, parts in told.items()}


def filters_of(
    outcome: Outcome, workshop: Workshop | None, closure: dict[int, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The values by which an outcome is filtered; `workshop` is its workshop where it may be named."""
    commitments = outcome.commitments
    parties = [commitment.party for commitment in commitments]
    return {
        "theme": tuple(
            {slug: None for link in outcome.theme_links for slug in closure.get(link.theme_id, ())}
        ),
        "country": tuple(party.code for party in parties if party.kind is PartyKind.COUNTRY),
        "body": tuple(party.code for party in parties if party.kind is PartyKind.BODY),
        "workshop": (workshop.code,) if workshop else (),
        "year": (str(day_of(outcome).year),),
        "kind": (str(outcome.kind),),
        "implementation": tuple({str(c.implementation) for c in commitments if c.implementation}),
        "position": tuple({str(c.position) for c in commitments if c.position}),
        "assurance": tuple({str(c.assurance) for c in commitments}),
        "lang": tuple(str(text.language) for text in outcome.texts),
        "record": (str(outcome.record),),
        "handling": (str(outcome.handling),),
    }
