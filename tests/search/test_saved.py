"""Saved searches: kept under a name, changed, shared within what each may see, deleted."""

import pytest
from sqlalchemy import select

from tests.queries import counted
from tracker.accounts import people as accounts
from tracker.accounts.actors import actor_for
from tracker.core.audit import AuditEntry
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, EditConflict, InvalidInput, NotFound
from tracker.core.permissions import ANONYMOUS, OPERATOR
from tracker.search.saved import queries as saved_queries
from tracker.search.saved import service as saved
from tracker.search.saved.models import Alert, SavedSearch
from tracker.search.saved.service import MOST_SEARCHES, SavedData
from tracker.search.saved.wanted import MOST_VALUES, Wanted, checked
from tracker.themes import service as themes
from tracker.themes.models import Theme


def keep(person, query="prisons", name="Prisons", **more):
    """A search of this person, saved as the page saves it."""
    filters = more.pop("filters", {})
    return saved.save(actor_for(person), SavedData(name=name, wanted=checked(query, filters, ""), **more))


def _searches():
    return list(db.session.scalars(select(SavedSearch).order_by(SavedSearch.id)))


def test_what_the_search_page_shows_is_saved_under_a_name_and_run_again(visit, make):
    make.outcome("Train prison staff.", addressees=("JO",))
    make.outcome("Train prison staff elsewhere.", addressees=("MA",))
    visitor = visit(make.person())
    page = visitor.get("/search?q=prison&country=JO&sort=oldest")
    form = page.click("Save this search").forms["saved-form"]
    assert form["query"].value == "prison"
    form["name"] = "Prisons in Jordan"
    listed = visitor.submit(form)
    assert "Prisons in Jordan" in listed.text
    found = listed.click(href=r"^/searches/\d+$").follow()
    assert found.request.query_string == "q=prison&country=JO&sort=oldest"
    assert "1 outcome" in found.text


def test_a_search_is_renamed_changed_and_deleted(visit, make):
    visitor = visit(make.person())
    form = visitor.get("/searches/new?q=prison&country=JO&country=MA").forms["saved-form"]
    visitor.submit(form)
    page = visitor.get("/searches/").click("Change")
    form = page.forms["saved-form"]
    form["name"], form["query"] = "Another name", "prison staff"
    form.get("filters", index=0).checked = False
    assert "Another name" in visitor.submit(form).text
    (search,) = _searches()
    assert (search.name, search.query) == ("Another name", "prison staff")
    assert search.filters == {"country": ["MA"]}
    page = visitor.get(f"/searches/{search.id}/change")
    gone = next(form for form in page.forms.values() if form.action.endswith("/delete"))
    assert "was deleted" in visitor.submit(gone).text
    assert _searches() == []


def test_a_search_without_a_name_is_refused_and_what_was_typed_is_still_there(visit, make):
    visitor = visit(make.person())
    form = visitor.get("/searches/new?q=prison").forms["saved-form"]
    form["name"], form["query"] = "  ", "prison staff"
    page = visitor.submit(form)
    assert page.status_int == 422
    assert page.forms["saved-form"]["query"].value == "prison staff"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  two   words\r\nBcc: all@example.org ", "two words Bcc: all@example.org"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("سجون الأردن", "سجون الأردن"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_is_one_line_that_turns_nothing_around(make, name, kept):
    assert keep(make.person(), name=name).name == kept


@pytest.mark.parametrize("name", ["", " \n ", "\u202e\u2066", "x" * 121])
def test_a_name_says_something_and_is_not_endless(make, name):
    with pytest.raises(InvalidInput):
        keep(make.person(), name=name)


def test_hostile_names_and_words_are_shown_as_they_are(visit, make):
    person = make.person()
    keep(person, name="<script>alert(1)</script> {{ 7*7 }}", query='"><img src=x> ((((', shared=True)
    page = visit(person).get("/searches/")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "{{ 7*7 }}" in page.text
    assert "<script>alert" not in visit(make.person()).get("/searches/shared").text


def test_there_is_a_bound_to_what_one_person_keeps(make):
    person = make.person()
    for number in range(MOST_SEARCHES):
        keep(person, name=f"Search {number}")
    with pytest.raises(InvalidInput, match="Delete one first"):
        keep(person)
    keep(make.person())


