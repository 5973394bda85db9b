"""Damage to the files of the index is noticed where it is read: no answer is ever made of it."""

import os
import pickle
import random
import shutil
import threading
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from tests.search.corpus import MEMBER, PUBLIC, outcome
from tests.search.damage import harm, remove
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest, Sort
from tracker.search.index.checksums import BLOCK, IndexDamaged, SealedFile, VerifiedFile, load_plain, seal
from tracker.search.index.storage import IndexFolder
from tracker.search.whoosh_engine import WhooshEngine

#: Places that are harmed, each in a copy of the index; an eighth as many times while others search.
PLACES = 600 if os.environ.get("TRACKER_CAMPAIGN") else 32
SEED = 2024

QUERIES = (
    "prison",
    "word7 border",
    '"prison staff"',
    "wor*",
    "theme:x",
    "prison -border",
    "الحدود",
    "prsion",
    "",
)


def documents():
    for n in range(80):
        yield outcome(
            f"REC-2024-{n:04}",
            f"prison staff word{n} "
            + ("border " if n % 3 else "")
            + " ".join(f"filler{n}x{k}" for k in range(15)),
            title=f"Title {n}",
            filters={"theme": ("x",) if n % 2 else ("y",), "country": ("JO",)},
            access=("public",) if n % 5 else ("member",),
        )


FINAL = {d.ref: d for d in documents() if d.ref != "REC-2024-0003"}
FINAL |= {
    ref: replace(FINAL[ref], texts={"en": "border guards", "ar": "الحدود"}) for ref in list(FINAL)[50:54]
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """An index of several segments, with deletions in the largest."""
    folder = tmp_path_factory.mktemp("pristine") / "index"
    engine = WhooshEngine.open(folder)
    engine.rebuild(documents())
    for document in list(FINAL.values())[50:54]:
        engine.add([document])
    engine.remove(["REC-2024-0003"])
    assert len(engine._snapshot().segments) == 5
    engine.close()
    return folder


def answers(engine):
    """Everything the engine can be asked, as plain values."""
    for number, query in enumerate(QUERIES):
        request = SearchRequest(
            query=parse(query),
            access=(PUBLIC, MEMBER, None)[number % 3],
            today=date(2024, 12, 1),
            facets=("theme", "country"),
            sort=Sort.RELEVANCE if number % 2 else Sort.OLDEST,
        )
        found = engine.search(request)
        hits = [(hit.ref, round(hit.score, 4), hit.title, hit.snippet) for hit in found.hits]
        yield query, (found.total, hits, sorted(found.facets.items()), found.suggestion)
    yield "similar", [hit.ref for hit in engine.similar(access=None, ref="REC-2024-0020")]
    yield "number", len(engine)


def differences(engine, right):
    """The questions that are answered wrongly while the index is not said to be incomplete."""
    return [name for name, found in answers(engine) if found != right[name] and not engine.needs_rebuild]


@pytest.fixture(scope="module")
def right(pristine):
    return dict(answers(WhooshEngine.open(pristine)))


def expected():
    return [(document.ref, document.fingerprint) for document in FINAL.values()]


def test_whatever_happens_to_a_file_every_answer_is_right_or_the_index_is_to_be_rebuilt(
    tmp_path, pristine, right
):
    chance = random.Random(SEED)
    noticed = 0
    for place in range(PLACES):
        folder = tmp_path / f"index{place}"
        shutil.copytree(pristine, folder)
        serving = WhooshEngine.open(folder)
        if place % 2:
            assert differences(serving, right) == []
        done = harm(folder, chance)
        for engine in (serving, WhooshEngine.open(folder)):
            assert differences(engine, right) == [], done
        # Whatever was not read so far is read now.
        difference = serving.check(expected())
        if serving.needs_rebuild:
            noticed += 1
            serving.rebuild(FINAL.values())
        else:
            assert not difference, done
        for engine in (serving, WhooshEngine.open(folder)):
            assert not engine.needs_rebuild, done
            assert differences(engine, right) == [], done
            engine.close()
        shutil.rmtree(folder)
    assert noticed > PLACES // 2


def test_damage_during_searches_never_shows_in_an_answer(tmp_path, pristine, right):
    chance = random.Random(SEED + 1)
    for place in range(PLACES // 8):
        folder = tmp_path / f"index{place}"
        shutil.copytree(pristine, folder)
        engine = WhooshEngine.open(folder, cache_bytes=0)
        wrong: list[str] = []
        over = threading.Event()
        done: list[str] = []

        def search(engine=engine, wrong=wrong, over=over):
            while not over.is_set():
                wrong.extend(differences(engine, right))
            wrong.extend(differences(engine, right))

        searching = [threading.Thread(target=search) for _ in range(2)]
        for thread in searching:
            thread.start()
        done += [harm(folder, chance) for _ in range(8)]
        over.set()
        for thread in searching:
            thread.join()
        assert wrong == [], done
        engine.rebuild(FINAL.values())
        assert not engine.needs_rebuild
        assert differences(engine, right) == [], done
        engine.close()


def read_everything(engine, current):
    for segment in engine._opened(current).segments:
        segment.files.verify()


@pytest.mark.parametrize("pattern", ["CURRENT", "live-*/*.toc", "live-*/*.seg"])
def test_every_bit_of_every_file_counts(tmp_path, pristine, pattern):
    folder = tmp_path / "index"
    shutil.copytree(pristine, folder)
    path = sorted(folder.glob(pattern), key=lambda file: file.stat().st_size)[0]
    whole = path.read_bytes()
    chance = random.Random(SEED)
    for at in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(20))]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        engine = WhooshEngine(folder)
        current = engine._folder.current()
        if current is not None:
            with pytest.raises(IndexDamaged):
                read_everything(engine, current)
        engine.close()
    path.write_bytes(whole)
    assert not WhooshEngine.open(folder).check(expected())


