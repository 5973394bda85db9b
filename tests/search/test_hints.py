"""What the page offers beside the results: filters typed as words, phrases without marks, reasons, lists."""

from datetime import date
from urllib.parse import quote

import pytest

from tests.search.test_files import attach
from tests.search.test_find_page import count, refs
from tracker.core import outbox
from tracker.search import indexing
from tracker.search.asking.parser import parse
from tracker.search.hints import other_spelling, state_meant
from tracker.search.service import find


def offered(page):
    """Address and text of what is offered above the results."""
    return {
        link["href"]: " ".join(link.get_text(" ").split())
        for link in page.html.select("#found .remarks:not(.names .remarks) a")
    }


# --- states typed as words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("overdue", "overdue"),
        ("Overdue", "overdue"),
        ("en retard", "overdue"),
        ("vencido", "overdue"),
        ("متأخر", "overdue"),
        ("stale", "stale"),
        ("sans nouvelles", "stale"),
        ("retired", "retired"),
        ("retiré", "retired"),
        ("borrador", "draft"),
    ],
)
def test_a_state_typed_as_a_word_is_offered_as_a_filter(visit, make, typed, state):
    make.outcome("Words of all kinds, whatever is lost or perdue.")
    page = visit(make.person()).get(f"/search?q={quote(typed)}")
    assert list(offered(page)) == [f"/search?q=is:{state}"]
    assert "perdue" not in page.html.select_one("#found .remarks").text


def test_a_state_among_words_that_are_found_together_is_a_word_like_any(app, make):
    make.outcome("Support retired officers.")
    reader = make.actor()
    assert find(reader, "retired officers").state is None
    assert find(reader, "retired zebras").state.query == "is:retired zebras"
    assert find(reader, "overdue country:JO").state.query == "is:overdue country:JO"
    assert find(reader, "+overdue").state is None
    assert find(reader, '"overdue"').state is None
    assert find(reader, "words").state is None


def test_a_misspelt_state_is_offered_where_nothing_is_found(app, make):
    make.outcome("Words.")
    reader = make.actor()
    assert find(reader, "overdeu").state.query == "is:overdue"
    assert [offer.query for offer in find(reader, "is:overdeu").offers] == ["is:overdue"]
    assert [offer.query for offer in find(reader, "words is:overdeu").offers] == ["words is:overdue"]
    assert find(reader, "is:overdeu").suggestion is None
    assert find(reader, "is:overdeu").state is None


@pytest.mark.parametrize("text", ["", "-overdue", "is:overdue", "()", "x " * 200, "🐘", "a OR overdue"])
def test_no_state_is_made_up(app, text):
    assert state_meant(parse(text), missed=False) is None


# --- phrases and spellings -----------------------------------------------------------------------


def test_a_phrase_that_stands_nowhere_can_be_searched_without_its_marks(visit, make):
    make.outcome("Training for the staff of prisons.")
    visitor = visit(make.person())
    page = visitor.get('/search?q="prison staff" training')
    assert offered(page) == {
        "/search?q=prison+staff+training": "Search these words without the quotation marks"
    }
    assert "1 result" in page.html.select_one("#found .remarks").text
    assert count(visitor.get("/search?q=prison+staff+training")) == "1 outcome"


def test_marks_are_kept_where_taking_them_away_finds_nothing_either(app, make):
    make.outcome("Words.")
    hidden = make.outcome("Zebras and lions.", handling="TLP:RED")
    reader = make.actor()
    assert find(reader, '"zebras lions"').unquoted is None, hidden.ref
    assert find(reader, '"words"').unquoted is None
    assert find(reader, '-"no words"').unquoted is None
    assert find(reader, '"AND words:" -x').unquoted.query == "and words -x"


@pytest.mark.parametrize(
    ("suggestion", "text", "shown"),
    [
        ("torture", "tortrue", "torture"),
        ("torture?", "tortrue?", "torture"),
        ("التعذيب؟", "التعزيب؟", "التعذيب"),
        ("Torture", "torture", None),
        ("torture?", "torture", None),
        ("", "x", None),
        (None, "x", None),
    ],
)
def test_a_spelling_is_never_what_was_typed_and_has_no_mark_of_its_own(suggestion, text, shown):
    assert other_spelling(suggestion, text) == shown


