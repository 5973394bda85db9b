"""Languages: which one a page speaks, names of countries, dates, and sorting that ignores accents."""

import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale

from tracker.core.permissions import current_actor
from tracker.core.vocabulary import Language, Vocabulary

babel = Babel()
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def select_language() -> str:
    """The language of this request: chosen, else the person's own, else the browser's, else the default."""
    default: str = current_app.config["TRACKER_DEFAULT_LANGUAGE"]
    if not has_request_context():
        return default
    known = [str(language) for language in Language]
    for wish in (session.get("language"), current_actor().language):
        if wish in known:
            return str(wish)
    return request.accept_languages.best_match(known, default) or default


def current_language() -> Language:
    """The language of the page being made."""
    locale = get_locale()
    return Language(locale.language) if locale else Language.EN


def fold(text: str) -> str:
    """The text without case, accents and Arabic short vowels, so that spellings compare and sort together."""
    if text.isascii():
        # Nothing to take off; it is called for hundreds of names on one page.
        return text.casefold().strip()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "ـ").strip()


def in_language(versions: dict[str, str] | None, language: str | None = None) -> str:
    """The version in this language, else in English, else any; empty when there is none."""
    if not versions:
        return ""
    wanted = language or str(current_language())
    return versions.get(wanted) or versions.get("en") or next(iter(versions.values()))


def territory_names(code: str) -> dict[str, str]:
    """Names of a country in the four languages, from CLDR."""
    return {str(language): Locale.parse(str(language)).territories[code] for language in Language}


def label(value: Any) -> Any:
    """Template filter: the translated label of a vocabulary's member; other values as they are."""
    return value.label if isinstance(value, Vocabulary) else value


def show_date(value: date | datetime | None) -> str:
    """Template filter: a date as the page's language writes it, empty for None."""
    if value is None:
        return ""
    # CLDR's English is American; the readers of this one are not.
    return str(format_date(value, "d MMM y" if current_language() is Language.EN else "medium"))


def show_moment(value: datetime | None) -> str:
    """Template filter: a moment in UTC as the page's language writes it, empty for None."""
    return "" if value is None else format_datetime(value, "d MMM yyyy, HH:mm") + " UTC"


def show_number(value: int | float) -> str:
    """Template filter: a number as the page's language writes it."""
    if isinstance(value, int) and 0 <= value < 1000:
        # Written alike in all four languages, and by far the most frequent.
        return str(value)
    return str(format_decimal(value))


def init_i18n(app: Flask) -> None:
    """Set up the languages and what templates need of them."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel.init_app(app, locale_selector=select_language)
    app.jinja_env.filters.update(
        label=label, in_language=in_language, date=show_date, moment=show_moment, number=show_number
    )

    @app.context_processor
    def language_context() -> dict[str, Any]:
        language = current_language()
        return {"locale": str(language), "direction": language.direction, "languages": list(Language)}
