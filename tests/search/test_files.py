"""Words of attached files are found with the file and its page, by those who may open it and nobody else."""

import pytest

from tests import paged_files
from tests.search.corpus import MEMBER, PUBLIC, outcome
from tests.search.test_engine import ask, found
from tracker.accounts import service as accounts
from tracker.accounts.actors import actor_for
from tracker.core import outbox
from tracker.core.db import db, unit_of_work
from tracker.core.files import store_bytes
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling
from tracker.followup.models import Evidence, Update
from tracker.followup.vocabulary import EvidenceKind
from tracker.reading import service as reading
from tracker.search import indexing
from tracker.search.document import page_ref
from tracker.search.file_hits import FoundFile
from tracker.search.service import find
from tracker.search.similar import similar_to
from tracker.workshops import service as workshops
from tracker.workshops.models import WorkshopFile

ARABIC = "تدريب موظفي السجون على حقوق الإنسان"


def page(file, position, text, **more):
    given = {"kind": "file", "file": file, "filters": {"kind": ("file",)}}
    return outcome(page_ref(file, position), text, **(given | more))


def attach(workshop, name, content, title="Agenda"):
    with unit_of_work():
        workshop.files.append(WorkshopFile(file=store_bytes(name, content), title=title))
        stored = workshop.files[-1].file
    reading.read_waiting()
    return stored


def evidence(commitment, name, text, handling="TLP:GREEN", update="TLP:GREEN", author=None, **more):
    with unit_of_work():
        said = Update(commitment=commitment, text="Done.", handling=Handling(update), author=author, **more)
        piece = Evidence(
            kind=EvidenceKind.FILE,
            title="Decree",
            file=store_bytes(name, text.encode()),
            handling=Handling(handling),
        )
        said.evidence = [piece]
        db.session.add(said)
        db.session.flush()
    reading.read_waiting()
    return piece


def hits(actor, text, **options):
    return [item for item in find(actor, text, **options).page.items if isinstance(item, FoundFile)]


# The engine: one result for each file


def test_of_a_file_the_best_page_is_the_one_result(engine):
    engine.add(
        [
            page(7, 1, "prison and many other words that make it longer than it needs to be"),
            page(7, 2, "prison prison"),
            page(7, 3, "nothing of it"),
            page(8, 1, "prison"),
            outcome("REC-2024-0001", "border"),
        ]
    )
    engine.add([page(7, 4, "prison, written later"), outcome("REC-2024-0002", "prison")])
    results = ask(engine, "prison", facets=("kind",))
    assert results.total == 3
    assert {hit.ref for hit in results.hits} == {page_ref(7, 2), page_ref(8, 1), "REC-2024-0002"}
    assert dict(results.facets["kind"])["file"] == 2
    assert results.hits[0].ref == "REC-2024-0002", "a file weighs less than an outcome"
    one_by_one = [found(engine, "prison", offset=at, limit=1)[0] for at in range(3)]
    assert one_by_one == [hit.ref for hit in results.hits]


@pytest.mark.parametrize(
    "query", ["", "kind:file", "country:JO", "-border", "-border kind:file", "-country:MA"]
)
def test_without_a_word_there_are_no_files(engine, query):
    engine.add([page(7, 1, "prison", filters={"kind": ("file",), "country": ("JO",)})])
    assert ask(engine, query, facets=("kind",)).total == 0
    assert not ask(engine, query, facets=("kind",)).facets["kind"]


def test_a_filter_brings_no_page_without_the_word_along(engine):
    engine.add(
        [
            page(7, n, text, filters={"country": ("JO",), "kind": ("file",)})
            for n, text in ((1, "a map"), (2, "prison"))
        ]
    )
    assert found(engine, "prison OR country:JO") == [page_ref(7, 2)]
    assert found(engine, "country:JO prison") == [page_ref(7, 2)]
    assert found(engine, "country:MA prison") == []


def test_facets_count_a_file_once_whatever_is_chosen(engine):
    filters = {"kind": ("file",), "country": ("JO",)}
    engine.add([page(7, n, "prison", filters=filters) for n in range(1, 6)])
    for chosen in ({}, {"country": ("JO",)}, {"kind": ("file",)}):
        results = ask(engine, "prison", filters=chosen, facets=("kind", "country"))
        assert (results.total, dict(results.facets["kind"]), dict(results.facets["country"])) == (
            1,
            {"file": 1},
            {"JO": 1},
        )


