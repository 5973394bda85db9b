"""Who may read, log, change, publish and retire outcomes."""

from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import COORDINATOR, MEMBER, PUBLIC, Actor, Permission, readers, rule
from tracker.core.vocabulary import Handling, RoleName
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.workshops import rules as workshop_rules
from tracker.workshops.models import Workshop
from tracker.workshops.rules import is_rapporteur
from tracker.workshops.ways import (
    COORDINATORS,
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

#: Labels under which coordinators see drafts, and which need nobody named.
OPEN_LABELS = (Handling.CLEAR, Handling.GREEN)

_LOGGERS = (RoleName.EXPERT, RoleName.RAPPORTEUR, RoleName.COORDINATOR)
_UNREADABLE = _l("This record is open only to those its handling label names.")


class Labelled(Protocol):
    """What decides who may read an outcome: the record itself, or one as it would be after a change."""

    id: Any
    record: Any
    handling: Any
    author_id: Any
    chatham_house: Any
    workshop: Any
    commitments: Any
    named_parties: Any
    named_people: Any


def access_ways(outcome: Labelled) -> Ways:
    """The tokens that open the outcome, each with the reason; `queries.visible_to` says the same in SQL."""
    if outcome.record is not Record.DRAFT:
        if outcome.handling is Handling.CLEAR:
            return {PUBLIC: EVERYONE}
        if outcome.handling is Handling.GREEN:
            return {MEMBER: SIGNED_IN}
    ways: Ways = {}
    to_person(ways, WayKind.INVOLVED if outcome.chatham_house else WayKind.AUTHOR, outcome.author_id)
    if outcome.record is Record.DRAFT:
        # Whoever publishes a draft has to read it, whatever its label will be worth afterwards.
        _to_rapporteurs(ways, outcome)
        if outcome.handling in OPEN_LABELS:
            ways[COORDINATOR] = COORDINATORS
    elif outcome.handling is Handling.AMBER:
        _to_rapporteurs(ways, outcome)
        if outcome.workshop is not None:
            for party in outcome.workshop.parties:
                to_party(ways, WayKind.TOOK_PART, party.id)
        for commitment in outcome.commitments:
            to_party(ways, WayKind.ADDRESSED, commitment.party_id)
    elif outcome.handling is Handling.AMBER_STRICT:
        for party in outcome.named_parties:
            to_party(ways, WayKind.NAMED_PARTY, party.id)
    else:
        for person in outcome.named_people:
            to_person(ways, WayKind.NAMED_PERSON, person.id)
    return ways


def _to_rapporteurs(ways: Ways, outcome: Labelled) -> None:
    if outcome.workshop is not None:
        for person in outcome.workshop.rapporteurs:
            to_person(ways, WayKind.RAPPORTEUR, person.id)


def access_tokens(outcome: Labelled) -> frozenset[str]:
    """The tokens that open the outcome."""
    return frozenset(access_ways(outcome))


def may_read(actor: Actor, outcome: Labelled) -> bool:
    """Whether the actor may open the outcome: by its label, or opened in an emergency."""
    if actor.is_operator or is_opened(actor, "outcome", outcome.id):
        return True
    return not actor.access_tokens.isdisjoint(access_ways(outcome))


def may_work_on(actor: Actor, outcome: Labelled) -> bool:
    """Whether the label opens the outcome to the actor; what was opened in an emergency is only read."""
    return may_read(by_label_alone(actor), outcome)


def why_visible(actor: Actor, outcome: Outcome) -> str:
    """Why the outcome is shown to the actor, as a sentence."""
    return why(actor, access_ways(outcome), "outcome", outcome.id)


@rule(Permission.OUTCOME_READ)
def read_rule(actor: Actor, outcome: Outcome | None = None) -> Any:
    """Everyone who reads at all, as far as the outcome's handling goes."""
    reason = readers(actor)
    if reason is not None or outcome is None:
        return reason
    return None if may_read(actor, outcome) else _UNREADABLE


@rule(Permission.OUTCOME_LOG)
def log_rule(actor: Actor, workshop: Workshop | None = None) -> Any:
    """Experts, rapporteurs and coordinators, at every workshop that they may see."""
    if not actor.has_role(*_LOGGERS):
        return _l(
            "Only experts, rapporteurs and coordinators may log outcomes. "
            "Ask an administrator to make you an expert."
        )
    if workshop is not None and not workshop_rules.may_work_on(actor, workshop):
        return _l("This workshop is open only to those its handling label names.")
    return None


@rule(Permission.OUTCOME_EDIT)
def edit_rule(actor: Actor, outcome: Outcome | None = None) -> Any:
    """A draft: its author, rapporteurs of its workshop, coordinators. Published: the last two."""
    if not actor.has_role(*_LOGGERS):
        return _l(
            "Only experts, rapporteurs and coordinators may change outcomes. "
            "Ask a rapporteur of the workshop."
        )
    if outcome is None:
        return None
    if not may_work_on(actor, outcome):
        return _UNREADABLE
    if _takes_care_of(actor, outcome):
        return None
    if outcome.record is not Record.DRAFT:
        return _l(
            "What is published may be changed only by a rapporteur of its workshop or a coordinator. "
            "Ask one of them."
        )
    return _l(
        "This draft may be changed only by its author, a rapporteur of its workshop or a coordinator. "
        "Ask one of them."
    )


def _takes_care_of(actor: Actor, outcome: Outcome) -> bool:
    """Whether the actor is a coordinator, a rapporteur of the workshop, or the author of what is a draft."""
    if actor.has_role(RoleName.COORDINATOR) or is_rapporteur(actor, outcome.workshop):
        return True
    return outcome.record is Record.DRAFT and actor.id is not None and outcome.author_id == actor.id


@rule(Permission.OUTCOME_RELABEL)
def relabel_rule(actor: Actor, outcome: Outcome | None = None) -> Any:
    """Rapporteurs of its workshop and coordinators who may read it; of a draft also its author.

    Raising and lowering alike, and also of what is retired, which stays readable.
    """
    if not actor.has_role(*_LOGGERS):
        return _l(
            "Only experts, rapporteurs and coordinators may change a handling label. "
            "Ask a rapporteur of the workshop."
        )
    if outcome is None or (may_work_on(actor, outcome) and _takes_care_of(actor, outcome)):
        return None
    if not may_work_on(actor, outcome):
        return _UNREADABLE
    if outcome.record is not Record.DRAFT:
        return _l(
            "The label of what is published is changed only by a rapporteur of its workshop or "
            "a coordinator. Ask one of them."
        )
    return _l(
        "The label of this draft is changed only by its author, a rapporteur of its workshop or "
        "a coordinator. Ask one of them."
    )


def _decides(actor: Actor, thing: Outcome | Workshop | None, refusal: Any, without_workshop: Any) -> Any:
    """Rapporteurs of the workshop decide; over an outcome that has no workshop, coordinators."""
    if not actor.has_role(*_LOGGERS):
        return refusal
    if thing is None:
        return None
    if isinstance(thing, Workshop):
        return None if actor.is_operator or is_rapporteur(actor, thing) else refusal
    if not may_work_on(actor, thing):
        return _UNREADABLE
    if thing.workshop is None:
        return None if actor.has_role(RoleName.COORDINATOR) else without_workshop
    return None if actor.is_operator or is_rapporteur(actor, thing.workshop) else refusal


@rule(Permission.OUTCOME_PUBLISH)
def publish_rule(actor: Actor, thing: Outcome | Workshop | None = None) -> Any:
    """Rapporteurs of its workshop; without a workshop, coordinators."""
    return _decides(
        actor,
        thing,
        _l(
            "Only a rapporteur of the workshop may publish its outcomes. "
            "Ask the rapporteur named on the workshop's page."
        ),
        _l("Only a coordinator may publish an outcome that has no workshop. Ask a coordinator."),
    )


@rule(Permission.OUTCOME_RETIRE)
def retire_rule(actor: Actor, thing: Outcome | Workshop | None = None) -> Any:
    """Rapporteurs of its workshop; without a workshop, coordinators."""
    return _decides(
        actor,
        thing,
        _l(
            "Only a rapporteur of the workshop may retire its outcomes. "
            "Ask the rapporteur named on the workshop's page."
        ),
        _l("Only a coordinator may retire an outcome that has no workshop. Ask a coordinator."),
    )
