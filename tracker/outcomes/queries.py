"""Reading outcomes: every function answers only with what the actor may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor, reading
from tracker.core.vocabulary import Handling
from tracker.outcomes.access import openable_by, visible_to
from tracker.outcomes.filters import OutcomeFilters, clauses
from tracker.outcomes.models import Outcome, OutcomeLink, OutcomeTheme
from tracker.outcomes.vocabulary import LinkKind, Record
from tracker.workshops.models import Workshop

__all__ = [
    "Latest",
    "LinkLine",
    "OutcomeFilters",
    "by_ref",
    "by_refs",
    "counts_by_workshop",
    "drafts_of",
    "hit_options",
    "latest_of",
    "links_of",
    "list_page",
    "marked_below",
    "openable_by",
    "refs_of_workshop",
    "visible_among",
    "visible_links",
    "visible_refs",
    "visible_to",
]

#: How many references one query asks for; SQLite bounds the parameters of a statement.
_CHUNK = 500


def _with_party(relationship: Any) -> Any:
    """Load a collection of the follow-up room together with its parties, without importing that room."""
    return selectinload(relationship).joinedload(relationship.property.mapper.class_.party)


def row_options() -> list[Any]:
    """What a row of a table shows, loaded with a fixed number of queries."""
    return [_with_party(Outcome.commitments)]


def list_options() -> list[Any]:
    """What an entry of a list shows, loaded with a fixed number of queries."""
    return [
        *row_options(),
        selectinload(Outcome.theme_links).joinedload(OutcomeTheme.theme),
        joinedload(Outcome.workshop),
    ]


def hit_options() -> list[Any]:
    """What a result of a search shows: the index holds its texts already, and its themes stand beside it."""
    return [*row_options(), lazyload(Outcome.texts)]


def page_options() -> list[Any]:
    """What the page of one outcome shows."""
    return [
        *list_options(),
        joinedload(Outcome.author),
        selectinload(Outcome.proposers),
        selectinload(Outcome.named_parties),
        selectinload(Outcome.named_people),
        _with_party(Outcome.adoptions),
    ]


def by_ref(actor: Actor, ref: str) -> Outcome:
    """The outcome with all that its page shows.

    Raises NotFound when there is none that the actor may open.
    """
    wanted = ref.strip().upper()
    query = select(Outcome).where(Outcome.ref == wanted, openable_by(actor)).options(*page_options())
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound(_("There is no outcome %(ref)s, or it is not open to you.", ref=wanted))
    return found


def by_refs(
    actor: Actor, refs: Iterable[str], options: Callable[[], list[Any]] = list_options
) -> dict[str, Outcome]:
    """Of these references, the outcomes that the actor may see, loaded as lists show them, or with other
    `options`.
    """
    wanted = list(dict.fromkeys(refs))
    query = _visible_refs(reading(actor), options)
    return {
        outcome.ref: outcome
        for start in range(0, len(wanted), _CHUNK)
        for outcome in db.session.scalars(query, {"refs": wanted[start : start + _CHUNK]}).unique()
    }


@lru_cache(maxsize=128)
def _visible_refs(reader: Actor, options: Callable[[], list[Any]]) -> Select[tuple[Outcome]]:
    # Every search asks this, and to write it down takes longer than to have it answered.
    refs: BindParameter[list[str]] = bindparam("refs", expanding=True)
    return select(Outcome).where(Outcome.ref.in_(refs), visible_to(reader)).options(*options())


def list_page(actor: Actor, filters: OutcomeFilters, page: int) -> Page[Outcome]:
    """One page of the outcomes that match, the latest first, with their texts and commitments."""
    query = select(Outcome).where(visible_to(actor), *clauses(actor, filters)).order_by(Outcome.id.desc())
    return paginate(query, page, options=row_options())


def visible_among(actor: Actor, outcome_ids: Iterable[int | None]) -> dict[int, Outcome]:
    """Of these outcomes, those the actor may see, by number, with their texts."""
    ids = {number for number in outcome_ids if number is not None}
    if not ids:
        return {}
    rows = db.session.scalars(select(Outcome).where(Outcome.id.in_(ids), visible_to(actor)))
    return {outcome.id: outcome for outcome in rows}


def visible_links(actor: Actor, outcome: Outcome) -> list[OutcomeLink]:
    """Links from the outcome, then links to it, where the actor may see the other end too.

    Both ends are loaded.
    """
    query = (
        select(OutcomeLink)
        .where(or_(OutcomeLink.source_id == outcome.id, OutcomeLink.target_id == outcome.id))
        .order_by(OutcomeLink.target_id == outcome.id, OutcomeLink.id)
    )
    links = list(db.session.scalars(query))
    # Loading the visible ends in one query also lets `source` and `target` be read without one each.
    seen = visible_among(actor, [number for link in links for number in (link.source_id, link.target_id)])
    seen[outcome.id] = outcome
    return [link for link in links if link.source_id in seen and link.target_id in seen]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as the page of one of its two outcomes shows it: what it says from here, and the other end."""

    kind: LinkKind
    label: Any
    other: Outcome
    outgoing: bool


