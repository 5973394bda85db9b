"""Finding: from what somebody typed to the outcomes they may see."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from tracker.core.db import today
from tracker.core.i18n import current_language
from tracker.core.paging import Page
from tracker.core.permissions import MEMBER, PUBLIC, Actor, Permission, require
from tracker.followup.tally import Tally, tally
from tracker.outcomes import queries as outcomes
from tracker.outcomes.models import Outcome
from tracker.search.asking.offers import Offer, offers
from tracker.search.asking.parser import parse
from tracker.search.asking.query import Named, Query, named_in, resolve_filters
from tracker.search.document import not_set, page_of
from tracker.search.engine import Hit, Results, SearchRequest, Sort
from tracker.search.file_hits import FoundFile, found_files
from tracker.search.hints import StateMeant, Unquoted, other_spelling, state_meant, unquoted
from tracker.search.indexing import before_search, engine, heal
from tracker.search.labels import Labels
from tracker.search.reasons import is_by_workshop
from tracker.search.requests import request_of
from tracker.search.thesaurus import names_mark, thesaurus
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop

#: Facets of the search page, in its order.
FACETS = (
    "kind",
    "is",
    "theme",
    "country",
    "body",
    "workshop",
    "year",
    "position",
    "implementation",
    "assurance",
    "lang",
    "handling",
)
#: What results can be grouped by.
GROUPS = ("workshop",)
#: Results on a page.
PAGE_SIZE = 20
#: Values of a facet that a page shows without having been asked for all of them.
FIRST_VALUES = 10


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet: its value, how many results have it, whether it is chosen."""

    value: str
    count: int
    selected: bool
    field: str
    labels: Labels

    @property
    def label(self) -> str:
        """How it is called on the page. Looked up only when shown: most values are not."""
        return self.labels.of(self.field, self.value)


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what the engine marked, and the outcome it belongs to."""

    hit: Hit
    outcome: Outcome
    #: Its workshop, when the actor may see it.
    workshop: Workshop | None

    @property
    def is_by_workshop(self) -> bool:
        """Whether it is here for its workshop, which is called so or meets there."""
        return is_by_workshop(self.hit, self.workshop)

    @property
    def tally(self) -> Tally:
        """How far its commitments have come."""
        return tally(self.outcome.commitments)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What one search found, ready to be shown."""

    text: str
    page: Page[Found | FoundFile]
    results: Results
    facets: Mapping[str, Sequence[FacetValue]]
    #: The query as it was typed, and with its filter values as the index knows them.
    query: Query
    resolved: Query
    #: What may have been meant by fields and values that do not exist.
    offers: tuple[Offer, ...]
    #: Another spelling; None where something better is offered.
    suggestion: str | None
    #: A state that words of the search name.
    state: StateMeant | None
    #: The search without its quotation marks, where with them it misses something.
    unquoted: Unquoted | None
    labels: Labels
    #: The index is being written anew, so outcomes are missing for some minutes.
    incomplete: bool
    #: What the words name, and was searched under its other names too.
    named: tuple[Named, ...]
    #: Only the words typed were asked for.
    literal: bool
    #: The query as the index was asked, with what its words name.
    asked: Query
    took_ms: float


def find(
    actor: Actor,
    text: str,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: Sort = Sort.RELEVANCE,
    group: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
    facets: Sequence[str] = FACETS,
    literal: bool = False,
    options: Callable[[], list[Any]] = outcomes.hit_options,
) -> SearchPage:
    """Answer a query as this actor; everything counted or shown is computed over what they may see.

    What the words name is found under its other names too, unless `literal` asks for the words only. What is
    loaded with an outcome is said by `options`, as :func:`tracker.outcomes.queries.by_refs` takes it.
    Raises Denied when the actor may not search at all.
    """
    require(actor, Permission.SEARCH_FIND)
    began = time.perf_counter()
    incomplete = heal()
    before_search()
    mark = names_mark()
    labels = Labels(actor, mark)
    chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
    query = parse(text)
    resolved = resolve_filters(query, labels.resolve)
    request = request_of(
        actor,
        resolved,
        mark,
        literal=literal,
        filters=chosen,
        sort=sort,
        group=group,
        offset=(page - 1) * size,
        limit=size,
        facets=tuple(facets),
        language=str(current_language()),
    )
    results = engine().search(request)
    if results.total and not results.hits:
        # An address beyond the last page shows the last one.
        page = ceil(results.total / size)
        results = engine().search(replace(request, offset=(page - 1) * size))
    # Damage may have shown while the question was answered.
    incomplete = heal() or incomplete or results.incomplete
    # The index is derived; what is shown is checked again in the database.
    files = found_files(actor, results.hits)
    rows = outcomes.by_refs(actor, [hit.ref for hit in results.hits if page_of(hit.ref) is None], options)
    values = {name: _facet(labels, name, results, chosen.get(name, ())) for name in facets}
    held_at = workshops.visible_among(
        actor,
        [outcome.workshop_id for outcome in rows.values()],
        [one.value for one in values.get("workshop", ())[:FIRST_VALUES]],
    )
    labels.know(held_at.values())
    found: list[Found | FoundFile] = [
        files[hit.ref]
        if hit.ref in files
        else Found(hit, rows[hit.ref], held_at.get(rows[hit.ref].workshop_id or 0))
        for hit in results.hits
        if hit.ref in files or hit.ref in rows
    ]
    meant = _offers(request, query, labels)
    missed = results.any_word or not results.total
    is_state = any(offer.field == "is" for offer in meant)
    state = None if is_state else state_meant(query, missed=missed)

    def count(other: Query) -> int:
        asked = other if literal else thesaurus(mark).expand(other)
        return engine().search(replace(request, query=asked, group="", offset=0, limit=0, facets=())).total

    return SearchPage(
        text=text,
        page=Page(items=found, page=page, total=results.total, size=size),
        results=results,
        facets=values,
        query=query,
        resolved=resolved,
        offers=meant,
        suggestion=None if state or is_state else other_spelling(results.suggestion, text),
        state=state,
        unquoted=unquoted(resolved, count) if missed else None,
        labels=labels,
        incomplete=incomplete,
        named=tuple(named_in(request.query.root)),
        literal=literal,
        asked=request.query,
        took_ms=(time.perf_counter() - began) * 1000,
    )


def warm() -> None:
    """Read what nearly every search needs: names and the tables of facets. A server does so before it takes
    requests, so that its first search is as quick as others.
    """
    thesaurus()
    everyone = frozenset({PUBLIC, MEMBER})
    engine().search(SearchRequest(query=Query(), access=everyone, today=today(), facets=FACETS, limit=1))


def _facet(labels: Labels, name: str, results: Results, chosen: Sequence[str]) -> list[FacetValue]:
    counted = list(results.facets.get(name, ()))
    # What is chosen stays in sight even when it counts nothing, so that it can be taken off.
    counted += [(value, 0) for value in chosen if value not in {known for known, _count in counted}]
    values = [FacetValue(value, count, value in chosen, name, labels) for value, count in counted]
    return sorted(values, key=lambda value: not value.selected)


def _offers(request: SearchRequest, query: Query, labels: Labels) -> tuple[Offer, ...]:
    """What may have been meant by what does not exist, from the values of what the actor may see."""
    notes = [(note.code, note.value) for note in request.query.notes]

    def spellings(field: str) -> Mapping[str, str]:
        every = replace(request, query=Query(), filters={}, group="", offset=0, limit=0, facets=(field,))
        visible = {value for value, _count in engine().search(every).facets[field]}
        return labels.spellings(field, visible - {not_set(field)})

    return offers(query, notes, spellings)