def test_prefix_phrase_and_exclusion_look_at_each_page(engine):
    engine.add([page(7, 1, "prison staff"), page(7, 2, "staff of the prison"), page(8, 1, "prisoner")])
    assert found(engine, '"prison staff"') == [page_ref(7, 1)]
    assert set(found(engine, "prison*")) >= {page_ref(8, 1)}
    assert ask(engine, "prison*").total == 2
    assert found(engine, "staff -of") == [page_ref(7, 1)]


def test_a_page_of_a_hidden_file_is_neither_counted_nor_suggested(engine):
    engine.add([page(7, 1, "overcrowding", access=("party:1",)), outcome("REC-2024-0001", "border")])
    for query in ("overcrowding", "overcrow*", '"overcrowding"', "overcrowdin", "border OR overcrowding"):
        results = ask(engine, query, facets=("kind",))
        assert page_ref(7, 1) not in [hit.ref for hit in results.hits]
        assert "file" not in dict(results.facets["kind"])
        assert results.suggestion is None
    assert ask(engine, "overcrowding", MEMBER | {"party:1"}).total == 1
    assert ask(engine, "overcrowdin", MEMBER | {"party:1"}).suggestion == "overcrowding"


def test_the_same_file_again_shrinks_and_goes(engine):
    engine.add([page(7, n, "prison") for n in (1, 2, 3)])
    engine.add([page(7, 1, "prison"), page(7, 2, "border")], removed=["file:7"])
    assert len(engine) == 2
    assert found(engine, "border") == [page_ref(7, 2)]
    engine.add([], removed=["file:7"])
    assert len(engine) == 0


def test_what_is_as_it_was_is_not_written_again(engine):
    documents = [page(7, n, "prison") for n in (1, 2, 3)]
    engine.add(documents)
    before = engine._snapshot().generation
    engine.add(documents, removed=["file:7"])
    assert engine._snapshot().generation == before
    assert len(engine) == 3


def test_similar_never_gives_files(engine):
    text = "overcrowding of prisons and the training of their staff"
    engine.add([outcome("REC-2024-0001", text), outcome("REC-2024-0002", text), page(7, 1, text)])
    assert [hit.ref for hit in engine.similar(access=PUBLIC, ref="REC-2024-0001")] == ["REC-2024-0002"]
    assert {hit.ref for hit in engine.similar(access=PUBLIC, text=text)} == {"REC-2024-0001", "REC-2024-0002"}


# From the upload to the hit


def test_page_three_of_a_pdf_is_named_on_the_page_and_in_the_api(app, make, visit):
    workshop = make.workshop("WS-X", title="Málaga meeting")
    stored = attach(
        workshop, "agenda.pdf", paged_files.pdf(["Welcome", "Lunch", "Deradicalisation of minors"])
    )
    reader = make.person()
    shown = visit(reader).get("/search?q=deradicalisation")
    assert "agenda.pdf" in shown.text
    assert "page 3" in shown.text
    assert "1 result" in shown.text
    assert "<mark>Deradicalisation</mark> of minors" in shown.text
    links = {link["href"] for link in shown.html.find_all("a")}
    assert {"/workshops/WS-X", f"/workshops/WS-X/files/{stored.token}"} <= links
    token = accounts.issue_token(OPERATOR, reader, "program")
    told = (
        app.test_client()
        .get("/api/v1/search?q=deradicalisation", headers={"Authorization": f"Bearer {token}"})
        .get_json()
    )
    (hit,) = told["hits"]
    assert (hit["kind"], hit["ref"], hit["workshop"]) == ("file", "WS-X", "WS-X")
    assert (hit["file"]["name"], hit["file"]["page"]) == ("agenda.pdf", 3)
    assert hit["url"].endswith("/workshops/WS-X")
    assert hit["file"]["url"].endswith(stored.token)
    assert told["total"] == 1
    assert {"value": "file", "label": "File", "count": 1} in told["facets"]["kind"]