def test_damage_that_no_search_meets_is_found_by_reading_everything(tmp_path, pristine, right):
    folder = tmp_path / "index"
    shutil.copytree(pristine, folder)
    engine = WhooshEngine.open(folder)
    engine.verify()
    assert not engine.needs_rebuild
    path = max(folder.glob("live-*/*.seg"), key=lambda file: file.stat().st_size)
    whole = path.read_bytes()
    path.write_bytes(
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :]
    )
    engine.verify()
    assert engine.needs_rebuild


def test_an_index_taken_away_while_it_is_served_is_noticed_by_the_next_search(tmp_path, pristine, right):
    for pattern in ("live-*/*.seg", "live-*/*.toc", "live-*", "CURRENT"):
        folder = tmp_path / pattern.replace("/", " ").replace("*", "")
        shutil.copytree(pristine, folder)
        engine = WhooshEngine.open(folder)
        assert differences(engine, right) == []
        path = max(folder.glob(pattern), key=lambda file: file.stat().st_size)
        shutil.rmtree(path) if path.is_dir() else remove(path, random.Random())
        engine.refresh()
        assert engine.needs_rebuild


def test_the_whole_folder_can_be_deleted_while_it_is_served(tmp_path, pristine, right):
    folder = tmp_path / "index"
    for work in (
        lambda engine: engine.refresh(),
        lambda engine: engine.verify(),
        lambda engine: engine.add([outcome("REC-2024-0099", "zebra")]),
        lambda engine: engine.merge_segments(),
        lambda engine: engine.rebuild(FINAL.values()),
    ):
        shutil.copytree(pristine, folder)
        engine = WhooshEngine.open(folder)
        shutil.rmtree(folder)
        work(engine)
        assert differences(engine, right) == []
        engine.rebuild(FINAL.values())
        assert dict(answers(engine))["prison"] == right["prison"]
        shutil.rmtree(folder)


def test_an_earlier_commit_put_back_is_not_believed(tmp_path, pristine):
    folder = tmp_path / "index"
    shutil.copytree(pristine, folder)
    (contents,) = folder.glob("live-*/*.toc")
    earlier = contents.read_bytes()
    engine = WhooshEngine.open(folder)
    engine.add([outcome("REC-2024-0900", "zebra")])
    (newer,) = folder.glob("live-*/*.toc")
    newer.write_bytes(earlier)
    assert WhooshEngine.open(folder).needs_rebuild