def test_a_search_that_is_too_long_is_not_kept():
    with pytest.raises(InvalidInput):
        checked("x" * 401, {}, "")
    with pytest.raises(InvalidInput, match="at most 60 filters"):
        checked("", {"country": [f"C{n}" for n in range(MOST_VALUES + 1)]}, "")
    with pytest.raises(InvalidInput, match="too long to be kept"):
        checked("", {"country": ["x" * 201]}, "")
    assert checked("a", {"colour": ["red"], "kind": ["", "practice"]}, "sideways") == Wanted(
        "a", {"kind": ("practice",)}
    )


def test_an_address_with_too_many_filters_is_refused_with_a_sentence(visit, make):
    many = "&".join(f"country=C{number}" for number in range(99))
    page = visit(make.person()).get(f"/searches/new?{many}", status=422)
    assert "Take some off" in page.text


def test_two_people_find_by_one_shared_search_what_each_may_see(visit, make):
    near, far = make.person(party="JO"), make.person(party="FR")
    workshop = make.workshop(parties=("JO",))
    make.outcome("Prison records of the workshop.", handling="TLP:AMBER", workshop=workshop)
    make.outcome("Prison staff for everybody.")
    search = keep(near, query="prison", name="What we said", shared=True)
    mine = visit(near).get(f"/searches/{search.id}")
    assert "2 outcomes" in mine.text
    other = visit(far)
    listed = other.get("/searches/shared")
    assert "What we said" in listed.text
    assert near.name in listed.text
    found = other.get(f"/searches/{search.id}")
    assert "1 outcome" in found.text
    assert "records of the workshop" not in found.text


def test_nothing_but_name_and_words_of_a_shared_search_is_told(visit, make):
    owner, other = make.person(party="JO"), make.person()
    make.outcome("Prison staff.")
    search = keep(owner, query="prison", shared=True, alert=Alert.DAILY)
    saved.renew_feed(actor_for(owner), search.id)
    page = visit(other).get("/searches/shared")
    cells = [cell.get_text(" ", strip=True) for cell in page.html.select("tbody tr > *")]
    assert cells == ["Prisons", "prison", owner.name]


def test_somebody_elses_own_search_is_as_if_it_were_not_there(visit, make):
    owner, other = make.person(), make.person("administrator")
    search = keep(owner)
    visitor = visit(other)
    for path in ("", "/change"):
        hidden = visitor.get(f"/searches/{search.id}{path}", status=404).text
        missing = visitor.get(f"/searches/999{path}", status=404).text
        assert "no such saved search" in hidden
        assert "no such saved search" in missing
    for act in (saved.delete, saved.renew_feed, saved.close_feed):
        with pytest.raises(NotFound):
            act(actor_for(other), search.id)
    assert len(_searches()) == 1


def test_a_shared_search_is_run_by_others_and_changed_by_nobody_else(make):
    owner, other = make.person(), make.person("administrator")
    search = keep(owner, shared=True)
    assert saved_queries.by_id(actor_for(other), search.id)
    data = SavedData(name="Mine now", wanted=Wanted("x"))
    with pytest.raises(Denied):
        saved.change(actor_for(other), search.id, data, 1)
    for act in (saved.delete, saved.renew_feed, saved.close_feed):
        with pytest.raises(Denied):
            act(actor_for(other), search.id)
    for nobody in (ANONYMOUS, OPERATOR):
        with pytest.raises((Denied, InvalidInput)):
            saved.save(nobody, data)


def test_a_search_that_is_shared_no_more_is_gone_for_others(make):
    owner, other = make.person(), make.person()
    search = keep(owner, shared=True)
    saved.change(actor_for(owner), search.id, SavedData(name="Prisons", wanted=Wanted("prisons")), 1)
    with pytest.raises(NotFound):
        saved_queries.by_id(actor_for(other), search.id)


def test_what_somebody_shared_goes_out_of_sight_with_their_account(make):
    owner, other = make.person(), actor_for(make.person())
    search = keep(owner, shared=True)
    accounts.close_person(OPERATOR, owner, "Left.")
    assert saved_queries.shared_with(other, 1).total == 0
    with pytest.raises(NotFound):
        saved_queries.by_id(other, search.id)
    accounts.reopen_person(OPERATOR, owner)
    assert saved_queries.shared_with(other, 1).total == 1


