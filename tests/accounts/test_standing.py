"""What administrators do to the accounts of others: roles, closing, reopening, address, link, sessions."""

import pytest

from tests.accounts.letters import letters, link_in, text_of
from tests.factories.make import Make
from tracker.accounts import invitations, people, queries, service, sessions, snapshot
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.accounts.standing import Standing, clause, standing_of
from tracker.core import audit
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import Denied, EditConflict, InvalidInput, NotFound
from tracker.core.permissions import OPERATOR, Actor
from tracker.core.vocabulary import RoleName

COOKIE = "tracker"


@pytest.fixture
def administrator(app, make: Make) -> Actor:
    """Somebody who administers, beside the one that a test is about."""
    return actor_for(make.person("administrator", name="Administrator"))


def roles_of(person: Person) -> set[str]:
    return {str(role.name) for role in person.roles}


def is_in(visitor) -> bool:
    return visitor.browser.get("/account", status="*").status_int == 200


def test_roles_and_parties_are_replaced_and_the_history_says_before_and_after(app, make: Make, administrator):
    person = make.person("reader")
    people.change_roles(administrator, person, ["focal-point"], ["Jordanie", "MA"], " New post. ")
    assert roles_of(person) == {"focal-point"}
    assert [party.code for party in person.parties] == ["JO", "MA"]
    entry = audit.history_of("person", person.id)[0]
    assert (entry.act, entry.actor_name) == ("roles-changed", "Administrator")
    assert entry.changes == [
        ("roles", ["reader"], ["focal-point"]),
        ("parties", [], ["JO", "MA"]),
        ("reason", None, "New post."),
    ]


def test_a_cookie_replayed_after_a_change_of_roles_gets_nothing(app, make: Make, visit, administrator):
    person = make.person("coordinator")
    visitor = visit(person)
    assert is_in(visitor)
    people.change_roles(administrator, person, ["reader"], [])
    assert not is_in(visitor)
    assert sessions.of_person(person.id) == []


def test_who_gets_other_roles_or_is_closed_is_told_in_their_language(app, make: Make, administrator):
    person = make.person("reader", language="fr")
    people.change_roles(administrator, person, ["focal-point"], ["JO"])
    people.close_person(administrator, person, "A reason that is not for the mail.")
    changed, closed = letters(app, person.email)
    assert "point focal" in text_of(changed).lower()
    assert "Jordanie" in text_of(changed)
    assert "Administrator, administrateur, a fermé votre compte." in text_of(closed)
    assert "A reason" not in text_of(closed)


def test_who_never_accepted_hears_nothing_of_it(app, make: Make, administrator):
    person = make.person("reader")
    with unit_of_work():
        person.invited_at = now()
    people.change_roles(administrator, person, ["expert"], [])
    people.close_person(administrator, person, "Never came.")
    assert letters(app, person.email) == []


def test_saving_the_same_roles_changes_nothing_and_ends_no_session(app, make: Make, visit, administrator):
    person = make.person("focal-point", party="JO")
    visitor = visit(person)
    before = len(audit.history_of("person", person.id))
    people.change_roles(administrator, person, ["focal-point"], ["JO"], "Nothing new.")
    assert is_in(visitor)
    assert len(audit.history_of("person", person.id)) == before


@pytest.mark.parametrize("role", ["focal-point", "reviewer"])
def test_a_role_that_needs_a_party_is_not_given_without_one(app, make: Make, administrator, role):
    person = make.person("reader", party="JO")
    with pytest.raises(InvalidInput) as refused:
        people.change_roles(administrator, person, [role], [])
    assert refused.value.field == "parties"
    assert roles_of(person) == {"reader"}


def test_somebody_without_any_role_is_not_left(app, make: Make, administrator):
    with pytest.raises(InvalidInput, match="at least one role") as refused:
        people.change_roles(administrator, make.person("reader"), [], [])
    assert refused.value.field == "roles"


def test_nobody_changes_their_own_roles_or_closes_themselves(app, make: Make, administrator):
    person = make.person("administrator")
    actor = actor_for(person)
    for act in (
        lambda: people.change_roles(actor, person, ["administrator", "coordinator"], []),
        lambda: people.close_person(actor, person, "Leaving."),
        lambda: people.change_email(actor, person, "other@example.org"),
        lambda: people.send_link(actor, person),
        lambda: people.end_sessions(actor, person),
    ):
        with pytest.raises(Denied, match="Another administrator"):
            act()
    assert (roles_of(person), person.active) == ({"administrator"}, True)


