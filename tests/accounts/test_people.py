"""Accounts, one-time links and tokens, as the command line makes them."""

from datetime import timedelta

import pytest

from tests.factories.make import Make
from tracker.accounts import queries, service
from tracker.accounts.models import ApiToken, OneTimeLink
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import db, now, unit_of_work
from tracker.core.errors import Denied, InvalidInput, NotFound
from tracker.core.permissions import OPERATOR, Permission, require
from tracker.core.vocabulary import RoleName

GOOD = "four random words here"


def test_a_person_is_added_with_roles_and_parties_in_any_spelling(app):
    roles = ["focal-point", "expert"]
    person = service.add_person(OPERATOR, " Focal.Point@Example.org ", "Focal point", roles, ["Jordanie"])
    assert person.email == "focal.point@example.org"
    assert {role.name for role in person.roles} == {RoleName.FOCAL_POINT, RoleName.EXPERT}
    assert [party.code for party in person.parties] == ["JO"]
    assert audit.history_of("person", person.id)[0].act == "person-added"


def test_without_a_name_a_person_is_called_after_the_address_and_without_a_role_reads(app):
    person = service.add_person(OPERATOR, "desk@example.org", "", [])
    assert (person.name, [role.name for role in person.roles]) == ("desk", [RoleName.READER])


BAD_ADDRESSES = ["", "nobody", "a b@example.org", "@example.org", "x@", "x@nowhere", "x@exam ple.org"]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_is_refused_by_name(app, address):
    with pytest.raises(InvalidInput, match="not an e-mail address") as refused:
        service.add_person(OPERATOR, address, "", ["reader"])
    assert refused.value.field == "email"


@pytest.mark.parametrize("address", ["x@intranet.local", "x@tracker.test", "x@localhost"])
def test_addresses_of_an_internal_network_are_taken(app, address):
    assert service.add_person(OPERATOR, address, "", ["reader"]).email == address


def test_an_unknown_role_is_refused_and_the_roles_are_named(app):
    with pytest.raises(InvalidInput, match="“boss”.*reader, expert, rapporteur") as refused:
        service.add_person(OPERATOR, "x@example.org", "", ["boss"])
    assert refused.value.field == "roles"


def test_an_unknown_party_is_refused_and_near_names_are_suggested(app):
    with pytest.raises(InvalidInput, match="“Jordnia”. Did you mean: Jordan") as refused:
        service.add_person(OPERATOR, "x@example.org", "", ["reader"], ["Jordnia"])
    assert refused.value.field == "parties"
    assert queries.find_by_email("x@example.org") is None


def test_a_known_address_is_refused_whatever_its_case(app):
    service.add_person(OPERATOR, "x@example.org", "", ["reader"])
    with pytest.raises(InvalidInput, match="already") as refused:
        service.add_person(OPERATOR, "X@EXAMPLE.ORG", "", ["reader"])
    assert refused.value.field == "email"


def test_a_focal_point_needs_a_party(app):
    with pytest.raises(InvalidInput, match="party"):
        service.add_person(OPERATOR, "x@example.org", "", ["focal-point"])


def test_a_reviewer_needs_a_party_because_nobody_assesses_their_own(app):
    with pytest.raises(InvalidInput, match="never assesses their own party") as refused:
        service.add_person(OPERATOR, "x@example.org", "", ["reviewer"])
    assert refused.value.field == "parties"
    assert queries.find_by_email("x@example.org") is None
    assert service.add_person(OPERATOR, "x@example.org", "", ["reviewer"], ["ES"]).parties


WEAK_PASSWORDS = ["short", "eleven char", "aaaaaaaaaaaaaaaa", "four words " * 30, "somebody@example.org"]


@pytest.mark.parametrize("password", WEAK_PASSWORDS)
def test_a_weak_password_is_refused(app, password):
    with pytest.raises(InvalidInput) as refused:
        service.add_person(OPERATOR, "somebody@example.org", "", ["reader"], password=password)
    assert refused.value.field == "password"


def test_a_password_is_kept_as_argon2id_only(app):
    person = service.add_person(OPERATOR, "x@example.org", "", ["reader"], password=GOOD)
    assert person.password is not None
    assert person.password.startswith("$argon2id$")


