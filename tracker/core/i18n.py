"""Languages: which one a page speaks, names of countries, dates, and sorting that ignores accents."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, format_datetime, get_locale, get_translations, gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

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


def _now_said() -> tuple[Locale | None, Any, Language]:
    """What the page being made is written in: locale, translations, language.

    The library finds each through five look-ups in the context of the request, hundreds of times a page. They
    are kept beside the locale that it chose, and looked for again when that is another one.
    """
    try:
        kept = g._get_current_object()._flask_babel
    except (AttributeError, RuntimeError):
        kept = None
    known: tuple[Locale | None, Any, Language] | None = getattr(kept, "tracker_said", None)
    if known is None or known[0] is not getattr(kept, "babel_locale", None):
        locale = get_locale()
        known = (locale, get_translations(), Language(locale.language) if locale else Language.EN)
        if kept is not None:
            kept.tracker_said = known
    return known


def current_language() -> Language:
    """The language of the page being made."""
    return _now_said()[2]


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


def enumerated(items: Iterable[str]) -> str:
    """Some items in one line, with the comma of the page's language between them."""
    return str(gettext(", ")).join(items)


def label(value: Any) -> Any:
    """Template filter: the translated label of a vocabulary's member; other values as they are."""
    return _labelled(type(value), value, current_language()) if isinstance(value, Vocabulary) else value


@lru_cache(maxsize=2048)
def _labelled(_kind: type[Vocabulary], value: Vocabulary, _language: Language) -> str:
    # Members of two vocabularies with the same slug are equal, so the vocabulary is part of the key.
    return str(value.label)


def show_date(value: date | datetime | None) -> str:
    """Template filter: a date as the page's language writes it, empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A moment is kept in UTC, and its day is the one there.
        value = (value.astimezone(UTC) if value.tzinfo else value).date()
    return _dated(value, str(current_language()))


@lru_cache(maxsize=4096)
def _dated(value: date, language: str) -> str:
    # CLDR's English is American; the readers of this one are not.
    return str(format_date(value, "d MMM y" if language == Language.EN else "medium", locale=language))


def show_moment(value: datetime | None) -> str:
    """Template filter: a moment in UTC as the page's language writes it, empty for None."""
    return "" if value is None else format_datetime(value, "d MMM yyyy, HH:mm") + " UTC"


def show_number(value: int | float) -> str:
    """Template filter: a number as the page's language writes it."""
    if isinstance(value, int) and 0 <= value < 1000:
        # Written alike in all four languages, and by far the most frequent.
        return str(value)
    return _written(value, str(current_language()))


@lru_cache(maxsize=4096)
def _written(value: int | float, language: str) -> str:
    return str(format_decimal(value, locale=language))


@pass_context
def _gettext(context: Context, text: str, /, **named: Any) -> str:
    return _filled(context, _now_said()[1].ugettext(text), named)


@pass_context
def _ngettext(context: Context, one: str, many: str, number: int, /, **named: Any) -> str:
    named.setdefault("num", number)
    return _filled(context, _now_said()[1].ungettext(one, many, number), named)


def _filled(context: Context, text: str, named: dict[str, Any]) -> str:
    """What a template says, as Jinja's own functions give it: markup, what it names escaped into it."""
    # Translations come with the program, never from outside.
    said = Markup(text) if context.eval_ctx.autoescape else text  # noqa: S704
    return said % named if "%" in text else said


def init_i18n(app: Flask) -> None:
    """Set up the languages and what templates need of them."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel.init_app(app, locale_selector=select_language)
    app.jinja_env.filters.update(
        label=label,
        in_language=in_language,
        date=show_date,
        moment=show_moment,
        number=show_number,
        numberformat=show_number,
    )
    # Each of Jinja's own asks three functions for one text, and a page says two hundred.
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)

    @app.context_processor
    def language_context() -> dict[str, Any]:
        language = current_language()
        return {"locale": str(language), "direction": language.direction, "languages": list(Language)}
