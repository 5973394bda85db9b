"""Who may do what in this room, and the rules of pages that belong to everybody."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import ApiToken
from tracker.core.permissions import Actor, Permission, administrators, readers, rule, signed_in_only
from tracker.core.vocabulary import RoleName

rule(Permission.HOME_READ)(readers)
rule(Permission.SEARCH_FIND)(readers)
rule(Permission.REPORT_READ)(readers)
rule(Permission.API_READ)(readers)
rule(Permission.REPORT_EXPORT)(signed_in_only)
rule(Permission.PARTY_MANAGE)(administrators)
rule(Permission.PERSON_MANAGE)(administrators)


@rule(Permission.PERSON_READ)
def people_readers(actor: Actor, _thing: Any = None) -> Any:
    """Coordinators look people up, because they chase focal points; administrators keep the accounts."""
    if actor.has_role(RoleName.COORDINATOR, RoleName.ADMINISTRATOR):
        return None
    return _l("Only coordinators and administrators may look people up.")


@rule(Permission.TOKEN_MANAGE)
def token_managers(actor: Actor, thing: Any = None) -> Any:
    """Administrators, and everybody for a token of their own."""
    if isinstance(thing, ApiToken) and actor.id is not None and thing.person_id == actor.id:
        return None
    return administrators(actor)
