"""Finding through the application: what was saved is found at once, only by those who may see it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tracker.accounts.actors import actor_for
from tracker.core import outbox
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import ANONYMOUS, OPERATOR
from tracker.search import indexing
from tracker.search.documents import documents_of
from tracker.search.engine import Sort
from tracker.search.service import find, warm
from tracker.search.similar import similar_to
from tracker.workshops.models import Workshop


def refs(actor, text="", **options):
    return {item.outcome.ref for item in find(actor, text, **options).page.items}


def test_what_was_just_saved_is_found_by_the_next_request(make):
    outcome = make.outcome("Separate recruiters from first-time offenders.")
    assert refs(make.actor(), "recruiters") == {outcome.ref}


def test_an_outcome_is_found_in_each_of_its_languages(make):
    outcome = make.outcome(
        "Train prison staff.",
        versions={"fr": "Former le personnel pénitentiaire.", "ar": "تدريب موظفي السجون"},
    )
    reader = make.actor()
    for word in ("trained", "pénitentiaires", "penitentiaire", "السجون", "موظفين"):
        assert refs(reader, word) == {outcome.ref}, word


def test_rationale_safeguards_workshop_and_reference_are_searched(make):
    workshop = make.workshop("MALAGA-1", title="Smuggling routes", parties=("ES",))
    outcome = make.outcome("Share lists.", workshop=workshop)
    with unit_of_work():
        outcome.texts[0].rationale = "Because of overcrowding."
        outcome.texts[0].safeguards = "Judicial review."
        outbox.enqueue("outcome", outcome.id)
    reader = make.actor()
    for words in ("overcrowding", "judicial review", "smuggling", "MALAGA-1", outcome.ref):
        assert refs(reader, words) == {outcome.ref}, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("theme:prisons", {"a"}),
        ("theme:سجن", {"a"}),
        ("country:JO", {"a"}),
        ("country:Morocco", {"b"}),
        ("body:EUROJUST", {"b"}),
        ("kind:practice", {"c"}),
        ("workshop:WS-X", {"b"}),
        ("position:awaiting-reply", {"a", "b"}),
        ("implementation:none", {"a", "b", "c"}),
        ("lang:fr", {"c"}),
        ("year:2024", {"b"}),
        ("-kind:practice", {"a", "b"}),
        ('"prison staff"', {"a"}),
        ("staff -prison", {"b"}),
        ("recruit* OR border", {"b", "c"}),
    ],
)
def test_the_query_language(make, query, found):
    made = {
        "a": make.outcome("Train prison staff.", addressees=("JO",), themes=("prison-overcrowding",)),
        "b": make.outcome(
            "Staff at the border.", addressees=("MA", "eurojust"), workshop=make.workshop("WS-X")
        ),
        "c": make.outcome("Recrutement et recruiting.", kind="practice", language="fr"),
    }
    assert refs(make.actor(), query) == {made[key].ref for key in found}


def test_a_broader_theme_finds_what_is_filed_under_a_narrower_one(make):
    outcome = make.outcome(themes=("prison-overcrowding",))
    assert refs(make.actor(), "theme:prisons") == {outcome.ref}


def test_overdue_is_told_by_the_date_of_today(make):
    late = make.outcome("Late.", addressees=("JO",), due=date(2020, 1, 1))
    make.outcome("Later.", addressees=("JO",), due=date(2999, 1, 1))
    make.outcome("Draft.", addressees=("JO",), due=date(2020, 1, 1), record="draft")
    assert refs(OPERATOR, "is:overdue") == {late.ref}


@pytest.mark.parametrize(
    ("handling", "seen_by"),
    [
        ("TLP:CLEAR", {"stranger", "took part", "addressed", "named party", "named person"}),
        ("TLP:GREEN", {"stranger", "took part", "addressed", "named party", "named person"}),
        ("TLP:AMBER", {"took part", "addressed"}),
        ("TLP:AMBER+STRICT", {"named party"}),
        ("TLP:RED", {"named person"}),
    ],
)
def test_handling_is_obeyed_in_hits_totals_facets_and_suggestions(make, handling, seen_by):
    person = make.person(name="Named")
    make.outcome(
        "Clandestine quizzaciously.",
        handling=handling,
        workshop=make.workshop(parties=("ES",), handling="TLP:GREEN"),
        addressees=("JO",),
        named_parties=("MA",),
        named_people=(person,),
        themes=("prisons",),
    )
    actors = {
        "stranger": make.actor(party="FI"),
        "took part": make.actor(party="ES"),
        "addressed": make.actor(party="JO"),
        "named party": make.actor(party="MA"),
        "named person": actor_for(person),
    }
    for name, actor in actors.items():
        found = find(actor, "quizzaciously")
        visible = name in seen_by
        assert found.page.total == int(visible), name
        assert bool(found.facets["theme"]) == visible, name
        suggested = find(actor, "quizzaciousli").results.suggestion or ""
        assert ("quizzaciously" in suggested) <= visible, name
        assert bool(refs(actor, "quizzac*")) == visible, name


def test_the_public_finds_clear_outcomes_only_when_public_reading_is_on(app, visit, make):
    make.outcome("Open words.", handling="TLP:CLEAR")
    make.outcome("Green words.", handling="TLP:GREEN")
    assert visit().browser.get("/search?q=words", status="*").status_int == 302
    app.config["TRACKER_PUBLIC_READING"] = True
    page = visit().get("/search?q=words")
    assert "Open" in page.text
    assert "Green" not in page.text


def test_nobody_searches_unasked(make):
    with pytest.raises(Exception, match="Sign in"):
        find(ANONYMOUS, "words")


def test_facets_count_what_is_found_and_keep_what_is_chosen(make):
    make.outcome("Words one.", addressees=("JO",))
    make.outcome("Words two.", addressees=("MA",))
    found = find(make.actor(), "words", filters={"country": ["JO"]})
    assert found.page.total == 1
    assert {(v.value, v.count, v.selected) for v in found.facets["country"]} == {
        ("JO", 1, True),
        ("MA", 1, False),
    }
    nothing = find(make.actor(), "words", filters={"country": ["JO"], "kind": ["practice"]})
    assert ("JO", True) in {(v.value, v.selected) for v in nothing.facets["country"]}


def test_sorting_by_date(make):
    old = make.outcome("Words.", workshop=make.workshop(starts_on=date(2010, 1, 1)))
    new = make.outcome("Words words words.", workshop=make.workshop(starts_on=date(2020, 1, 1)))
    by_date = find(make.actor(), "words", sort=Sort.NEWEST).page.items
    assert [item.outcome.ref for item in by_date] == [new.ref, old.ref]
    by_date = find(make.actor(), "words", sort=Sort.OLDEST).page.items
    assert [item.outcome.ref for item in by_date] == [old.ref, new.ref]


def test_similar_outcomes_are_those_that_may_be_seen(make):
    first = make.outcome("Train prison staff to recognise radicalisation in detention.")
    twin = make.outcome("Prison staff should be trained to recognise radicalisation.")
    make.outcome("Prison staff recognise radicalisation when trained.", handling="TLP:RED")
    assert [item.outcome.ref for item in similar_to(make.actor(), first)] == [twin.ref]


def test_a_hidden_workshop_does_not_lead_to_its_visible_outcome(make):
    workshop = make.workshop("SECRET-9", title="Xylophone", parties=("ES",), handling="TLP:RED")
    make.outcome("Words.", workshop=workshop)
    reader = make.actor()
    assert refs(reader, "Xylophone") == set()
    assert refs(reader, "workshop:SECRET-9") == set()
    assert "SECRET-9" not in str(find(reader, "words").facets)


def test_a_change_of_the_workshop_reaches_all_its_outcomes(make):
    workshop = make.workshop(title="Before")
    outcome = make.outcome("Words.", workshop=workshop)
    with unit_of_work():
        workshop.title = "Afterwards"
        outbox.enqueue("workshop", workshop.id)
    assert refs(make.actor(), "afterwards") == {outcome.ref}


def test_draining_twice_changes_nothing(make):
    outcome = make.outcome("Words.")
    with unit_of_work():
        outbox.enqueue("outcome", outcome.id)
        outbox.enqueue("outcome", outcome.id)
    indexing.drain_all()
    assert len(indexing.engine()) == 1
    assert not indexing.compare()


def test_eight_savers_at_once_are_all_found(app, make):
    people = [make.person() for _ in range(8)]
    assert people

    def save(number: int) -> None:
        with app.app_context():
            for turn in range(4):
                make.outcome(f"Concurrent {number} {turn}.")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))
    assert find(OPERATOR, "concurrent").page.total == 32
    assert outbox.is_empty()
    assert not indexing.compare()


def test_a_change_of_a_workshop_is_not_lost_while_its_outcomes_are_taken_in_by_somebody_else(make):
    outcome = make.outcome("Prison staff.", workshop=make.workshop("LARNACA-1", title="Prisons"))
    indexing.drain_all()
    with unit_of_work(announce=False):
        outbox.enqueue("outcome", outcome.id)
    number = outcome.workshop_id
    # Somebody has read the waiting row and its outcome, and is about to write them.
    older = outbox.waiting(10)
    documents = list(documents_of([outcome.id]))
    with unit_of_work(announce=False):
        workshop = db.session.get(Workshop, number)
        workshop.title = "Gaols"
        outbox.enqueue("workshop", number)
    with indexing.engine()._folder.writing(0):
        assert not indexing.drain(wait=0)
    indexing.engine().add(documents)
    outbox.remove([row for row, _kind, _record in older])
    indexing.drain_all()
    assert refs(make.actor(), "gaols") == {outcome.ref}
    assert not indexing.compare()


def test_a_search_does_not_wait_long_for_whoever_is_writing(make):
    make.outcome("Prison staff.")
    reader = make.actor()
    with unit_of_work(announce=False):
        outbox.enqueue("outcome", 1)
    with indexing.engine()._folder.writing(0):
        assert len(refs(reader, "prison")) == 1
    assert not outbox.is_empty()


def test_reindexing_gives_the_same_index(make):
    for number in range(5):
        make.outcome(f"Words {number}.", addressees=("JO",))
    before = dict(indexing.engine().fingerprints())
    assert indexing.reindex() == 5
    assert dict(indexing.engine().fingerprints()) == before


def test_a_reader_sees_hits_in_their_own_language(visit, make):
    make.outcome("Radicalisation in prison.", versions={"fr": "Radicalisation en prison, dit-on."})
    page = visit(make.person(language="fr"), language="fr").get("/search?q=radicalisation")
    assert "dit-on" in page.text


def test_an_outcome_more_open_than_its_workshop_is_found_under_it_by_those_who_see_both(app, make):
    workshop = make.workshop("WS-OPEN", handling="TLP:GREEN")
    outcome = make.outcome("Words.", workshop=workshop, handling="TLP:CLEAR")
    assert refs(make.actor(), "workshop:WS-OPEN") == {outcome.ref}
    app.config["TRACKER_PUBLIC_READING"] = True
    indexing.recover()
    assert refs(make.actor(), "workshop:WS-OPEN") == set()


def test_a_save_stands_even_when_the_index_cannot_be_written(app, make, visit):
    class Full:
        """An engine on a full disk: reading works, writing does not."""

        def __init__(self, engine):
            self._engine = engine

        def __getattr__(self, name):
            return getattr(self._engine, name)

        def add(self, *_arguments, **_options):
            raise OSError(28, "No space left on device")

    good = app.extensions["tracker_search"]
    person = make.person("expert")
    make.workshop("WS-FULL")
    app.extensions["tracker_search"] = Full(good)
    visitor = visit(person)
    form = visitor.get("/workshops/WS-FULL/log/recommendation").forms["outcome-form"]
    form["text"] = "Keep this."
    assert "Keep this." in visitor.submit(form).text
    assert visitor.get("/search?q=keep").status_int == 200
    app.extensions["tracker_search"] = good
    assert "1 outcome" in visitor.get("/search?q=keep&kind=recommendation").text


def test_an_index_lost_while_serving_is_rebuilt_and_the_page_says_so(app, make, visit):
    outcome = make.outcome("Words.")
    for file in (Path(app.instance_path) / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage")
    visitor = visit(make.person())
    visitor.get("/search?q=words")
    assert (
        "being written anew" in visitor.get("/search?q=words").text
        or outcome.ref in visitor.get("/search?q=words").text
    )
    app.extensions["tracker_healer"].join(60)
    assert outcome.ref in visitor.get("/search?q=words").text
    assert not indexing.compare()


def test_what_was_read_before_the_first_search_does_not_grow_old(app, make):
    warm()
    assert "tracker_thesaurus" in app.extensions
    make.outcome("Words.", themes=("prisons",))
    assert find(make.actor("reader"), "words").page.total == 1


def test_the_worker_finds_damage_and_has_the_index_written_anew(app, make):
    make.outcome("Prison staff.")
    path = max((Path(app.instance_path) / "index").glob("live-*/*.seg"), key=lambda file: file.stat().st_size)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    assert indexing.verify() == 0
    app.extensions["tracker_healer"].join()
    assert not indexing.engine().needs_rebuild
    assert len(refs(OPERATOR, "prison")) == 1
