"""What may be done in follow-up, by whom, and the state that follows.

Sources: a reviewer of another party classifies, never the addressee (NTSB); acceptance and implementation are
two axes (UN Joint Inspection Unit).
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Party
from tracker.core.errors import InvalidInput
from tracker.core.permissions import Actor, Permission, readers, rule
from tracker.core.vocabulary import RoleName
from tracker.followup.models import Commitment
from tracker.followup.vocabulary import Assurance, Finding, Implementation, Position, Stage
from tracker.outcomes import rules as outcome_rules
from tracker.workshops.ways import is_opened

#: Positions that a focal point gives with a reason.
NEED_REASON = frozenset({Position.NOT_ACCEPTED, Position.NOT_APPLICABLE, Position.ACCEPTED_WITH_ALTERNATIVE})
#: Stages of an adoption that end it, with a reason.
STAGES_NEED_REASON = frozenset({Stage.NOT_TRANSFERABLE, Stage.STOPPED})
#: What counts as carried out; only evidence verifies it.
DONE = frozenset({Implementation.IMPLEMENTED, Implementation.IMPLEMENTED_OTHERWISE})
#: What a reviewer can find to be true in part.
UNDER_WAY = DONE | {Implementation.IN_PROGRESS, Implementation.PARTLY_IMPLEMENTED}


_ONLY_OPENED = _l("This was opened in an emergency, to be read and nothing else.")

rule(Permission.FOLLOWUP_READ)(readers)


def _is_only_opened(actor: Actor, thing: Any) -> bool:
    """Whether nothing but an emergency opens the commitment or adoption to the actor."""
    number = getattr(thing, "outcome_id", None)
    return is_opened(actor, "outcome", number) and not outcome_rules.may_work_on(actor, thing.outcome)


@rule(Permission.FOLLOWUP_REPORT)
def may_report(actor: Actor, thing: Any = None) -> Any:
    """A focal point reports for its own party; `thing` is a commitment, an adoption or a party."""
    is_focal_point = actor.has_role(RoleName.FOCAL_POINT)
    if thing is None:
        return None if is_focal_point and actor.party_ids else _l("Only a focal point of a party may report.")
    if _is_only_opened(actor, thing):
        return _ONLY_OPENED
    party = thing if isinstance(thing, Party) else thing.party
    if is_focal_point and party.id in actor.party_ids:
        return None
    return _("Only a focal point of %(party)s may report on this.", party=party.name)


@rule(Permission.FOLLOWUP_ASSESS)
def may_assess(actor: Actor, thing: Any = None) -> Any:
    """A reviewer assesses what other parties claim, never what its own side claims.

    Without a party nobody knows whose side that is, so such a reviewer assesses nothing.
    """
    is_reviewer = actor.has_role(RoleName.REVIEWER)
    if is_reviewer and not actor.side_ids:
        return _l("Ask an administrator to say for which party you review. Then you can assess.")
    if thing is None:
        return None if is_reviewer else _l("Only a reviewer may assess.")
    if _is_only_opened(actor, thing):
        return _ONLY_OPENED
    if is_reviewer and thing.party_id not in actor.side_ids:
        return None
    return _("Only a reviewer of another party than %(party)s may assess this.", party=thing.party.name)


@rule(Permission.FOLLOWUP_SCHEDULE)
def may_schedule(actor: Actor, thing: Any = None) -> Any:
    """A coordinator says when a party's answer is due."""
    if _is_only_opened(actor, thing):
        return _ONLY_OPENED
    return (
        None
        if actor.has_role(RoleName.COORDINATOR)
        else _l("Only a coordinator may change when this is due.")
    )


@dataclass(frozen=True, slots=True)
class State:
    """The three independent fields of a commitment."""

    position: Position | None = None
    implementation: Implementation | None = None
    assurance: Assurance = Assurance.NONE

    @classmethod
    def of(cls, commitment: Commitment) -> "State":
        """The state in which the commitment stands."""
        return cls(commitment.position, commitment.implementation, commitment.assurance)

    @property
    def is_closed(self) -> bool:
        """Whether a reviewer closed it."""
        return self.implementation is not None and self.implementation.is_closed


