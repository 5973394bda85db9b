"""From what a search found to the links of its page: facets, chips, what to drop, other orders.

Every link is the present address with something added or taken off, so that any state of the page can be
kept and sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from tracker.core.addresses import here, here_with
from tracker.core.filters import Chip
from tracker.search.asking.concepts import Concept
from tracker.search.asking.parts import parts_of, without_filters, without_part, written
from tracker.search.asking.query import Filter, Named, Not
from tracker.search.document import LANGUAGES
from tracker.search.engine import Without
from tracker.search.service import FACETS, FIRST_VALUES, FacetValue, SearchPage
from tracker.search.words.folding import fold

SHOWN = 8
"""Values of a facet that are shown before all of them are asked for."""

OPEN = ("kind", "is", "theme", "country", "body", "workshop")
"""Facets that stand open from the beginning."""


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A facet value with the address that adds it to the search or takes it off."""

    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as it stands beside the results."""

    name: str
    title: str
    values: Sequence[FacetLink]
    #: How many values there are, shown or not.
    total: int
    open: bool
    #: The address that shows all of them; None when they are shown.
    more_url: str | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the search, how many outcomes are found without it, and their address."""

    label: str
    value: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Words of the search that name something, some of its other names, and the theme that it is."""

    words: str
    others: Sequence[str]
    theme: str
    #: The search for everything under the theme; None for a party, or a theme that is chosen already.
    theme_url: str | None


@dataclass(frozen=True, slots=True)
class Meant:
    """What a mistyped filter may have meant, with the address of the search with it."""

    label: str
    value: str
    url: str


def titles() -> dict[str, str]:
    """How each field is headed on the page."""
    return {
        "kind": _("Kind"),
        "is": _("Follow-up"),
        "theme": _("Theme"),
        "country": _("Country"),
        "body": _("Body"),
        "workshop": _("Workshop"),
        "year": _("Year"),
        "position": _("Position"),
        "implementation": _("Implementation"),
        "assurance": _("Assurance"),
        "lang": _("Language"),
        "handling": _("Handling"),
    }


def facets_of(found: SearchPage) -> list[Facet]:
    """The facets that have values, in the order of the page."""
    return [
        _facet(found, name, title, found.facets[name])
        for name, title in titles().items()
        if found.facets.get(name)
    ]


def _facet(found: SearchPage, name: str, title: str, values: Sequence[FacetValue]) -> Facet:
    selected = sum(value.selected for value in values)
    whole = name in request.args.getlist("more") or len(values) <= FIRST_VALUES
    shown = values if whole else values[: max(SHOWN, selected)]
    # What every result has says nothing that would narrow.
    idle = not selected and len(values) == 1 and values[0].count == found.page.total
    return Facet(
        name=name,
        title=title,
        values=list(_values(name, shown)),
        total=len(values),
        open=bool(selected) or (name in OPEN and not idle) or name in request.args.getlist("more"),
        more_url=None if whole else f"{here(more=name)}#facet-{name}",
    )


def _values(name: str, shown: Sequence[FacetValue]) -> Iterator[FacetLink]:
    for one, added in zip(shown, here_with(name, [one.value for one in shown]), strict=True):
        yield FacetLink(one.label, one.count, one.selected, _without(name, one) if one.selected else added)


def _without(name: str, value: FacetValue) -> str:
    return here(**{name: [other for other in request.args.getlist(name) if other != value.value]})


def chips_of(found: SearchPage) -> list[Chip]:
    """What narrows the results, each with the search without it: filters and exclusions as typed, then what
    was chosen beside the results.
    """
    return [*_typed(found), *_chosen(found)]


def _typed(found: SearchPage) -> Iterator[Chip]:
    # Resolving keeps the parts in their places, so the reader sees labels and keeps their own spelling.
    for number, part in enumerate(parts_of(found.resolved)):
        negated = isinstance(part, Not)
        inner = part.child if isinstance(part, Not) else part
        url = here(q=without_part(found.query, number) or None)
        if isinstance(inner, Filter):
            title = titles()[inner.field]
            value = _(", ").join(found.labels.of(inner.field, value) for value in inner.values)
            yield Chip(_("Not: %(filter)s", filter=title) if negated else title, value, url)
        elif negated:
            yield Chip(_("Without"), written(inner), url)


def _chosen(found: SearchPage) -> Iterator[Chip]:
    for name, title in titles().items():
        for value in found.facets.get(name, ()):
            if value.selected:
                yield Chip(title, value.label, _without(name, value))


def cleared_url(found: SearchPage) -> str:
    """The search for the words alone, without whatever narrows it."""
    return here(q=without_filters(found.query) or None, **dict.fromkeys(FACETS))


def dropped_of(found: SearchPage) -> list[Dropped]:
    """What to take off a search that finds nothing, best first."""
    return [_dropped(found, without) for without in found.results.without]


def _dropped(found: SearchPage, without: Without) -> Dropped:
    if without.part is None:
        chosen = _(", ").join(value.label for value in found.facets[without.field] if value.selected)
        return Dropped(titles()[without.field], chosen, without.count, here(**{without.field: None}))
    # Words that name something together are one part.
    url = here(q=without_part(found.asked, without.part) or None)
    return Dropped("", written(parts_of(found.asked)[without.part]), without.count, url)


def names_of(found: SearchPage) -> list[OtherNames]:
    """What the words of the search name, and under which other names it was searched too."""
    return [_other_names(found, named, concept) for named in found.named for concept in named.concepts]


def _other_names(found: SearchPage, named: Named, concept: Concept) -> OtherNames:
    words = " ".join(word.text for word in named.words)
    names = {fold(label.text): label for label in concept.labels if fold(label.text) != fold(words)}
    # One name in each language says enough; the rest would bury the results.
    others = {label.language: label.text for label in reversed(names.values())}
    theme = concept.theme
    chosen = theme is None or theme in request.args.getlist("theme")
    return OtherNames(
        words=words,
        others=[others[language] for language in LANGUAGES if language in others],
        theme=found.labels.of("theme", theme) if theme else "",
        theme_url=None if chosen else here(theme=[*request.args.getlist("theme"), theme], q=None),
    )


def meant_of(found: SearchPage) -> dict[str, Meant]:
    """What mistyped filters may have meant, by what was typed."""
    return {
        offer.typed: Meant(
            label=titles()[offer.field],
            value=found.labels.of(offer.field, offer.value) if offer.value else "",
            url=here(q=offer.query),
        )
        for offer in found.offers
    }
