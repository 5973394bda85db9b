"""Logging, changing, publishing and retiring outcomes; each function is one transaction."""

from flask_babel import gettext as _

from tracker.accounts.models import Party
from tracker.core.db import now, today, unit_of_work
from tracker.core.errors import InvalidInput, NotFound
from tracker.core.permissions import Actor, Permission, require
from tracker.core.records import records
from tracker.core.signals import addressees_changed
from tracker.core.vocabulary import Handling
from tracker.outcomes import snapshot
from tracker.outcomes.checks import check_due, check_not_logged_yet
from tracker.outcomes.conflicts import OutcomeConflict, changing, text_of
from tracker.outcomes.data import OutcomeData, TextData
from tracker.outcomes.discarding import check_discardable, discard_draft
from tracker.outcomes.handling import HandlingData, effect_of, relabel_outcome
from tracker.outcomes.links import add_link, link_outcomes, unlink_outcomes
from tracker.outcomes.models import Outcome
from tracker.outcomes.queries import drafts_of
from tracker.outcomes.references import next_reference
from tracker.outcomes.versions import add_version, edit_version
from tracker.outcomes.vocabulary import Kind, LinkKind, Record
from tracker.outcomes.writing import check_names, fill, fill_handling, forget, note, touch
from tracker.workshops.models import Workshop
from tracker.workshops.ways import by_label_alone

__all__ = [
    "HandlingData",
    "OutcomeConflict",
    "OutcomeData",
    "TextData",
    "add_version",
    "check_discardable",
    "discard_draft",
    "edit_outcome",
    "edit_version",
    "effect_of",
    "link_outcomes",
    "log_outcome",
    "publish_drafts",
    "publish_outcome",
    "publishable_drafts",
    "relabel_outcome",
    "retire_outcome",
    "unlink_outcomes",
]


def log_outcome(actor: Actor, data: OutcomeData, *, publish: bool = False) -> Outcome:
    """Write down an outcome as a draft, or published at once; gives it the next reference.

    Raises Denied, InvalidInput (naming the field), NotFound for a workshop that is gone.
    """
    with unit_of_work() as session:
        workshop = session.get(Workshop, data.workshop_id) if data.workshop_id is not None else None
        if workshop is None and data.workshop_id is not None:
            raise NotFound(_("This workshop no longer exists. Choose another."))
        require(actor, Permission.OUTCOME_LOG, workshop)
        if not data.texts:
            raise InvalidInput(_("Write the text. Everything else can be added later."), "text")
        check_not_logged_yet(actor, workshop, data.texts)
        check_due(workshop, data.due)
        started = workshop.starts_on if workshop is not None else None
        outcome = Outcome(
            ref=next_reference(data.kind, (started or today()).year),
            kind=data.kind,
            record=Record.DRAFT,
            workshop_id=data.workshop_id,
            language=data.language or data.texts[0].language,
            handling=workshop.handling if workshop is not None else Handling.GREEN,
            author_id=actor.id,
            external_ref=data.external_ref or None,
            illustrative=data.illustrative,
        )
        fill(outcome, data)
        fill_handling(outcome, data)
        session.add(outcome)
        session.flush()
        _address(actor, outcome, data)
        note(actor, "log", outcome, None)
        if publish:
            publish_outcome(actor, outcome)
    return outcome


def edit_outcome(actor: Actor, outcome: Outcome, data: OutcomeData, seen_version: int) -> Outcome:
    """Change an outcome that was seen in this version; saving it unchanged writes nothing.

    How it is handled stays as it is: `relabel_outcome` changes that. Raises OutcomeConflict when somebody
    else saved meanwhile, Denied, InvalidInput (naming the field).
    """
    with changing(outcome, seen_version) as session:
        require(actor, Permission.OUTCOME_EDIT, outcome)
        if outcome.record is Record.RETIRED:
            raise InvalidInput(_("What is retired is not changed any more. Log a successor instead."))
        before, proposed = snapshot.of(outcome), set(outcome.proposers)
        with session.no_autoflush:
            fill(outcome, data)
        _address(actor, outcome, data)
        # The history does not tell proposers under the Chatham House Rule; their change counts all the same.
        if snapshot.of(outcome) != before or set(outcome.proposers) != proposed:
            touch(outcome)
            note(actor, "edit", outcome, before)
    return outcome


