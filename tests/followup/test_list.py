"""The list of commitments: filters, counts, order, and how much it asks of the database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.followup.cast import a_link, claim, finding, implemented
from tests.queries import counted
from tracker.accounts.models import PartyKind
from tracker.accounts.queries import party_choices
from tracker.core import clock
from tracker.core.clock import today
from tracker.core.db import db, unit_of_work
from tracker.followup import queries, service
from tracker.followup.queries import Filters, Order, Show
from tracker.followup.vocabulary import Assurance, Implementation, Position
from tracker.themes.queries import closure


def refs(actor, **filters):
    return {row.commitment.outcome.ref for row in queries.list_page(actor, Filters(**filters), 1).items}


def test_each_filter_narrows(make):
    workshop = make.workshop("LARNACA-2024")
    prisons = make.outcome(addressees=("JO",), themes=("prison-staff",), workshop=workshop).ref
    refused = make.commitment("MA", due=today() - timedelta(days=1))
    service.report(make.actor("focal-point", party="MA"), refused, claim("not-accepted", reason="No."))
    done = implemented(make, "FR")
    service.assess(make.actor("reviewer", party="ES"), done, finding("verified"))
    late = make.commitment("ES", due=today() - timedelta(days=1))
    soon = make.commitment("ES", due=today() + timedelta(days=1))
    unstated = make.commitment("ES")
    with unit_of_work():
        unstated.position = None
    reader = make.actor("focal-point", party="ES")
    es = {late.outcome.ref, soon.outcome.ref, unstated.outcome.ref}
    assert refs(reader, party="ES") == refs(reader, mine=True) == es
    assert refs(reader, position=Position.NOT_ACCEPTED) == {refused.outcome.ref}
    assert refs(reader, position="none") == {unstated.outcome.ref}
    assert refs(reader, implementation=Implementation.IMPLEMENTED) == {done.outcome.ref}
    assert refs(reader, assurance=Assurance.VERIFIED) == {done.outcome.ref}
    assert refs(reader, sign=Show.OVERDUE) == {late.outcome.ref}
    assert refs(reader, sign=Show.DUE_SOON) == {soon.outcome.ref}
    assert refs(reader, sign=Show.OPEN) == es | {prisons}
    assert refs(reader, theme="prison-staff") == {prisons}
    assert prisons in refs(reader, theme=_top_theme_of("prison-staff"))
    assert refs(reader, workshop="LARNACA-2024") == {prisons}
    assert (
        refs(reader, party="nobody")
        == refs(reader, theme="nothing")
        == refs(reader, workshop="NONE")
        == set()
    )


def _top_theme_of(slug):
    return next(found for found in closure().values() if found[0] == slug)[-1]


def test_counts_say_how_many_stand_so(make):
    reviewer = make.actor("reviewer", party="ES")
    first, second = implemented(make, due=today() - timedelta(days=1)), implemented(make)
    service.assess(reviewer, first, finding("verified"))
    service.assess(reviewer, second, finding("disputed", reason="No."))
    make.commitment("MA", due=today() - timedelta(days=1))
    make.commitment("MA", due=today() + timedelta(days=1))
    make.commitment("MA", record="draft")
    make.commitment("MA", record="retired")
    make.commitment("MA", handling="TLP:RED")
    found = queries.counts(reviewer, Filters())
    assert (found.total, found.open, found.verified, found.disputed) == (4, 3, 1, 1)
    assert (found.overdue, found.due_soon, found.stale) == (1, 1, 0)
    assert queries.counts(reviewer, Filters(party="JO")).total == 2


def test_the_order_is_what_was_asked_for(make):
    late = make.commitment("JO", due=today() - timedelta(days=9))
    soon = make.commitment("JO", due=today() + timedelta(days=9))
    never = make.commitment("JO")
    service.report(make.actor("focal-point", party="JO"), soon, claim("accepted"))
    service.report(make.actor("focal-point", party="JO"), never, claim("accepted"))
    reader = make.actor("reader")

    def order(sort):
        return [row.commitment.id for row in queries.list_page(reader, Filters(sort=sort), 1).items]

    assert order(Order.DUE) == [late.id, soon.id, never.id]
    assert order(Order.UPDATED) == [never.id, soon.id, late.id]
    assert order(Order.REFERENCE) == [late.id, soon.id, never.id]


def test_pages_of_a_long_list_hold_everything_once(make):
    countries = [choice.code for choice in party_choices() if choice.kind is PartyKind.COUNTRY]
    outcome = make.outcome(addressees=tuple(countries[:60]))
    reader = make.actor("reader")
    pages = [queries.list_page(reader, Filters(), number) for number in (1, 2)]
    ids = [row.commitment.id for page in pages for row in page.items]
    assert [len(page.items) for page in pages] == [50, 10]
    assert sorted(ids) == sorted(c.id for c in outcome.commitments)
    assert queries.list_page(reader, Filters(), 99).page == 2


def test_the_page_shows_counts_chips_and_signs(make, visit):
    make.commitment("JO", due=today() - timedelta(days=1), title="Train the staff")
    done = implemented(make, "MA", title="Share the lists")
    service.assess(make.actor("reviewer", party="ES"), done, finding("verified"))
    visitor = visit(make.person())
    page = visitor.get("/follow-up/")
    assert "1 of 2 verified" in page.text
    assert "1 overdue" in page.text
    page = page.click("1 overdue")
    assert "Train the staff" in page.text
    assert "Share the lists" not in page.text
    page = page.click("Remove all", index=0)
    form = next(
        form for form in page.forms.values() if form.method.lower() == "get" and "party" in form.fields
    )
    form["party"] = "MA"
    page = visitor.submit(form)
    assert "Share the lists" in page.text
    assert "Train the staff" not in page.text
    assert page.html.find("a", class_="chip")


def test_the_count_of_disputed_ones_leads_to_them(make, visit):
    make.commitment("JO", title="Train the staff")
    done = implemented(make, "MA", title="Share the lists")
    service.assess(make.actor("reviewer", party="ES"), done, finding("disputed", reason="No."))
    page = visit(make.person()).get("/follow-up/").click("1 disputed")
    assert "Share the lists" in page.text
    assert "Train the staff" not in page.text


def test_what_is_late_is_seen_under_its_title_on_a_narrow_screen(make, visit):
    make.commitment("JO", due=date(2025, 12, 31))
    row = visit(make.person()).get("/follow-up/").html.find("tbody").tr
    assert "Overdue" in row.th.find(class_="narrow-only").text
    assert "since 31 Dec 2025" in row.find_all("td")[5].find(class_="wide-only").text


def test_the_sign_of_a_stale_one_says_what_it_means(make, visit):
    commitment = make.commitment("JO")
    with clock.at(datetime(2020, 1, 31, 12, tzinfo=UTC)):
        service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", "planned"))
    page = visit(make.person()).get("/follow-up/")
    assert page.html.find(class_="state-stale")["title"] == "no report for 6 months"


def test_a_focal_point_asks_for_its_own_parties(make, visit):
    make.commitment("JO", title="Train the staff")
    make.commitment("MA", title="Share the lists")
    visitor = visit(make.person("focal-point", party="JO"))
    page = visitor.get("/follow-up/?sort=updated")
    form = next(f for f in page.forms.values() if "mine" in f.fields)
    form["mine"].checked = True
    page = visitor.submit(form)
    assert "Train the staff" in page.text
    assert "Share the lists" not in page.text
    assert "sort=updated" in page.request.url
    assert next(f for f in page.forms.values() if "mine" in f.fields)["mine"].checked
    chip = page.html.find("a", class_="chip")
    assert " ".join(chip.text.split()) == "Remove this filter: Only my parties"


@pytest.mark.parametrize(
    "address", ["?position=no-such", "?sign=%27", "?page=-1", "?page=x&sort=y", "?mine=maybe"]
)
def test_an_address_typed_by_hand_is_no_error(make, visit, address):
    make.commitment("JO", title="Train the staff")
    assert "Train the staff" in visit(make.person()).get("/follow-up/" + address).text


def test_empty_lists_say_what_to_do_next(make, visit):
    assert (
        "when a recommendation that addresses somebody is published"
        in visit(make.person()).get("/follow-up/").text
    )
    page = visit(make.person("expert")).get("/follow-up/")
    assert page.html.find("a", href="/log", class_="btn")
    make.commitment("JO")
    page = visit(make.person()).get("/follow-up/?party=FR")
    assert "No commitment matches these filters" in page.text


def test_a_hidden_workshop_answers_to_no_code(make):
    workshop = make.workshop("SECRET-1", handling="TLP:RED")
    make.outcome(addressees=("JO",), workshop=workshop)
    assert refs(make.actor("reader")) != set()
    assert refs(make.actor("reader"), workshop="SECRET-1") == set()


def test_a_page_asks_the_same_number_of_questions_however_long_it_is(make, visit):
    visitor = visit(make.person("focal-point", "reviewer", party="ES"))
    asked = {}
    for total in (3, 50):
        while queries.counts(make.actor("reader"), Filters()).total < total:
            implemented(make, "JO")
        for address in ("/follow-up/", "/follow-up/?sort=updated&sign=to-assess"):
            db.session.remove()
            with counted() as statements:
                visitor.get(address)
            asked.setdefault(address, []).append(len(statements))
    for few, many in asked.values():
        assert few == many <= 25


def test_a_commitment_with_a_long_history_asks_no_more(make, visit):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    reviewer = make.actor("reviewer", party="ES")
    ref, asked = commitment.outcome.ref, []
    visitor = visit(make.person())
    for _ in range(2):
        for _ in range(5):
            service.report(actor, commitment, claim("accepted", "in-progress", evidence=[a_link(), a_link()]))
            service.assess(reviewer, commitment, finding("disputed", reason="No."))
        db.session.remove()
        with counted() as statements:
            visitor.get(f"/follow-up/{ref}/JO")
        asked.append(len(statements))
        commitment = queries.commitment(actor, ref, "JO")
    assert asked[0] == asked[1] <= 30


def test_references_and_codes_are_taken_in_any_case(make):
    reader = make.actor("reader")
    commitment = make.commitment("JO")
    assert queries.commitment(reader, commitment.outcome.ref.lower(), "jo") is commitment
    adoption = make.adoption("eurojust")
    assert queries.adoption(reader, adoption.outcome.ref.lower(), "EUROJUST") is adoption