def links_of(actor: Actor, outcome: Outcome) -> list[LinkLine]:
    """The visible links as seen from this outcome, those from it first."""
    return [
        LinkLine(link.kind, link.kind.label, link.target, outgoing=True)
        if link.source_id == outcome.id
        else LinkLine(link.kind, link.kind.reverse_label, link.source, outgoing=False)
        for link in visible_links(actor, outcome)
    ]


def counts_by_workshop(actor: Actor, workshop_ids: Iterable[int]) -> dict[int, int]:
    """How many outcomes of each workshop the actor may see; one grouped query."""
    query = (
        select(Outcome.workshop_id, func.count())
        .where(Outcome.workshop_id.in_(list(workshop_ids)), visible_to(actor))
        .group_by(Outcome.workshop_id)
    )
    return {workshop_id: count for workshop_id, count in db.session.execute(query) if workshop_id is not None}


@dataclass(frozen=True, slots=True)
class Latest:
    """What was logged at a workshop: how much, and the last few."""

    total: int
    items: list[Outcome]


def latest_of(actor: Actor, workshop: Workshop, limit: int = 5) -> Latest:
    """How many outcomes of the workshop the actor may see, and the last `limit` of them, newest first."""
    query = select(Outcome).where(Outcome.workshop_id == workshop.id, visible_to(actor))
    items = db.session.scalars(query.order_by(Outcome.id.desc()).limit(limit))
    return Latest(total=counts_by_workshop(actor, [workshop.id]).get(workshop.id, 0), items=list(items))


def drafts_of(actor: Actor, workshop: Workshop) -> list[Outcome]:
    """Drafts of the workshop that the actor may see, with the people and parties named, oldest first."""
    query = (
        select(Outcome)
        .where(Outcome.workshop_id == workshop.id, Outcome.record == Record.DRAFT, visible_to(actor))
        .options(selectinload(Outcome.named_parties), selectinload(Outcome.named_people))
        .order_by(Outcome.id)
    )
    return list(db.session.scalars(query))


def marked_below(actor: Actor, workshop: Workshop, handling: Handling) -> list[Outcome]:
    """Outcomes of the workshop that the actor may see and that are less restricted than this label.

    Oldest first, with all that their page shows.
    """
    lower = [label for label in Handling if label.rank < handling.rank]
    query = (
        select(Outcome)
        .where(Outcome.workshop_id == workshop.id, Outcome.handling.in_(lower), visible_to(actor))
        .options(*page_options())
        .order_by(Outcome.id)
    )
    return list(db.session.scalars(query).unique())


def refs_of_workshop(actor: Actor, workshop: Workshop) -> list[str]:
    """References of the workshop's outcomes that the actor may see, oldest first."""
    query = (
        select(Outcome.ref).where(Outcome.workshop_id == workshop.id, visible_to(actor)).order_by(Outcome.id)
    )
    return list(db.session.scalars(query))


def visible_refs(actor: Actor, refs: Iterable[str]) -> list[str]:
    """Of these references, those of outcomes that the actor may see, in the same order."""
    wanted = list(dict.fromkeys(refs))
    seen: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        seen.update(db.session.scalars(select(Outcome.ref).where(Outcome.ref.in_(some), visible_to(actor))))
    return [ref for ref in wanted if ref in seen]
