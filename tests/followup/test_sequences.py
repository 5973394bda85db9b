"""No sequence of acts by anybody reaches a state that the rules forbid.

`make test` tries a sample of random sequences; `make campaign` tries ten thousand.
"""

import os
from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.followup.cast import a_link
from tracker.core.db import db
from tracker.core.errors import Denied, InvalidInput, NotFound
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling
from tracker.followup import service
from tracker.followup.data import AssessData, ReportData
from tracker.followup.models import Commitment
from tracker.followup.rules import DONE, NEED_REASON, State, after_assessment, after_report
from tracker.followup.vocabulary import Assurance, Finding, Implementation, Position

LONG = bool(os.environ.get("TRACKER_CAMPAIGN"))
SEQUENCES = 10_000 if LONG else 200
STEPS = 12

#: Who acts: focal points, reviewers, somebody who is both, a coordinator, an administrator, a reader.
CAST = (
    (("focal-point",), "JO"),
    (("reviewer",), "ES"),
    (("reviewer",), "FR"),
    (("focal-point",), "JO"),
    (("focal-point",), "MA"),
    (("reviewer",), "JO"),
    (("reviewer", "focal-point"), "MA"),
    (("coordinator", "rapporteur", "expert"), None),
    (("administrator",), None),
    (("reader",), "JO"),
)
#: Those who may act act more often, or most sequences would be refusals only.
WEIGHTS = (10, 6, 6, 4, 1, 1, 2, 1, 1, 1)


def some_act(chance: Random) -> tuple[int, ReportData | AssessData]:
    """Somebody and what they try: anything goes, sensible or not."""
    [who] = chance.choices(range(len(CAST)), WEIGHTS)
    common: dict[str, Any] = {
        "implementation": chance.choice([None, None, *Implementation]),
        "text": chance.choice(["", "Some words."]),
        "reason": chance.choice(["", "Because.", "Because."]),
        "handling": chance.choice([None, None, None, None, *Handling]),
    }
    reports = "reviewer" not in CAST[who][0] if chance.random() < 0.9 else chance.random() < 0.5
    if reports:
        evidence = [a_link()] * chance.choice([0, 1])
        return who, ReportData(position=chance.choice([None, *Position]), evidence=evidence, **common)
    return who, AssessData(finding=chance.choice(list(Finding)), **common)


def perform(actor: Actor, commitment: Commitment, data: ReportData | AssessData) -> bool:
    """Whether the act was allowed and done."""
    try:
        if isinstance(data, ReportData):
            service.report(actor, commitment, data)
        else:
            service.assess(actor, commitment, data)
    except (Denied, InvalidInput, NotFound):
        return False
    return True


def check(commitment: Commitment, done: int, people: dict[int, Any], seed: str) -> None:
    """What section "Rules" of the design forbids, read from the record and its history alone."""
    lines = len(commitment.updates) + len(commitment.assessments)
    assert lines == done, f"{seed}: a line of history was lost or written twice"
    evidence = [piece for update in commitment.updates for piece in update.evidence]
    if commitment.assurance is Assurance.VERIFIED and commitment.implementation in DONE:
        assert evidence, f"{seed}: implemented was verified without evidence"
    if commitment.assurance in (Assurance.VERIFIED, Assurance.DISPUTED):
        assert commitment.assessments, f"{seed}: nobody assessed, yet it is verified or disputed"
    if commitment.implementation is not None and commitment.implementation.is_closed:
        assert any(a.implementation is commitment.implementation for a in commitment.assessments), (
            f"{seed}: nobody closed it"
        )
    for update in commitment.updates:
        roles, party = people[update.author_id]
        assert "focal-point" in roles, f"{seed}: somebody else reported"
        assert party == "JO", f"{seed}: another party reported"
        assert update.implementation is None or not update.implementation.is_closed
        assert update.position not in NEED_REASON or update.reason
        assert update.handling.rank >= commitment.outcome.handling.rank
        assert all(piece.handling.rank >= update.handling.rank for piece in update.evidence)
    for assessment in commitment.assessments:
        roles, party = people[assessment.author_id]
        assert "reviewer" in roles, f"{seed}: somebody else assessed"
        assert party != "JO", f"{seed}: a party assessed itself"
        assert assessment.reason or assessment.finding in (Finding.VERIFIED, Finding.PARTLY_VERIFIED)
        assert assessment.handling.rank >= commitment.outcome.handling.rank


