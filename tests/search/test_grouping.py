"""Results by group, against a plain sorting of the whole list; and leafing through them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.search.corpus import PUBLIC, commits, contents, outcome, queries
from tests.search.test_ranking_oracle import ACCESSES, ask, written
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest, Sort
from tracker.search.whoosh_engine import WhooshEngine


def expected(hits, held, field):
    """The list as it should be: the groups by their best hit, what has no value last."""
    groups: dict[str, list[str]] = {}
    for hit in hits:
        values = held[hit.ref].filters[field]
        groups.setdefault(min(values) if values else "", []).append(hit.ref)
    last = groups.pop("", [])
    named = [(name, ref, len(refs)) for name, refs in groups.items() for ref in refs]
    return named + [("", ref, len(last)) for ref in last]


@settings(max_examples=60, deadline=None)
@given(
    commits(),
    queries(),
    ACCESSES,
    st.sampled_from(list(Sort)),
    st.sampled_from(("country", "theme")),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_a_page_in_groups_is_a_piece_of_the_whole_list_in_groups(
    history, text, access, sort, field, offset, limit
):
    with written(history) as engine:
        flat = ask(engine, text, access, sort=sort)
        request = SearchRequest(
            query=parse(text),
            access=access,
            today=date(2024, 12, 1),
            sort=sort,
            group=field,
            offset=offset,
            limit=limit,
        )
        page = engine.search(request)
    whole = expected(flat.hits, contents(history), field)
    shown = [(hit.group, hit.ref, page.groups[hit.group]) for hit in page.hits]
    assert shown == whole[offset : offset + limit]
    assert page.total == flat.total
    assert {hit.ref: hit.score for hit in page.hits}.items() <= {h.ref: h.score for h in flat.hits}.items()


@pytest.fixture
def engine(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    for number in range(3):
        engine.add(
            outcome(
                f"REC-2024-{n:04}",
                "prison " * (n % 7 + 1),
                date=f"2024{n % 12 + 1:02}01",
                filters={"workshop": (f"WS-{n % 11}",) if n % 5 else ()},
            )
            for n in range(number * 200 + 1, number * 200 + 201)
        )
    yield engine
    engine.close()


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("group", ["", "workshop"])
def test_every_page_of_a_long_list_follows_the_one_before(engine, sort, group):
    def page(offset, limit):
        request = SearchRequest(
            query=parse("prison"),
            access=PUBLIC,
            today=date(2024, 12, 1),
            sort=sort,
            group=group,
            offset=offset,
            limit=limit,
            highlight=False,
        )
        return [hit.ref for hit in engine.search(request).hits]

    whole = page(0, 1000)
    assert len(set(whole)) == 600
    assert [ref for start in range(0, 600, 70) for ref in page(start, 70)] == whole
    assert page(600, 20) == []
