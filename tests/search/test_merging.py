"""The merge in the background: nothing changes but the number of segments, whatever happens meanwhile."""

import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.search.corpus import MEMBER, PUBLIC, commits, contents, outcome, queries
from tests.search.killed import kill
from tracker.search import indexing
from tracker.search.asking.parser import parse
from tracker.search.engine import EngineBusy, SearchRequest
from tracker.search.index import merging
from tracker.search.index.merging import choose_merge
from tracker.search.index.storage import IndexFolder
from tracker.search.whoosh_engine import WhooshEngine

TODAY = date(2024, 12, 1)


@pytest.fixture
def engine(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.clear()
    yield engine
    engine.close()


def ask(engine, text="", access=PUBLIC):
    return engine.search(
        SearchRequest(query=parse(text), access=access, today=TODAY, facets=("theme", "country"), limit=50)
    )


def save(engine, first, last, text="prison"):
    for n in range(first, last):
        engine.add([outcome(f"REC-2024-{n:04}", text)])


def sizes(engine):
    return [segment.size for segment in engine._snapshot().segments]


# What is merged when


def test_four_segments_of_a_size_become_one():
    counts = {"big": (40_000, 0), **{f"s{n}": (n + 1, 0) for n in range(4)}}
    assert choose_merge(counts) == ["s0", "s1", "s2", "s3"]
    assert choose_merge({"big": (40_000, 0), "a": (1, 0), "b": (63, 0), "c": (63, 0)}) == []
    assert choose_merge({"a": (63, 0), "b": (64, 0), "c": (63, 0), "d": (1, 0)}) == []
    assert len(choose_merge({f"s{n}": (20_000, 0) for n in range(4)})) == 4


def test_the_smallest_segments_are_merged_first():
    counts = {f"a{n}": (300, 0) for n in range(4)} | {f"b{n}": (3, 0) for n in range(4)}
    assert choose_merge(counts) == ["b0", "b1", "b2", "b3"]


def test_a_segment_of_which_a_quarter_is_deleted_is_rewritten():
    assert choose_merge({"a": (80_000, 20_000)}) == []
    assert choose_merge({"a": (70_000, 30_000)}) == ["a"]


@pytest.mark.parametrize("saves", [1, 50, 2_000])
def test_any_number_of_saves_leaves_few_segments(saves):
    counts = {"built": (270_000, 0)}
    for n in range(saves):
        counts[n] = (1, 0)
        while chosen := choose_merge(counts):
            counts[f"m{n} {len(counts)}"] = (sum(counts.pop(s)[0] for s in chosen), 0)
    assert sum(live for live, _ in counts.values()) == 270_000 + saves
    assert len(counts) <= 12


# Merging


def test_merging_leaves_what_is_found_as_it_was_and_one_segment(engine):
    save(engine, 0, 5)
    engine.remove(["REC-2024-0002"])
    save(engine, 3, 4, "border")
    before = ask(engine, "prison OR border")
    assert len(sizes(engine)) == 4

    assert engine.merge_segments()

    assert sizes(engine) == [4]
    assert ask(engine, "prison OR border") == before
    assert not engine.merge_segments()


def test_another_process_sees_the_merge(engine, tmp_path):
    save(engine, 0, 4)
    other = WhooshEngine.open(tmp_path / "index")
    before = ask(other, "prison")
    engine.merge_segments()
    assert sizes(other) == [4]
    assert ask(other, "prison") == before
    other.close()


def test_only_one_process_merges_at_a_time(engine, tmp_path):
    save(engine, 0, 4)
    with IndexFolder(tmp_path / "index").merging() as may:
        assert may
        assert not engine.merge_segments()
    assert engine.merge_segments()


def test_a_merge_gives_way_to_a_writer_and_leaves_nothing_behind(engine, tmp_path):
    save(engine, 0, 4)
    with IndexFolder(tmp_path / "index").writing(0), pytest.raises(EngineBusy):
        engine.merge_segments(wait=0)
    assert not list((tmp_path / "index").glob("merge-*"))
    assert sizes(engine) == [1, 1, 1, 1]
    assert engine.merge_segments()


def test_segments_whose_documents_are_all_gone_leave_nothing(engine):
    save(engine, 0, 4)
    folder = engine._folder
    with folder.merging():
        rewritten = merging.rewrite(folder, engine._schema)
        engine.remove([f"REC-2024-{n:04}" for n in range(4)])
        with folder.writing(1):
            assert not merging.take_in(folder, engine._schema, rewritten)
    assert len(engine) == 0


def test_a_merge_is_dropped_when_the_index_was_rebuilt_meanwhile(engine):
    save(engine, 0, 4)
    folder = engine._folder
    with folder.merging():
        rewritten = merging.rewrite(folder, engine._schema)
        engine.rebuild([outcome("REC-2024-0100", "border")])
        with folder.writing(1):
            assert not merging.take_in(folder, engine._schema, rewritten)
    assert [hit.ref for hit in ask(engine).hits] == ["REC-2024-0100"]


def test_a_merge_of_damaged_segments_has_the_index_rebuilt(engine, tmp_path):
    save(engine, 0, 4)
    for path in (tmp_path / "index").glob("live-*/*.seg"):
        path.write_bytes(b"\0" * path.stat().st_size)
    assert not engine.merge_segments()
    assert engine.needs_rebuild


def test_the_background_may_ask_for_merges_at_any_time(app, make):
    for _ in range(4):
        make.outcome("Train prison staff.")
        indexing.drain()
    assert indexing.merge_segments()
    assert not indexing.merge_segments()
    assert len(indexing.engine()) == 4
    with IndexFolder(Path(app.instance_path) / "index").writing(0):
        assert not indexing.merge_segments()


@settings(max_examples=200 if os.environ.get("TRACKER_CAMPAIGN") else 25, deadline=None)
@given(
    commits(),
    commits(),
    commits(),
    st.lists(queries(), min_size=1, max_size=3),
    st.sampled_from([None, PUBLIC, MEMBER, frozenset({"party:1"})]),
)
def test_merging_while_others_save_equals_an_index_built_at_once(before, during, after, asked, access):
    """Plainest oracle there is: the same documents in a fresh index."""
    with TemporaryDirectory() as name:
        engine = WhooshEngine.open(Path(name) / "index")
        engine.clear()
        folder = engine._folder
        for added, removed in before:
            # Document by document, so that there is something to merge.
            engine.add([], removed=removed)
            for document in added:
                engine.add([document])
        with folder.merging():
            rewritten = merging.rewrite(folder, engine._schema)
            for added, removed in during:
                engine.add(added, removed=removed)
            if rewritten is not None:
                with folder.writing(1):
                    merging.take_in(folder, engine._schema, rewritten)
        for added, removed in after:
            engine.add(added, removed=removed)
            engine.merge_segments()
        held = contents([*before, *during, *after])
        plain = WhooshEngine.open(Path(name) / "plain")
        plain.rebuild(held.values())

        assert dict(engine.fingerprints()) == {ref: d.fingerprint for ref, d in held.items()}
        for text in asked:
            one, other = ask(engine, text, access), ask(plain, text, access)
            assert one.total == other.total
            assert one.facets == other.facets
            assert {hit.ref: hit.snippet for hit in one.hits} == {hit.ref: hit.snippet for hit in other.hits}
            scores = {hit.ref: hit.score for hit in other.hits}
            assert {hit.ref: hit.score for hit in one.hits} == pytest.approx(scores, rel=1e-4)
        assert not engine.check((d.ref, d.fingerprint) for d in held.values())
        assert not engine.needs_rebuild
        engine.close()
        plain.close()


# Killed


@pytest.mark.parametrize("work", ["merge", "save"])
@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("documents", "before"),
        ("postings", "after"),
        ("compound", "after"),
        ("contents", "after"),
        ("note", "before"),
        ("cleaning", "before"),
    ],
)
def test_killed_while_merging_nothing_is_lost(engine, tmp_path, work, place, when):
    folder = tmp_path / "index"
    engine.add([outcome("REC-2024-0050", "prison"), outcome("REC-2024-0051", "prison")])
    engine.remove(["REC-2024-0051"])
    save(engine, 0, 7)
    # Eight segments: the next save merges them.
    assert len(sizes(engine)) == 8
    before = ask(engine, "prison")

    kill(folder, place, when, work)
    for reader in (engine, WhooshEngine.open(folder)):
        found = ask(reader, "prison")
        assert found.total == before.total == 8
        assert {hit.ref for hit in found.hits} == {hit.ref for hit in before.hits}
        assert len(reader) in ((8, 9) if work == "save" else (8,))
        assert not reader.needs_rebuild
    # Not as the killed process may have written it: what is unchanged is not written again.
    engine.add([outcome("REC-2024-0099", "zebra and more")], wait=0.5)
    while engine.merge_segments():
        pass
    assert ask(engine, "prison").total == 8
    assert ask(engine, "zebra").total == 1
    assert not engine.check(engine.fingerprints())
    assert not engine.needs_rebuild
    assert not list(folder.glob("merge-*"))
    (live,) = folder.glob("live-*")
    named = set(engine._folder.current().seals)
    assert {path.name for path in live.glob("*.seg")} == named
