"""Opening a marked record in an emergency: for reading, for a while, told to its owner."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tracker.accounts.actors import actor_for
from tracker.accounts.service import issue_token
from tracker.core import clock
from tracker.core.audit import history_of
from tracker.core.db import unit_of_work
from tracker.core.errors import Denied, InvalidInput, NotFound
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling
from tracker.outcomes import queries as outcomes
from tracker.outcomes import service
from tracker.oversight import emergency

REASON = "A detainee transfer stands tonight and the expert cannot be reached."


@pytest.fixture
def administrator(make):
    return make.person("administrator", name="Administrator")


@pytest.fixture
def owner(make):
    return make.person("expert", name="Expert, Jordan", language="fr")


@pytest.fixture
def red(make, owner):
    return make.outcome(
        "The kingfisher stays hidden.",
        handling="TLP:RED",
        author=owner,
        named_people=(owner,),
        addressees=("JO",),
    )


def mails(app):
    folder = Path(app.instance_path) / "mail"
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]


def open_by_hand(visitor, name, reason=REASON):
    form = next(f for f in visitor.get("/emergency").forms.values() if "understood" in f.fields)
    form["name"], form["reason"], form["understood"] = name, reason, True
    return visitor.submit(form)


def test_the_record_opens_and_its_owner_is_told_in_their_language(app, visit, administrator, owner, red):
    visitor = visit(administrator)
    assert visitor.browser.get(f"/outcomes/{red.ref}", status="*").status_int == 404
    page = open_by_hand(visitor, red.ref.lower())
    assert "The kingfisher stays hidden." in page
    (mail,) = mails(app)
    assert mail["To"] == owner.email
    assert mail["Subject"].startswith("[TLP:RED]")
    assert mail["Content-Language"] == "fr"
    assert "kingfisher" not in mail.get_content()
    assert REASON in mail.get_content().replace("\n", " ")


def test_the_opening_is_in_the_log_and_in_the_history_of_the_record(administrator, red, visit, owner):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    entry = history_of("outcome", red.id)[0]
    assert (entry.act, entry.actor_id, entry.after["reason"]) == (
        "emergency-opening",
        administrator.id,
        REASON,
    )
    assert REASON in visit(owner).get(f"/outcomes/{red.ref}/history")


def test_the_reason_does_not_come_to_light_when_the_label_is_lowered_later(
    administrator, red, visit, owner, make
):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    with unit_of_work():
        red.handling = Handling.GREEN
    page = visit(make.person()).get(f"/outcomes/{red.ref}/history")
    assert "Opened in an emergency" in page
    assert REASON not in page
    assert REASON in visit(owner).get(f"/outcomes/{red.ref}/history")


def test_it_is_ended_before_its_time_by_who_opened_it(visit, administrator, make, red):
    visitor = visit(administrator)
    open_by_hand(visitor, red.ref)
    assert "Opened in an emergency" in visitor.get(f"/outcomes/{red.ref}/access")
    page = visitor.get("/emergency")
    form = next(form for form in page.forms.values() if form.action.endswith("/end"))
    other = visit(make.person("administrator"))
    assert not [form for form in other.get("/emergency").forms.values() if form.action.endswith("/end")]
    token = other.get("/account").html.find("input", {"name": "csrf_token"})["value"]
    assert other.browser.post(form.action, {"csrf_token": token}, status="*").status_int == 404
    page = visitor.submit(form)
    assert "The record is closed to you again." in page
    assert visitor.browser.get(f"/outcomes/{red.ref}", status="*").status_int == 404
    assert [entry.act for entry in history_of("outcome", red.id)][:2] == [
        "emergency-ended",
        "emergency-opening",
    ]
    assert "Opened in an emergency" not in visitor.get(f"/outcomes/{red.ref}/access")


def test_a_second_opening_takes_the_place_of_the_first(app, administrator, red):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    app.config["TRACKER_EMERGENCY_MINUTES"] = 5
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    [opening] = emergency.openings_of(red)
    assert opening.expires_at - opening.opened_at < timedelta(minutes=6)


def test_no_program_of_the_administrator_reads_it(app, administrator, red):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    token = issue_token(OPERATOR, administrator, "A program")
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get(f"/api/v1/outcomes/{red.ref}", headers=headers).status_code == 404
    assert app.test_client().get("/api/v1/search?q=kingfisher", headers=headers).json["total"] == 0


def test_it_closes_again_by_itself(administrator, red):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    assert outcomes.by_ref(actor_for(administrator), red.ref)
    with clock.at(clock.now() + timedelta(minutes=61)), pytest.raises(NotFound):
        outcomes.by_ref(actor_for(administrator), red.ref)


def test_it_opens_one_record_and_no_other_and_no_list(administrator, red, make, owner, visit):
    other = make.outcome("Another.", handling="TLP:RED", author=owner, named_people=(owner,))
    visitor = visit(administrator)
    open_by_hand(visitor, red.ref)
    assert visitor.browser.get(f"/outcomes/{other.ref}", status="*").status_int == 404
    assert "kingfisher" not in visitor.get("/outcomes/")
    assert "stays hidden" not in visitor.get("/search?q=kingfisher")
    assert "kingfisher" not in visitor.browser.get("/reports/export.csv").text


def test_reading_is_all_that_it_opens(make, red):
    both = make.person("administrator", "coordinator")
    emergency.open_record(actor_for(both), red.ref, REASON)
    with pytest.raises(Denied):
        service.retire_outcome(actor_for(both), red, "Because")


def test_a_draft_and_a_closed_workshop_open_too(administrator, make, owner):
    draft = make.outcome(record="draft", handling="TLP:AMBER", author=owner)
    workshop = make.workshop("HIDDEN-2024", handling="TLP:RED", rapporteur=owner)
    actor = actor_for(administrator)
    assert emergency.open_record(actor, draft.ref, REASON) is draft
    assert emergency.open_record(actor, "hidden-2024", REASON) is workshop
    assert actor_for(administrator).opened == {f"outcome:{draft.id}", f"workshop:{workshop.id}"}


@pytest.mark.parametrize(
    ("name", "reason", "field"),
    [("REC-1999-0001", REASON, "name"), ("", REASON, "name"), (None, "Because.", "reason")],
)
def test_what_is_missing_is_said_and_nobody_is_told(app, administrator, red, name, reason, field):
    with pytest.raises(InvalidInput) as refusal:
        emergency.open_record(actor_for(administrator), red.ref if name is None else name, reason)
    assert refusal.value.field == field
    assert mails(app) == []


@pytest.mark.parametrize("role", ["reader", "expert", "rapporteur", "focal-point", "reviewer", "coordinator"])
def test_only_an_administrator_opens(make, red, visit, role):
    person = make.person(role, party="MA")
    with pytest.raises(Denied):
        emergency.open_record(actor_for(person), red.ref, REASON)
    assert visit(person).browser.get("/emergency", status="*").status_int == 403


def test_without_an_owner_coordinators_are_told(app, administrator, make):
    coordinator = make.person("coordinator")
    orphan = make.outcome(handling="TLP:AMBER")
    emergency.open_record(actor_for(administrator), orphan.ref, REASON)
    assert [mail["To"] for mail in mails(app)] == [coordinator.email]


def test_losing_the_role_closes_what_was_open(app, administrator, red):
    emergency.open_record(actor_for(administrator), red.ref, REASON)
    administrator.roles = []
    assert actor_for(administrator).opened == frozenset()