@pytest.mark.parametrize(
    ("name", "content", "query", "place"),
    [
        ("a.docx", paged_files.word([("Aims", "none"), ("Means", ARABIC)]), "السجون", "section 2: Means"),
        (
            "a.xlsx",
            paged_files.excel([("One", []), ("ميزانية", [["دراسة", ARABIC]])]),
            "موظفون",
            "sheet 2: ميزانية",
        ),
        (
            "a.pptx",
            paged_files.slides([("Un", ""), ("Surpopulation carcérale", "")]),
            "surpopulation",
            "slide 2",
        ),
        (
            "a.odt",
            paged_files.odt([("Uno", "nada"), ("Dos", "hacinamiento")]),
            "hacinamiento",
            "section 2: Dos",
        ),
        ("a.pdf", paged_files.pdf(["One", paged_files.drawn(ARABIC)]), "وللسجون", "page 2"),
        ("a.csv", "a,b\nréinsertion,2".encode(), "reinsertion", ""),
    ],
)
def test_every_type_is_found_with_its_place(make, name, content, query, place):
    attach(make.workshop(), name, content)
    (hit,) = hits(make.actor(), query)
    assert (hit.file.name, hit.place) == (name, place)
    assert "<mark>" in hit.hit.snippet


def test_a_file_is_found_by_its_name_and_title(make):
    attach(make.workshop(), "timetable_larnaca.txt", b"Nothing else", title="Order of the day")
    assert len(hits(make.actor(), "larnaca")) == len(hits(make.actor(), "order day")) == 1


def test_evidence_is_found_with_its_commitment_and_carries_the_filters_of_its_outcome(make, visit):
    commitment = make.commitment("JO", themes=("prisons",))
    piece = evidence(commitment, "decree.txt", "The ministry opened forty cells.")
    reader = make.actor("reader")
    for query in ("cells", "cells country:JO", "cells theme:prisons", "cells kind:file", "cells lang:en"):
        (hit,) = hits(reader, query)
        assert (hit.ref, hit.party, hit.file.id) == (commitment.outcome.ref, "JO", piece.file.id)
    assert hits(reader, "cells country:MA") == []
    text = visit(make.person()).get("/search?q=cells").text
    assert f"/follow-up/{commitment.outcome.ref}/JO" in text
    assert "decree.txt" in text


def test_a_workshop_with_a_file_among_the_results_does_not_call_it_an_outcome(make, visit):
    workshop = make.workshop("WS-X", title="Larnaca talks")
    make.outcome("Cells.", workshop=workshop)
    attach(workshop, "a.txt", b"Forty cells")
    page = visit(make.person()).get("/search?q=cells&group=workshop")
    assert "2 results" in page.html.select_one(".group-title + .facts-line").get_text()


def test_whoever_may_not_open_the_workshop_finds_nothing_of_its_files(make):
    rapporteur = make.person("rapporteur")
    attach(make.workshop(handling="TLP:RED", rapporteur=rapporteur), "a.txt", b"clandestine")
    stranger = make.actor("coordinator")
    assert find(stranger, "clandestine").page.total == 0
    assert find(stranger, "clandestin").results.suggestion is None
    assert len(hits(actor_for(rapporteur), "clandestine")) == 1


@pytest.mark.parametrize(
    ("outcome_label", "update_label", "label", "seen_by"),
    [
        ("TLP:CLEAR", "TLP:CLEAR", "TLP:CLEAR", {"public", "member", "addressed", "other", "author"}),
        ("TLP:CLEAR", "TLP:GREEN", "TLP:GREEN", {"member", "addressed", "other", "author"}),
        ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER", {"addressed", "other", "author"}),
        ("TLP:GREEN", "TLP:GREEN", "TLP:AMBER+STRICT", {"addressed", "author"}),
        ("TLP:GREEN", "TLP:RED", "TLP:RED", {"author"}),
        ("TLP:GREEN", "TLP:RED", "TLP:GREEN", {"author"}),
        ("TLP:AMBER", "TLP:AMBER", "TLP:AMBER", {"addressed", "other"}),
        ("TLP:AMBER", "TLP:GREEN", "TLP:AMBER+STRICT", {"addressed"}),
        ("TLP:RED", "TLP:RED", "TLP:RED", set()),
    ],
)
def test_evidence_is_no_wider_open_than_its_outcome_its_update_and_itself(
    app, make, outcome_label, update_label, label, seen_by
):
    app.config["TRACKER_PUBLIC_READING"] = True
    author = make.person("focal-point", party="FR")
    outcome = make.outcome(addressees=("JO", "MA"), handling=outcome_label)
    commitment = next(one for one in outcome.commitments if one.party.code == "JO")
    evidence(commitment, "a.txt", "clandestine", label, update_label, author)
    public = make.actor("reader")
    who = {
        "public": type(public)(id=None, name="", access_tokens=frozenset({"public"})),
        "member": public,
        "addressed": make.actor("focal-point", party="JO"),
        "other": make.actor("focal-point", party="MA"),
        "author": actor_for(author),
    }
    assert {name for name, actor in who.items() if find(actor, "clandestine").page.total} == seen_by
    for name, actor in who.items():
        assert len(hits(actor, "clandestine")) == (name in seen_by)


