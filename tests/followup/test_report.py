import pytest

from tests.followup.cast import a_file, a_link, claim, finding, implemented, standing
from tracker.accounts.actors import actor_for
from tracker.core import audit
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, EditConflict, InvalidInput, NotFound
from tracker.core.forms import LONG_TEXT
from tracker.core.outbox import OutboxRow
from tracker.core.vocabulary import Handling
from tracker.followup import service
from tracker.followup.models import Update


def test_a_focal_point_says_what_its_party_thinks_and_how_far_it_is(make):
    commitment = make.commitment("JO")
    actor = make.actor("focal-point", party="JO")
    update = service.report(actor, commitment, claim("accepted", "in-progress", text="A course began."))
    assert standing(commitment) == ("accepted", "in-progress", "self-reported")
    assert (update.text, update.author_id, update.handling) == ("A course began.", actor.id, Handling.GREEN)
    assert commitment.last_update_at == update.at


@pytest.mark.parametrize(
    ("roles", "party"),
    [
        (("focal-point",), "MA"),
        (("reviewer",), "MA"),
        (("coordinator",), None),
        (("rapporteur", "expert", "administrator"), None),
        (("reader",), "JO"),
    ],
)
def test_nobody_else_reports_and_is_told_who_may(make, roles, party):
    commitment = make.commitment("JO")
    with pytest.raises(Denied, match="Only a focal point of Jordan may report on this"):
        service.report(make.actor(*roles, party=party), commitment, claim("accepted"))
    assert standing(commitment) == ("awaiting-reply", None, "none")


def test_a_focal_point_who_may_not_read_the_recommendation_learns_nothing_of_it(make):
    commitment = make.commitment("JO", handling="TLP:RED")
    with pytest.raises(NotFound):
        service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted"))


@pytest.mark.parametrize("position", ["not-accepted", "not-applicable", "accepted-with-alternative"])
def test_refusing_and_changing_need_a_reason(make, position):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="Give the reason") as refused:
        service.report(actor, commitment, claim(position, text="We cannot."))
    assert refused.value.field == "reason"
    service.report(actor, commitment, claim(position, reason="The law does not allow it."))
    assert standing(commitment)[0] == position


@pytest.mark.parametrize("position", ["not-accepted", "not-applicable"])
def test_what_is_declined_goes_with_no_implementation(make, position):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="goes with no implementation") as refused:
        service.report(actor, commitment, claim(position, "in-progress", reason="No."))
    assert refused.value.field == "implementation"
    service.report(actor, commitment, claim(position, reason="No."))
    with pytest.raises(InvalidInput, match="Choose another position"):
        service.report(actor, commitment, claim(implementation="in-progress"))
    service.report(actor, commitment, claim("accepted", "in-progress"))
    assert standing(commitment)[:2] == ("accepted", "in-progress")


@pytest.mark.parametrize(
    "closed", ["closed-superseded", "closed-no-longer-relevant", "closed-not-implemented"]
)
def test_a_focal_point_cannot_close(make, closed):
    commitment = make.commitment("JO")
    with pytest.raises(InvalidInput, match="Only a reviewer of another party may close") as refused:
        service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", closed))
    assert refused.value.field == "implementation"


