"""Changing settings while the site runs, and telling where each comes from."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from tracker.core import audit, settings
from tracker.core.config import SETTINGS, Setting
from tracker.core.db import unit_of_work
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import RoleName


def changeable() -> list[Setting]:
    """The settings that the page may change."""
    return [setting for setting in SETTINGS if not settings.is_fixed(setting)]


def fixed() -> list[tuple[Setting, str]]:
    """The settings that whoever runs the instance decides, with their values; secret ones as set or not."""
    return [(setting, _shown(setting)) for setting in SETTINGS if settings.is_fixed(setting)]


def _shown(setting: Setting) -> str:
    value = current_app.config[setting.name]
    if setting.secret or setting.name == "TRACKER_DATABASE_URL":
        # The address of a database may hold a password.
        return str(_("set") if value else _("not set"))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(value)


def change_settings(actor: Actor, values: Mapping[str, Any], seen: int | None = None) -> bool:
    """Keep these values of changeable settings, by name; says whether any changed.

    With `seen`, the version that was shown (`settings.version`), nothing is kept that somebody changed since.
    Raises Denied, EditConflict, and InvalidInput naming the setting.
    """
    require(actor, Permission.SETTINGS_CHANGE)
    known = {setting.name: setting for setting in changeable()}
    wanted = {name: value for name, value in values.items() if name in known}
    _check(wanted)
    # Within the transaction, which lets one writer in at a time.
    with unit_of_work():
        settings.refresh(current_app._get_current_object())  # type: ignore[attr-defined]
        before = {name: current_app.config[name] for name in known}
        after = before | wanted
        changed = [name for name in known if before[name] != after[name]]
        if changed and seen is not None and seen != settings.version():
            raise EditConflict(
                _("Somebody else changed the settings meanwhile. Reload the page to see them.")
            )
        if not changed:
            return False
        old, new = ({name: side[name] for name in changed} for side in (before, after))
        audit.record(actor, "settings", "settings", None, old, new)
        # Last, so that nothing changes that the log does not tell.
        settings.store(after)
    return True


def _check(values: Mapping[str, Any]) -> None:
    roles = str(values.get("TRACKER_SECOND_FACTOR_ROLES", ""))
    known = {str(role) for role in RoleName}
    for role in filter(None, (part.strip() for part in roles.split(","))):
        if role not in known:
            raise InvalidInput(
                _(
                    "There is no role “%(name)s”. Roles: %(known)s.",
                    name=role,
                    known=", ".join(sorted(known)),
                ),
                "TRACKER_SECOND_FACTOR_ROLES",
            )
