"""Who may read, log, change, publish and retire outcomes."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import COORDINATOR, MEMBER, PUBLIC, Actor, Permission, readers, rule
from tracker.core.vocabulary import Handling, RoleName
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.workshops import rules as workshop_rules
from tracker.workshops.models import Workshop
from tracker.workshops.rules import is_rapporteur, rapporteur_tokens, took_part_tokens

#: Labels under which coordinators see drafts, and which need nobody named.
OPEN_LABELS = (Handling.CLEAR, Handling.GREEN)

_LOGGERS = (RoleName.EXPERT, RoleName.RAPPORTEUR, RoleName.COORDINATOR)
_UNREADABLE = _l("This record is open only to those its handling label names.")


def access_tokens(outcome: Outcome) -> frozenset[str]:
    """The tokens that open the outcome; `queries.visible_to` says the same in SQL."""
    author = {f"person:{outcome.author_id}"} if outcome.author_id is not None else set()
    if outcome.record is Record.DRAFT:
        coordinators = {COORDINATOR} if outcome.handling in OPEN_LABELS else set()
        return frozenset(author | _rapporteurs(outcome) | coordinators)
    if outcome.handling is Handling.CLEAR:
        return frozenset({PUBLIC})
    if outcome.handling is Handling.GREEN:
        return frozenset({MEMBER})
    if outcome.handling is Handling.AMBER:
        took_part = took_part_tokens(outcome.workshop) if outcome.workshop is not None else set()
        addressed = {f"party:{commitment.party_id}" for commitment in outcome.commitments}
        return frozenset(author | _rapporteurs(outcome) | took_part | addressed)
    if outcome.handling is Handling.AMBER_STRICT:
        return frozenset(author | {f"party:{party.id}" for party in outcome.named_parties})
    return frozenset(author | {f"person:{person.id}" for person in outcome.named_people})


def _rapporteurs(outcome: Outcome) -> set[str]:
    return rapporteur_tokens(outcome.workshop) if outcome.workshop is not None else set()


def may_read(actor: Actor, outcome: Outcome) -> bool:
    """Whether the actor may open the outcome."""
    return actor.is_operator or not actor.access_tokens.isdisjoint(access_tokens(outcome))


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
            "Ask a coordinator to make you an expert."
        )
    if workshop is not None and not workshop_rules.may_read(actor, workshop):
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
    if not may_read(actor, outcome):
        return _UNREADABLE
    if actor.has_role(RoleName.COORDINATOR) or is_rapporteur(actor, outcome.workshop):
        return None
    if outcome.record is not Record.DRAFT:
        return _l(
            "What is published may be changed only by a rapporteur of its workshop or a coordinator. "
            "Ask one of them."
        )
    if actor.id is not None and outcome.author_id == actor.id:
        return None
    return _l(
        "This draft may be changed only by its author, a rapporteur of its workshop or a coordinator. "
        "Ask one of them."
    )


def _decides(actor: Actor, thing: Outcome | Workshop | None, refusal: Any, without_workshop: Any) -> Any:
    """Rapporteurs of the workshop decide; over an outcome that has no workshop, coordinators."""
    if not actor.has_role(*_LOGGERS):
        return refusal
    if thing is None:
        return None
    if isinstance(thing, Workshop):
        return None if actor.is_operator or is_rapporteur(actor, thing) else refusal
    if not may_read(actor, thing):
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
