"""The search page in a real browser: with a script and without, by keyboard alone, in Arabic on a phone."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

READER = "coordinator@demo.example"
COUNT = "#found [data-count]"
#: Where the keyboard is: the number of a result, else the id of what has the focus.
PLACE = """
() => {
  const result = document.activeElement.closest(".hits > li");
  return result ? [...document.querySelectorAll(".hits > li")].indexOf(result) : document.activeElement.id;
}
"""
PHONE = {"viewport": {"width": 360, "height": 800}}


def searching(page, address="/search"):
    """The search page, with the list of what it asks the server for while somebody types."""
    asked = []
    page.goto(address)
    page.on("request", lambda request: "hx-request" in request.headers and asked.append(request.url))
    return asked


def total(page):
    return int(re.findall(r"(\d+) (?:outcome|result)", page.locator(COUNT).inner_text())[-1])


def wait_for_results(page, words):
    """Until the results are those of some words."""
    page.wait_for_function("(q) => new URL(location).searchParams.get('q') === q", arg=words)
    page.wait_for_selector("#found:not([aria-busy])")


def test_results_renew_themselves_with_every_finished_word_and_never_for_half_a_word(enter):
    page = enter(READER)
    asked = searching(page)
    everything = total(page)
    page.locator("#query").focus()
    page.keyboard.type("prison")
    page.wait_for_timeout(700)
    assert asked == []
    page.keyboard.type(" ")
    wait_for_results(page, "prison")
    assert 0 < total(page) < everything
    assert page.title().startswith("Find: prison")
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.locator("#query").input_value() == "prison "
    assert page.locator("#search-status").inner_text() == page.locator(COUNT).inner_text()
    page.keyboard.type('"need to')
    page.wait_for_timeout(700)
    assert len(asked) == 1
    page.keyboard.type(' share"')
    wait_for_results(page, 'prison "need to share"')
    assert len(asked) == 2


def test_enter_asks_at_once_and_going_back_finds_everything_as_it_was(enter):
    page = enter(READER)
    searching(page)
    page.locator("#query").fill("prison ")
    wait_for_results(page, "prison")
    before = page.locator("#found .hits").inner_text()
    page.locator(".hit-title a").first.click()
    page.wait_for_url("**/outcomes/**")
    page.go_back()
    page.wait_for_selector("#found .hits")
    assert page.locator("#found .hits").inner_text() == before
    assert page.locator("#query").input_value() == "prison"
    page.locator("#query").fill("staff")
    page.locator("#query").press("Enter")
    page.wait_for_url("**/search?q=staff")
    address = page.url
    other = enter(READER)
    other.goto(address)
    assert other.locator(COUNT).inner_text() == page.locator(COUNT).inner_text()


def test_an_earlier_answer_never_replaces_a_later_one(enter):
    page = enter(READER)
    searching(page)

    def slowly(route):
        if "q=prison&" in f"{route.request.url}&":
            # The answer that was asked for first comes last.
            time.sleep(0.5)
        route.continue_()

    page.route("**/search?*", slowly)
    page.locator("#query").focus()
    page.keyboard.type("prison staff ")
    wait_for_results(page, "prison staff")
    page.wait_for_timeout(800)
    assert "q=prison+staff" in page.url or "q=prison%20staff" in page.url
    assert page.title().startswith("Find: prison staff")


def test_a_page_that_cannot_reach_the_server_says_so_and_keeps_its_results(enter):
    page = enter(READER)
    searching(page)
    before = total(page)
    page.route("**/search?*", lambda route: route.abort())
    page.locator("#query").focus()
    page.keyboard.type("prison ")
    page.wait_for_selector("#search-status.is-failed")
    assert "Press Enter" in page.locator("#search-status").inner_text()
    assert total(page) == before


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(enter):
    page = enter(READER)
    searching(page)
    page.context.clear_cookies()
    page.locator("#query").focus()
    page.keyboard.type("prison ")
    page.wait_for_url("**/login**")
    assert page.locator("#found").count() == 0


@pytest.mark.parametrize(
    ("language", "to_filters", "back"), [("en", "Left", "Right"), ("ar", "Right", "Left")]
)
def test_the_keyboard_walks_through_results_and_filters(enter, language, to_filters, back):
    page = enter(READER, locale=language)
    page.goto("/search?q=REC*")
    page.keyboard.press("/")
    assert page.evaluate(PLACE) == "query"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(PLACE) == 2
    page.keyboard.press("ArrowUp")
    assert page.evaluate(PLACE) == 1
    page.keyboard.press(f"Arrow{to_filters}")
    in_filters = "() => !!document.activeElement.closest('.page-aside')"
    assert page.evaluate(in_filters)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(in_filters)
    page.keyboard.press(f"Arrow{back}")
    assert page.evaluate(PLACE) == 1
    page.keyboard.press("Escape")
    assert page.evaluate(PLACE) == "query"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(PLACE) == "query"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outcomes/REC-*")


def test_after_enter_the_number_of_results_is_read_and_the_arrows_go_on_from_there(enter):
    page = enter(READER)
    page.goto("/search")
    assert page.evaluate("document.activeElement === document.body")
    page.locator("#query").fill("staff")
    page.locator("#query").press("Enter")
    page.wait_for_url("**/search?q=staff")
    on_count = "() => document.activeElement.matches('#found [data-count]')"
    page.wait_for_function(on_count)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(PLACE) == 0
    page.goto("/search?q=zebras")
    page.wait_for_function(on_count)
    page.keyboard.press("ArrowUp")
    assert page.evaluate(PLACE) == "query"


def test_the_address_of_a_feed_is_copied_and_opened(enter):
    page = enter(READER)
    page.context.grant_permissions(["clipboard-write"])
    page.goto("/searches/new?q=prison")
    page.locator("#saved-form button[type=submit]").first.click()
    page.get_by_role("link", name="Change prison").click()
    page.get_by_role("button", name="Open a feed").click()
    page.get_by_role("button", name="Copy the address").click()
    # The button is on the page that was led to; until then, the messages may be those of the last page.
    assert "new address" not in page.locator(".messages").inner_text()
    page.get_by_role("button", name="Copied").wait_for()
    address = page.locator("#feed-address").input_value()
    page.locator("#name").fill("")
    page.locator("#name").press("Control+V")
    assert page.locator("#name").input_value() == address
    assert page.get_by_role("link", name="Open the feed").get_attribute("href") == address


def test_the_keyboard_is_nowhere_held_fast(enter):
    page = enter(READER)
    page.goto("/search?q=prison")
    page.locator("#query").focus()
    seen = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("document.activeElement.closest('.foot, .page-aside, .hits')?.className || ''")
        )
        if "foot" in seen:
            break
    assert {"foot", "page-aside"} <= seen


def test_a_long_filter_is_narrowed_by_typing(enter):
    page = enter(READER)
    page.goto("/search?more=theme")
    box = page.locator("#narrow-theme")
    values = page.locator("#facet-theme li:visible")
    before = values.count()
    box.fill("DETÉNTION")
    assert 0 < values.count() < before
    assert "detention" in values.first.inner_text().lower()
    box.fill("")
    assert values.count() == before


def test_everything_works_without_a_script(enter):
    page = enter(READER, java_script_enabled=False)
    page.goto("/search")
    assert not page.locator(".search-keys").is_visible()
    page.locator("#query").fill("prison theme:prizons")
    page.locator("#query").press("Enter")
    page.locator(".remarks:not(.names .remarks) a").click()
    first = total(page)
    page.locator("#facet-kind li a").first.click()
    # A click returns before the page it leads to is read to its end: what is there is waited for.
    expect(page.locator(".chip")).to_have_count(2)
    assert total(page) <= first
    page.get_by_role("link", name="By workshop").click()
    expect(page.locator(".group-title").first).to_be_visible()
    page.get_by_role("link", name="Remove all").click()
    expect(page.locator(".chip")).to_have_count(0)
    page.locator("#facet-theme .facet-more a").click()
    expect(page.locator("#facet-theme li").nth(10)).to_be_visible()


def test_results_while_typing_in_arabic_on_a_phone(enter):
    page = enter(READER, locale="ar", **PHONE)
    asked = searching(page)
    page.locator("#query").focus()
    page.keyboard.type("السجون ")
    wait_for_results(page, "السجون")
    assert len(asked) == 1
    assert page.locator(".hits mark").count() > 0
    assert (
        page.locator(".hits bdi[lang=ar]").first.evaluate("(node) => getComputedStyle(node).direction")
        == "rtl"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_to_complain_about(enter, language, scheme):
    page = enter(READER, locale=language, color_scheme=scheme)
    for address in (
        "/search",
        "/search?q=prison+staff+-x+is:overdue&group=workshop&more=theme",
        "/search?q=prison+zebras",
        '/search?q="nothing+of+it"+theme:prizons&country=JO',
    ):
        page.goto(address)
        found = Axe().run(page)
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found.response["violations"]] == []