def test_the_last_administrator_keeps_the_role_and_the_account_even_from_the_command_line(app, make: Make):
    last = make.person("administrator", "expert", name="Last")
    with pytest.raises(InvalidInput, match="Last is the last administrator"):
        people.change_roles(OPERATOR, last, ["expert"], [])
    with pytest.raises(InvalidInput, match="Last is the last administrator"):
        people.close_person(OPERATOR, last, "Leaving.")
    people.change_roles(OPERATOR, last, ["administrator"], [])
    make.person("administrator")
    people.close_person(OPERATOR, last, "Leaving.")
    assert not last.active


def test_an_administrator_who_has_not_accepted_or_is_closed_does_not_count(app, make: Make):
    last = make.person("administrator")
    invited = invitations.invite(
        OPERATOR, invitations.read_lines("new@example.org"), ["administrator"]
    ).people[0]
    closed = make.person("administrator")
    people.close_person(OPERATOR, closed, "Left.")
    with pytest.raises(InvalidInput, match="last administrator"):
        people.close_person(OPERATOR, last, "Leaving.")
    # Those who do not count can always lose the role.
    people.change_roles(OPERATOR, invited, ["reader"], [])
    people.change_roles(OPERATOR, closed, ["reader"], [])


def test_two_who_change_the_same_roles_do_not_overwrite_each_other(app, make: Make, administrator):
    person = make.person("reader")
    seen = snapshot.fingerprint(snapshot.of_person(person))
    people.change_roles(administrator, person, ["expert"], [], seen=seen)
    with pytest.raises(EditConflict, match="Nothing was overwritten"):
        people.change_roles(administrator, person, ["coordinator"], [], seen=seen)
    assert roles_of(person) == {"expert"}


def test_closing_ends_sessions_links_and_tokens_at_once(app, make: Make, visit, administrator):
    person = make.person("expert")
    visitor, token = visit(person), service.issue_token(OPERATOR, person, "nightly")
    link = service.issue_link(OPERATOR, person)
    cookie = visitor.browser.cookies[COOKIE]
    people.close_person(administrator, person, "Left the ministry.")
    assert standing_of(person) is Standing.CLOSED
    assert not is_in(visitor)
    stranger = visit()
    stranger.browser.set_cookie(COOKIE, cookie)
    assert not is_in(stranger)
    assert service.person_for_token(token) is None
    with pytest.raises(NotFound):
        service.redeem_link(link)
    entry = audit.history_of("person", person.id)[0]
    assert entry.act == "person-closed"
    assert entry.after == {"standing": "closed", "reason": "Left the ministry."}


def test_closing_needs_a_reason_of_bearable_length(app, make: Make, administrator):
    person = make.person()
    for reason in ("", "  ", "x" * (people.LONGEST_REASON + 1)):
        with pytest.raises(InvalidInput) as refused:
            people.close_person(administrator, person, reason)
        assert refused.value.field == "reason"
    assert person.active


def test_who_is_reopened_keeps_roles_and_password_and_nothing_that_was_ended(
    app, make: Make, visit, administrator
):
    person = service.add_person(OPERATOR, "x@example.org", "X", ["expert"], password="four random words here")
    visitor, token = visit(person), service.issue_token(OPERATOR, person, "nightly")
    link, password = service.issue_link(OPERATOR, person), person.password
    people.close_person(administrator, person, "By mistake.")
    people.reopen_person(administrator, person, "It was a mistake.")
    assert (person.active, roles_of(person), person.password) == (True, {"expert"}, password)
    assert not is_in(visitor)
    assert service.person_for_token(token) is None
    with pytest.raises(NotFound):
        service.redeem_link(link)
    assert audit.history_of("person", person.id)[0].after == {
        "standing": "active",
        "reason": "It was a mistake.",
    }


def test_a_closed_person_is_offered_nowhere_and_stays_named(app, make: Make, visit, administrator):
    person = make.person("rapporteur", name="Rapporteur who left")
    workshop = make.workshop(rapporteur=person)
    people.close_person(administrator, person, "Left.")
    assert person not in queries.people_with_role(*RoleName)
    coordinator = visit(make.person("coordinator"))
    assert "Rapporteur who left (account closed)" in coordinator.get(f"/workshops/{workshop.code}").text
    assert "Rapporteur who left" not in coordinator.get("/workshops/new").text
    assert "Rapporteur who left" in coordinator.get(f"/workshops/{workshop.code}/edit").text


