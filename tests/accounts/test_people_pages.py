"""The pages about people: who may open them, what they show, what can be done there without JavaScript."""

import pytest
from sqlalchemy import select

from tests.accounts.letters import letters
from tests.factories.make import Make
from tests.queries import counted
from tracker.accounts import invitations, people, service
from tracker.accounts.models import Person, Role
from tracker.accounts.standing import Standing, standing_of
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import RoleName

HOSTILE = '<script>alert("x")</script>'
LONG_ADDRESS = f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.org"


@pytest.fixture
def administrator(app, make: Make, visit):
    return visit(make.person("administrator", name="Administrator"))


def names_on(page) -> list[str]:
    return [cell.text.strip() for cell in page.html.select("tbody th")]


def people_fill(number: int) -> None:
    """Many people in one go."""
    with unit_of_work() as session:
        reader = session.scalars(select(Role).where(Role.name == RoleName.READER)).one()
        session.add_all(
            Person(email=f"p{n}@example.org", name=f"Reader {n:04}", fs_uniquifier=f"p{n}", roles=[reader])
            for n in range(number)
        )


# --- the list -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in RoleName if r not in ("coordinator", "administrator")])
def test_other_roles_do_not_look_people_up(make: Make, visit, role):
    visitor = visit(make.person(role, party="JO"))
    other = make.person()
    for address in ("/people/", f"/people/{other.id}", "/people/invite"):
        assert visitor.browser.get(address, status="*").status_int == 403
    assert "/people/" not in visitor.get("/").html.find("header").decode()


def test_a_coordinator_looks_people_up_and_changes_nothing(make: Make, visit):
    person = make.person("focal-point", party="JO", name="Focal point, Jordan")
    service.issue_token(OPERATOR, person, "nightly")
    visitor = visit(make.person("coordinator"))
    assert visitor.get("/").html.find("header").find("a", href="/people/")
    page = visitor.get("/people/")
    assert person.email in page.text
    assert "Invite people" not in page.text
    assert "Last seen" not in page.text
    page = visitor.get(f"/people/{person.id}")
    assert person.email in page.text
    for closed in ("nightly", "Open sessions", "Second factor", "History", "Close the account"):
        assert closed not in page.html.find("main").text
    for address in ("roles", "close", "address"):
        assert visitor.browser.get(f"/people/{person.id}/{address}", status="*").status_int == 403
    for address in ("reopen", "link", "end-sessions", "invite-again", "withdraw-invitation"):
        assert visitor.post(f"/people/{person.id}/{address}").status_int == 403


def test_people_are_found_by_words_role_party_and_state(make: Make, administrator):
    make.person("focal-point", party="JO", name="Élodie Judge")
    make.person("reviewer", party="MA", name="Zed")
    closed = make.person(name="Gone")
    people.close_person(OPERATOR, closed, "Left.")
    invitations.invite(OPERATOR, invitations.read_lines("Wanted <wanted@example.org>"), ["reader"])
    for query, expected in (
        ("text=elodie+judge", ["Élodie Judge"]),
        ("text=WANTED%40example", ["Wanted"]),
        ("role=reviewer", ["Zed"]),
        ("party=JO", ["Élodie Judge"]),
        ("standing=closed", ["Gone"]),
        ("standing=waiting", ["Wanted"]),
        (
            "role=nonsense&party=nonsense&standing=nonsense",
            ["Administrator", "Élodie Judge", "Gone", "Wanted", "Zed"],
        ),
        ("text=nobody+of+this+name", []),
    ):
        assert names_on(administrator.get(f"/people/?{query}")) == expected
    assert "Nobody matches" in administrator.get("/people/?text=nobody+of+this+name").text


def test_names_are_sorted_without_regard_to_accents(make: Make, administrator):
    for name in ("Élodie", "Zed", "Edith", "eva"):
        make.person(name=name)
    assert names_on(administrator.get("/people/")) == ["Administrator", "Edith", "Élodie", "eva", "Zed"]


