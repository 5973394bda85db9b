"""Who may read, make and change workshops."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import MEMBER, PUBLIC, Actor, Permission, readers, rule
from tracker.core.vocabulary import Handling, RoleName
from tracker.workshops.models import Workshop
from tracker.workshops.ways import (
    EVERYONE,
    SIGNED_IN,
    WayKind,
    Ways,
    by_label_alone,
    is_opened,
    to_party,
    to_person,
)
from tracker.workshops.ways import why_visible as why

_UNREADABLE = _l("This workshop is open only to those its handling label names.")


def held_ids(actor: Actor, prefix: str) -> list[int]:
    """The numbers in the actor's access tokens of one kind, ``party`` or ``person``, in order."""
    start = f"{prefix}:"
    return sorted(int(token[len(start) :]) for token in actor.access_tokens if token.startswith(start))


def took_part_tokens(workshop: Workshop) -> set[str]:
    """Access tokens of the parties that took part: hosts and participants."""
    return {f"party:{party.id}" for party in workshop.parties}


def rapporteur_tokens(workshop: Workshop) -> set[str]:
    """Access tokens of the workshop's rapporteurs."""
    return {f"person:{person.id}" for person in workshop.rapporteurs}


def access_ways(workshop: Workshop, handling: Handling | None = None) -> Ways:
    """The tokens that open the workshop's page, each with the reason; `queries.visible_to` says the same in
    SQL.

    With `handling`, as it would be under that label.
    """
    label = handling or workshop.handling
    if label is Handling.CLEAR:
        return {PUBLIC: EVERYONE}
    if label is Handling.GREEN:
        return {MEMBER: SIGNED_IN}
    ways: Ways = {}
    for person in workshop.rapporteurs:
        to_person(ways, WayKind.RAPPORTEUR, person.id)
    to_person(ways, WayKind.RECORDER, workshop.created_by_id)
    if label is not Handling.RED:
        for party in workshop.parties:
            to_party(ways, WayKind.TOOK_PART, party.id)
    return ways


def access_tokens(workshop: Workshop) -> frozenset[str]:
    """The tokens that open the workshop's page."""
    return frozenset(access_ways(workshop))


def may_read(actor: Actor, workshop: Workshop) -> bool:
    """Whether the actor may open the workshop's page: by its label, or opened in an emergency."""
    if actor.is_operator or is_opened(actor, "workshop", workshop.id):
        return True
    return not actor.access_tokens.isdisjoint(access_ways(workshop))


def may_work_on(actor: Actor, workshop: Workshop) -> bool:
    """Whether the label opens the workshop to the actor; what was opened in an emergency is only read."""
    return may_read(by_label_alone(actor), workshop)


def why_visible(actor: Actor, workshop: Workshop) -> str:
    """Why the workshop is shown to the actor, as a sentence."""
    return why(actor, access_ways(workshop), "workshop", workshop.id)


def is_rapporteur(actor: Actor, workshop: Workshop | None) -> bool:
    """Whether the actor is named as a rapporteur of the workshop."""
    if workshop is None or actor.id is None:
        return False
    return any(person.id == actor.id for person in workshop.rapporteurs)


@rule(Permission.WORKSHOP_READ)
def read_rule(actor: Actor, workshop: Workshop | None = None) -> Any:
    """Everyone who reads at all, as far as the workshop's handling goes."""
    reason = readers(actor)
    if reason is not None or workshop is None:
        return reason
    return None if may_read(actor, workshop) else _UNREADABLE


@rule(Permission.WORKSHOP_CREATE)
def create_rule(actor: Actor, _thing: Any = None) -> Any:
    """Coordinators and rapporteurs."""
    if actor.has_role(RoleName.COORDINATOR, RoleName.RAPPORTEUR):
        return None
    return _l("Only coordinators and rapporteurs may record a workshop. Ask one of them to do it.")


@rule(Permission.WORKSHOP_EDIT)
def edit_rule(actor: Actor, workshop: Workshop | None = None) -> Any:
    """Coordinators, and the rapporteurs of the workshop."""
    refusal = _l("Only a coordinator or a rapporteur of this workshop may change it. Ask one of them.")
    if not actor.has_role(RoleName.COORDINATOR, RoleName.RAPPORTEUR):
        # Also whoever was named as a rapporteur and has lost the role since: the routes refuse them anyway.
        return refusal
    if workshop is None:
        return None
    if not may_work_on(actor, workshop):
        return _UNREADABLE
    if actor.has_role(RoleName.COORDINATOR) or is_rapporteur(actor, workshop):
        return None
    return refusal


@rule(Permission.WORKSHOP_RELABEL)
def relabel_rule(actor: Actor, workshop: Workshop | None = None) -> Any:
    """Whoever may change the workshop: coordinators, and its rapporteurs."""
    if edit_rule(actor, workshop) is None:
        return None
    if workshop is not None and not may_work_on(actor, workshop):
        return _UNREADABLE
    return _l("Only a coordinator or a rapporteur of this workshop may change its label. Ask one of them.")
