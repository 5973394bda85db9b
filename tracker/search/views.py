"""The search page."""

from itertools import groupby

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from tracker.core.addresses import here
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.core.security import bounded_search
from tracker.search import page_hints, page_links, service
from tracker.search.asking.query import NoteCode
from tracker.search.document import FILE_KIND
from tracker.search.engine import Sort
from tracker.search.file_hits import FoundFile
from tracker.search.file_links import download_of, record_of
from tracker.search.saved import recent
from tracker.search.service import FACETS, GROUPS, Found, SearchPage

bp = Blueprint("search", __name__)

SIZES = (20, 50, 100)
"""How many results a page may hold."""


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
def find() -> Response:
    """Answer a search; without one, list everything, newest first.

    A page that asks for new results only, while somebody types, gets that part of itself.
    """
    chosen = {name: request.args.getlist(name) for name in FACETS}
    text = request.args.get("q", "").strip()
    recent.remember(text)
    sort, group, size = _sort(text), _group(), _size()
    found = service.find(
        current_actor(),
        text,
        filters=chosen,
        sort=sort,
        group=group,
        page=page_number(),
        size=size,
        literal=request.args.get("literal") == "1",
    )
    chips = page_links.chips_of(found)
    meant = page_links.meant_of(found)
    partial = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    page = render_template(
        "search/_answer.html" if partial else "search/find.html",
        found=found,
        record_of=record_of,
        download_of=download_of,
        has_files=any(value.value == FILE_KIND and value.count for value in found.facets["kind"]),
        names=page_links.names_of(found),
        names_url=here(literal=None) if found.literal else here(literal="1"),
        facets=page_links.facets_of(found),
        chips=chips,
        runs=_runs(found, bool(group)),
        clear_url=page_links.cleared_url(found) if chips else None,
        dropped=page_links.dropped_of(found),
        # Without words nothing is more relevant than anything else.
        sorts=[
            (label, here(sort=str(order)), order is sort)
            for order, label in sort_labels().items()
            if text or order is not Sort.RELEVANCE
        ],
        sizes=[(_("%(number)s on a page", number=n), here(size=n), n == size) for n in SIZES],
        smallest=SIZES[0],
        grouped=bool(group),
        groupings=[
            (_("One list"), here(group=None), not group),
            (_("By workshop"), here(group=GROUPS[0]), bool(group)),
        ],
        notes=[(note_texts()[note.code], note.value, meant.get(note.value)) for note in found.results.notes],
        suggestion_url=here(q=found.suggestion) if found.suggestion else None,
        state=page_hints.state_of(found),
        unquoted=here(q=found.unquoted.query) if found.unquoted else None,
        follow_up=page_hints.follow_up_of(found),
        files_need_words=page_hints.needs_words(found),
        kept=[
            (name, value)
            for name in (*FACETS, "sort", "group", "size", "literal")
            for value in request.args.getlist(name)
        ],
    )
    answer = make_response(page)
    answer.vary.add("HX-Request")
    return answer


def _runs(found: SearchPage, grouped: bool) -> list[tuple[str, int, list[Found | FoundFile]]]:
    """The results as lists that stand under one heading each: its value, the number of the first, the
    results.
    """
    runs: list[tuple[str, int, list[Found | FoundFile]]] = []
    first = found.page.first
    for group, items in groupby(found.page.items, key=lambda item: item.hit.group if grouped else ""):
        runs.append((group, first, list(items)))
        first += len(runs[-1][2])
    return runs


def _sort(text: str) -> Sort:
    wish = request.args.get("sort", "")
    if wish in {str(order) for order in Sort}:
        return Sort(wish)
    return Sort.RELEVANCE if text else Sort.NEWEST


def _group() -> str:
    wish = request.args.get("group", "")
    return wish if wish in GROUPS else ""


def _size() -> int:
    wish = request.args.get("size", SIZES[0], type=int)
    return wish if wish in SIZES else SIZES[0]
