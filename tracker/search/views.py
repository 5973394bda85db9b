"""The search page."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from tracker.core.addresses import here
from tracker.core.filters import Chip
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.core.security import bounded_search
from tracker.search import service
from tracker.search.engine import Sort
from tracker.search.query import NoteCode
from tracker.search.service import FACETS, SearchPage

bp = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A facet value with the address that adds it to the search or takes it off."""

    label: str
    count: int
    selected: bool
    url: str


def facet_titles() -> dict[str, str]:
    """How each facet is headed on the page."""
    return {
        "kind": _("Kind"),
        "theme": _("Theme"),
        "country": _("Country"),
        "body": _("Body"),
        "workshop": _("Workshop"),
        "year": _("Year"),
        "position": _("Position"),
        "implementation": _("Implementation"),
        "lang": _("Language"),
    }


def sort_labels() -> dict[Sort, str]:
    """How each order is called on the page."""
    return {Sort.RELEVANCE: _("Relevance"), Sort.NEWEST: _("Newest first"), Sort.OLDEST: _("Oldest first")}


def note_texts() -> dict[NoteCode, str]:
    """What the page says when a query was not read exactly as typed."""
    return {
        NoteCode.QUERY_CUT: _("The search was longer than 400 characters; only its beginning was used."),
        NoteCode.CLAUSES_CUT: _("The search had more than 32 parts; only the first were used."),
        NoteCode.WORD_CUT: _("A word was longer than 64 characters and was cut."),
        NoteCode.UNKNOWN_FIELD: _("This is not a filter, so it was searched as words:"),
        NoteCode.UNKNOWN_VALUE: _("No such value, so nothing can match it:"),
        NoteCode.EMPTY_VALUE: _("A filter without a value was left out:"),
        NoteCode.SHORT_PREFIX: _("A beginning needs at least two characters:"),
        NoteCode.OPEN_QUOTE: _("A quotation mark was not closed; it was closed at the end."),
        NoteCode.OPEN_GROUP: _("A bracket was not closed or opened; it was ignored."),
    }


@bp.get("/search")
@requires(Permission.SEARCH_FIND)
@bounded_search
def find() -> str:
    """Answer a search; without one, list everything, newest first."""
    chosen = {name: request.args.getlist(name) for name in FACETS}
    text = request.args.get("q", "").strip()
    found = service.find(current_actor(), text, filters=chosen, sort=_sort(text), page=page_number())
    return render_template(
        "search/find.html",
        found=found,
        sort=_sort(text),
        facets=[(title, _links(found, name)) for name, title in facet_titles().items() if found.facets[name]],
        chips=_chips(found),
        sorts=[
            (label, here(sort=str(order)), order is _sort(text)) for order, label in sort_labels().items()
        ],
        notes=[(note_texts()[note.code], note.value) for note in found.results.notes],
        suggestion_url=here(q=found.results.suggestion) if found.results.suggestion else None,
        clear_url=url_for("search.find", q=text) if any(chosen.values()) else None,
        kept=[(name, value) for name, values in chosen.items() for value in values],
    )


def _sort(text: str) -> Sort:
    wish = request.args.get("sort", "")
    if wish in {str(order) for order in Sort}:
        return Sort(wish)
    return Sort.RELEVANCE if text else Sort.NEWEST


def _toggled(name: str, value: str) -> str:
    values = request.args.getlist(name)
    changed = [v for v in values if v != value] if value in values else [*values, value]
    return here(**{name: changed})


def _links(found: SearchPage, name: str) -> list[FacetLink]:
    return [FacetLink(v.label, v.count, v.selected, _toggled(name, v.value)) for v in found.facets[name]]


def _chips(found: SearchPage) -> list[Chip]:
    titles = facet_titles()
    return [
        Chip(titles[name], value.label, _toggled(name, value.value))
        for name, values in found.facets.items()
        for value in values
        if value.selected
    ]
