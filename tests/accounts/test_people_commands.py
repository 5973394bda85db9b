"""The commands about people, as an operator runs them."""

import pytest
from click.testing import CliRunner, Result

from tests.accounts.letters import letters
from tests.factories.make import Make
from tracker.accounts import queries, service
from tracker.accounts.models import Person
from tracker.accounts.standing import Standing, standing_of
from tracker.cli import main
from tracker.core import audit
from tracker.core.db import db
from tracker.core.permissions import OPERATOR


@pytest.fixture
def tracker(app, monkeypatch):
    """Run a command on the instance of the test; gives what it printed and its exit status."""

    def run(*words: str, typed: str = "") -> Result:
        monkeypatch.setenv("TRACKER_INSTANCE", app.instance_path)
        done = CliRunner().invoke(main, list(words), input=typed)
        db.session.rollback()
        db.session.expire_all()
        return done

    return run


def person(email: str) -> Person:
    return queries.person_by_email(email)


def test_people_are_listed_by_name_and_narrowed(tracker, make: Make):
    make.person("focal-point", party="JO", name="Focal point, Jordan")
    make.person("administrator", name="Administrator")
    assert [line.split("\t")[1:] for line in tracker("user", "list").stdout.splitlines()] == [
        ["Administrator", "administrator", "", "active"],
        ["Focal point, Jordan", "focal-point", "JO", "active"],
    ]
    for words in (["--role", "focal-point"], ["--party", "JO"]):
        assert "Administrator" not in tracker("user", "list", *words).stdout
    assert tracker("user", "list", "--state", "closed").stdout == ""


def test_one_person_is_shown_with_the_account(tracker, app):
    shown = service.add_person(OPERATOR, "judge@example.org", "Judge", ["focal-point"], ["JO"])
    service.issue_token(OPERATOR, shown, "nightly")
    said = dict(
        line.split(":", 1) for line in tracker("user", "show", "judge@example.org").stdout.splitlines()
    )
    facts = {name: value.strip() for name, value in said.items()}
    assert facts | {"since": ""} == {
        "name": "Judge",
        "address": "judge@example.org",
        "roles": "focal-point",
        "parties": "JO",
        "state": "active",
        "since": "",
        "last seen": "never",
        "second factor": "no",
        "open sessions": "0",
        "tokens": "nightly",
    }
    assert tracker("user", "show", "nobody@example.org").exit_code == 1


def test_roles_are_replaced_and_the_last_administrator_stays(tracker, make: Make):
    last = make.person("administrator")
    service.add_person(OPERATOR, "judge@example.org", "Judge", ["reader"])
    words = ("--role", "focal-point", "--role", "expert", "--party", "Jordan", "--reason", "New post")
    assert tracker("user", "roles", "judge@example.org", *words).stdout.split("\t")[1:3] == [
        "expert,focal-point",
        "JO",
    ]
    entry = audit.history_of("person", person("judge@example.org").id)[0]
    assert (entry.actor_name, entry.after["reason"]) == ("Operator", "New post")
    done = tracker("user", "roles", last.email, "--role", "reader")
    assert (done.exit_code, "last administrator" in done.stderr) == (1, True)


def test_an_account_is_closed_with_a_reason_and_reopened(tracker, app):
    service.add_person(OPERATOR, "judge@example.org", "Judge", ["reader"])
    assert tracker("user", "close", "judge@example.org").exit_code == 2
    assert (
        tracker("user", "close", "judge@example.org", "--reason", "Left").stdout
        == "Closed judge@example.org.\n"
    )
    assert standing_of(person("judge@example.org")) is Standing.CLOSED
    done = tracker("user", "link", "judge@example.org")
    assert (done.exit_code, "closed" in done.stderr) == (1, True)
    assert "Reopened" in tracker("user", "reopen", "judge@example.org", "--reason", "Back").stdout
    assert standing_of(person("judge@example.org")) is Standing.ACTIVE


def test_people_are_invited_from_a_list_and_bad_lines_are_told(tracker, app):
    typed = "Focal point, Jordan <jo@example.org>\nnonsense\n"
    words = ("--role", "focal-point", "--party", "JO", "--language", "ar")
    done = tracker("user", "invite", "-", *words, typed=typed)
    assert done.exit_code == 1
    assert done.stdout == "Invited jo@example.org.\n"
    assert "line 2: nonsense:" in done.stderr
    (mail,) = letters(app, "jo@example.org")
    assert mail["Content-Language"] == "ar"
    assert "None invites" not in mail.get_content()
    assert standing_of(person("jo@example.org")) is Standing.WAITING