def test_two_thousand_people_come_in_pages_and_in_few_queries(app, administrator):
    people_fill(2000)
    db.session.rollback()
    with counted() as asked:
        page = administrator.get("/people/?page=3")
    assert "2001 people" in page.text
    assert len(names_on(page)) == 50
    assert names_on(page)[0] == "Reader 0099"
    assert len(asked) <= 10, asked
    assert len(names_on(administrator.get("/people/?page=999"))) == 1


def test_hostile_names_and_long_addresses_stand_there_as_text(make: Make, administrator):
    person = make.person(name=HOSTILE)
    with unit_of_work():
        person.email = LONG_ADDRESS
    for address in (
        "/people/",
        f"/people/{person.id}",
        f"/people/{person.id}/roles",
        f"/people/{person.id}/close",
    ):
        page = administrator.get(address)
        assert HOSTILE not in page.text
        assert HOSTILE in page.html.find("main").text
        assert not page.html.find("main").find("script")
    assert LONG_ADDRESS in administrator.get(f"/people/{person.id}").text


def test_every_page_reads_from_right_to_left_in_arabic(make: Make, visit):
    visitor = visit(make.person("administrator", language="ar"))
    person = make.person(name="نقطة الاتصال، الأردن")
    for address in (
        "/people/",
        "/people/invite",
        f"/people/{person.id}",
        f"/people/{person.id}/roles",
        "/parties/",
        "/parties/JO",
    ):
        assert visitor.get(address).html.find("html")["dir"] == "rtl"


# --- the page of a person ---------------------------------------------------------------------------------


def test_the_page_tells_an_administrator_about_the_account_but_no_secret(make: Make, administrator, visit):
    person = make.person("rapporteur", party="JO", name="Judge")
    workshop = make.workshop(rapporteur=person, title="Larnaca")
    service.issue_token(OPERATOR, person, "nightly")
    visit(person)
    with unit_of_work():
        person.tf_totp_secret, person.tf_primary_method = "sealed", "authenticator"
    text = administrator.get(f"/people/{person.id}").html.find("main").text
    for said in (
        "Judge",
        person.email,
        "Rapporteur",
        "Jordan",
        "Larnaca",
        workshop.code,
        "nightly",
        "Signed in",
    ):
        assert said in text
    facts = {
        dt.text: dt.find_next("dd").text.strip()
        for dt in administrator.get(f"/people/{person.id}").html.select("dt")
    }
    assert (facts["Second factor"], facts["Open sessions"]) == ("Yes", "1")
    assert "sealed" not in text


def test_workshops_that_the_reader_may_not_see_are_not_listed(make: Make, visit):
    person = make.person("rapporteur")
    make.workshop("WS-RED", rapporteur=person, handling="TLP:RED", title="Canary workshop")
    for role in ("administrator", "coordinator"):
        text = visit(make.person(role)).get(f"/people/{person.id}").text
        assert "Canary" not in text
        assert "WS-RED" not in text


def test_the_page_of_a_person_takes_few_queries(make: Make, administrator):
    person = make.person("rapporteur", party="JO")
    for _ in range(5):
        make.workshop(rapporteur=person)
    for number in range(25):
        people.change_roles(
            OPERATOR, person, ["rapporteur", "expert"] if number % 2 else ["rapporteur"], ["JO"]
        )
    db.session.rollback()
    with counted() as asked:
        administrator.get(f"/people/{person.id}")
    assert len(asked) <= 18, asked


def test_nobody_of_that_number_is_a_page_that_says_so(administrator):
    assert administrator.browser.get("/people/999999", status="*").status_int == 404


def test_ones_own_page_offers_no_act_and_says_who_can(make: Make, visit):
    person = make.person("administrator")
    make.person("administrator")
    visitor = visit(person)
    page = visitor.get(f"/people/{person.id}")
    assert "another administrator" in page.html.find("main").text
    assert not page.html.find("main").select(f'form[action^="/people/{person.id}/"]')
    assert visitor.browser.get(f"/people/{person.id}/roles", status="*").status_int == 403
    assert visitor.post(f"/people/{person.id}/close", {"reason": "x"}).status_int == 403


