"""A draft is thrown away: nobody finds it any more, and nobody else's record is touched."""

import pytest
from sqlalchemy import func, select

from tests.outcomes.acts import data
from tracker.accounts.actors import actor_for
from tracker.core.audit import history_of
from tracker.core.db import Base, db
from tracker.core.errors import Denied, InvalidInput
from tracker.outcomes import service
from tracker.outcomes.conflicts import OutcomeConflict
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import LinkKind
from tracker.search import indexing
from tracker.search.service import find


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-LARNACA", rapporteur=rapporteur)


@pytest.fixture
def draft(make, workshop, rapporteur):
    given = data("Zebra crossings.", workshop_id=workshop.id, addressee_ids=[make.party("JO").id])
    return service.log_outcome(actor_for(rapporteur), given)


def found(actor, words):
    return [hit.ref for hit in find(actor, words).results.hits]


def rows_about(number):
    """How many rows of each table name this outcome."""
    tables = [t for t in Base.metadata.sorted_tables if "outcome_id" in t.c]
    assert {"commitment", "outcome_text", "outcome_theme"} <= {t.name for t in tables}
    return {
        t.name: count
        for t in tables
        if (count := db.session.scalar(select(func.count()).select_from(t).where(t.c.outcome_id == number)))
    }


def test_a_discarded_draft_is_found_no_more_and_leaves_no_row(make, workshop, rapporteur, draft):
    actor, other = actor_for(rapporteur), make.outcome("Zebra herds.", workshop=workshop)
    service.link_outcomes(actor, draft, other, LinkKind.REFINES)
    assert len(found(actor, "zebra")) == 2
    number, ref = draft.id, draft.ref
    assert set(rows_about(number)) == {"commitment", "outcome_text"}
    before = [entry.id for entry in history_of("outcome", other.id)]
    assert service.discard_draft(actor, draft, draft.version) == ref
    assert found(actor, "zebra") == [other.ref]
    assert not indexing.compare()
    assert indexing.backlog() == 0
    assert rows_about(number) == {}
    assert other.links_in == []
    assert [entry.id for entry in history_of("outcome", other.id)] == before
    gone = history_of("outcome", number)[0]
    assert (gone.act, gone.before["ref"], gone.before["text.en"]) == ("discard", ref, "Zebra crossings.")
    assert (gone.before["addressees"], gone.after, gone.actor_id) == (["JO"], None, rapporteur.id)


def test_neither_reference_nor_history_of_a_discarded_draft_comes_back(rapporteur, workshop, draft):
    actor, number, commitment = actor_for(rapporteur), draft.id, draft.commitments[0].id
    party = draft.commitments[0].party_id
    service.discard_draft(actor, draft, draft.version)
    given = data("Zebra crossings.", workshop_id=workshop.id, addressee_ids=[party])
    new = service.log_outcome(actor, given)
    assert new.ref == "REC-2024-0002"
    assert new.id > number
    assert new.commitments[0].id > commitment
    assert [entry.act for entry in history_of("outcome", new.id)] == ["log"]
    assert found(actor, "zebra") == [new.ref]
    assert not indexing.compare()


def test_a_draft_logged_and_discarded_before_the_index_hears_of_it(app, monkeypatch, rapporteur, workshop):
    actor = actor_for(rapporteur)
    with monkeypatch.context() as patched:
        patched.setitem(app.extensions, "tracker_after_commit", [])
        draft = service.log_outcome(actor, data(workshop_id=workshop.id))
        service.discard_draft(actor, draft)
    assert indexing.drain()
    assert indexing.backlog() == 0
    assert not indexing.compare()


def test_what_is_published_is_retired_not_discarded(make, visit, workshop, rapporteur):
    published, actor = make.outcome(workshop=workshop), actor_for(rapporteur)
    with pytest.raises(InvalidInput, match="Retire it instead"):
        service.discard_draft(actor, published, published.version)
    walk = visit(rapporteur)
    page = walk.get(f"/outcomes/{published.ref}")
    assert not page.html.find("a", string="Discard")
    assert "cannot be discarded. Retire it instead." in walk.get(f"/outcomes/{published.ref}/discard")


def test_only_who_may_change_a_draft_discards_it_and_only_as_they_saw_it(make, draft, rapporteur):
    with pytest.raises(Denied):
        service.discard_draft(make.actor("expert"), draft, draft.version)
    with pytest.raises(OutcomeConflict):
        service.discard_draft(actor_for(rapporteur), draft, draft.version + 1)
    assert db.session.scalar(select(func.count()).select_from(Outcome)) == 1


def test_a_rapporteur_is_asked_before_a_draft_is_discarded(visit, workshop, rapporteur, draft):
    walk, ref = visit(rapporteur), draft.ref
    page = walk.get(f"/outcomes/{ref}").click("Discard$")
    assert page.html.h1.text.strip() == f"Discard {ref}?"
    stale = page.forms["discard-form"]
    stale["version"] = "99"
    page = walk.submit(stale)
    assert "It was changed meanwhile. Read it again, then discard it." in page
    page = walk.submit(page.forms["discard-form"])
    assert f"{ref} was discarded." in page
    assert page.request.path == "/workshops/WS-LARNACA"
    walk.get(f"/outcomes/{ref}", status=404)
    walk.get(f"/outcomes/{ref}/discard", status=404)


def test_the_page_of_a_draft_says_what_holds_once_it_is_published(visit, rapporteur, draft):
    page = visit(rapporteur).get(f"/outcomes/{draft.ref}")
    assert "Once published: Everyone signed in" in page.html.find("aside").text
    table = page.html.find("section", {"aria-labelledby": "commitments"}).text
    assert "Asked once it is published" in table
    assert "Awaiting reply" not in table
    service.publish_outcome(actor_for(rapporteur), draft)
    page = visit(rapporteur).get(f"/outcomes/{draft.ref}")
    assert "Once published" not in page
    assert "Awaiting reply" in page
