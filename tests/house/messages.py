"""The catalogues: collect texts from code and templates, keep translations, compile.

usage: python -m tests.house.messages      (what `make messages` runs)
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.house.tree import ROOT

CATALOGUES = ROOT / "tracker" / "translations"
LANGUAGES = ("fr", "es", "ar")
_METHODS = [("tracker/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "_n": (1, 2), "lazy_gettext": None}
_TEMPLATES = {"extensions": "", "trimmed": "true", "newstyle_gettext": "true"}
_OPTIONS = {"templates/**.html": _TEMPLATES, "templates/**.txt": _TEMPLATES}


def template() -> Catalog:
    """Every text that code and templates ask to be translated."""
    catalogue = Catalog(project="Tracker", charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        str(ROOT), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("NOTE:",), directory_filter=_wanted
    ):
        catalogue.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def _wanted(folder: str) -> bool:
    return Path(folder).name not in {
        ".venv",
        ".git",
        "tests",
        "instance",
        "build",
        "dist",
        "node_modules",
        "docs",
        "static",
    }


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> None:
    texts = template()
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = (
            load(language) if path.exists() else Catalog(locale=language, project="Tracker", charset="utf-8")
        )
        catalogue.update(texts, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            # Without lines and dates, so that a catalogue changes only when a text does.
            write_po(file, catalogue, width=0, no_location=True, sort_output=True, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = sum(
            1 for m in catalogue if m.id and not all(m.string if isinstance(m.string, tuple) else [m.string])
        )
        print(f"{language}: {len(catalogue)} texts, {missing} untranslated", file=sys.stderr)


if __name__ == "__main__":
    main()
