"""Who may do what in this room, and the rules of pages that belong to everybody."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import ApiToken
from tracker.core.permissions import Actor, Permission, readers, rule, signed_in_only
from tracker.core.vocabulary import RoleName

rule(Permission.HOME_READ)(readers)
rule(Permission.SEARCH_FIND)(readers)
rule(Permission.REPORT_READ)(readers)
rule(Permission.API_READ)(readers)
rule(Permission.REPORT_EXPORT)(signed_in_only)


def administrators(actor: Actor, _thing: Any = None) -> Any:
    """The rule of accounts and settings."""
    return None if actor.has_role(RoleName.ADMINISTRATOR) else _l("Only an administrator may do this.")


rule(Permission.PARTY_MANAGE)(administrators)
rule(Permission.PERSON_MANAGE)(administrators)


@rule(Permission.TOKEN_MANAGE)
def token_managers(actor: Actor, thing: Any = None) -> Any:
    """Administrators, and everybody for a token of their own."""
    if isinstance(thing, ApiToken) and actor.id is not None and thing.person_id == actor.id:
        return None
    return administrators(actor)
