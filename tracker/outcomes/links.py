"""Typed links between outcomes."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.core.db import db, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.history import ACCESS
from tracker.core.permissions import Actor, Permission, require
from tracker.outcomes.models import Outcome, OutcomeLink
from tracker.outcomes.rules import access_tokens
from tracker.outcomes.vocabulary import Kind, LinkKind
from tracker.outcomes.writing import note, touch
from tracker.workshops.ways import by_label_alone


def _find(source: Outcome, target: Outcome, kind: LinkKind) -> OutcomeLink | None:
    query = select(OutcomeLink).where(
        OutcomeLink.source_id == source.id, OutcomeLink.target_id == target.id, OutcomeLink.kind == kind
    )
    return db.session.scalar(query)


def _said(outcome: Outcome, other: Outcome, kind: LinkKind, outgoing: bool) -> dict[str, Any]:
    """The link as the history of one of its ends keeps it."""
    return {
        "link": {"kind": str(kind), "ref": other.ref, "outgoing": outgoing},
        ACCESS: sorted(access_tokens(outcome)),
    }


def _check(source: Outcome, target: Outcome, kind: LinkKind) -> None:
    if source.id == target.id:
        raise InvalidInput(
            _("An outcome cannot be linked to itself. Give the reference of another."), "target"
        )
    if kind is LinkKind.ANSWERS and (
        source.kind is not Kind.PRACTICE or target.kind is not Kind.RECOMMENDATION
    ):
        raise InvalidInput(_("Only a practice answers, and only a recommendation is answered."), "kind")
    if _find(source, target, kind) is not None:
        raise InvalidInput(_("This link is there already."), "target")
    if _find(target, source, kind) is not None:
        raise InvalidInput(
            _("%(ref)s is linked to this one in the same way already.", ref=target.ref), "target"
        )


def add_link(actor: Actor, source: Outcome, target: Outcome, kind: LinkKind) -> OutcomeLink:
    """Add a link inside the running unit of work, whose service has asked for permission.

    One that stands is kept.
    """
    standing = _find(source, target, kind)
    if standing is not None:
        return standing
    link = OutcomeLink(source=source, target=target, kind=kind)
    db.session.add(link)
    touch(source)
    note(actor, "link", source, None, _said(source, target, kind, outgoing=True))
    note(actor, "link", target, None, _said(target, source, kind, outgoing=False))
    return link


def link_outcomes(actor: Actor, source: Outcome, target: Outcome, kind: LinkKind) -> OutcomeLink:
    """Say how one outcome stands to another; both histories tell it.

    Raises Denied, and InvalidInput for a link to itself, a second one of the same kind, or an answer that
    is none.
    """
    with unit_of_work():
        require(actor, Permission.OUTCOME_EDIT, source)
        require(by_label_alone(actor), Permission.OUTCOME_READ, target)
        _check(source, target, kind)
        return add_link(actor, source, target, kind)


def unlink_outcomes(actor: Actor, source: Outcome, target: Outcome, kind: LinkKind) -> None:
    """Take a link away again.

    Raises NotFound when it is gone, InvalidInput when a retired outcome rests on it.
    """
    with unit_of_work() as session:
        require(actor, Permission.OUTCOME_EDIT, source)
        link = _find(source, target, kind)
        if link is None:
            raise NotFound(_("This link is gone already."))
        if kind is LinkKind.SUPERSEDES and target.successor_id == source.id:
            raise InvalidInput(
                _("%(ref)s was retired in favour of this one; the link stays.", ref=target.ref)
            )
        session.delete(link)
        touch(source)
        note(actor, "unlink", source, _said(source, target, kind, outgoing=True), {})
        note(actor, "unlink", target, _said(target, source, kind, outgoing=False), {})
