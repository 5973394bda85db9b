"""Who may read, make and change workshops."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import MEMBER, PUBLIC, Actor, Permission, readers, rule
from tracker.core.vocabulary import Handling, RoleName
from tracker.workshops.models import Workshop


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


def access_tokens(workshop: Workshop) -> frozenset[str]:
    """The tokens that open the workshop's page; `queries.visible_to` says the same in SQL."""
    if workshop.handling is Handling.CLEAR:
        return frozenset({PUBLIC})
    if workshop.handling is Handling.GREEN:
        return frozenset({MEMBER})
    people = rapporteur_tokens(workshop)
    if workshop.created_by_id is not None:
        people.add(f"person:{workshop.created_by_id}")
    if workshop.handling is Handling.RED:
        return frozenset(people)
    return frozenset(people | took_part_tokens(workshop))


def may_read(actor: Actor, workshop: Workshop) -> bool:
    """Whether the actor may open the workshop's page."""
    return actor.is_operator or not actor.access_tokens.isdisjoint(access_tokens(workshop))


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
    return (
        None
        if may_read(actor, workshop)
        else _l("This workshop is open only to those its handling label names.")
    )


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
    if workshop is None:
        return None if actor.has_role(RoleName.COORDINATOR, RoleName.RAPPORTEUR) else refusal
    if not may_read(actor, workshop):
        return _l("This workshop is open only to those its handling label names.")
    if actor.has_role(RoleName.COORDINATOR) or is_rapporteur(actor, workshop):
        return None
    return refusal
