"""Short words made of longer texts."""

import pytest

from tracker.core.slugs import first_free, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Prison staff", "prison-staff"),
        ("Coopération judiciaire", "cooperation-judiciaire"),
        ("l'état d’urgence", "letat-durgence"),
        ("Larnaca – Λάρνακα", "larnaca"),
        ("السجون", ""),
        ("a" * 30, "a" * 10),
        ("abcdefghi jklm", "abcdefghi"),
    ],
)
def test_a_slug_holds_letters_and_digits_that_stand_in_any_address(text, slug):
    assert slugify(text, 10 if len(text) > 28 or text.startswith("abc") else 60) == slug


def test_a_word_that_is_taken_gets_the_first_free_number():
    assert first_free("prisons", {"themes"}.__contains__) == "prisons"
    assert first_free("prisons", {"prisons", "prisons-2"}.__contains__) == "prisons-3"