def test_what_is_closed_is_reopened_by_a_reviewer_before_it_is_reported_on(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    reviewer = make.actor("reviewer", party="ES")
    service.assess(
        reviewer, commitment, finding("closed", "closed-superseded", reason="A newer one says more.")
    )
    with pytest.raises(InvalidInput, match="Ask a reviewer of another party to reopen it"):
        service.report(actor, commitment, claim("accepted", "in-progress"))
    service.assess(reviewer, commitment, finding("reopened", reason="The newer one was withdrawn."))
    service.report(actor, commitment, claim("accepted", "in-progress"))
    assert standing(commitment) == ("accepted", "in-progress", "self-reported")


@pytest.mark.parametrize(("record", "message"), [("draft", "still a draft"), ("retired", "was retired")])
def test_only_what_is_published_is_reported_on(make, record, message):
    author = make.person("focal-point", party="JO")
    commitment = make.commitment("JO", record=record, author=author)
    actor = actor_for(author)
    with pytest.raises(InvalidInput, match=message):
        service.report(actor, commitment, claim("accepted"))


def test_a_report_says_something(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="Say something"):
        service.report(actor, commitment, claim(reason="Because."))
    with pytest.raises(InvalidInput, match="Your report is the reply"):
        service.report(actor, commitment, claim("awaiting-reply"))


def test_a_mere_position_says_nothing_about_assurance(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    service.report(actor, commitment, claim("under-consideration"))
    assert standing(commitment) == ("under-consideration", None, "none")
    service.report(actor, commitment, claim(text="We asked the prison service."))
    assert standing(commitment) == ("under-consideration", None, "none")


def test_evidence_raises_the_assurance_of_an_implementation(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    service.report(actor, commitment, claim("accepted", "planned"))
    assert standing(commitment)[2] == "self-reported"
    service.report(actor, commitment, claim(evidence=[a_file(title="Decree")]))
    assert standing(commitment) == ("accepted", "planned", "evidence-attached")
    service.report(actor, commitment, claim(implementation="in-progress"))
    assert standing(commitment) == ("accepted", "in-progress", "self-reported")


def test_saying_the_same_again_takes_nothing_away_from_what_was_verified(make):
    commitment = implemented(make)
    service.assess(make.actor("reviewer", party="ES"), commitment, finding("verified"))
    actor = make.actor("focal-point", party="JO")
    service.report(actor, commitment, claim(text="The second course was held."))
    assert standing(commitment) == ("accepted", "implemented", "verified")
    service.report(actor, commitment, claim(implementation="partly-implemented"))
    assert standing(commitment) == ("accepted", "partly-implemented", "self-reported")


@pytest.mark.parametrize(
    ("evidence", "assurance"), [([], "self-reported"), ([a_link()], "evidence-attached")]
)
def test_a_report_after_a_dispute_is_a_new_claim(make, evidence, assurance):
    commitment = implemented(make)
    service.assess(
        make.actor("reviewer", party="ES"), commitment, finding("disputed", reason="The decree expired.")
    )
    assert standing(commitment)[2] == "disputed"
    service.report(
        make.actor("focal-point", party="JO"), commitment, claim(text="It was renewed.", evidence=evidence)
    )
    assert standing(commitment) == ("accepted", "implemented", assurance)


def test_a_report_is_never_less_restricted_than_its_recommendation(make):
    commitment, actor = make.commitment("JO", handling="TLP:AMBER"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="cannot be less restricted") as refused:
        service.report(actor, commitment, claim("accepted", handling="TLP:GREEN"))
    assert refused.value.field == "handling"
    assert service.report(actor, commitment, claim("accepted")).handling is Handling.AMBER
    assert service.report(actor, commitment, claim("accepted", handling="TLP:RED")).handling is Handling.RED


def test_a_text_has_a_bound(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    with pytest.raises(InvalidInput, match="Shorten the text"):
        service.report(actor, commitment, claim(text="x" * (LONG_TEXT + 1)))
    service.report(actor, commitment, claim(text="ب" * LONG_TEXT, language="ar"))


def test_whoever_saw_an_older_state_is_told_so_and_nothing_is_overwritten(make):
    commitment = make.commitment("JO")
    seen = commitment.version
    first, second = make.actor("focal-point", party="JO"), make.actor("focal-point", party="JO")
    service.report(first, commitment, claim("accepted", "planned", seen_version=seen))
    with pytest.raises(EditConflict, match="Read what came in between"):
        service.report(second, commitment, claim("not-accepted", reason="No.", seen_version=seen))
    assert standing(commitment) == ("accepted", "planned", "self-reported")


def test_every_line_makes_a_new_version_even_one_that_changes_no_state(make):
    commitment = implemented(make)
    reviewer = make.actor("reviewer", party="ES")
    versions = []
    for _ in range(3):
        service.assess(reviewer, commitment, finding("verified"))
        standing(commitment)
        versions.append(commitment.version)
    assert len(set(versions)) == 3


def test_a_report_is_in_the_log_and_waits_for_the_index(make):
    commitment = make.commitment("JO")
    actor = make.actor("focal-point", party="JO")
    with unit_of_work():
        service.report(
            actor, commitment, claim("accepted", "planned", text="Secret words", handling="TLP:RED")
        )
        assert [(row.kind, row.record_id) for row in db.session.query(OutboxRow)] == [
            ("outcome", commitment.outcome_id)
        ]
    entry = audit.history_of("commitment", commitment.id)[0]
    assert (entry.act, entry.actor_id) == ("report", actor.id)
    assert ("implementation", None, "planned") in entry.changes
    assert "Secret words" not in str(entry.after)


def test_a_refused_report_leaves_nothing_behind(make):
    commitment = make.commitment("JO")
    with pytest.raises(InvalidInput):
        service.report(make.actor("focal-point", party="JO"), commitment, claim("not-accepted", text="No."))
    assert db.session.query(Update).count() == 0
    assert audit.history_of("commitment", commitment.id) == []
