"""What a search without hits says: what to drop, and which words stand nowhere."""

from datetime import date

import pytest
from hypothesis import given, settings

from tests.search.corpus import PUBLIC, commits, outcome, queries
from tests.search.test_ranking_oracle import ACCESSES, ask, written
from tracker.search.asking.parser import parse
from tracker.search.asking.parts import MAX_DROPPED, parts_of, without_filters, without_part
from tracker.search.engine import SearchRequest
from tracker.search.whoosh_engine import WhooshEngine


@pytest.fixture
def engine(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add(
        [
            outcome("REC-2024-0001", "prison staff", filters={"country": ("JO",), "theme": ("prisons",)}),
            outcome("REC-2024-0002", "prison staff", filters={"country": ("MA",)}),
            outcome("REC-2024-0003", "prison border", filters={"country": ("JO",)}),
            outcome("REC-2024-0004", "zebra", filters={"country": ("JO",)}, access=("party:1",)),
        ]
    )
    yield engine
    engine.close()


def found(engine, text, access=PUBLIC, **filters):
    request = SearchRequest(query=parse(text), access=access, today=date(2024, 12, 1), filters=filters)
    return engine.search(request)


def dropped(engine, text, **filters):
    """What is offered to be dropped, as the query or field and the number found without it."""
    query = parse(text)
    return [
        (without_part(query, one.part) if one.part is not None else one.field, one.count)
        for one in found(engine, text, **filters).without
    ]


def test_each_part_is_tried_without_and_the_most_come_first(engine):
    assert dropped(engine, "prison border country:MA") == [("prison country:MA", 1), ("prison border", 1)]
    assert dropped(engine, "prison theme:refugees country:JO") == [("prison country:JO", 2)]


def test_what_is_chosen_beside_the_query_can_be_dropped_too(engine):
    assert dropped(engine, "border", country=("MA",), kind=("practice",)) == []
    assert dropped(engine, "border", country=("MA",)) == [("country", 1), ("", 1)]
    assert dropped(engine, "", country=("MA",), theme=("prisons",)) == [("country", 1), ("theme", 1)]


def test_a_phrase_and_an_exclusion_can_be_dropped(engine):
    assert dropped(engine, 'prison "staff prison"') == [("prison", 3)]
    assert dropped(engine, "border -prison") == [("border", 1)]


def test_the_only_part_is_not_offered(engine):
    assert dropped(engine, "unheard") == []
    assert dropped(engine, "", country=("FR",)) == []


def test_nothing_is_offered_where_something_was_found(engine):
    assert found(engine, "prison staff").without == ()
    assert found(engine, "prison staff").nowhere == ()


def test_words_that_stand_nowhere_are_named_and_hidden_ones_are_like_them(engine):
    assert found(engine, 'prison zebra unheard* "staff border"').nowhere == (
        "zebra",
        "unheard*",
        '"staff border"',
    )
    assert found(engine, "prison zebra", access=frozenset({"party:1", "public"})).nowhere == ()
    assert dropped(engine, "prison zebra") == [("prison", 3)]


def test_the_work_is_bounded(engine):
    text = " ".join(f"{word}" for word in ("prison", *[f"unheard{n}" for n in range(30)]))
    assert len(parts_of(parse(text))) > MAX_DROPPED
    assert len(found(engine, text).nowhere) <= MAX_DROPPED


@settings(max_examples=40, deadline=None)
@given(commits(), queries(), ACCESSES)
def test_what_is_promised_is_found(history, text, access):
    with written(history) as engine:
        for one in ask(engine, text, access, filters={"kind": ("practice",)}).without:
            if one.part is None:
                again = ask(engine, text, access)
            else:
                rest = without_part(parse(text), one.part)
                again = ask(engine, rest, access, filters={"kind": ("practice",)})
            assert (again.total, again.any_word) == (one.count, False)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("prison theme:prisons -staff", "prison"),
        ('"need to share" is:overdue', '"need to share"'),
        ("(a OR b) country:JO cd*", "(a OR b) cd*"),
        ("theme:prisons", ""),
        ("", ""),
    ],
)
def test_the_words_are_left_when_all_filters_are_taken_off(typed, left):
    assert without_filters(parse(typed)) == left


def test_words_around_what_is_looked_for_are_not_required(tmp_path):
    engine = WhooshEngine.open(tmp_path / "other")
    engine.add(
        [
            outcome("REC-2024-0001", "Prevent torture."),
            outcome("REC-2024-0002", "Recommendations about bail."),
        ]
    )

    def asked(text):
        found = engine.search(SearchRequest(query=parse(text), access=PUBLIC, today=date(2024, 12, 1)))
        return [hit.ref for hit in found.hits], found.any_word

    assert asked("recommendations about torture") == (["REC-2024-0001"], False)
    assert asked("recommandations concernant torture") == (["REC-2024-0001"], False)
    assert asked("التوصيات حول torture") == (["REC-2024-0001"], False)
    assert asked("recommendations") == (["REC-2024-0002"], False)
    assert asked("+recommendations torture")[1]
    engine.close()
