"""Where in a file something stands, in words."""

from flask_babel import gettext as _

from tracker.reading.vocabulary import Unit


def place(unit: Unit, number: int, label: str = "") -> str:
    """Such as "page 3", or "sheet 2: Budget"; empty for a file that has no pages."""
    words = {
        Unit.PAGE: _("page %(number)s", number=number),
        Unit.SLIDE: _("slide %(number)s", number=number),
        Unit.SHEET: _("sheet %(number)s", number=number),
        Unit.SECTION: _("section %(number)s", number=number),
        Unit.WHOLE: "",
    }[unit]
    named = _("%(place)s: %(name)s", place=words, name=label) if words and label else words
    return str(named)
