"""What the search page says beside its results: which filter was meant, which list answers more exactly."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from tracker.core.addresses import here
from tracker.followup.signs import Sign
from tracker.search.asking.query import Filter, wanted
from tracker.search.document import FILE_KIND, not_set
from tracker.search.service import SearchPage

MOST_PARTIES = 3
"""Parties of a search whose own lists are offered."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The list of what one party of a search owes, and how it differs from the results."""

    party: str
    text: str
    url: str


def state_of(found: SearchPage) -> tuple[str, str] | None:
    """What to say of a state that words of the search name, and the address of the search for it."""
    if found.state is None:
        return None
    texts = {
        "overdue": _("Show what is overdue"),
        "stale": _("Show what nobody has reported on for months"),
        "draft": _("Show drafts"),
        "published": _("Show what is published"),
        "retired": _("Show what is retired"),
    }
    return texts[found.state.state], here(q=found.state.query)


def follow_up_of(found: SearchPage) -> list[FollowUp]:
    """Where a search asks for a party and for what is overdue or stale: the list of what the party itself
    owes. Of an outcome both may be true without one being about the other.
    """
    if not found.page.total:
        return []
    asked = _asked(found)
    signs = {Sign.OVERDUE: _overdue, Sign.STALE: _stale}
    parties = [(field, code) for field in ("country", "body") for code in asked[field]]
    return [
        FollowUp(
            party=(name := found.labels.of(field, code)),
            text=text(name),
            url=url_for("followup.index", party=code, sign=str(sign)),
        )
        for field, code in parties[:MOST_PARTIES]
        if code != not_set(field)
        for sign, text in signs.items()
        if str(sign) in asked["is"]
    ]


def _asked(found: SearchPage) -> dict[str, list[str]]:
    """The parties and states that must hold for every result, typed or chosen."""
    asked = {name: request.args.getlist(name) for name in ("country", "body", "is")}
    for one in found.resolved.filters:
        if one.field in asked:
            asked[one.field] += [value for value in one.values if value not in asked[one.field]]
    return asked


def _overdue(party: str) -> str:
    said = _(
        "These address %(party)s, and on each something is overdue, which may be owed by another.",
        party=party,
    )
    return str(said)


def _stale(party: str) -> str:
    said = _(
        "These address %(party)s, and on each somebody has been silent for months, who may be another.",
        party=party,
    )
    return str(said)


def needs_words(found: SearchPage) -> bool:
    """Whether the search asks for files and says no word that could stand in one."""
    asked = list(wanted(found.resolved.root))
    kinds = [*request.args.getlist("kind")]
    kinds += [
        value for node in asked if isinstance(node, Filter) and node.field == "kind" for value in node.values
    ]
    return FILE_KIND in kinds and all(isinstance(node, Filter) for node in asked)