def after_report(
    state: State,
    *,
    position: Position | None,
    implementation: Implementation | None,
    text: str = "",
    reason: str = "",
    evidence: bool = False,
) -> State:
    """The state after a focal point's claim; raises InvalidInput for what a focal point cannot claim.

    `evidence` says whether this claim brings evidence.
    """
    if state.is_closed:
        raise InvalidInput(
            _("This is closed. Ask a reviewer of another party to reopen it; then you can report again.")
        )
    if implementation is not None and implementation.is_closed:
        raise InvalidInput(
            _("Only a reviewer of another party may close this. Say in your report why it should be closed."),
            "implementation",
        )
    if position is Position.AWAITING_REPLY:
        raise InvalidInput(
            _("Your report is the reply. Choose what it says, or “Under consideration”."), "position"
        )
    if position in NEED_REASON and not reason:
        raise InvalidInput(_("Give the reason for “%(choice)s”.", choice=position.label), "reason")
    standing = position or state.position
    if implementation is not None and standing is not None and standing.is_declined:
        raise InvalidInput(
            _(
                "“%(choice)s” goes with no implementation. Choose another position, or leave this as it is.",
                choice=standing.label,
            ),
            "implementation",
        )
    substance = implementation is not None or bool(text) or evidence
    if position is None and not substance:
        raise InvalidInput(_("Say something: a position, how far it has come, or a text."), "text")
    new = implementation or state.implementation
    assurance = _claimed(state, new, evidence) if substance and new is not None else state.assurance
    return State(position or state.position, new, assurance)


def _claimed(state: State, implementation: Implementation, evidence: bool) -> Assurance:
    fresh = Assurance.EVIDENCE_ATTACHED if evidence else Assurance.SELF_REPORTED
    if implementation is not state.implementation or state.assurance in (Assurance.NONE, Assurance.DISPUTED):
        return fresh
    # The same implementation as before: what was shown for it once still stands.
    if state.assurance is Assurance.SELF_REPORTED:
        return fresh
    return state.assurance


def after_assessment(
    state: State, *, finding: Finding, implementation: Implementation | None, reason: str, evidence: bool
) -> State:
    """The state after a reviewer's finding; raises InvalidInput for what cannot be found.

    `evidence` says whether some claim has evidence that the reviewer may see.
    """
    if finding in (Finding.DISPUTED, Finding.CLOSED, Finding.REOPENED) and not reason:
        raise InvalidInput(_("Give the reason for “%(choice)s”.", choice=finding.label), "reason")
    if finding is Finding.REOPENED:
        return _reopened(state, implementation)
    if state.is_closed:
        raise InvalidInput(_("This is closed. Reopen it first, with a reason."), "finding")
    if finding is Finding.CLOSED:
        if implementation is None or not implementation.is_closed:
            raise InvalidInput(
                _("Choose how it is closed: superseded, no longer relevant or not implemented."),
                "implementation",
            )
        return State(state.position, implementation, state.assurance)
    if implementation is not None and implementation.is_closed:
        raise InvalidInput(
            _("To close it, choose “%(choice)s” as the finding.", choice=Finding.CLOSED.label),
            "implementation",
        )
    if state.implementation is None:
        raise InvalidInput(
            _("There is nothing to assess: nobody stated an implementation. Ask the focal point first."),
            "finding",
        )
    if finding is Finding.DISPUTED:
        # The claim stays as it was made; what the reviewer found stands beside it.
        return State(state.position, state.implementation, Assurance.DISPUTED)
    return _verified(state, finding, implementation, evidence)


def _reopened(state: State, implementation: Implementation | None) -> State:
    if not state.is_closed and state.implementation not in DONE:
        raise InvalidInput(
            _("This is open already. Only what is closed or implemented can be reopened."), "finding"
        )
    new = implementation or Implementation.IN_PROGRESS
    if not new.is_open:
        raise InvalidInput(
            _("Choose the open state to which it returns, such as “In progress”."), "implementation"
        )
    return State(state.position, new, Assurance.NONE)


def _verified(state: State, finding: Finding, implementation: Implementation | None, evidence: bool) -> State:
    if finding is Finding.PARTLY_VERIFIED:
        if state.implementation not in UNDER_WAY:
            raise InvalidInput(_("Only what is under way or implemented can be verified in part."), "finding")
        if implementation not in (None, Implementation.PARTLY_IMPLEMENTED):
            raise InvalidInput(
                _("“Verified in part” means partly implemented. Leave this as it is."), "implementation"
            )
        new = Implementation.PARTLY_IMPLEMENTED
    else:
        new = implementation or state.implementation  # type: ignore[assignment]
    if new in DONE and not evidence:
        raise InvalidInput(
            _("“Implemented” is verified by evidence that you may see. Ask the focal point to attach some."),
            "finding",
        )
    return State(state.position, new, Assurance.VERIFIED)


def check_stage(
    stage: Stage | None, *, text: str, obstacles: str, adaptations: str, reason: str, evidence: bool
) -> None:
    """Raise InvalidInput when a report on an adoption says nothing, or ends it without a reason."""
    if stage in STAGES_NEED_REASON and not reason:
        raise InvalidInput(_("Give the reason for “%(choice)s”.", choice=stage.label), "reason")
    if stage is None and not (text or obstacles or adaptations or evidence):
        raise InvalidInput(_("Say something: a stage, a text, an obstacle or an adaptation."), "text")
