"""Inviting people: what can be written, what is refused line by line, what the mail says."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.accounts.letters import letters, link_in, text_of
from tests.factories.make import Make
from tracker.accounts import invitations, people, queries
from tracker.accounts.actors import actor_for
from tracker.accounts.invitations import read_lines
from tracker.accounts.standing import Standing, standing_of
from tracker.core import audit
from tracker.core.clock import at
from tracker.core.db import now, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Language, RoleName

READ = [
    ("x@example.org", [("", "x@example.org")]),
    ("Focal point, Jordan <x@example.org>", [("Focal point, Jordan", "x@example.org")]),
    ('"Judge, Amman" <x@example.org>', [("Judge, Amman", "x@example.org")]),
    ("<x@example.org>", [("", "x@example.org")]),
    ("Judge\tx@example.org", [("Judge", "x@example.org")]),
    ("x@example.org, Judge", [("Judge", "x@example.org")]),
    ("A <a@example.org>; B <b@example.org>;", [("A", "a@example.org"), ("B", "b@example.org")]),
    ("\n\n  \n", []),
    ("no address here", [("no address here", "no address here")]),
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text.strip() or "nothing" for text, _ in READ])
def test_a_line_is_read_as_people_write_and_copy_it(text, expected):
    found = read_lines(text)
    if expected and "@" not in expected[0][1]:
        assert [line.address for line in found] == [expected[0][1]]
    else:
        assert [(line.name, line.address) for line in found] == expected


@given(some.text(max_size=300))
def test_whatever_is_typed_is_read_without_an_error_and_nothing_is_lost(text):
    for line in read_lines(text):
        assert line.text
        assert line.text in text


def invite(text: str, roles=("reader",), parties=(), **more):
    return invitations.invite(OPERATOR, read_lines(text), roles, parties, **more)


def test_somebody_invited_has_an_account_without_a_password_and_a_mail_with_a_link(app, visit):
    (person,) = invite("Judge <judge@example.org>", ["focal-point"], ["JO"], language=Language.FR).people
    assert (person.name, person.email, person.password) == ("Judge", "judge@example.org", None)
    assert standing_of(person) is Standing.WAITING
    assert [party.code for party in person.parties] == ["JO"]
    (mail,) = letters(app)
    assert (mail["To"], mail["Content-Language"]) == ("judge@example.org", "fr")
    assert visit().browser.get(link_in(mail)).status_int == 200
    entry = audit.history_of("person", person.id)[-1]
    assert (entry.act, entry.after["roles"], entry.after["parties"]) == (
        "person-invited",
        ["focal-point"],
        ["JO"],
    )


def test_the_mail_says_who_invites_what_tracker_is_and_until_when(app, make: Make):
    actor = actor_for(make.person("administrator", name="Administrator of CT JUST"))
    with at(now().replace(year=2026, month=11, day=1)):
        invitations.invite(actor, read_lines("x@example.org"), ["reader"], language=Language.EN)
    (mail,) = letters(app, "x@example.org")
    assert mail["Subject"] == "You are invited to Tracker"
    said = text_of(mail)
    assert "Administrator of CT JUST invites you" in said
    assert "joint recommendations and best practices" in said
    assert "15 Nov 2026" in said


def test_many_are_invited_and_each_bad_line_is_told_with_its_reason(app, make: Make):
    known = make.person(name="Known")
    done = invite(
        f"a@example.org\nnonsense\nB <b@example.org>\n{known.email.upper()}\n"
        f"A@example.org\n{'x' * 201} <c@example.org>"
    )
    assert [person.email for person in done.people] == ["a@example.org", "b@example.org"]
    assert [refusal.line.number for refusal in done.refused] == [2, 4, 5, 6]
    reasons = [str(refusal.reason) for refusal in done.refused]
    assert "not an e-mail address" in reasons[0]
    assert "already" in reasons[1]
    assert "twice" in reasons[2]
    assert "200 characters" in reasons[3]
    assert done.refused[1].person is known
    assert len(letters(app)) == 2


def test_a_line_without_a_name_is_called_after_its_address(app):
    assert invite("desk@example.org").people[0].name == "desk"


def test_a_known_address_written_otherwise_does_not_spoil_the_rest(app, make: Make):
    invite("x@münchen.example.org")
    done = invite("x@xn--mnchen-3ya.example.org\ny@example.org")
    assert [person.email for person in done.people] == ["y@example.org"]
    assert "already" in str(done.refused[0].reason)


def test_what_concerns_everybody_refuses_everybody(app):
    for roles, parties, field in (
        (["boss"], [], "roles"),
        (["focal-point"], [], "parties"),
        (["reviewer"], ["Atlantis"], "parties"),
    ):
        with pytest.raises(InvalidInput) as refused:
            invite("a@example.org", roles, parties)
        assert refused.value.field == field
    for text in ("", "\n".join(f"p{n}@example.org" for n in range(invitations.MOST_AT_ONCE + 1))):
        with pytest.raises(InvalidInput) as refused:
            invite(text)
        assert refused.value.field == "people"
    assert queries.find_by_email("a@example.org") is None
    assert letters(app) == []


def test_a_name_that_would_turn_the_page_round_loses_those_signs(app):
    (person,) = invite("\u202eegduJ\u202c  of\u2066 Amman\u2069 <x@example.org>").people
    assert person.name == "egduJ of Amman"


def test_names_that_need_joiners_keep_them(app):
    (person,) = invite("می\u200cخواهم <x@example.org>").people
    assert person.name == "می\u200cخواهم"


def test_a_new_invitation_ends_the_link_of_the_one_before(app, visit):
    (person,) = invite("x@example.org").people
    invitations.invite_again(OPERATOR, person)
    first, second = (link_in(mail) for mail in letters(app))
    assert visit().browser.get(first, status="*").status_int == 410
    assert visit().browser.get(second).status_int == 200


def test_a_withdrawn_invitation_opens_nothing_and_the_account_is_closed(app, visit):
    (person,) = invite("x@example.org").people
    invitations.withdraw(OPERATOR, person)
    assert visit().browser.get(link_in(letters(app)[0]), status="*").status_int == 410
    assert standing_of(person) is Standing.CLOSED
    assert audit.history_of("person", person.id)[0].act == "invitation-withdrawn"
    people.reopen_person(OPERATOR, person)
    invitations.invite_again(OPERATOR, person)
    assert visit().browser.get(link_in(letters(app)[-1])).status_int == 200


def test_who_has_accepted_cannot_be_invited_again_and_nothing_is_withdrawn(app):
    (person,) = invite("x@example.org").people
    with unit_of_work():
        person.accepted_at = now()
    for act in (invitations.invite_again, invitations.withdraw):
        with pytest.raises(InvalidInput, match="no invitation that waits"):
            act(OPERATOR, person)
    assert person.active


def test_only_an_administrator_invites(app, make: Make):
    actor = actor_for(make.person(*(r for r in RoleName if r != "administrator"), party="JO"))
    (person,) = invite("x@example.org").people
    for act in (
        lambda: invitations.invite(actor, read_lines("y@example.org"), ["administrator"]),
        lambda: invitations.invite_again(actor, person),
        lambda: invitations.withdraw(actor, person),
    ):
        with pytest.raises(Denied, match="administrator"):
            act()
