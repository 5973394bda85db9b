"""What counts as a web address, and a page's own address."""

import pytest

from tracker.core.addresses import here, is_web_address


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
