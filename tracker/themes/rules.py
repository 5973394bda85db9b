"""Who may read themes and who may change the thesaurus."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import Actor, Permission, readers, rule
from tracker.core.vocabulary import RoleName

rule(Permission.THEME_READ)(readers)


@rule(Permission.THEME_MANAGE)
def may_manage(actor: Actor, _thing: Any = None) -> Any:
    """The rule of changing the thesaurus: administrators."""
    return None if actor.has_role(RoleName.ADMINISTRATOR) else _l("Only an administrator may change themes.")