def test_only_an_administrator_adds_people_or_gives_out_links_and_tokens(app, make: Make):
    person = make.person()
    coordinator, administrator = make.actor("coordinator"), make.actor("administrator")
    for act in (
        lambda: service.add_person(coordinator, "x@example.org", "", ["administrator"]),
        lambda: service.issue_link(coordinator, person),
        lambda: service.issue_setup_link(coordinator),
        lambda: service.issue_token(coordinator, person, "script"),
    ):
        with pytest.raises(Denied, match="administrator"):
            act()
    assert service.issue_link(administrator, person)


def test_an_unknown_person_is_told_by_address(app):
    with pytest.raises(NotFound, match="nobody@example.org"):
        queries.person_by_email("nobody@example.org")


def test_a_link_works_once_and_only_its_hash_is_kept(app, make: Make):
    person = make.person()
    token = service.issue_link(OPERATOR, person)
    assert token not in [link.token_hash for link in db.session.query(OneTimeLink)]
    assert service.redeem_link(token).id == person.id
    with pytest.raises(NotFound):
        service.redeem_link(token)
    assert [entry.act for entry in audit.history_of("person", person.id)] == ["link-used", "link-issued"]


def test_a_link_expires(app, make: Make):
    token = service.issue_link(OPERATOR, make.person())
    with at(now() + timedelta(hours=app.config["TRACKER_LINK_HOURS"], seconds=1)), pytest.raises(NotFound):
        service.redeem_link(token)
    assert service.redeem_link(token)


def test_a_link_of_an_account_that_was_closed_meanwhile_does_not_work(app, make: Make):
    person = make.person()
    token = service.issue_link(OPERATOR, person)
    with unit_of_work():
        person.active = False
    with pytest.raises(NotFound):
        service.redeem_link(token)
    with pytest.raises(InvalidInput, match="closed"):
        service.issue_link(OPERATOR, person)


def test_the_set_up_link_makes_the_first_administrator_once(app):
    first, second = service.issue_setup_link(OPERATOR), service.issue_setup_link(OPERATOR)
    person = service.set_up(first, "first@example.org", "First", GOOD)
    assert {role.name for role in person.roles} == set(service.FIRST_ROLES)
    for token in (first, second):
        with pytest.raises(NotFound):
            service.set_up(token, "second@example.org", "Second", GOOD)
    with pytest.raises(InvalidInput, match="administrator already"):
        service.issue_setup_link(OPERATOR)


def test_what_was_typed_wrong_in_setting_up_does_not_use_up_the_link(app):
    token = service.issue_setup_link(OPERATOR)
    with pytest.raises(InvalidInput):
        service.set_up(token, "first@example.org", "First", "short")
    assert service.set_up(token, "first@example.org", "First", GOOD)


def test_a_sign_in_link_cannot_set_up_and_a_set_up_link_signs_nobody_in(app, make: Make):
    with pytest.raises(NotFound):
        service.set_up(service.issue_link(OPERATOR, make.person()), "x@example.org", "X", GOOD)
    with pytest.raises(NotFound):
        service.redeem_link(service.issue_setup_link(OPERATOR))


def test_a_token_names_its_person_until_it_is_revoked(app, make: Make):
    person = make.person()
    token = service.issue_token(OPERATOR, person, "statistics")
    kept = db.session.query(ApiToken).one()
    assert token not in (kept.token_hash, kept.name)
    found = service.person_for_token(token)
    assert found is not None
    assert found.id == person.id
    service.revoke_token(OPERATOR, kept.id)
    assert service.person_for_token(token) is None
    assert [entry.act for entry in audit.history_of("person", person.id)] == ["token-revoked", "token-issued"]


def test_a_token_of_a_closed_account_names_nobody(app, make: Make):
    person = make.person()
    token = service.issue_token(OPERATOR, person, "statistics")
    with unit_of_work():
        person.active = False
    assert service.person_for_token(token) is None


def test_a_token_needs_a_name(app, make: Make):
    with pytest.raises(InvalidInput) as refused:
        service.issue_token(OPERATOR, make.person(), " ")
    assert refused.value.field == "name"


def test_people_are_found_by_role_without_those_who_left(app, make: Make):
    kept, left = make.person("coordinator", name="Zed"), make.person("coordinator", name="Gone")
    other = make.person("reviewer", name="Ada")
    make.person("reader")
    with unit_of_work():
        left.active = False
    found = queries.people_with_role(RoleName.COORDINATOR, RoleName.REVIEWER)
    assert [p.id for p in found] == [other.id, kept.id]


def test_the_operator_may_do_what_administrators_do(app):
    require(OPERATOR, Permission.PERSON_MANAGE)
    require(OPERATOR, Permission.TOKEN_MANAGE)
