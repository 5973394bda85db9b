"""The search engine as people meet it: what is saved is found, what is hidden is not, what breaks mends."""

import threading
from datetime import date

import pytest

from tests.search.corpus import MEMBER, PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.document import FILTER_FIELDS
from tracker.search.engine import SearchRequest, Sort
from tracker.search.whoosh_engine import WhooshEngine

TODAY = date(2024, 12, 1)


def ask(engine, text="", access=PUBLIC, **more):
    return engine.search(SearchRequest(query=parse(text), access=access, today=TODAY, **more))


def found(engine, text="", access=PUBLIC, **more):
    return [hit.ref for hit in ask(engine, text, access, **more).hits]


# Saving and finding


def test_what_is_saved_is_found_and_what_is_changed_is_found_as_changed(engine):
    engine.add([outcome("REC-2024-0001", "Reduce overcrowding in prisons")])
    assert found(engine, "prison") == ["REC-2024-0001"]

    engine.add([outcome("REC-2024-0001", "Train border guards")])
    assert found(engine, "prison") == []
    assert found(engine, "border") == ["REC-2024-0001"]
    assert len(engine) == 1


def test_what_is_removed_is_gone(engine):
    engine.add([outcome("REC-2024-0001", "prison"), outcome("REC-2024-0002", "prison")])
    engine.remove(["REC-2024-0001", "REC-2024-0099"])
    assert found(engine, "prison") == ["REC-2024-0002"]
    assert ask(engine, "prison").total == 1


def test_one_commit_adds_and_removes(engine):
    engine.add([outcome("REC-2024-0001", "prison")])
    engine.add([outcome("REC-2024-0002", "prison")], removed=["REC-2024-0001"])
    assert found(engine) == ["REC-2024-0002"]


def test_of_two_versions_in_one_commit_the_last_counts(engine):
    engine.add([outcome("REC-2024-0001", "prison"), outcome("REC-2024-0001", "border")])
    assert len(engine) == 1
    assert found(engine, "border") == ["REC-2024-0001"]


def test_another_process_sees_every_commit(engine, tmp_path):
    other = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", "prison")])
    assert found(other, "prison") == ["REC-2024-0001"]
    other.add([outcome("REC-2024-0002", "prison")])
    assert set(found(engine, "prison")) == {"REC-2024-0001", "REC-2024-0002"}
    engine.rebuild([outcome("REC-2024-0003", "prison")])
    assert found(other, "prison") == ["REC-2024-0003"]
    other.close()


def test_searches_go_on_while_others_write(engine):
    engine.add(outcome(f"REC-2024-{n:04}", "prison") for n in range(20))
    wrong = []

    def search():
        for _ in range(60):
            total = ask(engine, "prison", facets=("kind",)).total
            if not 20 <= total <= 40:
                wrong.append(total)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(20, 40):
        engine.add([outcome(f"REC-2024-{n:04}", "prison")])
    for thread in threads:
        thread.join()
    assert wrong == []
    assert ask(engine, "prison").total == 40


# What queries find


@pytest.fixture
def library(engine):
    engine.add(
        [
            outcome(
                "REC-2024-0001",
                "Reduce overcrowding in prisons.",
                title="Prison overcrowding",
                date="20240610",
            ),
            outcome(
                "REC-2024-0002", "Réduire la surpopulation dans les prisons.", lang="fr", date="20240611"
            ),
            outcome("REC-2024-0003", "Reducir el hacinamiento en las prisiones.", lang="es", date="20240612"),
            outcome("REC-2024-0004", "الحد من الاكتظاظ في السجون والتوصيات", lang="ar", date="20240613"),
            outcome(
                "REC-2024-0005", "Counter-terrorism: S/RES/2396 (2017) and JITs", external_ref="UPR-00017"
            ),
            outcome(
                "REC-2024-0006",
                "The right to life of refugees. Border staff.",
                workshop_text="CTJ-2024-LCA Larnaca",
            ),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("prison", {1, 2}),
        ("prisons overcrowding", {1}),
        ("surpopulation prison", {2}),
        ("prisiones", {3}),
        ("prisión", {3}),
        ("السجون", {4}),
        ("توصية", {4}),
        ("prison OR prisión OR سجون", {1, 2, 3, 4}),
        ("prison -overcrowding", {2}),
        ('"right to life"', {6}),
        ('"life to right"', set()),
        ('"refugees border"', set()),
        ('"refugees. Border"', {6}),
        ('"prison"', {1}),
        ('"the"', {6}),
        ("the prison", {1, 2}),
        ("counterterrorism", {5}),
        ("counter‑terrorism", {5}),
        ("S/RES/2396", {5}),
        ("2396", {5}),
        ("upr-00017", {5}),
        ("UPR-0001*", {5}),
        ("REC-2024-0003", {3}),
        ("rec-2024*", {1, 2, 3, 4, 5, 6}),
        ("overcr*", {1}),
        ("counter-terr*", {5}),
        ("Larnaca", {6}),
        ("CTJ-2024-LCA", {6}),
        ("lang:fr", set()),
        ("", {1, 2, 3, 4, 5, 6}),
        ("-prison", {3, 4, 5, 6}),
    ],
)
def test_a_query_finds_what_it_says(library, text, refs):
    assert set(found(library, text)) == {f"REC-2024-{number:04}" for number in refs}