# --- acts -------------------------------------------------------------------------------------------------


def form_of(page, address: str):
    return next(form for form in page.forms.values() if form.action.endswith(address))


def own_form(page):
    """The form of the page that is sent to where it stands."""
    return next(form for form in page.forms.values() if form.method.lower() == "post" and not form.action)


def test_roles_are_changed_on_their_page(make: Make, administrator):
    person = make.person("reader")
    form = own_form(administrator.get(f"/people/{person.id}/roles"))
    form.set("roles", True, index=3)
    form["parties"], form["reason"] = "Jordan, Maroc", "New post"
    page = administrator.submit(form)
    assert "were saved" in page.text
    text = page.html.find("main").text
    assert "Reader, Focal point" in text
    assert "New post" in text
    assert [party.code for party in person.parties] == ["JO", "MA"]


def test_roles_without_the_party_they_need_are_refused_and_nothing_typed_is_lost(make: Make, administrator):
    person = make.person("reader")
    form = own_form(administrator.get(f"/people/{person.id}/roles"))
    form.set("roles", True, index=3)
    form["reason"] = "New post"
    page = administrator.submit(form)
    assert page.status_int == 422
    assert "A focal point reports for a party" in page.html.find(id="parties-error").text
    assert own_form(page)["reason"].value == "New post"
    assert own_form(page).get("roles", index=3).checked


def test_roles_that_somebody_else_changed_meanwhile_are_shown_beside_what_was_chosen(
    make: Make, administrator
):
    person = make.person("reader")
    form = own_form(administrator.get(f"/people/{person.id}/roles"))
    people.change_roles(OPERATOR, person, ["expert"], [])
    form.set("roles", True, index=5)
    page = administrator.submit(form)
    assert "Nothing was overwritten" in page.text
    assert "Two versions" in page.text
    assert page.html.select_one(".diff")
    assert {str(role.name) for role in person.roles} == {"expert"}
    assert "were saved" in administrator.submit(own_form(page)).text


def test_before_closing_the_page_says_which_workshops_lose_their_only_rapporteur(make: Make, administrator):
    person, other = make.person("rapporteur", name="Judge"), make.person("rapporteur")
    make.workshop("WS-ALONE", rapporteur=person)
    shared = make.workshop("WS-SHARED", rapporteur=person)
    left = make.workshop("WS-LEFT", rapporteur=person)
    make.workshop("WS-HIDDEN", rapporteur=person, handling="TLP:RED", title="Canary")
    gone = make.person("rapporteur")
    with unit_of_work():
        shared.rapporteurs = [person, other]
        left.rapporteurs = [person, gone]
    people.close_person(OPERATOR, gone, "Left.")
    page = administrator.get(f"/people/{person.id}/close")
    text = page.html.find("main").text
    assert "WS-ALONE" in text
    assert "WS-LEFT" in text
    assert "WS-SHARED" not in text
    assert "Canary" not in text
    assert "WS-HIDDEN" not in text
    assert "1 workshop that is not open to you" in text
    form = own_form(page)
    assert administrator.submit(form).status_int == 422
    form["reason"] = "Left the ministry."
    page = administrator.submit(form)
    assert "Account closed" in page.text
    assert "Left the ministry." in page.text
    page = administrator.submit(form_of(page, "/reopen"))
    assert "open again" in page.text
    assert standing_of(person) is Standing.ACTIVE


def test_the_last_administrator_is_told_so_on_the_page(make: Make, visit):
    first, second = make.person("administrator", name="First"), make.person("administrator", name="Second")
    visitor = visit(first)
    people.close_person(OPERATOR, second, "Left.")
    form = own_form(visitor.get(f"/people/{second.id}/close"))
    form["reason"] = "Again"
    assert "was closed" in visitor.submit(form).text
    people.reopen_person(OPERATOR, second)
    people.change_roles(OPERATOR, second, ["coordinator"], [])
    with pytest.raises(Exception, match="last administrator"):
        people.close_person(OPERATOR, first, "Left.")


