"""On the page of an outcome: what was said before, when, why, and how far it had come then and has now."""

from datetime import UTC, date, datetime

import pytest

from tests.queries import counted
from tracker.core import clock
from tracker.core.db import db, unit_of_work
from tracker.core.vocabulary import Handling
from tracker.followup.models import Assessment, Update
from tracker.followup.standing import standings_on
from tracker.followup.vocabulary import Assurance, Finding, Implementation, Position
from tracker.outcomes.earlier import Standing

SAID = "Train prison staff to recognise radicalisation in detention."
AGAIN = "Prison staff should be trained to recognise radicalisation."
THEN = datetime(2020, 3, 1, tzinfo=UTC)
DAY = date(2024, 6, 10)


@pytest.fixture
def told(make):
    """An outcome of 2020 with two addressees, and one of 2024 that says nearly the same."""
    with clock.at(THEN):
        old = make.outcome(
            SAID,
            workshop=make.workshop("WS-OLD", starts_on=date(2020, 3, 1)),
            addressees=("JO", "MA"),
            themes=("prisons",),
        )
    return old, make.outcome(AGAIN, workshop=make.workshop("WS-NEW", starts_on=DAY))


def report(commitment, year, implementation, handling="TLP:GREEN"):
    at = datetime(year, 1, 5, tzinfo=UTC)
    with unit_of_work():
        line = Update(
            commitment=commitment,
            at=at,
            position=Position.ACCEPTED,
            implementation=Implementation(implementation),
            handling=Handling(handling),
        )
        db.session.add(line)
        commitment.position, commitment.implementation = Position.ACCEPTED, line.implementation
        commitment.assurance, commitment.last_update_at = Assurance.SELF_REPORTED, at


def assess(commitment, year, finding, implementation=None):
    with unit_of_work():
        db.session.add(
            Assessment(
                commitment=commitment,
                at=datetime(year, 1, 6, tzinfo=UTC),
                finding=Finding(finding),
                implementation=Implementation(implementation) if implementation else None,
            )
        )


def section(page):
    found = page.html.select_one("section[aria-labelledby=said-before]")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_it_says_when_why_and_what_became_of_it(make, visit, told):
    old, new = told
    report(old.commitments[0], 2022, "implemented")
    report(old.commitments[1], 2025, "implemented")
    page = visit(make.person()).get(f"/outcomes/{new.ref}")
    for words in (
        old.ref,
        "Workshop",
        "radicalisation",
        "Then: 1 of 2 implemented",
        "Now: 2 of 2 implemented",
    ):
        assert words in section(page), section(page)


def test_what_both_share_is_joined_by_the_comma_of_the_page(make, visit, told):
    _old, new = told
    page = visit(make.person(language="ar")).get(f"/outcomes/{new.ref}")
    section = page.html.select_one("section[aria-labelledby=said-before]").get_text()
    assert "، " in section
    assert ", " not in section


def test_nothing_is_said_where_nothing_was_said_before(make, visit, told):
    old, _new = told
    assert section(visit(make.person()).get(f"/outcomes/{old.ref}")) == ""


def test_neither_a_hidden_outcome_nor_a_hidden_workshop_shows(make, visit):
    hidden = make.workshop("WS-HIDDEN", title="Xylophone", starts_on=date(2019, 1, 1), handling="TLP:RED")
    make.outcome(SAID, workshop=hidden, handling="TLP:RED")
    with clock.at(THEN):
        open_one = make.outcome(SAID, workshop=hidden, published_at=THEN)
    new = make.outcome(AGAIN, workshop=make.workshop(starts_on=DAY))
    page = section(visit(make.person()).get(f"/outcomes/{new.ref}"))
    assert page.count("REC-") == 1
    assert open_one.ref in page
    assert "Xylophone" not in page
    assert "2019" not in page


def test_what_is_reported_under_a_stricter_label_does_not_tell_its_date(make, told):
    old, _new = told
    report(old.commitments[0], 2022, "implemented", handling="TLP:RED")
    assert standings_on(make.actor(), [old], DAY)[old.id] == Standing(2, 0)


def test_a_dispute_a_closure_and_a_reopening_count_from_their_day(make, told):
    old, _new = told
    first, second = old.commitments
    report(first, 2021, "implemented")
    assess(first, 2022, "disputed")
    report(second, 2021, "implemented")
    assess(second, 2023, "reopened")
    done = [standings_on(make.actor(), [old], date(year, 12, 31))[old.id].done for year in range(2020, 2024)]
    assert done == [0, 2, 1, 0]
    assert standings_on(make.actor(), [old], date(2019, 1, 1))[old.id] == Standing()


def test_five_earlier_ones_take_no_more_queries_than_one(make, visit, told):
    old, new = told
    report(old.commitments[0], 2022, "implemented")
    walk = visit(make.person())

    def asked():
        walk.get(f"/outcomes/{new.ref}")
        with counted() as statements:
            walk.get(f"/outcomes/{new.ref}")
        return statements

    few = asked()
    with clock.at(THEN):
        for number in range(6):
            make.outcome(
                SAID,
                workshop=make.workshop(starts_on=date(2020, 3, 2 + number)),
                addressees=("JO", "ES", "FR"),
                themes=("prisons", "fair-trial"),
            )
    assert len(asked()) <= len(few), "\n".join(asked())
    assert section(walk.get(f"/outcomes/{new.ref}")).count("REC-") == 5
