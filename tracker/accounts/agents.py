"""A browser in plain words, such as "Firefox on Windows", from what it says about itself.

Read modestly, for people to recognise their own devices by; anybody can say anything, so nothing is decided
by it.
"""

from flask_babel import gettext as _

#: What browsers call themselves, and their names. The order matters: nearly all call themselves Mozilla,
#: Chrome and Safari, too.
_BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/", "Edge/"), "Edge"),
    (("OPR/", "OPX/", "OPiOS/", "Opera"), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Vivaldi/",), "Vivaldi"),
    (("YaBrowser/",), "Yandex"),
    (("DuckDuckGo/", "Ddg/"), "DuckDuckGo"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Safari/",), "Safari"),
    (("Trident/", "MSIE "), "Internet Explorer"),
)
#: Marks of systems, and their names; Android calls itself Linux, and iPhones say that they are like Macs.
_SYSTEMS = (
    (("iPhone", "iPod"), "iPhone"),
    (("iPad",), "iPad"),
    (("Android",), "Android"),
    (("Windows",), "Windows"),
    (("CrOS",), "ChromeOS"),
    (("Macintosh", "Mac OS X"), "macOS"),
    (("Linux", "X11"), "Linux"),
)


def _first(agent: str, names: tuple[tuple[tuple[str, ...], str], ...]) -> str | None:
    return next((name for marks, name in names if any(mark in agent for mark in marks)), None)


def in_words(agent: str) -> str:
    """The browser in words, in the page's language."""
    browser, system = _first(agent, _BROWSERS), _first(agent, _SYSTEMS)
    if browser and system:
        words = _("%(browser)s on %(system)s", browser=browser, system=system)
    elif system:
        words = _("An unknown browser on %(system)s", system=system)
    else:
        words = browser or _("An unknown browser")
    return str(words)