# What changes it


def test_a_label_that_is_raised_hides_the_files_in_the_next_search(make):
    coordinator = make.actor("coordinator")
    workshop = make.workshop()
    attach(workshop, "a.txt", b"clandestine")
    commitment = make.commitment("JO")
    evidence(commitment, "b.txt", "clandestine")
    assert len(hits(coordinator, "clandestine")) == 2
    with unit_of_work():
        workshop.handling = Handling.RED
        commitment.outcome.handling = Handling.RED
        outbox.enqueue("workshop", workshop.id)
        outbox.enqueue("outcome", commitment.outcome_id)
    assert find(coordinator, "clandestine").page.total == 0


def test_a_file_that_is_taken_off_is_found_no_more(make):
    coordinator = make.actor("coordinator")
    workshop = make.workshop()
    attach(workshop, "a.txt", b"clandestine")
    workshops.remove_file(coordinator, workshop.files[0])
    assert find(coordinator, "clandestine").page.total == 0
    assert len(indexing.engine()) == 0


def test_the_index_written_anew_holds_the_files_and_equals_the_database(make):
    make.outcome("Words.")
    attach(make.workshop(), "a.pdf", paged_files.pdf(["One", "Two clandestine"]))
    assert not indexing.compare()
    assert indexing.reindex() == 1
    assert not indexing.compare()
    assert len(indexing.engine()) == 3
    assert hits(make.actor(), "clandestine")[0].page == 2
    indexing.engine().remove(["file:1"])
    assert len(indexing.compare().missing) == 2


def test_an_outcome_has_nothing_similar_among_the_files(make):
    outcome = make.outcome("Deradicalisation of minors in prisons")
    attach(make.workshop(), "a.txt", b"Deradicalisation of minors in prisons")
    assert similar_to(make.actor(), outcome) == []


def test_a_hostile_file_name_and_text_are_shown_as_text(make, visit):
    attach(make.workshop(), "a <b>bold.txt", b"Look: <script>alert(1)</script> clandestine", title="<i>x")
    page = visit(make.person()).get("/search?q=clandestine")
    assert page.html.find("main").find(["script", "i", "b"]) is None


# Long files


def long_file(workshop, extra=""):
    """A text of more characters than a request takes in, the word zebra at its end."""
    return attach(workshop, "report.txt", f"{'prison staff ' * 20_000}zebra {extra}".encode(), title="Report")


def test_a_long_file_is_taken_in_by_the_worker_and_keeps_no_search_waiting(make):
    reader = make.actor()
    long_file(make.workshop("LARNACA-1"))
    attach(make.workshop("MALAGA-1"), "short.txt", b"A zebra.")
    assert len(hits(reader, "zebra")) == 1
    assert outbox.is_empty(), "no further search looks for it"
    assert indexing.take_in_pages() == 1
    assert indexing.take_in_pages() == 0
    assert len(hits(reader, "zebra")) == 2
    assert not indexing.compare()


def test_when_a_label_is_raised_a_long_file_is_found_by_nobody_else_from_then_on(make):
    reader = make.actor()
    workshop = make.workshop("LARNACA-1", handling=Handling.GREEN)
    long_file(workshop)
    indexing.drain_all()
    assert len(hits(reader, "zebra")) == 1
    with unit_of_work():
        workshop.handling = Handling.RED
        outbox.enqueue("workshop", workshop.id)
    assert find(reader, "zebra").page.total == 0
    assert len(hits(OPERATOR, "zebra")) == 0, "until the worker has taken it in again"
    indexing.take_in_pages()
    assert len(hits(OPERATOR, "zebra")) == 1
    assert find(reader, "zebra").page.total == 0
    assert not indexing.compare()
