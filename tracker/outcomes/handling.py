"""Changing the handling of an outcome: its label, who is named on it, the Chatham House Rule."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.models import Party, Person
from tracker.core.errors import InvalidInput
from tracker.core.i18n import fold
from tracker.core.permissions import MEMBER, PUBLIC, Actor, Permission, require
from tracker.core.records import records
from tracker.core.vocabulary import Handling
from tracker.outcomes import snapshot
from tracker.outcomes.conflicts import changing
from tracker.outcomes.history import RELABEL
from tracker.outcomes.models import Outcome
from tracker.outcomes.rules import access_ways
from tracker.outcomes.vocabulary import Record
from tracker.outcomes.writing import check_names, note, touch
from tracker.workshops.effects import Confirm, Effect, check_confirmed, check_reason, needed_for, sentences
from tracker.workshops.rules import may_work_on as may_work_on_workshop
from tracker.workshops.ways import Ways


@dataclass(slots=True)
class HandlingData:
    """How an outcome is to be handled, why, and what whoever changes it has confirmed."""

    handling: Handling
    reason: str
    named_party_ids: list[int] = field(default_factory=list)
    named_person_ids: list[int] = field(default_factory=list)
    chatham_house: bool = False
    confirmed: frozenset[Confirm] = frozenset()


@dataclass(slots=True)
class _Proposed:
    """The outcome as it would be, as far as it decides who may read it."""

    id: int
    record: Record
    author_id: int | None
    workshop: Any
    commitments: list[Any]
    handling: Handling
    chatham_house: bool
    named_parties: list[Party]
    named_people: list[Person]


def _proposed(outcome: Outcome, data: HandlingData) -> _Proposed:
    people = records(Person, data.named_person_ids, "named_people")
    for person in people:
        if not person.active and person not in outcome.named_people:
            raise InvalidInput(
                _("The account of %(name)s is closed. Name somebody else.", name=person.name), "named_people"
            )
    proposed = _Proposed(
        outcome.id,
        outcome.record,
        outcome.author_id,
        outcome.workshop,
        outcome.commitments,
        data.handling,
        data.chatham_house,
        records(Party, data.named_party_ids, "named_parties"),
        people,
    )
    check_names(proposed.handling, proposed.named_parties, proposed.named_people)
    return proposed


def effect_of(actor: Actor, outcome: Outcome, data: HandlingData) -> Effect:
    """Who would lose and gain access, and what has to be confirmed.

    Raises InvalidInput as `relabel_outcome` does.
    """
    proposed = _proposed(outcome, data)
    before, after = access_ways(outcome), access_ways(proposed)
    needed = needed_for(actor, outcome.handling, data.handling, after)
    workshop = outcome.workshop
    said = sentences(before, after, workshop_open=workshop is None or may_work_on_workshop(actor, workshop))
    said += _of_addressees(outcome, before, after)
    if outcome.chatham_house and not data.chatham_house:
        said.append(_("Then everyone who may read this sees who proposed it and who logged it."))
        if outcome.record is not Record.DRAFT:
            needed.add(Confirm.PROPOSERS)
    elif data.chatham_house and not outcome.chatham_house:
        said.append(_("Then who proposed it and who logged it are shown nowhere, also not in its history."))
    return Effect(said, frozenset(needed))


def _of_addressees(outcome: Outcome, before: Ways, after: Ways) -> list[str]:
    """Which addressees would no longer see what they owe."""

    def is_open(ways: Ways, party_id: int) -> bool:
        return not ways.keys().isdisjoint({PUBLIC, MEMBER, f"party:{party_id}"})

    shut_out = [
        commitment.party.name
        for commitment in outcome.commitments
        if is_open(before, commitment.party_id) and not is_open(after, commitment.party_id)
    ]
    if not shut_out:
        return []
    return [
        ngettext(
            "%(num)s addressee will no longer see this or be able to report on it: %(names)s",
            "%(num)s addressees will no longer see this or be able to report on it: %(names)s",
            len(shut_out),
            names="; ".join(sorted(shut_out, key=fold)),
        )
    ]


def relabel_outcome(actor: Actor, outcome: Outcome, data: HandlingData, seen_version: int) -> Outcome:
    """Change how an outcome that was seen in this version is handled, with the reason in its history.

    Raises OutcomeConflict when somebody else saved meanwhile, Denied, and InvalidInput, naming the field, for
    a missing name, reason or confirmation, and when nothing would change.
    """
    with changing(outcome, seen_version):
        require(actor, Permission.OUTCOME_RELABEL, outcome)
        check_reason(data.reason)
        proposed = _proposed(outcome, data)
        check_confirmed(effect_of(actor, outcome, data), data.confirmed)
        before = snapshot.of(outcome)
        _take_over(outcome, proposed)
        if not _note(actor, outcome, before, data.reason):
            raise InvalidInput(_("Nothing would change: it is handled so already."), "handling")
    return outcome


def _take_over(outcome: Outcome, proposed: _Proposed) -> None:
    outcome.handling = proposed.handling
    outcome.chatham_house = proposed.chatham_house
    # In the order in which they are read again, so that naming the same ones changes nothing.
    outcome.named_parties = sorted(proposed.named_parties, key=lambda party: party.id)
    outcome.named_people = sorted(proposed.named_people, key=lambda person: person.id)


def _note(actor: Actor, outcome: Outcome, before: dict[str, Any], reason: str) -> bool:
    after = snapshot.of(outcome)
    if outcome.chatham_house or before["chatham_house"]:
        # Neither side of the change may tell proposers: the rule held before or holds from now on.
        before, after = snapshot.without_proposers(before), snapshot.without_proposers(after)
    if after == before:
        return False
    touch(outcome)
    note(actor, RELABEL, outcome, before, after | {"reason": reason.strip()})
    return True


def raise_outcome(actor: Actor, outcome: Outcome, handling: Handling, reason: str) -> bool:
    """Raise the label with that of the workshop, inside a unit of work that has asked for permission.

    Where the label opens a record only to those named on it and nobody is named, the parties that took part
    and those addressed are named, or under RED the workshop's rapporteurs. False when that is nobody, and the
    outcome stays as it is.
    """
    workshop = outcome.workshop
    parties, people = list(outcome.named_parties), list(outcome.named_people)
    if handling is Handling.AMBER_STRICT and not parties:
        addressed = [commitment.party for commitment in outcome.commitments]
        parties = list(dict.fromkeys([*(workshop.parties if workshop is not None else []), *addressed]))
    if handling is Handling.RED and not people:
        people = list(workshop.rapporteurs) if workshop is not None else []
    try:
        check_names(handling, parties, people)
    except InvalidInput:
        return False
    before = snapshot.of(outcome)
    outcome.handling = handling
    outcome.named_parties = sorted(parties, key=lambda party: party.id)
    outcome.named_people = sorted(people, key=lambda person: person.id)
    return _note(actor, outcome, before, reason)
