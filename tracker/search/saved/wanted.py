"""A search as an address holds it: words, chosen facet values, order. What is saved, run and watched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.core.errors import InvalidInput
from tracker.search.asking.parser import parse
from tracker.search.asking.query import literally
from tracker.search.engine import Sort
from tracker.search.labels import Labels
from tracker.search.saved.models import LONGEST_QUERY, SavedSearch
from tracker.search.service import FACETS

#: Most facet values of one saved search, and the longest of them in characters.
MOST_VALUES, LONGEST_VALUE = 60, 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. `sort` is empty where the search page chooses the order itself."""

    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The arguments of the search page."""
        chosen = [(name, value) for name, values in self.filters.items() for value in values]
        return [("q", self.query), *chosen, *([("sort", self.sort)] if self.sort else [])]

    @property
    def url(self) -> str:
        """Its address within Tracker."""
        return f"{url_for('search.find')}?{urlencode(self.arguments)}"


def wanted_in(arguments: MultiDict[str, str]) -> Wanted:
    """What the address of the search page asks for; raises InvalidInput when it is too much to be kept."""
    chosen = {name: tuple(dict.fromkeys(arguments.getlist(name))) for name in FACETS}
    text = arguments.get("q", "")
    if arguments.get("literal") == "1":
        text = literally(parse(text)).understood
    return checked(text, chosen, arguments.get("sort", ""))


def checked(query: str, filters: Mapping[str, Iterable[str]], sort: str) -> Wanted:
    """A search within the bounds of what is kept; raises InvalidInput naming the field.

    What is no facet, no value or no order is left out.
    """
    words = " ".join(query.split())
    if len(words) > LONGEST_QUERY:
        raise InvalidInput(_("Shorten this to %(count)s characters.", count=LONGEST_QUERY), "query")
    chosen = {name: tuple(filter(None, filters.get(name, ()))) for name in FACETS}
    values = [value for each in chosen.values() for value in each]
    if any(len(value) > LONGEST_VALUE for value in values):
        raise InvalidInput(_("One of the filters is too long to be kept. Take it off."), "filters")
    if len(values) > MOST_VALUES:
        raise InvalidInput(
            _("A saved search holds at most %(most)s filters. Take some off.", most=MOST_VALUES), "filters"
        )
    known = {str(order) for order in Sort}
    return Wanted(words, {name: v for name, v in chosen.items() if v}, sort if sort in known else "")


def kept_in(search: SavedSearch) -> Wanted:
    """What a saved search asks for, as it was saved."""
    filters = {name: tuple(values) for name, values in search.filters.items() if name in FACETS}
    return Wanted(search.query, filters, search.sort)


def as_of_today(wanted: Wanted, labels: Labels) -> Wanted:
    """The same search with values that are known today: a theme that was merged gives way to the one that it
    became.

    What is not there any more stays as it was saved, and finds nothing.
    """

    def known(name: str, values: Iterable[str]) -> tuple[str, ...]:
        found = [now for value in values for now in (labels.resolve(name, value) or (value,))]
        return tuple(dict.fromkeys(found))

    return replace(wanted, filters={name: known(name, values) for name, values in wanted.filters.items()})
