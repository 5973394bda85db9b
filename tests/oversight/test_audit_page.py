"""The audit log for administrators: everything that was done, nothing that is marked."""

import csv
import io
import json

import pytest

from tests.queries import counted
from tracker.accounts import people
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.core import audit
from tracker.core.csv_files import write_csv
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes import service as outcomes
from tracker.outcomes.data import OutcomeData, TextData
from tracker.outcomes.discarding import discard_draft
from tracker.outcomes.handling import HandlingData, effect_of, relabel_outcome
from tracker.outcomes.vocabulary import Kind
from tracker.oversight import export, log
from tracker.oversight.log import LogFilters

SECRET = "kingfisher"


@pytest.fixture
def administrator(make):
    return make.person("administrator", name="Administrator")


def log_red(make, named=()):
    author = make.person("expert", name="Expert, Jordan")
    data = OutcomeData(
        kind=Kind.RECOMMENDATION,
        texts=[TextData(Language.EN, f"Keep the {SECRET} safe.", title=f"The {SECRET}")],
        handling=Handling.RED,
        named_person_ids=[person.id for person in named] or [author.id],
    )
    return outcomes.log_outcome(actor_for(author), data)


def test_an_administrator_sees_who_did_what_and_when(visit, make, administrator):
    outcome = log_red(make)
    page = visit(administrator).get("/audit/")
    assert "Logged" in page
    assert "Expert, Jordan" in page
    assert outcome.ref in page


def test_the_log_tells_no_value_of_a_marked_record(visit, make, administrator):
    log_red(make)
    visitor = visit(administrator)
    assert SECRET not in visitor.get("/audit/")
    assert SECRET not in visitor.browser.get("/audit/export.csv").text


def test_the_log_tells_which_label_a_marked_record_has_lost_and_gained(visit, make, administrator):
    outcome = log_red(make)
    author = db.session.get_one(Person, outcome.author_id)
    data = HandlingData(Handling.AMBER_STRICT, "It may be known.", named_party_ids=[make.party("JO").id])
    data.confirmed = effect_of(actor_for(author), outcome, data).needed
    relabel_outcome(actor_for(author), outcome, data, outcome.version)
    row = visit(administrator).get("/audit/?act=relabel").html.select_one("tbody tr")
    assert (row.find("del").text, row.find("ins").text) == ("TLP:RED", "TLP:AMBER+STRICT")
    assert "It may be known" not in row.text


def test_a_record_that_the_administrator_may_not_open_is_not_linked(visit, make, administrator):
    hidden = log_red(make)
    open_one = make.outcome(handling="TLP:RED", named_people=(administrator,))
    with unit_of_work():
        audit.record(OPERATOR, "edit", "outcome", open_one.id)
    page = visit(administrator).get("/audit/")
    assert not page.html.find("a", href=f"/outcomes/{hidden.ref}/history")
    assert page.html.find("a", href=f"/outcomes/{open_one.ref}/history")


def test_what_changed_in_an_account_is_told(visit, make, administrator):
    visitor = visit(administrator)
    people.change_roles(OPERATOR, make.person("reader"), ["expert"], [])
    table = visitor.get("/audit/?kind=person").html.find("table")
    assert "Signed in" in table.text
    assert "Logged" not in table.text
    changed = next(row for row in table.select("tbody tr") if "Roles" in row.find("th").text)
    assert (changed.find("del").text, changed.find("ins").text) == ("Reader", "Expert")


@pytest.mark.parametrize(
    "query",
    [
        "who=99999",
        "act=nonsense",
        "kind=%00",
        "since=yesterday",
        "until=9999-12-31",
        "since=0001-01-01",
        "page=-3",
        "endpoint=x&_scheme=x&_method=POST&_anchor=x",
    ],
)
def test_nonsense_in_the_address_does_not_narrow(visit, administrator, query):
    def numbers(page):
        return [cell.text for cell in page.html.select("tbody td.num")]

    visitor = visit(administrator)
    assert numbers(visitor.get(f"/audit/?{query}")) == numbers(visitor.get("/audit/"))
    assert visitor.browser.get(f"/audit/export.csv?{query}").status_int == 200


