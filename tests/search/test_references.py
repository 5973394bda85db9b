"""Everything that matches, by reference alone: the same outcomes as the pages of a search, in one answer."""

from datetime import date

from hypothesis import given, settings

from tests.search.corpus import MEMBER, PUBLIC, commits, outcome, queries
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest, Sort
from tracker.search.whoosh_engine import WhooshEngine

TODAY = date(2024, 12, 1)


def refs(engine, text="", access=PUBLIC, **more):
    return list(engine.references(SearchRequest(query=parse(text), access=access, today=TODAY, **more)).refs)


def test_it_lists_what_a_search_lists_newest_first_and_all_of_it(engine):
    engine.add(
        outcome(f"REC-2024-{n:04}", "prison staff", date=f"2024{1 + n % 12:02}01") for n in range(1, 60)
    )
    engine.add([outcome("PRA-2024-0001", "prison"), outcome("REC-2024-0070", "border")])
    request = SearchRequest(
        query=parse("prison"), access=PUBLIC, today=TODAY, sort=Sort.NEWEST, limit=100, highlight=False
    )
    assert refs(engine, "prison") == [hit.ref for hit in engine.search(request).hits]
    assert len(refs(engine, "prison", offset=50, limit=1)) == 60


def test_hidden_replaced_and_removed_outcomes_are_not_among_them(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "prison"),
            outcome("REC-2024-0002", "prison", access=("member",)),
            outcome("REC-2024-0003", "prison"),
            outcome("REC-2024-0004", "prison"),
        ]
    )
    engine.add([outcome("REC-2024-0003", "border")], removed=["REC-2024-0004"])
    assert refs(engine, "prison") == ["REC-2024-0001"]
    assert refs(engine, "prison", MEMBER) == ["REC-2024-0001", "REC-2024-0002"]


def test_any_word_does_not_stand_in_for_all(engine):
    engine.add([outcome("REC-2024-0001", "prison")])
    assert refs(engine, "prison zebra") == []
    assert refs(engine, "zebra") == []


def test_a_question_lists_what_holds_all_that_it_asks_for_without_the_word_that_asks(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "Training prison staff on risk"),
            outcome("REC-2024-0002", "Training prison staff"),
            outcome("REC-2024-0003", "Former le personnel des prisons aux risques"),
        ]
    )
    assert refs(engine, "How is the staff of prisons trained on risk?") == ["REC-2024-0001"]
    assert refs(engine, "Comment former le personnel des prisons aux risques ?") == ["REC-2024-0003"]
    assert refs(engine, "How is a zebra trained on risk?") == []


def test_filters_count_as_in_a_search(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "prison", filters={"country": ("JO",)}),
            outcome("REC-2024-0002", "prison", filters={"country": ("MA",)}),
        ]
    )
    assert refs(engine, "prison", filters={"country": ("JO",)}) == ["REC-2024-0001"]


def test_every_commit_has_a_mark_of_its_own(engine, tmp_path):
    marks = [engine.mark()]
    engine.add([outcome("REC-2024-0001", "prison")])
    marks.append(engine.mark())
    engine.remove(["REC-2024-0001"])
    marks.append(engine.mark())
    engine.rebuild([outcome("REC-2024-0001", "prison")])
    marks.append(engine.mark())
    assert len(set(marks)) == 4
    assert engine.mark() == marks[-1]
    request = SearchRequest(query=parse("prison"), access=PUBLIC, today=TODAY)
    assert engine.references(request).mark == marks[-1]
    other = WhooshEngine.open(tmp_path / "index")
    assert other.mark() == marks[-1]
    other.close()


@settings(max_examples=40, deadline=None)
@given(written=commits(), text=queries())
def test_it_lists_exactly_what_a_search_counts(tmp_path_factory, written, text):
    engine = WhooshEngine.open(tmp_path_factory.mktemp("index"))
    for added, removed in written:
        engine.add(added, removed=removed)
    for access in (PUBLIC, MEMBER, None):
        request = SearchRequest(query=parse(text), access=access, today=TODAY, limit=200, highlight=False)
        found = engine.search(request)
        listed = engine.references(request).refs
        if found.any_word:
            # Those of a question that hold all its words, when they are too few to be answer enough.
            assert len(listed) == found.all_words
        else:
            assert sorted(listed) == sorted(hit.ref for hit in found.hits)
    engine.close()
