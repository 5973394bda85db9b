"""The labels of the Traffic Light Protocol: order, wording, and how they are drawn and printed."""

import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from tracker.core.vocabulary import Handling

CSS = Path(__file__).parents[2] / "static" / "css"


def test_the_labels_stand_from_least_to_most_restricted():
    assert [label.rank for label in Handling] == [0, 1, 2, 3, 4]
    assert Handling.GREEN.or_higher(Handling.RED) is Handling.RED
    assert Handling.AMBER_STRICT.or_higher(Handling.AMBER) is Handling.AMBER_STRICT


def test_labels_are_never_translated_and_their_meaning_is(app):
    for language in ("en", "fr", "es", "ar"):
        with app.test_request_context(), force_locale(language):
            assert [str(label.label) for label in Handling] == [str(label) for label in Handling]
    assert str(Handling.RED.wording) == (
        "For the eyes and ears of individual recipients only, no further disclosure."
    )


@pytest.mark.parametrize(("name", "colour"), [("red", "#ff2b2b"), ("amber", "#ffc000"), ("green", "#33ff00")])
def test_labels_are_drawn_in_the_colours_of_the_standard_on_black(name, colour):
    sheet = (CSS / "states.css").read_text()
    base = re.search(r"\.tlp \{[^}]*\}", sheet)
    assert base is not None
    assert "background: #000000" in base.group()
    assert "color: #ffffff" in base.group()  # CLEAR
    assert re.search(rf"\.tlp-{name}(,\s*\.tlp-amber-strict)? \{{\s*color: {colour};", sheet)


def test_printed_pages_bear_the_most_restricted_label_at_head_and_foot():
    sheet = (CSS / "print.css").read_text()
    order = [sheet.index(f".page:has(.{name})") for name in _classes()]
    assert order == sorted(order)
    for label, name in zip(Handling, _classes(), strict=True):
        rule = re.search(rf"@page {name} \{{(.*?)\n\}}", sheet, re.DOTALL)
        assert rule is not None
        for place in ("@top-right", "@bottom-right"):
            assert place in rule.group(1)
        assert rule.group(1).count(f'content: "{label}"') == 2
        assert rule.group(1).count("12pt") == 2


def _classes():
    return [str(label).lower().replace(":", "-").replace("+", "-") for label in Handling]
