"""Who may take in files."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import Actor, Permission, rule
from tracker.core.vocabulary import RoleName


@rule(Permission.OUTCOME_IMPORT)
def may_import(actor: Actor, _thing: Any = None) -> Any:
    """The rule of importing: coordinators, since a file may speak of any workshop."""
    return None if actor.has_role(RoleName.COORDINATOR) else _l("Only a coordinator may import a file.")