def test_a_sign_in_link_is_mailed_and_never_shown(make: Make, administrator):
    person = make.person()
    page = administrator.submit(form_of(administrator.get(f"/people/{person.id}"), "/link"))
    assert person.email in page
    assert "/sign-in/" not in page


def test_sessions_are_ended_and_a_token_revoked_from_the_page(make: Make, administrator, visit):
    person = make.person()
    visitor, token = visit(person), service.issue_token(OPERATOR, person, "nightly")
    page = administrator.submit(form_of(administrator.get(f"/people/{person.id}"), "/end-sessions"))
    assert "1 session was ended." in page.text
    assert visitor.browser.get("/account", status="*").status_int == 302
    page = administrator.submit(form_of(page, "/revoke"))
    assert "was revoked" in page.text
    assert service.person_for_token(token) is None


def test_the_address_is_changed_and_a_taken_one_refused_beside_the_field(make: Make, administrator):
    person, other = make.person(), make.person()
    form = own_form(administrator.get(f"/people/{person.id}/address"))
    form["email"] = other.email
    page = administrator.submit(form)
    assert page.html.find(id="email-error")
    form = own_form(page)
    form["email"] = "new@example.org"
    assert "new@example.org" in administrator.submit(form).html.find("main").text


# --- inviting ---------------------------------------------------------------------------------------------


def test_good_lines_are_invited_and_bad_ones_stay_in_the_form_with_the_reason(app, make: Make, administrator):
    known = make.person(name="Known judge")
    form = own_form(administrator.get("/people/invite"))
    form["people"] = f"Judge <judge@example.org>\nnonsense <script>\n{known.email}"
    page = administrator.submit(form)
    assert page.status_int == 200
    text = page.html.find("main").text
    assert "1 person was invited." in text
    assert "2 lines were not taken" in text
    assert "not an e-mail address" in text
    assert page.html.find("main").find("a", href=f"/people/{known.id}").text == "Known judge"
    form = own_form(page)
    assert form["people"].value.split() == ["nonsense", "<script>", known.email]
    assert len(letters(app, "judge@example.org")) == 1
    form["people"] = "Second <second@example.org>"
    page = administrator.submit(form)
    assert names_on(page) == ["Judge", "Second"]
    assert "Invitation waiting" in page.text


def test_roles_and_parties_that_do_not_fit_refuse_everybody_and_lose_nothing(app, administrator):
    form = own_form(administrator.get("/people/invite"))
    form["people"], form["parties"] = "a@example.org\nb@example.org", "Jordnia"
    page = administrator.submit(form)
    assert page.status_int == 422
    assert "Did you mean: Jordan" in page.html.find(id="parties-error").text
    form = own_form(page)
    assert "b@example.org" in form["people"].value
    form["parties"] = ""
    form.set("roles", False, index=0)
    page = administrator.submit(form)
    assert "at least one role" in page.html.find(id="roles-error").text
    assert letters(app) == []


def test_an_invitation_is_sent_again_and_withdrawn_on_the_page(app, administrator):
    (person,) = invitations.invite(OPERATOR, invitations.read_lines("x@example.org"), ["reader"]).people
    page = administrator.get(f"/people/{person.id}")
    assert "Invitation good until" in page.text
    page = administrator.submit(form_of(page, "/invite-again"))
    assert len(letters(app, "x@example.org")) == 2
    page = administrator.submit(form_of(page, "/withdraw-invitation"))
    assert "no longer works" in page.text
    assert standing_of(person) is Standing.CLOSED
    assert administrator.post(f"/people/{person.id}/invite-again").status_int == 422


def test_a_second_factor_that_was_lost_is_removed_from_the_page(make: Make, administrator):
    person = make.person()
    with unit_of_work():
        person.tf_totp_secret, person.tf_primary_method = "sealed", "authenticator"
    page = administrator.submit(form_of(administrator.get(f"/people/{person.id}"), "/second-factor/remove"))
    assert page.request.path == f"/people/{person.id}"
    assert "Second factor removed" in page.html.find("main").text
    assert person.tf_totp_secret is None
    assert not [form for form in page.forms.values() if form.action.endswith("/second-factor/remove")]