def _address(actor: Actor, outcome: Outcome, data: OutcomeData) -> None:
    """Tell the follow-up room whom the recommendation addresses from now on."""
    standing = {commitment.party_id for commitment in outcome.commitments}
    if outcome.kind is not Kind.RECOMMENDATION or standing == set(data.addressee_ids):
        return
    parties = records(Party, data.addressee_ids, "addressees")
    addressees_changed.send(outcome, actor=actor, parties=parties)
    forget(outcome, "commitments", "addressees")


def _why_not_publishable(outcome: Outcome) -> InvalidInput | None:
    text = text_of(outcome, outcome.language)
    if text is None or not text.text.strip():
        return InvalidInput(_("Write the text before publishing %(ref)s.", ref=outcome.ref), "text")
    try:
        check_names(outcome.handling, outcome.named_parties, outcome.named_people)
    except InvalidInput as error:
        return error
    return None


def _publish(actor: Actor, outcome: Outcome) -> None:
    before = snapshot.of(outcome)
    outcome.record = Record.PUBLISHED
    outcome.published_at = now()
    touch(outcome)
    note(actor, "publish", outcome, before)


def publish_outcome(actor: Actor, outcome: Outcome, seen_version: int | None = None) -> Outcome:
    """Publish a draft as it was seen.

    Raises Denied, OutcomeConflict, and InvalidInput when it is no draft or not complete.
    """
    with changing(outcome, seen_version):
        require(actor, Permission.OUTCOME_PUBLISH, outcome)
        if outcome.record is not Record.DRAFT:
            raise InvalidInput(_("%(ref)s is published already.", ref=outcome.ref))
        problem = _why_not_publishable(outcome)
        if problem is not None:
            raise problem
        _publish(actor, outcome)
    return outcome


def publishable_drafts(actor: Actor, workshop: Workshop) -> list[Outcome]:
    """The drafts of the workshop that are complete, in the order in which they were logged."""
    return [draft for draft in drafts_of(actor, workshop) if _why_not_publishable(draft) is None]


def publish_drafts(actor: Actor, workshop: Workshop) -> int:
    """Publish every complete draft of the workshop at once; gives back how many there were."""
    with unit_of_work():
        require(actor, Permission.OUTCOME_PUBLISH, workshop)
        ready = publishable_drafts(actor, workshop)
        for draft in ready:
            _publish(actor, draft)
    return len(ready)


def retire_outcome(
    actor: Actor,
    outcome: Outcome,
    reason: str,
    successor: Outcome | None = None,
    seen_version: int | None = None,
) -> Outcome:
    """Retire what was published, with the reason and, where there is one, what takes its place.

    The successor is linked as superseding it. Raises Denied, OutcomeConflict, InvalidInput.
    """
    with changing(outcome, seen_version) as session:
        require(actor, Permission.OUTCOME_RETIRE, outcome)
        if outcome.record is not Record.PUBLISHED:
            raise InvalidInput(_("Only what is published can be retired; %(ref)s is not.", ref=outcome.ref))
        if not reason.strip():
            raise InvalidInput(_("Say why it is retired, so that readers understand."), "reason")
        if successor is not None:
            require(by_label_alone(actor), Permission.OUTCOME_READ, successor)
            _check_successor(outcome, successor)
        before = snapshot.of(outcome)
        outcome.record = Record.RETIRED
        outcome.retired_reason = reason.strip()
        outcome.successor = successor
        touch(outcome)
        session.flush()
        if successor is not None:
            add_link(actor, successor, outcome, LinkKind.SUPERSEDES)
        note(actor, "retire", outcome, before)
    return outcome


def _check_successor(outcome: Outcome, successor: Outcome) -> None:
    if successor.id == outcome.id:
        raise InvalidInput(
            _("An outcome cannot take its own place. Give the reference of another."), "successor"
        )
    if successor.kind is not outcome.kind:
        raise InvalidInput(
            _("The successor of a recommendation is a recommendation, of a practice a practice."), "successor"
        )
    if successor.record is not Record.PUBLISHED:
        raise InvalidInput(
            _(
                "%(ref)s is not published, so it cannot take the place of another. Publish it first.",
                ref=successor.ref,
            ),
            "successor",
        )
