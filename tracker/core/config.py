"""Settings: what each is for, where it comes from, and the instance folder with its secret key."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Config, Flask
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, its default (whose type it has), and what it does."""

    name: str
    default: str | int | bool
    help: Any
    #: Whether its value is shown nowhere.
    secret: bool = False
    #: Whether administrators may change it on the settings page.
    changeable: bool = False


DEFAULT_BASE_URL = "http://127.0.0.1:5000"

SETTINGS = (
    Setting(
        "TRACKER_DATABASE_URL",
        "",
        _l("SQLAlchemy address of the database. Default: SQLite in the instance folder."),
    ),
    Setting(
        "TRACKER_BASE_URL",
        DEFAULT_BASE_URL,
        _l("Address under which people reach Tracker; used in links that are printed or mailed."),
    ),
    Setting(
        "TRACKER_PUBLIC_READING",
        False,
        _l("Whether people who are not signed in may read TLP:CLEAR records."),
        changeable=True,
    ),
    Setting(
        "TRACKER_DEFAULT_LANGUAGE",
        "en",
        _l("Language of pages when neither the person nor the browser names one: en, fr, es or ar."),
        changeable=True,
    ),
    Setting(
        "TRACKER_STALE_MONTHS",
        6,
        _l("Months without an update after which an open commitment is stale."),
        changeable=True,
    ),
    Setting(
        "TRACKER_DUE_SOON_DAYS",
        30,
        _l("Days before its due date from which an open commitment is due soon."),
        changeable=True,
    ),
    Setting("TRACKER_MAX_UPLOAD_MB", 25, _l("Largest file that may be attached, in megabytes.")),
    Setting("TRACKER_READING_SECONDS", 60, _l("Seconds of processor time for reading the text of one file.")),
    Setting("TRACKER_READING_MEMORY_MB", 512, _l("Memory for reading the text of one file, in megabytes.")),
    Setting("TRACKER_READING_PAGES", 500, _l("Pages of a file that are read; the others are not found.")),
    Setting(
        "TRACKER_READING_CHARACTERS",
        2_000_000,
        _l("Characters of a file that are read; what follows is not found."),
    ),
    Setting("TRACKER_SECURE_COOKIES", False, _l("Send cookies over HTTPS only. Turn on behind TLS.")),
    Setting(
        "TRACKER_TRUSTED_PROXIES",
        0,
        _l("Number of reverse proxies in front whose X-Forwarded headers are believed."),
    ),
    Setting(
        "TRACKER_SEARCH_CACHE_MB",
        256,
        _l("Memory for the search engine's cache of postings in each worker, in megabytes."),
    ),
    Setting(
        "TRACKER_LINK_HOURS", 24, _l("Hours for which a one-time sign-in link is good."), changeable=True
    ),
    Setting("TRACKER_INVITATION_DAYS", 14, _l("Days for which an invitation is good."), changeable=True),
    Setting(
        "TRACKER_RESET_MINUTES",
        60,
        _l("Minutes for which a link to a new password is good."),
        changeable=True,
    ),
    Setting(
        "TRACKER_SESSION_IDLE_MINUTES",
        240,
        _l("Minutes without a request after which a session ends."),
        changeable=True,
    ),
    Setting(
        "TRACKER_SESSION_HOURS",
        16,
        _l("Hours after signing in at which a session ends at the latest."),
        changeable=True,
    ),
    Setting(
        "TRACKER_SECOND_FACTOR_ROLES",
        "",
        _l("Roles, separated by commas, that must set up a second factor before anything else."),
        changeable=True,
    ),
    Setting(
        "TRACKER_EMERGENCY_MINUTES", 60, _l("Minutes for which an emergency opening lasts."), changeable=True
    ),
    Setting(
        "TRACKER_ALERT_HOUR",
        6,
        _l("Hour of the day, in UTC, from which the daily mails of saved searches are sent: 0 to 23."),
    ),
    Setting(
        "TRACKER_MAIL_SERVER",
        "",
        _l("Mail server. Without one, each mail becomes a file in the folder mail of the instance."),
    ),
    Setting("TRACKER_MAIL_PORT", 587, _l("Port of the mail server.")),
    Setting("TRACKER_MAIL_SECURITY", "starttls", _l("How to reach the mail server: starttls, tls or none.")),
    Setting("TRACKER_MAIL_USERNAME", "", _l("Name to sign in to the mail server with; empty for none.")),
    Setting("TRACKER_MAIL_PASSWORD", "", _l("Password for the mail server."), secret=True),
    Setting("TRACKER_MAIL_SENDER", "Tracker <tracker@localhost>", _l("Sender of all mail.")),
    Setting("TRACKER_OIDC_ISSUER", "", _l("Address of an OpenID Connect provider; empty for none.")),
    Setting("TRACKER_OIDC_NAME", "OpenID Connect", _l("Name of that provider on the sign-in page.")),
    Setting("TRACKER_OIDC_CLIENT_ID", "", _l("How the provider knows Tracker.")),
    Setting(
        "TRACKER_OIDC_CLIENT_SECRET", "", _l("Secret that Tracker shares with the provider."), secret=True
    ),
    Setting(
        "TRACKER_HOSTS",
        "",
        _l(
            "Names, separated by commas, that Tracker answers to beside that of its base address. "
            "Localhost and addresses in numbers always work."
        ),
    ),
    Setting(
        "TRACKER_SECURITY_CONTACT",
        "",
        _l("Mail or web address for reports of security problems, shown in security.txt."),
        changeable=True,
    ),
)