def test_damage_found_while_somebody_writes_is_declared_at_once(tmp_path, pristine, right):
    folder = tmp_path / "index"
    shutil.copytree(pristine, folder)
    engine = WhooshEngine.open(folder)
    largest = max(folder.glob("live-*/*.seg"), key=lambda file: file.stat().st_size)
    largest.write_bytes(b"\0" * largest.stat().st_size)
    with IndexFolder(folder).writing(0):
        assert differences(engine, right) == []
        assert engine.needs_rebuild
        assert WhooshEngine.open(folder).needs_rebuild
    engine.rebuild(FINAL.values())
    assert not engine.needs_rebuild
    assert differences(engine, right) == []


def test_a_table_of_contents_that_is_not_ours_is_not_unpickled(tmp_path, pristine):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "trapped"),))

    folder = tmp_path / "index"
    shutil.copytree(pristine, folder)
    trap = pickle.dumps(Trap())
    for path in [*folder.glob("live-*/*.toc"), *folder.glob("live-*/*.seg")]:
        whole = bytearray(path.read_bytes())
        for at in range(0, len(whole) - len(trap), len(trap)):
            whole[at : at + len(trap)] = trap
        path.write_bytes(whole)
    engine = WhooshEngine.open(folder)
    list(answers(engine))
    engine.add([outcome("REC-2024-0900", "zebra")])
    assert not (tmp_path / "trapped").exists()


# The files below


@pytest.fixture
def sealed(tmp_path):
    path = tmp_path / "file"
    data = random.Random(5).randbytes(BLOCK * 9 + 100)
    path.write_bytes(data)
    return path, data, seal(path)


def test_a_sealed_file_gives_back_what_was_written(sealed):
    path, data, known = sealed
    assert path.stat().st_size == known.size
    file = SealedFile(path, known)
    chance = random.Random(6)
    for _ in range(300):
        start = chance.randrange(len(data) + 1)
        length = chance.choice((0, 1, 100, BLOCK, BLOCK * 6))
        length = min(length, len(data) - start)
        assert file.get(start, length) == data[start : start + length]
    part = VerifiedFile(file, 0, len(data)).subset(10, 5000)
    assert part.read() == data[10:5010]
    assert part.read(3) == b""
    part.seek(-4, os.SEEK_END)
    assert (part.read(100), part.tell()) == (data[5006:5010], 5000)
    part.seek(BLOCK - 12)
    assert (
        part.readline()
        == data[BLOCK - 2 : 5010].partition(b"\n")[0] + b"\n"[: b"\n" in data[BLOCK - 2 : 5010]]
    )
    part.close()
    assert not file.closed
    with pytest.raises(IndexDamaged):
        file.get(len(data) - 1, 2)
    file.close()


def test_a_pickle_of_plain_values_makes_no_object():
    values = (1, -2.5, None, "ß", b"", b"\x00\xff", {"a": [1, (2,)]})
    for protocol in (2, pickle.HIGHEST_PROTOCOL):
        assert load_plain(BytesIO(pickle.dumps(values, protocol))) == values
    for thing in (os.mkdir, Path("x"), date(2024, 1, 1), print):
        with pytest.raises(IndexDamaged):
            load_plain(BytesIO(pickle.dumps(thing)))


def test_an_empty_file_can_be_sealed(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"")
    file = SealedFile(path, seal(path))
    file.verify()
    assert file.get(0, 0) == b""
    file.close()


def test_only_the_blocks_that_are_read_are_judged(sealed):
    path, data, known = sealed
    file = SealedFile(path, known)
    with path.open("r+b") as other:
        other.seek(BLOCK * 3)
        other.write(b"?" if data[BLOCK * 3 : BLOCK * 3 + 1] != b"?" else b"!")
    assert file.get(0, BLOCK * 3) == data[: BLOCK * 3]
    for start, length in ((BLOCK * 3, 1), (BLOCK * 4 - 1, 1), (0, BLOCK * 9)):
        with pytest.raises(IndexDamaged):
            file.get(start, length)
    with pytest.raises(IndexDamaged):
        file.verify()
    file.close()


def test_the_note_about_the_live_index_is_whole_or_nothing(tmp_path, pristine):
    Path(tmp_path / "index").mkdir()
    folder = IndexFolder(tmp_path / "index")
    whole = (pristine / "CURRENT").read_bytes()
    (folder.path / "CURRENT").write_bytes(whole)
    assert folder.current() is not None
    for at in range(len(whole)):
        (folder.path / "CURRENT").write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert folder.current() is None
        (folder.path / "CURRENT").write_bytes(whole[:at])
        assert folder.current() is None