def test_a_day_narrows_and_its_chip_says_which(visit, administrator):
    page = visit(administrator).get("/audit/?since=2199-01-01")
    assert "1 Jan 2199" in page.html.find("a", class_="chip").find_parent("ul").text


def test_filters_narrow_and_can_be_taken_off(visit, make, administrator):
    log_red(make)
    visitor = visit(administrator)
    page = visitor.get("/audit/?act=log")
    assert {row.find("th").text for row in page.html.select("tbody tr")} == {"Logged"}
    assert page.html.find("a", class_="chip")
    assert "No entry matches" in visitor.get("/audit/?act=log&since=2199-01-01")


@pytest.mark.parametrize("role", ["reader", "expert", "rapporteur", "focal-point", "reviewer", "coordinator"])
def test_nobody_else_opens_the_log(visit, make, role):
    visitor = visit(make.person(role, party="JO"))
    assert visitor.browser.get("/audit/", status="*").status_int == 403
    assert visitor.browser.get("/audit/export.csv", status="*").status_int == 403


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_export_holds_every_entry_with_its_seal_and_is_an_entry_itself(visit, make, administrator):
    log_red(make)
    visitor = visit(administrator)
    rows = rows_of(visitor.browser.get("/audit/export.csv").text)
    assert [int(row["number"]) for row in rows] == list(range(len(rows), 0, -1))
    assert all(len(row["seal"]) == 64 for row in rows)
    assert rows[0]["act"] == "export"
    [after] = {row["after"] for row in rows if row["kind"] == "outcome"}
    assert json.loads(after) == {"handling": "TLP:RED", "record": "draft", export.WITHHELD: True}


@pytest.mark.parametrize("discarded", [False, True])
def test_looking_for_a_person_does_not_find_what_they_logged_under_the_chatham_house_rule(
    make, administrator, discarded
):
    author = actor_for(make.person("expert"))
    said = OutcomeData(
        kind=Kind.PRACTICE, texts=[TextData(Language.EN, "Visits on Sundays.")], chatham_house=True
    )
    outcome = outcomes.log_outcome(author, said)
    if discarded:
        discard_draft(author, outcome)
    found = log.list_page(actor_for(administrator), LogFilters(actor_id=author.id), 1)
    assert [entry for entry in found.items if entry.row.record_kind == "outcome"] == []
    everything = log.list_page(actor_for(administrator), LogFilters(kind="outcome"), 1)
    assert [entry.who for entry in everything.items] == [""] * (1 + discarded)


def test_the_filter_names_everybody_alike(make, administrator):
    quiet = make.person("reader", name="Reader who never acted")
    assert (quiet.id, quiet.name) in log.people()


def test_the_export_of_the_command_line_holds_all_values(app, make):
    log_red(make)
    buffer = io.StringIO()
    write_csv(buffer, export.export_rows(OPERATOR, LogFilters()))
    assert any(SECRET in row["after"] for row in rows_of(buffer.getvalue()))


def test_no_name_becomes_a_formula(visit, make, administrator):
    make.person("reader")
    visitor = visit(make.person("administrator", name="=HYPERLINK(1)"))
    rows = rows_of(visitor.browser.get("/audit/export.csv").text)
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert any(row["actor"] == "'=HYPERLINK(1)" for row in rows)


def test_a_long_log_costs_no_more_queries(app, make, administrator):
    actor = actor_for(administrator)
    log_red(make)
    with app.test_request_context("/audit/"), counted() as few:
        log.list_page(actor, LogFilters(), 1)
    for _number in range(12):
        log_red(make)
    db.session.expire_all()
    with app.test_request_context("/audit/"), counted() as many:
        log.list_page(actor, LogFilters(), 1)
    assert len(many) <= len(few) + 1
