"""The feed of a saved search: at a private address, exactly what its owner may see now, valid Atom."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.queries import counted
from tests.search.test_saved import keep
from tracker.accounts import people as accounts
from tracker.accounts.actors import actor_for
from tracker.core import outbox
from tracker.core.db import unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import Outcome
from tracker.search.indexing import engine, reindex
from tracker.search.saved import links as saved_links
from tracker.search.saved import service as saved
from tracker.search.saved.feeds import MOST_ENTRIES

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_for(person, **more):
    """The path of the feed of a new search of this person, and the search."""
    search = keep(person, **({"query": "prison", "name": "Prisons"} | more))
    search = saved.renew_feed(actor_for(person), search.id)
    return urlsplit(saved_links.feed_address(search)).path, search


def read(visitor, path):
    """The feed as a program reads it, with what every Atom document must have (RFC 4287) checked."""
    answer = visitor.browser.get(path)
    assert answer.content_type == "application/atom+xml"
    feed = ET.fromstring(answer.body)  # noqa: S314 - written by ourselves a moment ago
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert urlsplit(element.findtext(f"{ATOM}id")).scheme == "http"
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo is not None
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert urlsplit(links["self"]).path == path
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_feed_shows_what_its_owner_may_see_now_and_needs_no_signing_in(visit, make):
    person = make.person(party="JO")
    near = make.workshop(parties=("JO",))
    path, _search = feed_for(person)
    shown = make.outcome("Prison staff.", title="Training & <tests>")
    marked = make.outcome("Prison records.", title="Records", handling="TLP:AMBER", workshop=near)
    make.outcome("Prison secret.", handling="TLP:RED")
    make.outcome("Something else.")
    found = titles(read(visit(), path))
    assert sorted(found) == sorted(
        [f"{shown.ref} [TLP:GREEN] Training & <tests>", f"{marked.ref} [TLP:AMBER] Records"]
    )


def test_what_is_marked_higher_meanwhile_is_gone_at_once(visit, make):
    person = make.person()
    path, _search = feed_for(person)
    outcome = make.outcome("Prison staff.")
    assert len(titles(read(visit(), path))) == 1
    with unit_of_work() as session:
        session.get(Outcome, outcome.id).handling = Handling.RED
        outbox.enqueue("outcome", outcome.id)
    assert titles(read(visit(), path)) == []


def test_no_text_that_is_marked_amber_or_higher_leaves_by_feed(visit, make):
    person = make.person(party="JO")
    path, _search = feed_for(person)
    seen = {"workshop": make.workshop(parties=("JO",)), "named_parties": ("JO",), "named_people": (person,)}
    for label in ("TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"):
        make.outcome("Prison thirteen.", handling=label, **seen)
    make.outcome("Prison fourteen.", title="Prison twelve", handling="TLP:RED", **seen)
    body = visit().browser.get(path).text
    assert body.count("<entry>") == 4
    assert not any(word in body for word in ("thirteen", "fourteen", "twelve"))


def test_a_new_address_closes_the_earlier_one(visit, make):
    person = make.person()
    path, search = feed_for(person)
    search = saved.renew_feed(actor_for(person), search.id)
    other = urlsplit(saved_links.feed_address(search)).path
    assert other != path
    visitor = visit()
    assert visitor.browser.get(path, status="*").status_int == 404
    read(visitor, other)
    saved.close_feed(actor_for(person), search.id)
    assert visitor.browser.get(other, status="*").status_int == 404


def test_a_first_address_is_no_new_one(visit, make):
    person = make.person()
    search = keep(person, query="words", name="Words")
    visitor = visit(person)
    visitor.post(f"/searches/{search.id}/feed", status=302)
    page = visitor.get(f"/searches/{search.id}/change")
    assert "The feed is open." in page.text
    assert "new address" not in page.text
    assert (
        page.html.select_one("#feed-address")["value"] == page.html.find("a", string="Open the feed")["href"]
    )
    visitor.post(f"/searches/{search.id}/feed", status=302)
    assert "The feed has a new address." in visitor.get(f"/searches/{search.id}/change").text


def test_a_feed_is_closed_with_the_account(visit, make):
    person = make.person()
    path, _search = feed_for(person)
    accounts.close_person(OPERATOR, person, "Left.")
    assert visit().browser.get(path, status="*").status_int == 404
    accounts.reopen_person(OPERATOR, person)
    assert visit().browser.get(path, status="*").status_int == 404


def test_a_deleted_search_has_no_feed_and_its_number_does_not_come_back(visit, make):
    person = make.person()
    path, search = feed_for(person)
    saved.delete(actor_for(person), search.id)
    assert keep(person).id > search.id
    assert visit().browser.get(path, status="*").status_int == 404


@pytest.mark.parametrize("token", ["1-", "1-00", "x", "999-aa", "1-%C3%A9", "%D9%A1-aa", "9" * 40])
def test_no_other_secret_opens_a_feed(visit, make, token):
    feed_for(make.person())
    assert visit().browser.get(f"/searches/feed/{token}.atom", status="*").status_int == 404


def test_the_secret_of_a_mail_opens_no_feed_and_the_other_way_round(visit, make):
    path, search = feed_for(make.person())
    token = path.removeprefix("/searches/feed/").removesuffix(".atom")
    assert visit().browser.get(f"/searches/stop/{token}", status="*").status_int == 404
    mail = saved_links.stop_address(search).rpartition("/")[2]
    assert visit().browser.get(f"/searches/feed/{mail}.atom", status="*").status_int == 404


def test_a_shared_search_does_not_share_its_feed(visit, make):
    person = make.person()
    path, _search = feed_for(person, shared=True)
    visitor = visit(make.person())
    for page in ("/searches/shared", "/searches/"):
        assert path not in visitor.get(page).text


def test_its_owner_opens_renews_and_closes_it_on_the_page(visit, make):
    person = make.person()
    search = keep(person)
    visitor = visit(person)
    page = visitor.get(f"/searches/{search.id}/change")
    assert "feed-address" not in page.text
    opening = next(form for form in page.forms.values() if form.action.endswith("/feed"))
    page = visitor.submit(opening)
    first = page.html.find(id="feed-address")["value"]
    read(visit(), urlsplit(first).path)
    renewing = next(form for form in page.forms.values() if form.action.endswith("/feed"))
    page = visitor.submit(renewing)
    assert page.html.find(id="feed-address")["value"] != first
    closing = next(form for form in page.forms.values() if form.action.endswith("/feed/close"))
    assert "feed-address" not in visitor.submit(closing).text


def test_a_reader_of_feeds_that_has_it_already_gets_nothing_again(visit, make):
    path, _search = feed_for(make.person())
    make.outcome("Prison staff.")
    browser = visit().browser
    first = browser.get(path)
    again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]}, status="*")
    assert (again.status_int, again.body) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-store"
    make.outcome("Prison doctors.")
    assert browser.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_int == 200


def test_while_the_index_is_not_whole_a_feed_says_come_again_and_not_that_there_is_nothing(visit, make):
    path, _search = feed_for(make.person())
    make.outcome("Prison staff.")
    visitor = visit()
    assert len(titles(read(visitor, path))) == 1
    engine().clear()
    engine()._set_aside(engine()._snapshot().folder)
    answer = visitor.browser.get(path, status=503)
    assert int(answer.headers["Retry-After"]) > 0
    assert b"<feed" not in answer.body
    reindex()
    assert len(titles(read(visitor, path))) == 1


def test_a_feed_speaks_the_language_of_its_owner_and_holds_what_xml_cannot_say(visit, make):
    person = make.person(language="ar")
    path, _search = feed_for(person, query="سجون", name="السجون & <ok>")
    make.outcome("x", title="Prison\x00 \x0b", versions={"ar": "تدريب موظفي السجون\x01"})
    feed = read(visit(), path)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert feed.findtext(f"{ATOM}title") == "السجون & <ok>"
    assert titles(feed)[0].endswith("تدريب موظفي السجون")


def test_a_feed_is_bounded_and_asks_the_database_no_more_for_many(visit, make):
    path, _search = feed_for(make.person())
    asked = []
    # The first feed of a process also reads the names of themes and parties.
    read(visit(), path)
    for number in (2, MOST_ENTRIES + 10):
        with unit_of_work():
            for each in range(number):
                make.outcome(f"Prison {number} {each}.", addressees=("JO",), themes=("prisons",))
        with counted() as statements:
            feed = read(visit(), path)
        asked.append(len(statements))
    assert len(titles(feed)) == MOST_ENTRIES
    assert asked[0] == asked[1]
    assert asked[0] <= 22
