"""How tables read in a real browser."""

import pytest

pytestmark = pytest.mark.browser

#: For each row of the page's tables: how far apart the first lines of its cells begin, in px; and how many
#: lines its tallest cell has.
FIRST_LINES = """
() => [...document.querySelectorAll("table.rows tbody tr")].map((row) => {
  const lines = [...row.cells].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  }).filter((boxes) => boxes.length);
  const middles = lines.map((boxes) => Math.min(...boxes.map((box) => (box.top + box.bottom) / 2)));
  return [Math.max(...middles) - Math.min(...middles), row.offsetHeight];
})
"""


def test_a_title_of_several_lines_does_not_push_its_neighbours_down(enter):
    page = enter("coordinator@demo.example", viewport={"width": 900, "height": 900})
    page.goto("/follow-up/")
    rows = page.evaluate(FIRST_LINES)
    assert max(height for _apart, height in rows) > 60
    assert [apart for apart, _height in rows if apart > 6] == []


def test_the_title_has_a_third_of_the_width_of_the_list(enter):
    page = enter("coordinator@demo.example", viewport={"width": 1280, "height": 900})
    page.goto("/follow-up/")
    title = page.locator("th.main").bounding_box()["width"]
    frame = page.locator(".table-scroll").bounding_box()["width"]
    assert title >= frame / 3
    assert page.locator("table.rows").bounding_box()["width"] <= frame + 1


def test_what_is_late_is_seen_on_a_narrow_screen_without_scrolling_sideways(enter):
    page = enter("coordinator@demo.example", viewport={"width": 360, "height": 800})
    page.goto("/follow-up/?sign=overdue")
    sign = page.locator("tbody th .state-overdue").first
    box = sign.bounding_box()
    assert sign.is_visible()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
