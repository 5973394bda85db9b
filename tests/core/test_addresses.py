"""What counts as a web address, and a page's own address."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tracker.core.addresses import here, here_with, is_web_address


@pytest.mark.parametrize(
    "text", ["https://example.org", "HTTP://example.org:8080/a?b#c", "https://مثال.مصر/"]
)
def test_a_whole_address_is_taken(text):
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "https://",
        "https:///path",
        "http://:80",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://a\nb",
        "http://[broken",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_what_leads_nowhere_or_is_too_long_is_not(text):
    assert not is_web_address(text)


def test_a_page_stands_at_its_address_with_other_arguments(app):
    with app.test_request_context("/outcomes/?kind=practice&theme=a&theme=b&page=3&endpoint=x&_scheme=y"):
        assert here(kind=None) == "/outcomes/?theme=a&theme=b&endpoint=x&_scheme=y"
        assert here(page=4).endswith("&page=4&endpoint=x&_scheme=y")


def test_addresses_with_each_of_many_values_are_those_written_one_by_one(app):
    values = ["JO", "a b&c=d", "%00", "é/؟", ""]
    for asked in ("/outcomes/", "/outcomes/?kind=x&theme=%EE%80%80&theme=b&page=3&q=a+b", "/outcomes/?q=1#x"):
        with app.test_request_context(asked):
            given = list(here_with("theme", values))
            has = [value for key, value in _arguments(asked) if key == "theme"]
            assert given == [here(theme=[*has, value]) for value in values]


def _arguments(address):
    return parse_qsl(urlsplit(address).query)
