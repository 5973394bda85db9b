"""Which passwords are taken: long ones of any kind, and none that is tried first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.signin.hands import sign_in
from tracker.accounts import service
from tracker.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, check_password
from tracker.core.errors import InvalidInput
from tracker.core.permissions import OPERATOR

EMAIL, NAME = "maria.lopez@example.org", "Focal point of Amman"


def refusal(password: str) -> str:
    """What is said against the password; empty when it is taken."""
    try:
        check_password(password, EMAIL, NAME)
    except InvalidInput as error:
        return f"{error.field}: {error}"
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "four random words here",
        "kx8!fP2qLz9w",
        "une phrase de passe",
        "الأمن والعدالة معا",
        "司法協力国際会議場勧告実施",
        "🦀🐙🐳🦉🐝🐢🦊🐘🐧🦄🐬🦓",
        "all lower case no figures",
        "  spaces at both ends  ",
        "tracker of lost umbrellas",
        "x" + " y z" * 20 + " unrelated words",
    ],
)
def test_a_long_password_of_any_kind_is_taken(app, password):
    assert refusal(password) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("eleven char", "at least 12 characters"),
        ("x" * (LONGEST_PASSWORD + 1), "at most 200 characters"),
        ("aaaaaaaaaaaaaa", "guessed at once"),
        ("123456123456", "guessed at once"),
        ("Password1234", "guessed at once"),
        ("passwordpassword", "guessed at once"),
        ("password password", "guessed at once"),
        ("PASSWORDpassword!!", "guessed at once"),
        ("iloveyou iloveyou iloveyou", "guessed at once"),
        ("Administration2024", "guessed at once"),
        ("qwertyuiop123456", "guessed at once"),
        ("Letmein12345!", "guessed at once"),
        ("maria.lopez@example.org", "your name, your address"),
        ("Maria Lopez 1975", "your name, your address"),
        ("Focal point of Amman!", "your name, your address"),
        ("Tracker Tracker 2026", "your name, your address"),
        ("Tracker-Focal-Point", "your name, your address"),
        ("abcdefghijklmnop", "in order"),
        ("Summer2024Summer2024", "repeats itself"),
        ("zxcvbnm,./asdf", "row of keys"),
        ("13.11.2024 x", "mostly a date"),
        ("poiuytrewqlkj", "mostly one word"),
    ],
)
def test_a_password_that_is_tried_first_is_refused_and_it_is_said_why(app, password, said):
    assert refusal(password).startswith("password: ")
    assert said in refusal(password)


def test_characters_count_as_people_see_them(app):
    assert refusal("e\u0301" * 6 + "a\u0300" * 5)
    assert "at least 12" in refusal("e\u0301a\u0300o\u0302" * 3)


def test_the_bounds_are_those_that_are_documented(app):
    assert (SHORTEST_PASSWORD, LONGEST_PASSWORD) == (12, 200)
    assert refusal("0hB7 zt!Qw2 " * 16 + "12345678") == ""


def test_the_longest_password_signs_in_whole(app, visit):
    long = ("0hB7 zt!Qw2 " * 16 + "12345678")[:LONGEST_PASSWORD]
    service.add_person(OPERATOR, EMAIL, NAME, ["reader"], password=long)
    assert sign_in(visit(), EMAIL, long[:-1] + "9").status_int == 200
    assert sign_in(visit(), EMAIL, long).status_int == 302


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_whatever_is_typed_is_taken_or_refused_in_words(app, password):
    refusal(password)


def test_pages_let_passwords_be_pasted_and_managed(app, visit):
    form = visit().get("/login").html.find("form", id="sign-in")
    field = form.find("input", {"type": "password"})
    assert field["autocomplete"] == "current-password"
    assert not any(name.startswith("on") for name in field.attrs)
    assert form.find("input", {"type": "email"})["autocomplete"] == "username"
