"""Who may do what in this room, and the rules of pages that belong to everybody."""

from typing import Any

from tracker.accounts.models import ApiToken
from tracker.core.permissions import Actor, Permission, administrators, readers, rule, signed_in_only

rule(Permission.HOME_READ)(readers)
rule(Permission.SEARCH_FIND)(readers)
rule(Permission.REPORT_READ)(readers)
rule(Permission.API_READ)(readers)
rule(Permission.REPORT_EXPORT)(signed_in_only)
rule(Permission.PARTY_MANAGE)(administrators)
rule(Permission.PERSON_MANAGE)(administrators)


@rule(Permission.TOKEN_MANAGE)
def token_managers(actor: Actor, thing: Any = None) -> Any:
    """Administrators, and everybody for a token of their own."""
    if isinstance(thing, ApiToken) and actor.id is not None and thing.person_id == actor.id:
        return None
    return administrators(actor)
