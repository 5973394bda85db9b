"""Where pages and static files lie, their addresses, and the check of vendored files."""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request, url_for

_PACKAGE = Path(__file__).resolve().parents[1]

MANIFEST = Path("vendor") / "manifest.json"
"""Place of the list of vendored files, relative to the static folder."""

_YEAR = 365 * 24 * 3600


def _folder(name: str) -> Path:
    """Folder `name` inside the installed package, else beside the package in a working copy."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def static_folder() -> Path:
    """Folder of the static files; a wheel carries it inside the package, a working copy beside it."""
    return _folder("static")


def templates_folder() -> Path:
    """Folder of the templates; a wheel carries it inside the package, a working copy beside it."""
    return _folder("templates")


@lru_cache(maxsize=512)
def _digest_of(path: Path | str, modified: int, size: int) -> str:
    # The time and size are part of the cache's key only: a changed file is read anew.
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def content_hash(path: Path | str) -> str:
    """SHA-256 of a file in hexadecimal, kept in memory until the file's time or size changes.

    Raises FileNotFoundError when there is no such file.
    """
    facts = os.stat(path)
    return _digest_of(path, facts.st_mtime_ns, facts.st_size)


def asset_url(path: str) -> str:
    """Address of a static file with a short hash of its content, so that browsers may keep it for long.

    `path` is relative to the static folder, with forward slashes. A file that is not there gets its
    plain address: the page still renders, and the missing file shows as a 404 in its own request.
    """
    # A page asks for the sprite of glyphs once for every state it shows.
    known: dict[str, str] = g.setdefault("asset_urls", {})
    if path not in known:
        known[path] = _address_of(path)
    return known[path]


def _address_of(path: str) -> str:
    try:
        version = content_hash(f"{current_app.static_folder or static_folder()}/{path}")[:10]
    except (FileNotFoundError, IsADirectoryError):
        version = None
    if not has_request_context():
        return url_for("static", filename=path, v=version)
    # Every page asks for twenty; the address depends on nothing but these.
    kept: dict[tuple[str, str, str | None], str] = current_app.extensions.setdefault("tracker_assets", {})
    key = (request.script_root, path, version)
    if key not in kept:
        kept[key] = url_for("static", filename=path, v=version)
    return kept[key]


def _listed_files(manifest: Any) -> dict[str, str]:
    """SHA-256 by path of every file that the manifest names."""
    return {
        str(file["path"]): str(file["sha256"])
        for package in manifest["packages"]
        for file in package["files"]
    }


def verify_manifest(root: Path | None = None) -> list[str]:
    """Compare the vendored files with their manifest; an empty list means that they agree.

    `root` is the static folder to check, by default the one in use. Each difference is one readable
    line: a file that is missing, altered, or lies there without being listed.
    """
    static = root or static_folder()
    vendor = static / MANIFEST.parent
    try:
        listed = _listed_files(json.loads((static / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return [f"{MANIFEST.as_posix()}: missing"]
    except (ValueError, KeyError, TypeError) as problem:
        return [f"{MANIFEST.as_posix()}: unreadable ({problem})"]
    present = {
        file.relative_to(vendor).as_posix()
        for file in vendor.rglob("*")
        if file.is_file() and file.relative_to(static) != MANIFEST
    }
    differences = [f"{path}: missing" for path in sorted(listed.keys() - present)]
    differences += [f"{path}: not in the manifest" for path in sorted(present - listed.keys())]
    differences += [
        f"{path}: altered (expected SHA-256 {listed[path]})"
        for path in sorted(listed.keys() & present)
        if content_hash(vendor / path) != listed[path]
    ]
    return differences


def _let_browsers_keep(response: Response) -> Response:
    """Mark a static file as kept for a year when its address carries the hash of its present content."""
    if request.endpoint != "static" or not request.view_args or response.status_code not in (200, 304):
        return response
    version = request.args.get("v", "")
    path = Path(current_app.static_folder or static_folder()) / str(request.view_args["filename"])
    if version and path.is_file() and content_hash(path).startswith(version):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
    return response


def init_assets(app: Flask) -> None:
    """Give templates `asset_url`, and let browsers keep what it addresses."""
    app.add_template_global(asset_url, "asset_url")
    app.after_request(_let_browsers_keep)
