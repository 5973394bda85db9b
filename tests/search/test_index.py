"""The index as its keeper meets it: compared, rebuilt, merged, locked, damaged, killed."""

import os
import random
from dataclasses import replace
from datetime import date

import pytest

from tests.search.corpus import PUBLIC, outcome
from tests.search.killed import kill
from tracker.search.asking.parser import parse
from tracker.search.engine import EngineBusy, SearchRequest
from tracker.search.index.storage import IndexFolder
from tracker.search.index.writing import MERGE_LIMIT, choose_small_merge
from tracker.search.whoosh_engine import WhooshEngine

TODAY = date(2024, 12, 1)


def ask(engine, text="", **more):
    return engine.search(SearchRequest(query=parse(text), access=PUBLIC, today=TODAY, **more))


def found(engine, text=""):
    return [hit.ref for hit in ask(engine, text).hits]


def test_fingerprints_tell_what_differs(engine):
    documents = [outcome(f"REC-2024-{n:04}", "prison") for n in range(1, 4)]
    engine.add(documents)
    assert not engine.check((d.ref, d.fingerprint) for d in documents)

    changed = replace(documents[1], texts={"en": "border"})
    new = outcome("REC-2024-0009", "prison")
    difference = engine.check((d.ref, d.fingerprint) for d in (documents[0], changed, new))
    assert difference.missing == ("REC-2024-0009",)
    assert difference.surplus == ("REC-2024-0003",)
    assert difference.outdated == ("REC-2024-0002",)


def test_a_fingerprint_does_not_depend_on_order():
    one = outcome(
        "REC-2024-0001", filters={"theme": ("a", "b"), "kind": ("practice",)}, texts={"en": "x", "fr": "y"}
    )
    other = outcome(
        "REC-2024-0001", filters={"kind": ("practice",), "theme": ("b", "a")}, texts={"fr": "y", "en": "x"}
    )
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != replace(one, access=("member",)).fingerprint


def test_a_rebuild_replaces_everything_and_reports_progress(engine):
    engine.add([outcome("REC-2024-0001", "prison")])
    told = []
    documents = [outcome(f"REC-2024-{n:04}", "border") for n in range(600)]
    assert engine.rebuild([*documents, documents[0]], progress=told.append) == 600
    assert told == [500, 600]
    assert len(engine) == 600
    assert found(engine, "prison") == []
    engine.clear()
    assert len(engine) == 0
    assert not engine.needs_rebuild


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(engine):
    engine.add([outcome("REC-2024-0001", "prison")])

    def broken():
        yield outcome("REC-2024-0002", "prison")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    assert found(engine, "prison") == ["REC-2024-0001"]


def test_who_cannot_have_the_lock_is_told_and_changes_nothing(engine, tmp_path):
    engine.add([outcome("REC-2024-0001", "prison")])
    asked = []

    def documents():
        asked.append(True)
        yield outcome("REC-2024-0002", "prison")

    with IndexFolder(tmp_path / "index").writing(0):
        with pytest.raises(EngineBusy):
            engine.add(documents(), wait=0.02)
        with pytest.raises(EngineBusy):
            engine.rebuild(documents(), wait=0)
        assert found(engine, "prison") == ["REC-2024-0001"]
    assert asked == []
    engine.add(documents())
    assert ask(engine, "prison").total == 2


def test_the_folder_belongs_to_its_owner_alone(engine, tmp_path):
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700


