"""Addresses: what counts as one of the web, and where the present page stands with other arguments."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from flask import current_app, request, url_for

from tracker.core.hosts import absolute

#: Longest web address that is kept, in characters.
LONGEST_ADDRESS = 2000

_PATH = "tracker.path"
#: What an argument may hold without being written in another way.
_PLAIN = "!$'()*,/:;?@"
#: What no argument that somebody typed holds.
_PLACE = "\ue000\x00"


def is_web_address(text: str) -> bool:
    """Whether this is a whole http or https address: with a host, printable, at most 2000 characters."""
    if len(text) > LONGEST_ADDRESS or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def here(**changes: Any) -> str:
    """The address of this page with some arguments changed, from the first page of its list.

    A list gives an argument several times; None and an empty list take it away.
    """
    path = request.environ.get(_PATH)
    if path is None:
        # A page with filters asks a hundred times.
        path = url_for(request.endpoint or "reports.home", **(request.view_args or {}))
        request.environ[_PATH] = path
    return _asking(path, changes)


def here_with(argument: str, values: Iterable[str]) -> Iterator[str]:
    """The address of this page for each value of an argument, given beside those that it has, as `here` gives
    it; for lists of values, where all but one part of the address is the same.
    """
    before, _mark, after = here(**{argument: [*request.args.getlist(argument), _PLACE]}).rpartition(
        quote_plus(_PLACE)
    )
    return (f"{before}{quote_plus(value, safe=_PLAIN)}{after}" for value in values)


def elsewhere(endpoint: str) -> str:
    """The address of another page without parts of its own, with this page's arguments."""
    return _asking(url_for(endpoint), {})


def _asking(path: str, changes: dict[str, Any]) -> str:
    arguments: dict[str, Any] = {**request.args.to_dict(flat=False), "page": None, **changes}
    # Written here and not by `url_for`, whose own parameters an address typed by hand could name.
    query = urlencode(
        {name: value for name, value in arguments.items() if value is not None},
        doseq=True,
        safe=_PLAIN,
    )
    return f"{path}?{query}" if query else path


def public_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page for mails and the terminal, under `TRACKER_BASE_URL`, whoever asks."""
    return absolute(current_app.url_map.bind("").build(endpoint, values))
