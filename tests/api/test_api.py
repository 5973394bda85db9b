"""The JSON API: for programs with a token, with the same sight as the person behind it."""

import pytest

from tracker.accounts import service as accounts
from tracker.core.db import unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.outcomes.models import OutcomeLink
from tracker.outcomes.vocabulary import LinkKind


@pytest.fixture
def ask(app):
    """Call it with a person and an address to get the answer."""
    client = app.test_client()

    def get(person, address, **arguments):
        headers = (
            {"Authorization": f"Bearer {accounts.issue_token(OPERATOR, person, 'test')}"} if person else {}
        )
        return client.get(f"/api/v1{address}", headers=headers, query_string=arguments)

    return get


def test_without_a_token_nothing_is_answered(ask, make):
    make.outcome("Words.", handling="TLP:CLEAR")
    answer = ask(None, "/search", q="words")
    assert answer.status_code in (401, 403)
    assert answer.is_json
    assert "Words" not in answer.text


def test_a_wrong_token_and_a_session_cookie_are_no_token(app, ask, make, visit):
    visitor = visit(make.person())
    assert visitor.browser.get("/api/v1/search", status="*").status_int in (401, 403)
    answer = app.test_client().get("/api/v1/search", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code in (401, 403)


def test_search_answers_in_the_agreed_shape(ask, make):
    outcome = make.outcome(
        "Train prison staff.", title="Training", addressees=("JO",), themes=("prisons",), external_ref="SRC-1"
    )
    answer = ask(make.person(), "/search", q="prison staff").json
    assert set(answer) >= {"query", "total", "took_ms", "hits", "facets", "suggestion"}
    assert answer["total"] == 1
    hit = answer["hits"][0]
    assert set(hit) >= {
        "ref", "external_ref", "kind", "title", "snippet", "language", "workshop", "themes", "score",
        "matched", "url",
    }  # fmt: skip
    assert (hit["ref"], hit["external_ref"], hit["kind"]) == (outcome.ref, "SRC-1", "recommendation")
    assert hit["themes"] == ["prisons"]
    assert hit["url"].endswith(f"/outcomes/{outcome.ref}")
    assert {"value": "JO", "label": "Jordan", "count": 1} in answer["facets"]["country"]


def test_a_hit_says_under_which_name_it_was_found(ask, make):
    make.outcome("Poursuivre les combattants terroristes étrangers.", language="fr")
    person = make.person()
    answer = ask(person, "/search", q="FTF").json
    (hit,) = answer["hits"]
    assert [name.casefold() for name in hit["via"]] == ["combattants terroristes étrangers"]
    assert hit["matched"] == hit["via"]
    assert ask(person, "/search", q="FTF", literal="1").json["total"] == 0


def test_a_question_that_few_answer_in_full_says_how_many_do(ask, make):
    make.outcome("Train prison staff before deployment.")
    make.outcome("Train judges.")
    answer = ask(make.person(), "/search", q="How train prison staff before deployment?").json
    assert (answer["total"], answer["any_word"], answer["all_words"]) == (2, True, 1)


def test_facets_narrow_and_pages_have_limits(ask, make):
    for number in range(5):
        make.outcome(f"Words {number}.", addressees=("JO",) if number else ("MA",))
    person = make.person()
    assert ask(person, "/search", q="words", country="MA").json["total"] == 1
    assert ask(person, "/search", q="words", country=["MA", "JO"]).json["total"] == 5
    assert len(ask(person, "/search", q="words", limit=2, page=3).json["hits"]) == 1
    for wrong in ({"limit": 0}, {"limit": 1000}, {"page": "x"}, {"sort": "best"}):
        answer = ask(person, "/search", q="words", **wrong)
        assert answer.status_code == 422
        assert next(iter(wrong)) in answer.json["error"]


def test_a_query_of_filters_alone_lists_everything_that_matches(ask, make):
    make.outcome("One.")
    make.outcome("Two.", kind="practice")
    assert ask(make.person(), "/search", q="kind:recommendation").json["total"] == 1


def test_one_outcome_with_its_versions_links_and_states(ask, make):
    outcome = make.outcome(
        "Train staff.", versions={"fr": "Former."}, addressees=("JO", "MA"), themes=("prisons",)
    )
    answer = ask(make.person(), f"/outcomes/{outcome.ref}").json
    assert answer["texts"] == {"en": {"text": "Train staff."}, "fr": {"text": "Former."}}
    assert [c["party"] for c in answer["commitments"]] == ["JO", "MA"]
    assert answer["commitments"][0]["position"] == "awaiting-reply"
    assert answer["commitments"][0]["implementation"] is None
    assert answer["themes"][0]["labels"]["ar"]


def test_what_one_may_not_see_is_not_there(ask, make):
    hidden = make.outcome("Secret.", handling="TLP:RED")
    seen = make.outcome("Seen.", proposers=("JO",), chatham_house=True)
    with unit_of_work() as session:
        session.add(OutcomeLink(source=seen, target=hidden, kind=LinkKind.REFINES))
    workshop = make.workshop("HID-1", handling="TLP:RED")
    person = make.person()
    assert ask(person, f"/outcomes/{hidden.ref}").status_code == 404
    assert ask(person, f"/workshops/{workshop.code}").status_code == 404
    answer = ask(person, f"/outcomes/{seen.ref}")
    assert hidden.ref not in answer.text
    assert answer.json["proposers"] == []


def test_a_workshop_with_the_outcomes_that_one_may_see(ask, make):
    workshop = make.workshop("WS-9", parties=("JO", "MA"))
    seen = make.outcome(workshop=workshop)
    make.outcome(workshop=workshop, handling="TLP:RED")
    answer = ask(make.person(), "/workshops/WS-9").json
    assert answer["participants"] == ["JO", "MA"]
    assert [o["ref"] for o in answer["outcomes"]] == [seen.ref]


def test_an_unknown_address_is_answered_in_json(ask, make):
    answer = ask(make.person(), "/nothing")
    assert (answer.status_code, answer.is_json) == (404, True)
