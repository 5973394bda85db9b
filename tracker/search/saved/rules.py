"""Who may save, run and change searches."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.permissions import Actor, Permission, rule, signed_in_only
from tracker.search.saved.models import SavedSearch

rule(Permission.SEARCH_SAVE)(signed_in_only)


def _owns(actor: Actor, search: SavedSearch) -> bool:
    return actor.id is not None and search.owner_id == actor.id


@rule(Permission.SEARCH_RUN)
def may_run(actor: Actor, search: SavedSearch | None = None) -> Any:
    """One's own; a shared one everyone signed in, who finds what they may see themselves."""
    reason = signed_in_only(actor)
    if reason is not None or search is None or _owns(actor, search):
        return reason
    return None if search.shared and search.owner.active else _l("This search is somebody else's own.")


@rule(Permission.SEARCH_CHANGE)
def may_change(actor: Actor, search: SavedSearch | None = None) -> Any:
    """Whoever saved it."""
    reason = signed_in_only(actor)
    if reason is not None or search is None or _owns(actor, search):
        return reason
    return _l("Only whoever saved this search may change it. Run it and save it as your own.")
