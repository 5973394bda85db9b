"""Nobody is sent to another site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.utils import redirect

from tracker.core.views import local_address

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/a\\..\\..\\evil",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "",
    None,
    " //evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/\x00/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0aSet-Cookie:a=b",
    "/%2f/evil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/\uff0fevil.example",
    "/\uff3cevil.example",
    "/\u2028evil",
    "/\u202eevil",
    "/\ud800",
    "//[",
    "/" + "x" * 3000,
    "http://localhost@evil.example/",
]


@pytest.mark.parametrize("wish", ELSEWHERE)
def test_nobody_is_sent_to_another_site(wish):
    assert local_address(wish) is None


@pytest.mark.parametrize(
    "wish",
    [
        "/",
        "/search?q=a%20b#c",
        "/search?q=a\\b",
        "/search?next=//evil.example",
        "/outcomes/REC-2024-0001",
        "/search?q=محارب",
        "/themes/جريمة",
    ],
)
def test_an_address_within_the_site_is_kept(wish):
    assert local_address(wish) == wish


@given(st.text(alphabet=st.sampled_from("/\\:@%095cCfF2.?#\t\n evil\uff0f"), max_size=12))
def test_whatever_is_kept_stays_here_as_browsers_read_it(text):
    kept = local_address("/" + text)
    if kept is not None:
        # Browsers drop tabs and line breaks and read a backslash as a slash.
        location = redirect(kept).location
        as_read = "".join(c for c in location.split("?")[0].split("#")[0] if c not in "\t\r\n").replace(
            "\\", "/"
        )
        assert as_read.startswith("/")
        assert not as_read.startswith("//")


def test_the_language_switch_sends_nobody_elsewhere(visit):
    visitor = visit()
    for wish in ELSEWHERE:
        if wish and wish.isprintable():
            assert visitor.post("/language", {"language": "en", "next": wish}).location in (
                "/",
                "http://localhost/",
            )
