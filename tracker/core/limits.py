"""What a request may be: how long, how many fields, how deep, which characters, which methods, from where."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import IO, Any
from urllib.parse import quote

from flask import Flask, Request, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge, RequestURITooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter

from tracker.core.errors import Denied

#: Longest path with its query, in bytes as sent. The longest search there can be takes 4800.
LONGEST_URL = 8000
#: Longest JSON document that a request may carry, in bytes.
LONGEST_JSON = 1_000_000
#: How deep lists and objects may lie in one another in it.
DEEPEST_JSON = 32
#: Largest number in an address: what a database column holds.
LARGEST_NUMBER = 2**63 - 1

#: Control characters, halves of a pair and non-characters: no text holds them, no keyboard types them, and
#: databases and office files choke on them. Tabs and line breaks stay.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: Fields that are taken exactly as they were sent.
_SECRET = re.compile("password|^current$")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)

#: Methods that change nothing.
SAFE = frozenset({"GET", "HEAD"})
#: Where a browser may say that a form was sent from; `none` is somebody's own bookmark or typing.
OWN_PAGES = frozenset({"same-origin", "none"})


def plain(text: str) -> str:
    """The text without characters that no text holds."""
    return _NO_TEXT.sub("", text)


def _cleaned(pairs: Iterable[tuple[str | None, str]]) -> list[tuple[str, str]]:
    # A part of a form may come without a name; no field waits for it.
    return [
        (plain(name), value if _SECRET.search(name) else plain(value))
        for name, value in pairs
        if name is not None
    ]


class BoundedFormParser(FormDataParser):
    """Reads forms; bounds the plain ones too, and takes out what is no text."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Read the form; raises RequestEntityTooLarge past a bound."""
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        return rest, self.cls(_cleaned(form.items(multi=True))), files

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Any:
        # The library bounds multipart forms only.
        if self.max_form_memory_size is not None and (content_length or 0) > self.max_form_memory_size:
            raise RequestEntityTooLarge
        rest, form, files = super()._parse_urlencoded(stream, mimetype, content_length, options)
        if self.max_form_parts is not None and len(list(form.items(multi=True))) > self.max_form_parts:
            raise RequestEntityTooLarge
        return rest, form, files


class BoundedJson(DefaultJSONProvider):
    """Reads JSON of bounded length and depth."""

    def loads(self, s: str | bytes, **options: Any) -> Any:
        """The value; raises ValueError for what is no JSON or too deep, RequestEntityTooLarge when too
        long.
        """
        if len(s) > LONGEST_JSON:
            raise RequestEntityTooLarge
        text = s.decode() if isinstance(s, bytes) else s
        depth = 0
        for mark in _BRACKETS.finditer(text):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark.group(), 0)
            if depth > DEEPEST_JSON:
                raise ValueError("too deep")
        return _cleaned_value(super().loads(text, **options))


def _cleaned_value(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [_cleaned_value(item) for item in value]
    if isinstance(value, dict):
        return {
            plain(name): item if isinstance(item, str) and _SECRET.search(name) else _cleaned_value(item)
            for name, item in value.items()
        }
    return value


class TrackerRequest(Request):
    """A request whose address, fields and JSON hold text and nothing else."""

    form_data_parser_class = BoundedFormParser

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not self.query_string.isascii():
            # Browsers quote; what comes unquoted need not even be UTF-8, and every page repeats its address.
            self.query_string = quote(self.query_string, safe="!$&'()*+,/:;=?@%").encode()
        #: Bytes of path and query, as they came.
        self.url_length = len(quote(self.path)) + len(self.query_string)
        self.is_path_text = not _NO_TEXT.search(self.path)
        self.path = plain(self.path)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The fields in the address."""
        return ImmutableMultiDict(_cleaned(super().args.items(multi=True)))


class BoundedInteger(IntegerConverter):
    """A whole number in an address that a database column can hold."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST_NUMBER, **options})


def _refuse_odd_addresses() -> None:
    asked: Any = request
    if asked.url_length > LONGEST_URL:
        raise RequestURITooLarge
    if not asked.is_path_text:
        raise NotFound


def _refuse_other_methods() -> None:
    rule = request.url_rule
    # Flask would answer OPTIONS for every route by itself; nothing here is meant for other sites' scripts.
    if rule is not None and request.method == "OPTIONS":
        raise MethodNotAllowed(sorted((rule.methods or set()) - {"OPTIONS"}))


def _refuse_other_sites() -> None:
    """Refuse what a browser says was sent from another site's page; beside the token in every form."""
    origin = request.headers.get("Sec-Fetch-Site", "none")
    if request.method in SAFE or origin in OWN_PAGES or request.endpoint == "core.take_csp_report":
        return
    raise Denied(_l("This form was sent from another site. Open Tracker itself and send it from there."))


def init_limits(app: Flask) -> None:
    """Bound requests before anybody looks into them."""
    app.request_class = TrackerRequest
    # The class too: the library for signing in makes its own from it.
    app.json_provider_class = BoundedJson
    app.json = BoundedJson(app)
    app.url_map.converters["int"] = BoundedInteger
    for check in (_refuse_odd_addresses, _refuse_other_methods, _refuse_other_sites):
        app.before_request(check)