def test_a_new_address_is_told_to_both_and_ends_links_and_sessions(app, make: Make, visit, administrator):
    person = make.person(name="Judge")
    old, visitor, link = person.email, visit(person), service.issue_link(OPERATOR, person)
    people.change_email(administrator, person, " New.Address@Example.org ")
    assert person.email == "new.address@example.org"
    assert not is_in(visitor)
    with pytest.raises(NotFound):
        service.redeem_link(link)
    told, other = letters(app, old)[-1], letters(app, "new.address@example.org")[-1]
    assert "no longer the e-mail address" in text_of(told)
    assert "new.address@example.org" not in text_of(told)
    assert "This is now the e-mail address" in text_of(other)
    assert "Administrator, an administrator, changed it." in text_of(other)
    assert audit.history_of("person", person.id)[0].changes == [("email", old, "new.address@example.org")]


def test_an_address_that_somebody_has_is_refused_whatever_its_case(app, make: Make, administrator):
    person, other = make.person(), make.person()
    with pytest.raises(InvalidInput, match="already") as refused:
        people.change_email(administrator, person, other.email.upper())
    assert refused.value.field == "email"
    with pytest.raises(InvalidInput, match="not an e-mail address"):
        people.change_email(administrator, person, "nobody")


def test_an_invitation_that_waits_goes_to_the_new_address_and_a_stranger_hears_nothing(
    app, visit, administrator
):
    lines = invitations.read_lines("wrong@example.org")
    person = invitations.invite(administrator, lines, ["reader"]).people[0]
    first = link_in(letters(app, "wrong@example.org")[0])
    people.change_email(administrator, person, "right@example.org")
    assert len(letters(app, "wrong@example.org")) == 1
    assert visit().browser.get(first, status="*").status_int == 410
    assert visit().browser.get(link_in(letters(app, "right@example.org")[0])).status_int == 200


def test_a_sign_in_link_goes_to_the_person_alone(app, make: Make, administrator):
    person = make.person()
    assert people.send_link(administrator, person) is None
    (letter,) = letters(app, person.email)
    assert service.redeem_link(link_in(letter).rpartition("/")[2]).id == person.id


def test_ending_all_sessions_of_somebody_is_noted_and_told(app, make: Make, visit, administrator):
    person = make.person()
    here, there = visit(person), visit(person)
    assert people.end_sessions(administrator, person) == 2
    assert not is_in(here)
    assert not is_in(there)
    assert "ended every session" in text_of(letters(app, person.email)[-1])
    entry = audit.history_of("person", person.id)[0]
    assert (entry.act, entry.before) == ("sessions-ended", {"sessions": 2})


def test_only_an_administrator_may_do_any_of_this(app, make: Make):
    person, actor = (
        make.person(),
        actor_for(make.person(*(r for r in RoleName if r != "administrator"), party="JO")),
    )
    for act in (
        lambda: people.change_roles(actor, person, ["administrator"], []),
        lambda: people.close_person(actor, person, "x"),
        lambda: people.reopen_person(actor, person),
        lambda: people.change_email(actor, person, "x@example.org"),
        lambda: people.send_link(actor, person),
        lambda: people.end_sessions(actor, person),
    ):
        with pytest.raises(Denied, match="administrator"):
            act()


def test_how_an_account_stands_is_the_same_in_sql(app, make: Make):
    used, closed = make.person(), make.person()
    waiting, withdrawn, accepted = invitations.invite(
        OPERATOR, invitations.read_lines("a@example.org; b@example.org; c@example.org"), ["reader"]
    ).people
    people.close_person(OPERATOR, closed, "Left.")
    invitations.withdraw(OPERATOR, withdrawn)
    with unit_of_work():
        accepted.accepted_at = now()
    expected = {
        Standing.ACTIVE: {used.id, accepted.id},
        Standing.WAITING: {waiting.id},
        Standing.CLOSED: {closed.id, withdrawn.id},
    }
    everybody = db.session.query(Person).all()
    for standing, ids in expected.items():
        assert {p.id for p in db.session.query(Person).filter(clause(standing))} == ids
        assert {p.id for p in everybody if standing_of(p) is standing} == ids