def test_any_word_is_listed_when_no_outcome_holds_all_and_it_is_said(library):
    results = ask(library, "overcrowding refugees")
    assert {hit.ref for hit in results.hits} == {"REC-2024-0001", "REC-2024-0006"}
    assert results.any_word
    assert not ask(library, "overcrowding prison").any_word
    assert {hit.ref: hit.matched for hit in results.hits}["REC-2024-0006"] == ("refugees",)


def test_a_phrase_is_never_given_up_for_any_word(library):
    assert found(library, '"right to life" overcrowding prison') == []


def test_a_phrase_does_not_run_from_one_part_into_the_next(engine):
    engine.add([outcome("REC-2024-0001", "staff training", title="Prison", workshop_text="border")])
    assert found(engine, '"prison staff"') == []
    assert found(engine, '"training border"') == []


def test_a_function_word_alone_is_searched_as_written(library):
    assert found(library, "the") == ["REC-2024-0006"]
    assert set(found(library, "the OR prison")) == {"REC-2024-0001", "REC-2024-0002"}


def test_an_outcome_in_two_languages_is_one_result_in_the_better_language(engine):
    engine.add(
        [
            outcome(
                "REC-2024-0001",
                titles={"en": "Prisons", "ar": "السجون"},
                texts={"en": "Reduce overcrowding.", "ar": "الحد من الاكتظاظ في السجون"},
            )
        ]
    )
    (hit,) = ask(engine, "السجون").hits
    assert hit.language == "ar"
    assert hit.title == "<mark>السجون</mark>"
    assert ask(engine, "overcrowding").hits[0].language == "en"
    assert ask(engine, "REC-2024-0001", language="ar").hits[0].language == "ar"


@pytest.mark.parametrize(
    "piece", ["(", '"', "a ", "-a ", "x* ", "OR ", "\x00", "\ud800", "é", "theme:", "[a TO z] ~5 "]
)
def test_hostile_queries_are_answered(library, piece):
    assert ask(library, piece * 5_000, facets=FILTER_FIELDS).total >= 0


# Filters, facets, order


@pytest.fixture
def filtered(engine):
    def make(number, theme=(), country=(), due=(), waiting=(), **more):
        filters = {"theme": theme, "country": country, "record": (more.pop("record", "published"),)}
        filters |= {"assurance": more.pop("assurance", ())}
        return outcome(
            f"REC-2024-{number:04}", "prison", filters=filters, open_due=due, waiting_since=waiting, **more
        )

    engine.add(
        [
            make(
                1,
                theme=("prisons", "rights"),
                country=("JO", "MA"),
                due=("20300101", "20241130"),
                date="20240103",
            ),
            make(
                2,
                theme=("prisons",),
                country=("JO",),
                due=("20241201",),
                waiting=("20240601",),
                date="20240102",
            ),
            make(
                3,
                theme=("borders",),
                country=("ES",),
                waiting=("20240602",),
                date="20240101",
                assurance=("none",),
            ),
            make(4, record="draft", date="20240101"),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("theme:prisons", {1, 2}),
        ("theme:PRISONS country:jo", {1, 2}),
        ("country:MA,ES", {1, 3}),
        ("country:JO country:MA", {1}),
        ("-country:JO", {3, 4}),
        ("theme:none", {4}),
        ("-theme:none country:ES", {3}),
        ("assurance:none", {3}),
        ("is:overdue", {1}),
        ("is:stale", {2}),
        ("is:draft", {4}),
        ("is:published -is:overdue", {2, 3}),
        ("prison theme:borders", {3}),
        ("theme:nowhere", set()),
    ],
)
def test_filters_choose(filtered, text, numbers):
    assert set(found(filtered, text)) == {f"REC-2024-{number:04}" for number in numbers}


