"""Who may look after the whole."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import Actor, Permission, administrators, allows, rule
from tracker.core.vocabulary import RoleName
from tracker.outcomes.models import Outcome
from tracker.workshops.models import Workshop

rule(Permission.AUDIT_READ)(administrators)
rule(Permission.SETTINGS_CHANGE)(administrators)
rule(Permission.EMERGENCY_OPEN)(administrators)

_MANAGERS = (RoleName.ADMINISTRATOR, RoleName.COORDINATOR, RoleName.RAPPORTEUR, RoleName.EXPERT)


@rule(Permission.ACCESS_REVIEW)
def reviewers_of_access(actor: Actor, thing: Outcome | Workshop | None = None) -> Any:
    """Administrators, and whoever may change the record's handling."""
    refusal = _l("Only an administrator, or whoever may change its handling, sees who can read a record.")
    if thing is None:
        return None if actor.has_role(*_MANAGERS) else refusal
    relabel = Permission.OUTCOME_RELABEL if isinstance(thing, Outcome) else Permission.WORKSHOP_RELABEL
    if actor.has_role(RoleName.ADMINISTRATOR) or allows(actor, relabel, thing):
        return None
    return refusal