def test_no_sequence_of_acts_reaches_what_is_forbidden(app, make):
    # The index has tests of its own; thousands of sequences need not write it.
    app.extensions["tracker_after_commit"] = []
    actors = [make.actor(*roles, party=party) for roles, party in CAST]
    people = {actor.id: cast for actor, cast in zip(actors, CAST, strict=True)}
    handlings = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"]
    workshop = make.workshop(parties=("JO", "MA", "ES", "FR"))
    tried, reached = Counter[bool](), set()
    for seed in range(SEQUENCES):
        chance = Random(seed)
        commitment = make.commitment("JO", handling=chance.choice(handlings), workshop=workshop)
        number, done, version = commitment.id, 0, commitment.version
        for _ in range(chance.randint(1, STEPS)):
            who, data = some_act(chance)
            allowed = perform(actors[who], commitment, data)
            tried[allowed] += 1
            done += allowed
            commitment = db.session.get_one(Commitment, number)
            assert (commitment.version > version) == allowed, (
                f"seed {seed}: a version without an act, or the reverse"
            )
            version = commitment.version
            reached.add((commitment.implementation, commitment.assurance))
            if allowed:
                check(commitment, done, people, f"seed {seed}")
        db.session.remove()
    assert min(tried.values()) > SEQUENCES
    assert {assurance for _implementation, assurance in reached} == set(Assurance)
    assert {implementation for implementation, _assurance in reached} == {None, *Implementation}


positions = st.none() | st.sampled_from(Position)
implementations = st.none() | st.sampled_from(Implementation)
words = st.sampled_from(["", "Because."])
reports = st.builds(
    ReportData,
    position=positions,
    implementation=implementations,
    text=words,
    reason=words,
    evidence=st.sampled_from([0, 1]).map(lambda number: [a_link()] * number),
)
assessments = st.builds(
    AssessData, finding=st.sampled_from(Finding), implementation=implementations, text=words, reason=words
)
states = st.builds(
    State, position=positions, implementation=implementations, assurance=st.sampled_from(Assurance)
)


@settings(max_examples=20_000 if LONG else 500, deadline=None, database=None)
@given(states, reports)
def test_what_follows_a_report_is_what_was_claimed(state, data):
    try:
        after = after_report(
            state,
            position=data.position,
            implementation=data.implementation,
            text=data.text,
            reason=data.reason,
            evidence=bool(data.evidence),
        )
    except InvalidInput:
        return
    assert after.position is (data.position or state.position)
    assert after.implementation is (data.implementation or state.implementation)
    if after.implementation is not state.implementation:
        assert after.assurance in (Assurance.SELF_REPORTED, Assurance.EVIDENCE_ATTACHED)
    if after.assurance in (Assurance.VERIFIED, Assurance.DISPUTED):
        assert after.assurance is state.assurance


@settings(max_examples=20_000 if LONG else 500, deadline=None, database=None)
@given(states, assessments, st.booleans())
def test_what_follows_a_finding_never_touches_the_position(state, data, evidence):
    try:
        after = after_assessment(
            state,
            finding=data.finding,
            implementation=data.implementation,
            reason=data.reason,
            evidence=evidence,
        )
    except InvalidInput:
        return
    assert after.position is state.position
    if (
        after.assurance is Assurance.VERIFIED
        and after.implementation in DONE
        and data.finding is Finding.VERIFIED
    ):
        assert evidence
    if data.finding is Finding.CLOSED:
        assert after.is_closed
    else:
        assert not after.is_closed
