"""Codes of an app and recovery codes: set up, asked for after the password, used once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from passlib.totp import TOTP

from tests.pages import Visitor
from tests.signin.factors import (
    at_another,
    give_code,
    give_password,
    give_recovery_code,
    is_in,
    later,
    mails_to,
    shown,
    somebody,
    with_app,
)
from tracker.accounts.actors import actor_for
from tracker.accounts.endings import end_sessions_of
from tracker.core import audit, clock
from tracker.core.db import now, unit_of_work
from tracker.core.errors import Denied
from tracker.core.permissions import OPERATOR
from tracker.signin import codes, second_factor


@pytest.fixture
def person(app):
    return somebody()


def acts(person):
    return [entry.act for entry in audit.history_of("person", person.id)]


# --- setting up ------------------------------------------------------------------------------------------


def test_an_app_is_set_up_with_a_picture_a_key_and_a_code_and_recovery_codes_are_shown_once(
    app, person, visit
):
    visitor = visit(person)
    page = visitor.get("/account/app")
    key = page.html.find("code").text.replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", key)
    assert page.html.find("svg", {"role": "img"})
    form = page.forms["app-form"]
    form["code"] = TOTP(key).generate().token
    page = visitor.submit(form)
    fresh = [item.text for item in page.html.find(id="codes").find_all("li")]
    assert len(set(fresh)) == 10
    assert person.tf_totp_secret
    assert key not in person.tf_totp_secret
    assert not any(code in str(person.mf_recovery_codes) for code in fresh)
    assert mails_to(person)[-1] == "Tracker: an app was set up for your account"
    assert "app-set" in acts(person)
    assert fresh[0] not in visitor.get("/account").text


def test_the_key_stays_the_same_until_it_is_confirmed(app, person, visit):
    visitor = visit(person)
    first = visitor.get("/account/app").html.find("code").text
    form = visitor.get("/account/app").forms["app-form"]
    form["code"] = "000000"
    page = visitor.submit(form)
    assert "That is not the code the app shows now." in page.html.find(id="code-error").text
    assert page.html.find("code").text == first
    assert not second_factor.is_set(person)


def test_the_picture_holds_no_address_of_data_and_the_page_is_kept_nowhere(app, person, visit):
    page = visit(person).get("/account/app")
    assert "data:" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_the_code_of_setting_up_does_not_sign_in_as_well(app, person, visit):
    secret = codes.factory().generate_totp_secret()
    with clock.at(now()):
        second_factor.set_up_app(actor_for(person), secret, codes.factory().generate_totp_password(secret))
        assert give_code(give_password(visit()), shown(person)).status_int == 422


def test_another_app_takes_the_place_of_the_first_and_keeps_the_recovery_codes(app, person, visit):
    with_app(person)
    first, kept = person.tf_totp_secret, list(person.mf_recovery_codes)
    assert with_app(person) == []
    assert person.tf_totp_secret != first
    assert list(person.mf_recovery_codes) == kept


# --- the second step -------------------------------------------------------------------------------------


def test_after_the_password_the_code_is_asked_for_and_signs_in(app, person, visit):
    with_app(person)
    visitor = visit()
    page = give_password(visitor, next="/account?a=1")
    assert page.html.h1.text == "Second step"
    assert not is_in(visitor)
    answer = give_code(page, shown(person))
    assert answer.location.endswith("/account?a=1")
    assert is_in(visitor)


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example/", "/%0a/evil.example"])
def test_the_second_step_sends_nobody_elsewhere(app, person, visit, wish):
    with_app(person)
    answer = give_code(give_password(visit(), next=wish), shown(person))
    assert answer.location.removeprefix("http://localhost:80") == "/"


def test_a_code_is_taken_with_spaces_and_in_other_digits(app, person, visit):
    with_app(person)
    code = shown(person).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert give_code(give_password(visit()), f"{code[:3]} {code[3:]}").status_int == 302


def test_a_code_works_once_also_in_another_browser(app, person, visit):
    with_app(person)
    with clock.at(now()):
        one, other = give_password(visit()), give_password(visit())
        code = shown(person)
        assert give_code(one, code).status_int == 302
        page = give_code(other, code)
        assert page.status_int == 422
        assert "was used already" in page.text
    with later(seconds=60):
        assert give_code(page, shown(person)).status_int == 302


def test_of_two_requests_at_once_with_the_same_code_one_is_refused(app, person):
    with_app(person)
    actor, code = actor_for(person), shown(person)

    def use(_number):
        with app.app_context():
            return second_factor.take_app_code(actor, code)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_an_old_code_does_not_work(app, person, visit):
    with_app(person)
    code = shown(person)
    with later(seconds=91):
        assert give_code(give_password(visit()), code).status_int == 422


def test_wrong_codes_are_slowed_down_and_the_right_one_is_then_not_looked_at(app, person, visit):
    with_app(person)
    with clock.at(now()):
        page = give_password(visit())
        for _try in range(5):
            assert give_code(page, "000000").status_int == 422
        answer = give_code(page, shown(person))
        assert answer.status_int == 429
        assert int(answer.headers["Retry-After"]) > 0
    with later(minutes=2):
        assert give_code(page, shown(person)).status_int == 302


def test_a_cookie_that_is_half_way_in_opens_nothing(app, person, visit):
    with_app(person)
    visitor = visit()
    give_password(visitor)
    for address in (
        "/account",
        "/account/app",
        "/account/passkeys/add",
        "/account/confirm",
        "/",
        "/outcomes/",
    ):
        answer = visitor.browser.get(address, status="*")
        assert answer.location.partition("?")[0].endswith("/login"), address
    assert visitor.post("/account/app/remove").status_int == 403
    assert second_factor.is_set(person)


def test_the_half_way_state_ends_after_ten_minutes(app, person, visit):
    with_app(person)
    page = give_password(visit())
    with later(minutes=11):
        assert give_code(page, shown(person)).location.endswith("/login")


def test_the_half_way_state_ends_with_the_sessions_of_the_person(app, person, visit):
    with_app(person)
    page = give_password(visit())
    with unit_of_work():
        end_sessions_of(person)
    assert give_code(page, shown(person)).location.endswith("/login")


def test_a_closed_account_does_not_take_the_second_step(app, person, visit):
    with_app(person)
    page = give_password(visit())
    with unit_of_work():
        person.active = False
    assert give_code(page, shown(person)).location.endswith("/login")


def test_the_session_after_the_second_step_is_a_fresh_one(app, person, visit):
    with_app(person)
    visitor = visit()
    page = give_password(visitor)
    before, token = visitor.browser.cookies["tracker"], page.forms["code-form"]["csrf_token"].value
    give_code(page, shown(person))
    assert is_in(visitor)
    assert not is_in(at_another(app, before))
    forged = visitor.browser.post("/account/app/remove", {"csrf_token": token}, status="*")
    assert forged.status_int == 400


def test_a_half_way_cookie_that_was_copied_does_not_come_in_after_its_owner(app, person, visit):
    with_app(person)
    visitor = visit()
    page = give_password(visitor)
    copied = at_another(app, visitor.browser.cookies["tracker"])
    code = shown(person)
    give_code(page, code)
    page = copied.get("/login/second-step")
    assert give_code(page, code).status_int == 422
    assert not is_in(copied)


def test_a_one_time_link_asks_for_the_code_too(app, person, visit):
    with_app(person)
    visitor = visit(person)
    assert not is_in(visitor)
    assert give_code(visitor.get("/login/second-step"), shown(person)).status_int == 302
    assert is_in(visitor)


def test_without_the_first_step_there_is_no_second(app, person, visit):
    with_app(person)
    assert visit().browser.get("/login/second-step", status="*").location.endswith("/login")
    answer = visit().post("/login/second-step", {"code": shown(person)})
    assert answer.location.endswith("/login")


def test_json_signs_nobody_in(app, person, visit):
    with_app(person)
    visitor = visit()
    page = give_password(visitor)
    headers = {"X-CSRFToken": page.forms["code-form"]["csrf_token"].value}
    answer = visitor.browser.post_json(
        "/login/second-step", {"code": shown(person)}, headers=headers, status="*"
    )
    assert answer.status_int == 415
    assert not is_in(visitor)


# --- recovery codes --------------------------------------------------------------------------------------


def test_a_recovery_code_signs_in_once_in_any_spelling_and_the_person_is_told(app, person, visit):
    code = with_app(person)[3]
    answer = give_recovery_code(give_password(visit()), f" {code.upper().replace('-', ' ')} ")
    assert answer.status_int == 302
    assert "You have 9 recovery codes left." in answer.follow().text
    assert "Tracker: a recovery code of your account was used" in mails_to(person)
    assert "recovery-code-used" in acts(person)
    page = give_recovery_code(give_password(visit()), code)
    assert page.status_int == 422
    assert "That is none of your recovery codes" in page.html.find(id="recovery_code-error").text


def test_wrong_recovery_codes_are_slowed_down(app, person, visit):
    right = with_app(person)[0]
    with clock.at(now()):
        page = give_password(visit())
        for _try in range(5):
            give_recovery_code(page, "0000-0000-0000")
        assert give_recovery_code(page, right).status_int == 429


def test_new_recovery_codes_void_the_old_ones(app, person):
    old = with_app(person)[0]
    fresh = second_factor.renew_recovery_codes(actor_for(person))
    assert not second_factor.take_recovery_code(actor_for(person), old)
    assert second_factor.take_recovery_code(actor_for(person), fresh[0])


def test_there_are_no_recovery_codes_without_a_second_factor(app, person, visit):
    visitor = visit(person)
    page = visitor.submit(visitor.get("/account").forms["account-form"])
    answer = visitor.post("/account/recovery-codes")
    assert answer.status_int == 302
    assert person.mf_recovery_codes is None
    assert page


# --- removing --------------------------------------------------------------------------------------------


def test_removing_the_app_takes_a_recent_proof_and_the_recovery_codes_go_with_it(app, person, visit):
    with_app(person)
    visitor = visit()
    give_code(give_password(visitor), shown(person))
    with later(minutes=11):
        answer = visitor.post("/account/app/remove")
        assert answer.location.partition("?")[0].endswith("/account/confirm")
        assert second_factor.is_set(person)
        form = answer.follow().forms["prove-form"]
        form["password"] = "not the password"
        page = visitor.submit(form)
        assert "That is not your current password." in page.html.find(id="password-error").text
        page.forms["prove-form"]["password"] = "four plain words together"
        assert page.forms["prove-form"].submit().location.endswith("/account")
        visitor.post("/account/app/remove")
    assert not second_factor.is_set(person)
    assert person.mf_recovery_codes is None
    assert mails_to(person)[-1] == "Tracker: the app of your account was removed"
    give_password(visitor := Visitor(app))
    assert is_in(visitor)


def test_a_page_that_needs_a_recent_proof_is_reached_after_it(app, person, visit):
    visitor = Visitor(app)
    give_password(visitor)
    with later(minutes=11):
        page = visitor.get("/account/app")
        assert page.html.h1.text == "Confirm that it is you"
        page.forms["prove-form"]["password"] = "four plain words together"
        assert page.forms["prove-form"].submit().location.endswith("/account/app")


@pytest.mark.parametrize("address", ["/account", "/", "/outcomes/", "/workshops/"])
def test_ordinary_pages_never_ask_again(app, person, visit, address):
    visitor = visit(person)
    with later(minutes=30):
        assert visitor.browser.get(address, status="*").status_int == 200


def test_an_administrator_helps_somebody_who_lost_everything(app, person, make, visit):
    with_app(person)
    theirs = visit()
    give_code(give_password(theirs), shown(person))
    visitor = visit(make.person("administrator"))
    assert visitor.post(f"/people/{person.id}/second-factor/remove").status_int == 302
    assert not second_factor.is_set(person)
    assert not is_in(theirs)
    assert mails_to(person)[-1] == "Tracker: the second factor of your account was removed"
    entry = audit.history_of("person", person.id)[0]
    assert (entry.act, entry.before) == ("second-factors-removed", {"app": True, "passkeys": []})


def test_nobody_else_removes_the_second_factor_of_somebody(app, person, make, visit):
    with_app(person)
    with pytest.raises(Denied):
        second_factor.remove_all(make.actor("coordinator"), person)
    assert (
        visit(make.person("coordinator")).post(f"/people/{person.id}/second-factor/remove").status_int == 403
    )
    second_factor.remove_all(OPERATOR, person)
    assert not second_factor.is_set(person)


def test_a_secret_that_this_instance_cannot_read_has_no_right_code(app, person, visit):
    with_app(person)
    code = shown(person)
    app.config["SECRET_KEY"] = "another"
    assert not second_factor.take_app_code(actor_for(person), code)


def test_what_is_kept_of_an_app_is_not_its_secret(app, person):
    with_app(person)
    key = codes.factory().get_totp_b32_key(person.tf_totp_secret)
    assert key not in person.tf_totp_secret
    assert len(person.tf_totp_secret) < 255
    assert person.tf_totp_counter is not None


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_the_pages_stand_in_every_language(app, person, visit, language):
    visitor = visit(person, language)
    for address in ("/account/app", "/account/passkeys/add", "/account/confirm", "/account/second-factor"):
        assert visitor.get(address).html.find("html")["lang"] == language
    code = with_app(person)[0]
    page = give_password(visit(language=language))
    assert page.forms["code-form"]
    assert give_recovery_code(page, code).status_int == 302