def test_two_windows_do_not_overwrite_each_other(make):
    actor = actor_for(make.person())
    search = saved.save(actor, SavedData(name="A", wanted=Wanted("a")))
    saved.change(actor, search.id, SavedData(name="B", wanted=Wanted("b")), 1)
    with pytest.raises(EditConflict):
        saved.change(actor, search.id, SavedData(name="C", wanted=Wanted("c")), 1)


def test_a_search_for_a_merged_theme_finds_what_is_under_the_other(visit, make):
    make.outcome("Anything.", themes=("prisons",))
    person = make.person()
    by_facet = keep(person, query="", filters={"theme": ["prisons"]})
    by_word = keep(person, query="theme:prisons")
    source, target = (
        db.session.scalars(select(Theme).where(Theme.slug == slug)).one()
        for slug in ("prisons", "judicial-training")
    )
    themes.merge_themes(OPERATOR, source, target)
    for search in (by_facet, by_word):
        page = visit(person).get(f"/searches/{search.id}")
        assert "1 outcome" in page.text
    assert "Judicial training" in visit(person).get("/searches/").text
    assert visit(person).get(f"/searches/{by_facet.id}/change").status_int == 200


def test_a_search_for_what_is_not_there_any_more_still_opens(visit, make):
    person = make.person()
    search = keep(person, query="prison", filters={"workshop": ["GONE-1"], "theme": ["no-such-theme"]})
    assert "Nothing found" in visit(person).get(f"/searches/{search.id}").text
    assert "GONE-1" in visit(person).get("/searches/").text
    assert visit(person).get(f"/searches/{search.id}/change").status_int == 200


def test_the_audit_log_keeps_what_was_done_and_none_of_the_words(visit, make):
    person = make.person()
    search = keep(person, query="a secret matter", name="A secret name")
    data = SavedData(name="A secret name", wanted=Wanted("a secret matter"), shared=True)
    saved.change(actor_for(person), search.id, data, 1)
    saved.renew_feed(actor_for(person), search.id)
    saved.delete(actor_for(person), search.id)
    entries = list(db.session.scalars(select(AuditEntry).where(AuditEntry.record_kind == "saved-search")))
    assert [entry.act for entry in entries] == [
        "search-saved",
        "search-changed",
        "feed-renewed",
        "search-deleted",
    ]
    assert "secret" not in str([(entry.before, entry.after) for entry in entries])
    page = visit(make.person("administrator")).get("/audit/?kind=saved-search")
    assert "Saved search changed" in page.text
    assert "secret" not in page.text


def test_searches_go_with_their_owner(make):
    person = make.person()
    keep(person)
    with unit_of_work() as session:
        session.delete(person)
    assert _searches() == []


def test_forms_without_their_token_are_refused(visit, make):
    person = make.person()
    search = keep(person)
    browser = visit(person).browser
    for path in ("new?q=x", f"{search.id}/change", f"{search.id}/delete", f"{search.id}/feed"):
        assert browser.post(f"/searches/{path}", {"name": "x"}, status="*").status_int == 400
    assert [found.name for found in _searches()] == ["Prisons"]


def test_nobody_saves_or_sees_any_without_signing_in(app, visit):
    app.config["TRACKER_PUBLIC_READING"] = True
    visitor = visit()
    assert "Save this search" not in visitor.get("/search?q=x").text
    for path in ("/searches/", "/searches/shared", "/searches/new"):
        assert "/login" in visitor.browser.get(path, status=302).location


def test_the_lists_ask_the_database_no_more_for_many_searches_than_for_two(visit, make):
    person, other = make.person(), make.person()
    asked = []
    # The first search of a process also reads the names of themes and parties.
    visit(person).get("/search?q=prison&theme=prisons&country=JO")
    for number in (2, 20):
        for each in range(number):
            filters = {"theme": ["prisons"], "country": ["JO"]}
            keep(person, name=f"S {number} {each}", filters=filters, shared=True)
        for path, visitor in (("/searches/", visit(person)), ("/searches/shared", visit(other))):
            with counted() as statements:
                visitor.get(path)
            asked.append(len(statements))
    assert asked[:2] == asked[2:]
    assert max(asked) <= 16
