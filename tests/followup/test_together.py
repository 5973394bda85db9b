"""Several people reporting in the same second."""

from threading import Barrier, Thread

from sqlalchemy import select

from tests.followup.cast import a_link, claim
from tracker.core.db import db
from tracker.core.errors import EditConflict
from tracker.followup import service
from tracker.followup.models import Commitment, Evidence, Update

PEOPLE = 8


def at_once(app, act):
    """Call `act` with 0 … 7 in eight threads that start together; gives what went wrong, by thread."""
    start, failures = Barrier(PEOPLE), {}

    def run(number):
        with app.app_context():
            try:
                start.wait()
                act(number)
            except Exception as failure:
                failures[number] = failure

    threads = [Thread(target=run, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_eight_parties_reporting_at_once_lose_nothing(app, make):
    codes = ("JO", "MA", "ES", "FR", "IT", "PT", "DE", "CY")
    ids = [commitment.id for commitment in make.outcome(addressees=codes).commitments]
    actors = [make.actor("focal-point", party=code) for code in codes]
    db.session.remove()

    def act(number):
        for step in range(3):
            commitment = db.session.get_one(Commitment, ids[number])
            text = f"{codes[number]} {step}"
            service.report(
                actors[number], commitment, claim("accepted", "in-progress", text=text, evidence=[a_link()])
            )

    assert at_once(app, act) == {}
    texts = set(db.session.scalars(select(Update.text)))
    assert texts == {f"{code} {step}" for code in codes for step in range(3)}
    assert db.session.query(Evidence).count() == 24
    assert {c.assurance for c in db.session.scalars(select(Commitment))} == {"evidence-attached"}


def test_of_eight_who_saw_the_same_state_one_is_first_and_seven_are_told(app, make):
    commitment = make.commitment("JO")
    number_of, seen = commitment.id, commitment.version
    actors = [make.actor("focal-point", party="JO") for _ in range(PEOPLE)]
    db.session.remove()

    def act(number):
        found = db.session.get_one(Commitment, number_of)
        service.report(actors[number], found, claim("accepted", text=str(number), seen_version=seen))

    failures = at_once(app, act)
    assert len(failures) == PEOPLE - 1
    assert all(isinstance(failure, EditConflict) for failure in failures.values())
    assert db.session.query(Update).count() == 1
