"""Settings that administrators change while the site runs: in `instance/settings.json`, read by every worker.

What `tracker.cfg` or the environment says is fixed, and wins.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from tracker.core.config import SETTINGS, Setting, parse

#: Largest value of a number on the settings page; more is a slip.
LARGEST = 100_000


def _path(app: Flask) -> Path:
    return Path(app.instance_path) / "settings.json"


def is_fixed(setting: Setting) -> bool:
    """Whether whoever runs the instance has decided it, so that the page cannot."""
    return not setting.changeable or setting.name in current_app.extensions["tracker_fixed_settings"]


def _stamp(app: Flask) -> tuple[int, int]:
    try:
        found = os.stat(_path(app))
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def version() -> int:
    """When they were changed last, in microseconds since 1970; 0 when never."""
    return _stamp(current_app)[0] // 1000


def refresh(app: Flask) -> None:
    """Take over what another worker changed; costs one look at the file's date."""
    stamp = _stamp(app)
    if app.extensions.get("tracker_settings_stamp") == stamp:
        return
    changed: dict[str, Any] = json.loads(_path(app).read_text()) if stamp != (0, 0) else {}
    for setting in SETTINGS:
        if setting.changeable and setting.name not in app.extensions["tracker_fixed_settings"]:
            app.config[setting.name] = parse(setting, changed.get(setting.name, setting.default))
    app.extensions["tracker_settings_stamp"] = stamp


def store(values: Mapping[str, Any]) -> None:
    """Keep these values, by the settings' names, for every worker from its next request on."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # refreshed as a whole
    path = _path(app)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(dict(values), indent=1, sort_keys=True))
    partial.chmod(0o600)
    partial.replace(path)
    refresh(app)


def init_settings(app: Flask) -> None:
    """Read what was changed, now and whenever it changes."""
    refresh(app)
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: refresh(app))
