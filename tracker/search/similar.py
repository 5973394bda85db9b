"""Similar outcomes: what says nearly the same as an outcome or a text, in any language, and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tracker.core.i18n import current_language
from tracker.core.permissions import Actor, Permission, require
from tracker.outcomes import queries as outcomes
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.search.asking.concepts import Concept
from tracker.search.documents import day_of
from tracker.search.engine import Hit
from tracker.search.indexing import engine
from tracker.search.requests import access_of
from tracker.search.service import Found
from tracker.search.thesaurus import thesaurus
from tracker.search.words.analysis import index_terms
from tracker.workshops import queries as workshops

#: What was said is what was published; drafts were not said yet.
_SAID = {"record": (str(Record.PUBLISHED), str(Record.RETIRED))}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an outcome is similar."""

    #: Words that both have, as written in what was compared, most telling first.
    words: tuple[str, ...]
    #: Names that the outcome has for what both name, in its language where it can be.
    names: tuple[str, ...]
    #: Themes that both have, as the page calls them.
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similar(Found):
    """A similar outcome. The hit's score is its closeness, from 0 to 1."""

    reason: Reason


def similar_to(actor: Actor, outcome: Outcome, *, limit: int = 5, earlier: bool = False) -> list[Similar]:
    """The published outcomes most like this one that the actor may see, closest first; `earlier` takes only
    those of earlier days.

    Raises Denied when the actor may not search at all.
    """
    require(actor, Permission.SEARCH_FIND)
    hits = engine().similar(
        access=access_of(actor),
        ref=outcome.ref,
        concepts=_concepts((f"{text.title}\n{text.text}", str(text.language)) for text in outcome.texts),
        filters=_SAID,
        before=day_of(outcome) if earlier else None,
        prefer=str(current_language()),
        limit=limit,
    )
    return _checked(actor, hits, {theme.slug for theme in outcome.themes})


def similar_to_text(
    actor: Actor, text: str, language: str, *, limit: int = 5, but: str | None = None
) -> list[Similar]:
    """The published outcomes most like a text in a language that the actor may see, closest first; `but` is
    the reference of the outcome whose text it is.

    Raises Denied when the actor may not search at all.
    """
    require(actor, Permission.SEARCH_FIND)
    concepts = _concepts([(text, language)])
    hits = engine().similar(
        access=access_of(actor),
        text=text,
        language=language,
        concepts=concepts,
        filters=_SAID,
        but=but,
        prefer=str(current_language()),
        limit=limit,
    )
    return _checked(actor, hits, {concept.theme for concept in concepts if concept.theme is not None})


def _concepts(texts: Iterable[tuple[str, str]]) -> tuple[Concept, ...]:
    """The themes that texts name, each once: what is said to the same country is not alike for that."""
    names = thesaurus()
    found = (one for text, language in texts for one in names.found_in(text, language))
    return tuple(dict.fromkeys(one for one in found if one.theme is not None))


def _checked(actor: Actor, hits: Iterable[Hit], themes: Collection[str]) -> list[Similar]:
    """The hits as outcomes, checked again in the database."""
    found = list(hits)
    rows = outcomes.by_refs(actor, [hit.ref for hit in found])
    held_at = workshops.visible_among(actor, [outcome.workshop_id for outcome in rows.values()])
    return [
        Similar(hit, outcome, held_at.get(outcome.workshop_id or 0), _reason(hit, outcome, themes))
        for hit in found
        if (outcome := rows.get(hit.ref)) is not None
    ]


def _reason(hit: Hit, outcome: Outcome, themes: Collection[str]) -> Reason:
    shared = tuple(theme.name for theme in outcome.themes if theme.slug in themes)
    # A name says more than its words apart.
    named = {term for name in hit.via for term in index_terms(hit.language, name)}
    words = tuple(word for word in hit.matched if named.isdisjoint(index_terms(hit.language, word)))
    return Reason(words, hit.via, shared)


def shown_day(outcome: Outcome, *, with_workshop: bool) -> date:
    """The day on which an outcome was said, or, for who may not know of its workshop, came in."""
    return day_of(outcome) if with_workshop else (outcome.published_at or outcome.created_at).date()