def parse(setting: Setting, value: Any) -> str | int | bool:
    """The value as the setting has it; raises ValueError, naming the setting, when it cannot be read."""
    if isinstance(setting.default, bool):
        if isinstance(value, bool):
            return value
        lowered = str(value).strip().lower()
        if lowered in ("1", "true", "yes", "on"):
            return True
        if lowered in ("0", "false", "no", "off", ""):
            return False
        raise ValueError(f"{setting.name}: write true or false, not {value!r}")
    if isinstance(setting.default, int):
        try:
            return int(value)
        except ValueError:
            raise ValueError(f"{setting.name}: write a whole number, not {value!r}") from None
    return str(value)


def instance_folder() -> str | None:
    """The instance folder that `TRACKER_INSTANCE` names, or None for Flask's own choice."""
    named = os.environ.get("TRACKER_INSTANCE")
    return str(Path(named).resolve()) if named else None


def _secret_key(folder: Path) -> str:
    path = folder / "secret.key"
    if not path.exists():
        partial = folder / f"secret.{os.getpid()}.part"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        # Of two processes starting at once one makes the key; whoever reads it reads the whole of it.
        with suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
    key = path.read_text().strip()
    if not key:
        raise ValueError(f"{path} is empty. Put the file from a backup in its place.")
    return key


def take_over_secret_key(app: Flask) -> None:
    """Read the secret key anew from the instance folder, after a restore; one given otherwise stays."""
    if "SECRET_KEY" in app.extensions["tracker_fixed_settings"]:
        return
    folder = Path(app.instance_path)
    said = Config(str(folder))
    said.from_pyfile("tracker.cfg", silent=True)
    app.config["SECRET_KEY"] = said.get("SECRET_KEY") or _secret_key(folder)


def init_config(app: Flask, overrides: Mapping[str, Any] | None = None) -> None:
    """Read settings: defaults, `instance/tracker.cfg`, the environment, `overrides`; the later one wins.

    What the settings page changed (`settings.py`) stands between the defaults and the file. Raises
    ValueError, naming the setting, when a value cannot be read.
    """
    folder = Path(app.instance_path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.config.from_pyfile(str(folder / "tracker.cfg"), silent=True)
    fixed = {s.name for s in SETTINGS if s.name in os.environ or s.name in app.config}
    for setting in SETTINGS:
        value = app.config.get(setting.name, setting.default)
        app.config[setting.name] = parse(setting, os.environ.get(setting.name, value))
    app.config.update(overrides or {})
    app.extensions["tracker_fixed_settings"] = frozenset(fixed.union(overrides or ()))
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or _secret_key(folder)
    app.config["SQLALCHEMY_DATABASE_URI"] = (
        app.config["TRACKER_DATABASE_URL"] or f"sqlite:///{folder / 'tracker.sqlite'}"
    )
    # Values are what people typed; they do not belong into logs.
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"hide_parameters": True})
    app.config.update(
        # Browsers take a cookie of this name only over TLS, from this host alone and for the whole of it.
        SESSION_COOKIE_NAME="__Host-tracker" if app.config["TRACKER_SECURE_COOKIES"] else "tracker",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=app.config["TRACKER_SECURE_COOKIES"],
        TEMPLATES_AUTO_RELOAD=app.debug,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over dinner must still be taken; the session bounds it
    )
