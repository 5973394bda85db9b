"""Merging two themes: everything moves, and everything stays findable."""

import pytest
from sqlalchemy import select

from tracker.core.audit import history_of
from tracker.core.db import db
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.outbox import OutboxRow
from tracker.themes import linked, queries, service
from tracker.themes.labels import ThemeData
from tracker.themes.models import Theme


@pytest.fixture
def administrator(make):
    return make.actor("administrator")


def theme(slug: str) -> Theme:
    return db.session.scalars(select(Theme).where(Theme.slug == slug)).one()


def named(label: str, **fields) -> ThemeData:
    return ThemeData(preferred={"en": label}, **fields)


@pytest.fixture
def pair(administrator):
    source = service.add_theme(
        administrator,
        ThemeData(preferred={"en": "Drones", "fr": "Drones"}, alternatives={"en": ("UAV",)}),
    )
    target = service.add_theme(
        administrator, named("Unmanned aircraft", alternatives={"en": ("drones in flight",)})
    )
    return source, target


def test_everything_moves_and_nothing_is_there_twice(administrator, make, pair):
    source, target = pair
    only = make.outcome(themes=("drones",))
    both = make.outcome(themes=("drones", "prisons", "unmanned-aircraft"))
    assert service.merge_themes(administrator, source, target) is target
    assert [t.slug for t in only.themes] == ["unmanned-aircraft"]
    assert [t.slug for t in both.themes] == ["unmanned-aircraft", "prisons"]


def test_its_labels_stay_findable_and_its_address_leads_on(administrator, pair):
    source, target = pair
    service.merge_themes(administrator, source, target)
    lookup = queries.theme_lookup()
    assert {lookup[word] for word in ("drones", "uav", "unmanned aircraft", "unmanned-aircraft")} == {
        target.id
    }
    assert target.preferred == {"en": "Unmanned aircraft", "fr": "Drones"}
    assert target.alternatives("en") == ["drones in flight", "Drones", "UAV"]
    assert queries.by_slug("drones") is target
    with pytest.raises(NotFound):
        queries.by_id(source.id)


def test_words_given_by_a_source_stay_in_their_order(administrator, make, pair):
    source, target = pair
    outcome = make.outcome(themes=("drones", "prisons", "unmanned-aircraft"))
    for link, word in zip(outcome.theme_links, ("Drones", "Prisons", "UAS"), strict=True):
        link.as_given = word
    db.session.commit()
    service.merge_themes(administrator, source, target)
    assert [(link.position, link.as_given) for link in outcome.theme_links] == [
        (0, "Drones||UAS"),
        (1, "Prisons"),
    ]


def test_the_index_and_the_history_are_told(administrator, pair):
    source, target = pair
    db.session.query(OutboxRow).delete()
    db.session.commit()
    acts = []
    linked.current_app.extensions["tracker_after_commit"] = [
        lambda: acts.extend((row.kind, row.record_id) for row in db.session.scalars(select(OutboxRow)))
    ]
    service.merge_themes(administrator, source, target)
    assert set(acts) == {("theme", source.id), ("theme", target.id)}
    assert history_of("theme", source.id)[0].act == "merge"
    assert history_of("theme", target.id)[0].act == "merge"


def test_the_history_of_each_outcome_tells_that_its_theme_was_merged(administrator, make, pair):
    source, target = pair
    moved = make.outcome(themes=("drones", "prisons"))
    draft = make.outcome(themes=("drones",), record="draft", author=make.person("expert"))
    other = make.outcome(themes=("prisons",))
    seen = {outcome.id: outcome.version for outcome in (moved, draft, other)}
    service.merge_themes(administrator, source, target)
    entry = history_of("outcome", moved.id)[0]
    assert (entry.act, entry.actor_name) == ("merge-theme", administrator.name)
    assert entry.changes == [("themes", ["drones", "prisons"], ["unmanned-aircraft", "prisons"])]
    assert "member" not in history_of("outcome", draft.id)[0].after["access"]
    assert moved.version == seen[moved.id] + 1
    assert draft.version == seen[draft.id] + 1
    assert other.version == seen[other.id]
    assert history_of("outcome", other.id) == []


def test_a_chain_of_merges_leads_to_the_last(administrator, pair):
    source, target = pair
    service.merge_themes(administrator, source, target)
    service.merge_themes(administrator, target, theme("prisons"))
    assert queries.by_slug("drones").slug == "prisons"
    assert queries.theme_lookup()["uav"] == theme("prisons").id
    assert queries.closure()[source.id] == queries.closure()[theme("prisons").id]


def test_merging_into_something_below_keeps_the_tree_sound(administrator):
    top = service.add_theme(administrator, named("Top"))
    old = service.add_theme(administrator, named("Old", broader=(top.id,)))
    between = service.add_theme(administrator, named("Between", broader=(old.id,)))
    leaf = service.add_theme(administrator, named("Leaf", broader=(between.id,)))
    other = service.add_theme(administrator, named("Other", broader=(old.id,), related=(old.id,)))
    service.merge_themes(administrator, old, leaf)
    assert between.broader == [top]
    assert leaf.broader == [between]
    assert other.broader == [leaf]
    assert other.related == [leaf]
    assert queries.closure()[other.id] == ("other", "leaf", "between", "top")


def test_a_theme_is_not_merged_into_itself(administrator, pair):
    with pytest.raises(InvalidInput):
        service.merge_themes(administrator, pair[0], pair[0])