def test_one_question_mark_is_enough_in_any_language(visit, make):
    make.outcome("Rehabilitation.")
    visitor = visit(make.person())
    page = visitor.get("/search?q=rehabilitaton%3F")
    assert "Did you mean rehabilitation?" in " ".join(page.html.select_one("#found .remarks").text.split())
    assert "??" not in page.html.select_one("#found .remarks").text
    reader = visit(make.person(), language="ar")
    arabic = reader.get("/search?q=rehabilitaton").html.select_one("#found .remarks").text
    assert "؟" in arabic
    assert "?" not in arabic


# --- reasons -------------------------------------------------------------------------------------


def reason(page):
    return [
        " ".join(span.text.split()) for span in page.html.select(".hits span") if "matched in" in span.text
    ]


def test_a_hit_that_only_its_workshop_explains_says_so(visit, make):
    workshop = make.workshop("MALAGA-1", title="Sharing of evidence", place="Rabat")
    make.outcome("Words one.", workshop=workshop)
    visitor = visit(make.person())
    said = ["matched in the workshop: MALAGA-1 · Sharing of evidence, Rabat, 10 Jun 2024"]
    for words in ("Rabat", "evidence", "MALAGA-1", "words+rabat"):
        assert reason(visitor.get(f"/search?q={words}")) == said, words
    assert reason(visitor.get("/search?q=Rabat&group=workshop")) == said
    assert reason(visitor.get("/search?q=words")) == []
    make.outcome("Evidence from Rabat.", workshop=workshop)
    assert len(reason(visitor.get("/search?q=evidence"))) == 1


def test_a_workshop_that_is_closed_to_somebody_is_no_reason(visit, make):
    closed = make.workshop("SECRET-1", title="Zebras", place="Rabat", handling="TLP:RED")
    make.outcome("Words one.", workshop=closed, handling="TLP:GREEN")
    assert refs(visit(make.person()).get("/search?q=zebras")) == []


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/search?q=kind:file", "/search?kind=file"])
def test_asking_for_files_without_a_word_says_what_to_do(visit, make, address):
    make.outcome("Words.")
    page = visit(make.person()).get(address)
    assert "Type a word that stands in the file." in page.html.select_one(".missed").text
    page = visit(make.person()).get(f"{address}+zebras" if "q=" in address else f"{address}&q=zebras")
    assert "Type a word that stands in the file." not in page.text


def test_outcomes_stand_before_the_files_of_the_same_day(app, make):
    workshop = make.workshop("FILES-1", starts_on=date(2024, 6, 10))
    outcome = make.outcome("Words one.", workshop=workshop)
    attach(workshop, "agenda.txt", b"Words of an agenda.")
    indexing.catch_up()
    assert outbox.is_empty()
    for options in ({"sort": "newest"}, {"sort": "oldest"}, {"group": "workshop"}):
        shown = [item.hit.ref for item in find(make.actor(), "words", **options).page.items]
        assert shown[0] == outcome.ref, options
        assert len(shown) == 2, options


# --- what a party itself owes --------------------------------------------------------------------


def test_a_party_and_overdue_lead_to_what_the_party_itself_owes(visit, make):
    make.outcome("Words.", addressees=("JO", "MA"), due=date(2020, 1, 1))
    visitor = visit(make.person())
    for address in ("/search?q=country:MA+is:overdue", "/search?q=words&country=MA&is=overdue"):
        page = visitor.get(address)
        assert offered(page) == {
            "/follow-up/?party=MA&sign=overdue": "Follow up: what Morocco itself owes"
        }, address
        assert "may be owed by another" in page.html.select_one("#found .remarks").text
    assert "Words." in visitor.get("/follow-up/?party=MA&sign=overdue").text
    for address in ("/search?q=is:overdue", "/search?q=country:MA", "/search?q=is:overdue&country=none"):
        assert offered(visitor.get(address)) == {}, address
