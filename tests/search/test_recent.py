"""The last searches of a browser: in its own cookie, for whoever made them, until they are cleared."""

from tests.pages import Visitor
from tracker.search.saved import recent
from tracker.search.saved.recent import LONGEST, MOST

COOKIE = "tracker-recent"


def _recent(page):
    return [link.get_text() for link in page.html.select(".recent li a")]


def test_what_was_searched_for_is_offered_again_the_latest_first(visit, make):
    visitor = visit(make.person())
    for words in ("prison", "border staff", "prison"):
        visitor.get("/search", params={"q": words})
    page = visitor.get("/search")
    assert _recent(page) == ["prison", "border staff"]
    again = visitor.get(page.html.select_one(".recent li a")["href"])
    assert again.html.find(id="query")["value"] == "prison"
    assert _recent(visitor.get("/search?q=prison")) == ["border staff"]


def test_only_the_last_ones_are_kept_and_the_cookie_stays_small(visit, make):
    visitor = visit(make.person())
    for number in range(MOST + 5):
        visitor.get("/search", params={"q": f"{number} " + "تدريب " * 60})
    kept = _recent(visitor.get("/search"))
    assert 0 < len(kept) <= MOST
    assert kept[0].startswith(f"{MOST + 4} ")
    assert len(visitor.browser.cookies[COOKIE]) <= LONGEST


def test_results_that_come_while_typing_are_not_remembered(visit, make):
    visitor = visit(make.person())
    visitor.browser.get("/search?q=pris", headers={"HX-Request": "true"})
    visitor.get("/search")
    assert COOKIE not in visitor.browser.cookies


def test_a_button_clears_them(visit, make):
    visitor = visit(make.person())
    page = visitor.get("/search?q=prison")
    page = visitor.get("/search")
    form = next(form for form in page.forms.values() if form.action.endswith("/recent/clear"))
    page = visitor.submit(form)
    assert _recent(page) == []
    assert not visitor.browser.cookies.get(COOKIE)


def test_signing_out_clears_them(visit, make):
    visitor = visit(make.person())
    page = visitor.get("/search?q=prison")
    assert visitor.browser.cookies.get(COOKIE)
    form = next(form for form in page.forms.values() if form.action.endswith("/logout"))
    visitor.submit(form)
    assert not visitor.browser.cookies.get(COOKIE)


def test_the_next_person_at_the_same_browser_sees_none_of_them(app, make):
    first, second = make.person(), make.person()
    visitor = Visitor(app, first)
    visitor.get("/search?q=prison")
    cookie = visitor.browser.cookies[COOKIE]
    other = Visitor(app, second)
    other.browser.set_cookie(COOKIE, cookie)
    assert _recent(other.get("/search")) == []


def test_a_forged_cookie_is_as_good_as_none(visit, make):
    visitor = visit(make.person())
    for value in ("x", "e30.x", "." * 5000, "WzFd.AAAA"):
        visitor.browser.set_cookie(COOKIE, value)
        assert _recent(visitor.get("/search")) == []


def test_the_cookie_is_for_the_server_alone_and_ends_with_the_browser(visit, make):
    answer = visit(make.person()).browser.get("/search?q=prison")
    (cookie,) = [value for value in answer.headers.getall("Set-Cookie") if value.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


def test_hostile_words_are_shown_as_words(visit, make):
    visitor = visit(make.person())
    visitor.get("/search", params={"q": "<script>alert(1)</script>\u202e"})
    page = visitor.get("/search")
    assert "<script>alert" not in page.text
    assert len(_recent(page)) == 1


def test_of_whoever_is_not_signed_in_nothing_is_remembered(app, visit):
    """The next visitor of the same browser is not signed in either, and somebody else."""
    app.config["TRACKER_PUBLIC_READING"] = True
    visitor = visit()
    visitor.get("/search?q=prison")
    assert COOKIE not in visitor.browser.cookies
    assert _recent(visitor.get("/search")) == []


def test_what_an_unsigned_visitor_left_before_is_not_shown(app, visit):
    app.config["TRACKER_PUBLIC_READING"] = True
    with app.test_request_context():
        left = recent._signer().dumps({"who": None, "searches": ["prison"]})
    visitor = visit()
    visitor.browser.set_cookie(COOKIE, left)
    assert _recent(visitor.get("/search")) == []


def test_clearing_without_the_token_of_the_form_is_refused(visit, make):
    visitor = visit(make.person())
    visitor.get("/search?q=prison")
    assert visitor.browser.post("/searches/recent/clear", status="*").status_int == 400
    assert _recent(visitor.get("/search")) == ["prison"]
