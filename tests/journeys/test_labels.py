"""Labels in a real browser: which one the sheets of a printed page bear."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

#: The page style of the printed page, which writes the label into the head and foot of every sheet.
SHEETS = "() => getComputedStyle(document.querySelector('main')).page"
ORDER = ("tlp-clear", "tlp-green", "tlp-amber", "tlp-amber-strict", "tlp-red")


@pytest.mark.parametrize("address", ["/outcomes/", "/follow-up/", "/search?q=prison", "/workshops/"])
def test_a_printed_list_bears_the_most_restricted_of_its_labels(enter, address):
    page = enter("rapporteur@demo.example")
    page.goto(address)
    page.emulate_media(media="print")
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('main .tlp')].map((mark) => mark.classList[1])"
    )
    assert len(set(drawn)) > 1
    assert page.evaluate(SHEETS) == max(drawn, key=ORDER.index)


def test_a_page_without_labels_bears_none(enter):
    page = enter("rapporteur@demo.example")
    page.goto("/reports/")
    page.emulate_media(media="print")
    assert page.evaluate(SHEETS) == "auto"


def test_a_label_of_many_words_keeps_its_direction_on_an_arabic_page(enter):
    page = enter("rapporteur@demo.example", locale="ar", viewport={"width": 360, "height": 800})
    page.goto("/outcomes/")
    mark = page.locator(".tlp-amber-strict").first
    assert mark.inner_text() == "TLP:AMBER+STRICT"
    assert mark.evaluate("(node) => getComputedStyle(node).direction") == "ltr"


def test_the_effect_of_a_change_is_read_before_it_is_saved_on_a_narrow_screen(enter):
    page = enter("rapporteur@demo.example", viewport={"width": 360, "height": 800})
    page.goto("/workshops/CTJ-2024-AGP/handling")
    page.select_option("#handling", "TLP:AMBER")
    page.fill("#reason", "Asked for by the hosts.")
    page.click("button[value=show]")
    expect(page.locator(".note").first).to_contain_text("not everyone signed in")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("button[value=save]")
    expect(page.locator("#messages")).to_contain_text("The label was changed.")
