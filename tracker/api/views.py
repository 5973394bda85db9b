"""The addresses under /api/v1."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from tracker.api.shapes import hit_shape, outcome_shape, similar_shape, workshop_shape
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.core.security import bounded_search
from tracker.core.vocabulary import Language
from tracker.outcomes import queries as outcomes
from tracker.search import service as search
from tracker.search.engine import Sort
from tracker.search.service import FACETS
from tracker.search.similar import similar_to, similar_to_text
from tracker.workshops import queries as workshops

bp = Blueprint("api", __name__, url_prefix="/api/v1")

#: Most results that one request may ask for.
LIMIT = 100
#: Similar outcomes that are given unasked.
SIMILAR = 5


@bp.get("/search")
@requires(Permission.API_READ)
@bounded_search
def find() -> Response:
    """Search: `q`, `page` from 1, `limit` up to 100, `sort`, and any facet as an argument, several times
    for several values. `literal=1` asks for the words only, not for other names of what they name.
    """
    text = request.args.get("q", "")
    chosen = {name: request.args.getlist(name) for name in FACETS}
    found = search.find(
        current_actor(),
        text,
        filters=chosen,
        sort=_sort(),
        page=_number("page", 1, 1_000_000),
        size=_number("limit", search.PAGE_SIZE, LIMIT),
        literal=request.args.get("literal") == "1",
        options=outcomes.list_options,
    )
    return jsonify(
        query=text,
        understood=found.results.understood,
        any_word=found.results.any_word,
        all_words=found.results.all_words,
        incomplete=found.incomplete,
        total=found.page.total,
        took_ms=round(found.took_ms, 2),
        hits=[hit_shape(item) for item in found.page.items],
        facets={
            name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
            for name, values in found.facets.items()
        },
        suggestion=found.suggestion,
    )


@bp.get("/similar")
@requires(Permission.API_READ)
@bounded_search
def similar() -> Response:
    """The published outcomes most like a text: `text`, `language` (of the text, by default `en`), `limit` up
    to 100 (5), and `but`, the reference of an outcome to leave out.
    """
    actor = current_actor()
    found = similar_to_text(
        actor,
        request.args.get("text", ""),
        _language(),
        limit=_number("limit", SIMILAR, LIMIT),
        but=request.args.get("but"),
    )
    return jsonify(hits=[similar_shape(item) for item in found])


@bp.get("/outcomes/<ref>/similar")
@requires(Permission.API_READ)
@bounded_search
def similar_to_outcome(ref: str) -> Response:
    """The published outcomes most like one: `limit` up to 100 (5); `earlier=1` for those of earlier days."""
    actor = current_actor()
    found = similar_to(
        actor,
        outcomes.by_ref(actor, ref),
        limit=_number("limit", SIMILAR, LIMIT),
        earlier=request.args.get("earlier") == "1",
    )
    return jsonify(hits=[similar_shape(item) for item in found])


@bp.get("/outcomes/<ref>")
@requires(Permission.API_READ)
def outcome(ref: str) -> Response:
    """One outcome with its texts, themes, links and the state of each commitment or adoption."""
    return jsonify(outcome_shape(current_actor(), outcomes.by_ref(current_actor(), ref)))


@bp.get("/workshops/<code>")
@requires(Permission.API_READ)
def workshop(code: str) -> Response:
    """One workshop with the references of its outcomes that the token's owner may see."""
    actor = current_actor()
    found = workshops.by_code(actor, code)
    refs = outcomes.refs_of_workshop(actor, found)
    return jsonify(workshop_shape(found) | {"outcomes": [{"ref": r, "url": _outcome_url(r)} for r in refs]})


def _outcome_url(ref: str) -> str:
    return url_for("outcomes.detail", ref=ref, _external=True)


def _sort() -> Sort:
    wish = request.args.get("sort", str(Sort.RELEVANCE))
    if wish not in {str(order) for order in Sort}:
        raise InvalidInput(f"sort: one of {', '.join(Sort)}")
    return Sort(wish)


def _language() -> str:
    wish = request.args.get("language", "") or str(Language.EN)
    if wish not in {str(language) for language in Language}:
        raise InvalidInput(f"language: one of {', '.join(Language)}")
    return wish


def _number(name: str, default: int, most: int) -> int:
    raw: Any = request.args.get(name)
    if raw is None or raw == "":
        return default
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= most:
        raise InvalidInput(f"{name}: a whole number from 1 to {most}")
    return int(raw)
