"""Guessing is slowed down, in the database, and locks nobody out for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.make import Make
from tests.signin.hands import NEW, PASSWORD, button, comes_from, is_in, link_in, mails, sign_in
from tracker.accounts import service
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import db, now, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.signin import throttle
from tracker.signin.models import Guess
from tracker.signin.throttle import FORGOTTEN, FREE, LONGEST, TooManyGuesses, account_wait

WRONG = "a wrong password"
EMAIL = "judge@example.org"


@pytest.fixture
def person(app) -> Person:
    """Somebody with a password."""
    return service.add_person(OPERATOR, EMAIL, "Judge", ["reader"], password=PASSWORD)


def guesses() -> int:
    return db.session.scalar(select(func.count()).select_from(Guess)) or 0


def strangers(visit, number: int, password: str = WRONG, email: str = EMAIL) -> list[int]:
    """Answers to guesses from as many network addresses, each from a new browser."""
    return [
        sign_in(comes_from(visit(), f"198.51.100.{i}"), email, password).status_int for i in range(number)
    ]


def test_five_wrong_guesses_are_free_and_the_sixth_must_wait(app, person, visit):
    visitor = visit()
    with at(now()):
        assert [sign_in(visitor, password=WRONG).status_int for _try in range(FREE)] == [200] * FREE
        late = sign_in(visitor)
    assert late.status_int == 429
    assert late.headers["Retry-After"] == "1"
    assert "Too many tries" in late.text
    assert "Try again in 1 second." in late.text
    assert not is_in(visitor)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(app):
    moment = now()
    waits = [account_wait(count, moment, moment).total_seconds() for count in range(FREE - 1, FREE + 13)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert account_wait(10**6, moment, moment) == LONGEST
    assert account_wait(FREE, moment, moment + timedelta(seconds=1)) == timedelta(0)


def test_what_is_said_of_long_waits_is_in_minutes(app, person, visit):
    assert throttle.in_words(timedelta(seconds=61)) == "2 minutes"
    assert throttle.in_words(timedelta(milliseconds=1)) == "1 second"


def test_guesses_while_one_must_wait_are_not_looked_at_and_do_not_lengthen_it(app, person, visit):
    visitor, moment = visit(), now()
    with at(moment):
        for _try in range(FREE):
            sign_in(visitor, password=WRONG)
        for _try in range(10):
            assert sign_in(visitor).status_int == 429
    assert not is_in(visitor)
    with at(moment + timedelta(seconds=1)):
        assert sign_in(visitor).status_int == 302


def test_wrong_passwords_from_many_addresses_are_slowed_without_locking_the_owner_out(app, person, visit):
    owner, moment = visit(), now()
    sign_in(owner)
    owner.submit(button(owner.get("/account"), "/logout"))
    with at(moment):
        assert strangers(visit, 20) == [200] * FREE + [429] * (20 - FREE)
        # Where the owner has signed in before they still come in, at once.
        assert sign_in(owner).status_int == 302
        # That does not give strangers new guesses.
        assert strangers(visit, 3) == [429] * 3
    # However long the guessing lasts, nobody waits longer than a quarter of an hour, in a new browser either.
    for hour in range(1, 20):
        with at(moment + timedelta(minutes=16 * hour)):
            assert strangers(visit, 3) == [200, 429, 429]
    with at(moment + timedelta(minutes=16 * 20)):
        assert sign_in(visit()).status_int == 302


def test_whoever_sets_a_new_password_by_mail_comes_in_while_the_guessing_goes_on(app, person, visit):
    with at(now()):
        strangers(visit, FREE)
        owner = visit()
        form = owner.get("/sign-in/forgotten").forms["forgotten"]
        form["email"] = EMAIL
        form.submit()
        form = owner.get(link_in(mails(app, EMAIL)[-1])).forms["reset"]
        form["password"] = form["confirm"] = NEW
        form.submit()
        assert sign_in(visit(), password=NEW).status_int == 429
        assert sign_in(owner, password=NEW).status_int == 302


def test_a_known_browser_is_slowed_down_by_its_own_wrong_guesses(app, person, visit):
    owner = visit()
    sign_in(owner)
    owner.submit(button(owner.get("/account"), "/logout"))
    with at(now()):
        assert [sign_in(owner, password=WRONG).status_int for _try in range(6)] == [200] * 5 + [429]
        assert sign_in(visit()).status_int == 302


def test_a_browser_is_known_for_its_own_accounts_only(app, person, make: Make, visit):
    service.add_person(OPERATOR, "other@example.org", "Other", ["reader"], password=PASSWORD)
    mine = visit()
    sign_in(mine, "other@example.org")
    mine.submit(button(mine.get("/account"), "/logout"))
    with at(now()):
        strangers(visit, FREE)
        assert sign_in(mine).status_int == 429


def test_a_right_password_forgets_the_wrong_ones_and_so_does_a_day(app, person, visit):
    moment = now()
    with at(moment):
        strangers(visit, FREE - 1)
        assert sign_in(visit()).status_int == 302
        assert strangers(visit, FREE) == [200] * FREE
        assert strangers(visit, 1) == [429]
    with at(moment + FORGOTTEN + timedelta(seconds=1)):
        assert strangers(visit, FREE) == [200] * FREE


def test_an_account_that_does_not_exist_is_counted_alike(app, person, visit):
    def seen(email: str) -> list[tuple[int, str, str | None]]:
        visitor, answers = visit(), []
        for _try in range(FREE + 1):
            answer = sign_in(visitor, email, WRONG)
            text = answer.html.find("main").get_text().replace(email, "")
            answers.append((answer.status_int, text, answer.headers.get("Retry-After")))
        return answers

    with at(now()):
        assert seen(EMAIL) == seen("nobody@example.org")


def test_case_and_spaces_around_an_address_make_no_other_account(app, person, visit):
    with at(now()):
        strangers(visit, FREE, email=EMAIL)
        for spelling in ("JUDGE@example.org", " judge@example.org "):
            assert strangers(visit, 1, email=spelling) == [429]


def test_somebody_who_is_in_cannot_have_guesses_at_others_forgotten(app, person, make: Make, visit):
    with at(now()):
        strangers(visit, FREE)
        insider = visit(make.person())
        insider.post("/login", {"email": EMAIL, "password": PASSWORD})
        assert strangers(visit, 1) == [429]


def test_one_address_may_guess_at_many_accounts_only_so_often(app, person, visit, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_OF_ADDRESS", 12)
    moment, visitor = now(), visit()
    with at(moment):
        answers = [sign_in(visitor, f"person{i}@example.org", WRONG).status_int for i in range(14)]
        assert answers == [200] * 12 + [429] * 2
        assert sign_in(comes_from(visit(), "198.51.100.1")).status_int == 302
    with at(moment + throttle.WINDOW):
        assert sign_in(visitor).status_int == 302


def test_an_ipv6_household_is_one_address(app):
    def network(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return throttle.network()

    assert network("2001:db8:1:2::5") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::5") != network("2001:db8:1:2::5")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"


def test_a_guess_is_written_down_before_the_secret_is_looked_at(app, person):
    seen = []
    with throttle.guessing("password", EMAIL) as trial:
        seen.append(guesses())
        trial.right()
    assert seen == [2]
    assert guesses() == 0


def test_guesses_at_the_same_time_cannot_slip_through(app, person):
    looked_at = []

    def guess(_number: int) -> None:
        with app.app_context():
            try:
                with throttle.guessing("password", EMAIL):
                    looked_at.append(1)
            except TooManyGuesses:
                pass
            db.session.remove()

    moment = now()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))
    elapsed = (now() - moment).total_seconds()
    # One more for each wait that went by meanwhile.
    assert FREE <= len(looked_at) <= FREE + elapsed + 1


def test_a_guess_inside_a_transaction_that_could_be_undone_is_a_mistake_of_ours(app):
    with pytest.raises(RuntimeError), unit_of_work(), throttle.guessing("password", EMAIL):
        pass


def test_kinds_of_secrets_are_counted_apart(app, person):
    with at(now()):
        for _try in range(FREE):
            with throttle.guessing("code", EMAIL):
                pass
        with pytest.raises(TooManyGuesses), throttle.guessing("code", EMAIL):
            pass
        with throttle.guessing("password", EMAIL) as trial:
            trial.right()
        with pytest.raises(TooManyGuesses), throttle.guessing("code", EMAIL):
            pass


def test_what_is_kept_of_a_guess_names_nobody_and_is_deleted_after_a_day(app, person, visit):
    moment = now()
    with at(moment):
        strangers(visit, 3)
    keys = db.session.scalars(select(Guess.key)).all()
    assert not [key for key in keys if "judge" in key or "198.51" in key]
    with at(moment + FORGOTTEN + timedelta(seconds=1)):
        strangers(visit, 1)
    assert guesses() == 2


def test_the_current_password_is_guessed_at_no_faster(app, person, visit, monkeypatch):
    visitor = visit()
    sign_in(visitor)
    with at(now()):
        for _try in range(FREE):
            form = visitor.get("/account").forms["password-form"]
            form["current"], form["password"], form["confirm"] = WRONG, NEW, NEW
            assert form.submit(status=422)
        form["current"], form["password"], form["confirm"] = PASSWORD, NEW, NEW
        assert form.submit(status=429).headers["Retry-After"]
    assert sign_in(visit(), password=NEW).status_int == 200


def test_wrong_tokens_are_bounded_by_address_and_right_ones_never(app, person, visit, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_OF_ADDRESS", 4)
    token = service.issue_token(OPERATOR, person, "program")

    def ask(bearer: str) -> int:
        headers = {"Authorization": f"Bearer {bearer}"}
        return visit().browser.get("/api/v1/search", headers=headers, status="*")

    with at(now()):
        assert [ask("trk_wrong").status_int for _try in range(6)] == [401] * 4 + [429] * 2
        late = ask("trk_wrong")
        assert late.json["status"] == 429
        assert late.headers["Retry-After"] == "900"
        assert ask(token).status_int == 200


def test_failures_are_in_the_audit_log_once_a_minute(app, person, visit):
    moment = now()
    for seconds in (0, 10, 59, 60, 61):
        with at(moment + timedelta(seconds=seconds)):
            strangers(visit, 1)
    with at(moment + timedelta(hours=1)):
        strangers(visit, 1, email="nobody@example.org")
    found = [entry for entry in audit.history_of("person", person.id) if entry.act == "sign-in-failed"]
    assert [entry.after for entry in found] == [{"address": "198.51.100.0"}] * 2
    assert found[0].actor_name == ""


def test_a_mail_may_be_asked_for_only_so_often(app, person, visit):
    visitor, moment = visit(), now()

    def ask(email: str) -> int:
        form = visitor.get("/sign-in/forgotten").forms["forgotten"]
        form["email"] = email
        return form.submit(status="*").status_int

    with at(moment):
        for email in (EMAIL, "nobody@example.org"):
            assert [ask(email) for _try in range(4)] == [302, 302, 302, 429]
    assert len(mails(app, EMAIL)) == 3
    with at(moment + throttle.MAIL_WINDOW):
        assert ask(EMAIL) == 302


def test_one_address_may_not_have_mail_sent_to_everybody(app, person, visit, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_MAILS_OF_ADDRESS", 5)
    visitor = visit()
    answers = []
    with at(now()):
        for number in range(7):
            form = visitor.get("/sign-in/forgotten").forms["forgotten"]
            form["email"] = f"person{number}@example.org"
            answers.append(form.submit(status="*").status_int)
    assert answers == [302] * 5 + [429] * 2