def test_a_new_index_is_to_be_built(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    assert engine.needs_rebuild
    assert found(engine, "prison") == []
    engine.rebuild([outcome("REC-2024-0001", "prison")])
    assert not engine.needs_rebuild
    assert not WhooshEngine.open(tmp_path / "index").needs_rebuild


# Merging


def test_many_saves_leave_few_segments(engine):
    for n in range(80):
        engine.add([outcome(f"REC-2024-{n:04}", "prison")])
    for n in range(0, 80, 2):
        engine.add([outcome(f"REC-2024-{n:04}", "border")])
    segments = engine._snapshot().segments
    assert len(segments) <= 20
    assert ask(engine, "prison").total == ask(engine, "border").total == 40


def test_a_save_never_rewrites_a_large_segment():
    choose = choose_small_merge
    assert choose({"big": 40_000, **{f"s{n}": 1 for n in range(8)}}) == [f"s{n}" for n in range(8)]
    assert choose({f"s{n}": 1 for n in range(7)}) == []
    assert choose({f"s{n}": 500 for n in range(20)}) == []
    assert set(choose({**{f"a{n}": 1 for n in range(8)}, **{f"b{n}": 9 for n in range(7)}})) >= {"b0", "b6"}
    assert sum([60] * len(choose({f"s{n}": 60 for n in range(20)}))) <= MERGE_LIMIT
    assert len(choose({f"s{n}": 9 for n in range(8)})) == 8


# Damage


def live(folder):
    return next(folder.glob("live-*"))


def only(folder, pattern):
    (path,) = live(folder).glob(pattern)
    return path


NOISE = random.Random(7).randbytes(5_000)

DAMAGES = {
    "no contents": lambda folder: only(folder, "*.toc").unlink(),
    "empty contents": lambda folder: only(folder, "*.toc").write_bytes(b""),
    "garbled contents": lambda folder: only(folder, "*.toc").write_bytes(NOISE[:500]),
    "no segment": lambda folder: only(folder, "*.seg").unlink(),
    "short segment": lambda folder: os.truncate(only(folder, "*.seg"), 100),
    "garbled segment": lambda folder: only(folder, "*.seg").write_bytes(NOISE),
    "no folder": lambda folder: live(folder).rename(folder / "elsewhere"),
    "no note": lambda folder: (folder / "CURRENT").unlink(),
    "garbled note": lambda folder: (folder / "CURRENT").write_bytes(b'{"folder": "../..", "version"'),
    "other version": lambda folder: (folder / "CURRENT").write_text(
        (folder / "CURRENT").read_text().replace('"version": ', '"version": 99')
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_an_index_that_will_not_open_is_set_aside_and_built_again(tmp_path, damage):
    folder = tmp_path / "index"
    WhooshEngine.open(folder).rebuild([outcome("REC-2024-0001", "prison")])
    damage(folder)

    engine = WhooshEngine.open(folder)

    assert engine.needs_rebuild
    assert found(engine, "prison") == []
    engine.add([outcome("REC-2024-0002", "prison")])
    assert engine.needs_rebuild
    engine.rebuild([outcome("REC-2024-0001", "prison")])
    assert found(engine, "prison") == ["REC-2024-0001"]
    assert not engine.needs_rebuild


def test_what_was_set_aside_is_kept_for_a_look(tmp_path):
    folder = tmp_path / "index"
    WhooshEngine.open(folder).rebuild([outcome("REC-2024-0001", "prison")])
    DAMAGES["garbled segment"](folder)
    WhooshEngine.open(folder)
    assert len(list(folder.glob("damaged-*/*.seg"))) == 1


@pytest.mark.parametrize("keep", [0, 10, 50, 90])
def test_an_index_cut_short_while_serving_is_answered_and_set_aside(tmp_path, keep):
    folder = tmp_path / "index"
    engine = WhooshEngine.open(folder)
    engine.rebuild(
        outcome(f"REC-2024-{n:04}", f"prison word{n}", filters={"theme": ("x",)}) for n in range(50)
    )
    engine.refresh()
    path = only(folder, "*.seg")
    os.truncate(path, path.stat().st_size * keep // 100)
    results = ask(engine, "prison word7", facets=("theme",))
    assert results.total in (0, 1)
    assert engine.needs_rebuild or results.total == 1
    engine.rebuild([outcome("REC-2024-0001", "prison")])
    assert found(engine, "prison") == ["REC-2024-0001"]


def test_a_save_into_a_damaged_index_starts_a_new_one(tmp_path):
    folder = tmp_path / "index"
    engine = WhooshEngine.open(folder)
    engine.rebuild([outcome("REC-2024-0001", "prison")])
    for n in range(2, 9):
        engine.add([outcome(f"REC-2024-{n:04}", "prison")])
    for path in live(folder).glob("*.seg"):
        path.write_bytes(NOISE)
    engine.add([outcome("REC-2024-0001", "border")])
    assert found(engine) == ["REC-2024-0001"]
    assert engine.needs_rebuild


@pytest.mark.parametrize("pattern", ["*.toc", "*.seg"])
def test_wrong_bytes_are_never_an_error_page(tmp_path, pattern):
    folder = tmp_path / "index"
    documents = [outcome(f"REC-2024-{n:04}", f"prison word{n}", filters={"theme": ("x",)}) for n in range(50)]
    chance = random.Random(11)
    for _ in range(60):
        engine = WhooshEngine.open(folder)
        if engine.needs_rebuild:
            engine.rebuild(documents)
        path = only(folder, pattern)
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        reader = WhooshEngine.open(folder)
        for text in ("prison word7", '"prison word7"', "theme:x", "wor*", "prsion"):
            assert ask(reader, text, facets=("theme",)).total <= 50
        engine.rebuild(documents)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("work", "place"),
    [
        ("add", "postings"),
        ("add", "compound"),
        ("add", "contents"),
        ("add", "cleaning"),
        ("rebuild", "postings"),
        ("rebuild", "contents"),
        ("rebuild", "note"),
        ("rebuild", "tidying"),
    ],
)
def test_a_process_killed_while_writing_loses_nothing_committed(tmp_path, work, place, when):
    folder = tmp_path / "index"
    engine = WhooshEngine.open(folder)
    engine.rebuild(outcome(f"REC-2024-{n:04}", "prison") for n in range(10))

    kill(folder, place, when, work)
    before = {"prison": 10, "border": 0}
    after = {"prison": 5, "border": 10} if work == "add" else {"prison": 0, "border": 20}
    for reader in (engine, WhooshEngine.open(folder)):
        assert {word: ask(reader, word).total for word in before} in (before, after)
        assert not reader.needs_rebuild
    engine.add([outcome("REC-2024-0099", "zebra")], wait=0.5)
    assert found(engine, "zebra") == ["REC-2024-0099"]
    assert len(list(folder.glob("live-*"))) == 1
    assert not list(live(folder).glob("*.toc.*"))