def test_facets_are_counted_with_the_other_filters_and_without_their_own(filtered):
    results = ask(
        filtered, filters={"country": ("JO",), "theme": ("rights", "borders")}, facets=("country", "theme")
    )
    assert results.total == 1
    assert results.facets["country"] == [("ES", 1), ("JO", 1), ("MA", 1)]
    assert results.facets["theme"] == [("prisons", 2), ("rights", 1)]


def test_not_set_is_counted(filtered):
    assert dict(ask(filtered, facets=("theme",)).facets["theme"]) == {
        "prisons": 2,
        "rights": 1,
        "borders": 1,
        "none": 1,
    }


def test_months_without_news_are_counted_back_from_today(filtered):
    assert found(filtered, "is:stale", stale_months=5) == ["REC-2024-0002", "REC-2024-0003"]
    assert found(filtered, "is:stale", stale_months=12) == []


def test_lists_are_ordered_by_date_and_reference(filtered):
    assert [ref[-1] for ref in found(filtered)] == ["1", "2", "3", "4"]
    assert [ref[-1] for ref in found(filtered, "prison", sort=Sort.NEWEST)] == ["1", "2", "3", "4"]
    assert [ref[-1] for ref in found(filtered, "prison", sort=Sort.OLDEST)] == ["3", "4", "2", "1"]


def test_a_title_weighs_more_than_a_text(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "prison", title="border"),
            outcome("REC-2024-0002", "border", title="prison"),
        ]
    )
    assert found(engine, "prison") == ["REC-2024-0002", "REC-2024-0001"]


def test_a_reference_comes_first_even_when_others_mention_it(engine):
    engine.add(
        outcome(f"REC-2024-{n:04}", "See REC-2024-0003. REC-2024-0003! REC-2024-0003") for n in range(1, 6)
    )
    assert found(engine, "REC-2024-0003")[0] == "REC-2024-0003"


# Visibility


@pytest.fixture
def partly_hidden(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "prison overcrowding", filters={"theme": ("prisons",)}),
            outcome(
                "REC-2024-0002", "prison overcrowding", access=("member",), filters={"theme": ("members",)}
            ),
            outcome(
                "REC-2024-0003",
                "prison informants zebra",
                access=("party:1",),
                filters={"theme": ("secret",)},
            ),
            outcome("REC-2024-0004", "prison nobody", access=()),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("access", "total"),
    [
        (PUBLIC, 1),
        (MEMBER, 2),
        (frozenset({"party:1"}), 1),
        (frozenset(), 0),
        (frozenset({"party:2"}), 0),
        (None, 4),
    ],
)
def test_everyone_counts_what_they_may_see(partly_hidden, access, total):
    results = ask(partly_hidden, "prison", access, facets=("theme",))
    assert results.total == total == sum(count for _, count in results.facets["theme"])


def test_words_of_hidden_outcomes_are_never_suggested(partly_hidden):
    assert ask(partly_hidden, "informant", None).total == 1
    assert ask(partly_hidden, "informnts", None).suggestion == "informants"
    assert ask(partly_hidden, "informnts").suggestion is None
    assert partly_hidden.suggest(parse("zebr"), PUBLIC) is None
    assert partly_hidden.suggest(parse("zebr"), frozenset({"party:1"})) == "zebra"


def test_a_prefix_finds_nothing_hidden(partly_hidden):
    assert found(partly_hidden, "inf*") == []
    assert found(partly_hidden, "REC-2024-000*") == ["REC-2024-0001"]


def test_similar_outcomes_are_visible_ones_other_than_itself(partly_hidden):
    assert [hit.ref for hit in partly_hidden.similar(access=MEMBER, ref="REC-2024-0001")] == ["REC-2024-0002"]
    assert partly_hidden.similar(access=PUBLIC, ref="REC-2024-0002") == ()
    assert partly_hidden.similar(access=PUBLIC, ref="REC-2024-0099") == ()
    assert partly_hidden.similar(access=PUBLIC, text="") == ()
    (hit,) = partly_hidden.similar(access=PUBLIC, text="Overcrowding of prisons again")
    assert set(hit.matched) == {"Overcrowding", "prisons"}
