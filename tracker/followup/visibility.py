"""Who may read an update, an assessment or a piece of evidence that is marked higher than its outcome.

The three fields of a commitment are read by everyone who may read the outcome; a label protects what was
written, its author, its date and its evidence. `item_visible` says for one item what `visible_items` says in
SQL.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, false, or_, select, true

from tracker.core.permissions import MEMBER, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.followup.models import Adoption, Assessment, Commitment, Evidence, Update
from tracker.outcomes import rules as outcome_rules
from tracker.outcomes.models import Outcome, outcome_named_person
from tracker.workshops.queries import attended_by, reported_by
from tracker.workshops.rules import held_ids, rapporteur_tokens, took_part_tokens
from tracker.workshops.ways import is_opened

_READERS = {
    Handling.AMBER: _l("Parties that took part or are addressed, and its author, may read it."),
    Handling.AMBER_STRICT: _l("Only the party that it is about, and its author, may read it."),
    Handling.RED: _l("Only the people named on the outcome, and its author, may read it."),
}


def readers_of_item(label: Handling, outcome: Outcome) -> Any:
    """Who may read an update, an assessment or evidence with this label on that outcome, in words."""
    if label.rank <= outcome.handling.rank:
        return _l("Everyone who may read the outcome may read it.")
    return _READERS.get(label, label.meaning)


def _tokens(handling: Handling, outcome: Outcome, party_id: int, author_id: int | None) -> set[str]:
    if handling is Handling.CLEAR:
        return {PUBLIC}
    if handling is Handling.GREEN:
        return {MEMBER}
    author = {f"person:{author_id}"} if author_id is not None else set()
    if handling is Handling.AMBER:
        workshop = outcome.workshop
        present = took_part_tokens(workshop) | rapporteur_tokens(workshop) if workshop is not None else set()
        addressed = {f"party:{commitment.party_id}" for commitment in outcome.commitments}
        return author | present | addressed | {f"party:{party_id}"}
    if handling is Handling.AMBER_STRICT:
        return author | {f"party:{party_id}"}
    return author | {f"person:{person.id}" for person in outcome.named_people}


def item_visible(
    actor: Actor, handling: Handling, outcome: Outcome, party_id: int, author_id: int | None
) -> bool:
    """Whether the actor may read an item with this label, on that outcome, about this party, by this author.

    An item marked no higher than its outcome is read with the outcome. Higher ones: GREEN by everyone
    signed in; AMBER by the parties that took part or are addressed and the rapporteurs; AMBER+STRICT by the
    party that the item is about; RED by the people named on the outcome; and each by its author. Whoever has
    opened the outcome in an emergency reads them all.
    """
    if not outcome_rules.may_read(actor, outcome):
        return False
    if actor.is_operator or is_opened(actor, "outcome", outcome.id):
        return True
    if handling.rank <= outcome.handling.rank:
        return True
    return not actor.access_tokens.isdisjoint(_tokens(handling, outcome, party_id, author_id))


def evidence_tokens(piece: Evidence) -> frozenset[str]:
    """Access tokens each of which alone opens the evidence: its outcome, its update and itself.

    Somebody who opens the outcome by one token and the update by another, such as an author of a party that
    took no part, holds none of these and still may open the evidence: one token cannot say "both".
    """
    subject = piece.update.subject
    outcome: Outcome = subject.outcome
    tokens = outcome_rules.access_tokens(outcome)
    for label in (piece.update.handling, piece.handling):
        if label.rank > outcome.handling.rank:
            tokens = _both(tokens, _tokens(label, outcome, subject.party_id, piece.update.author_id))
    return tokens


def _both(one: frozenset[str], other: set[str]) -> frozenset[str]:
    """The tokens that open what needs a token of each; whoever is signed in is a member and of the public."""
    for everybody in (PUBLIC, MEMBER):
        if everybody in one:
            return frozenset(other)
        if everybody in other:
            return one
    return one & other


def subject_visible(actor: Actor, subject: Commitment | Adoption) -> bool:
    """Whether the actor may read the commitment or adoption at all."""
    return outcome_rules.may_read(actor, subject.outcome)


def update_visible(actor: Actor, update: Update) -> bool:
    """Whether the actor may read this claim."""
    subject: Any = update.commitment or update.adoption
    return item_visible(actor, update.handling, subject.outcome, subject.party_id, update.author_id)


def _rank(column: Any) -> ColumnElement[int]:
    return case({str(label): label.rank for label in Handling}, value=column)


def visible_items(actor: Actor, item: type[Update] | type[Assessment], party_id: Any) -> ColumnElement[bool]:
    """The items that the actor may read, in a query that has joined `Outcome` and checked that it is visible.

    `party_id` is the column that names the party the item is about.
    """
    if actor.is_operator:
        return true()
    people, parties = held_ids(actor, "person"), held_ids(actor, "party")
    mine = item.author_id.in_(people) if people else false()
    ways: list[ColumnElement[bool]] = [_rank(item.handling) <= _rank(Outcome.handling)]
    if MEMBER in actor.access_tokens:
        ways.append(item.handling == Handling.GREEN)
    amber = [mine, party_id.in_(parties)]
    if parties:
        addressed = select(Commitment.outcome_id).where(Commitment.party_id.in_(parties))
        amber += [Outcome.workshop_id.in_(attended_by(parties)), Outcome.id.in_(addressed)]
    if people:
        amber.append(Outcome.workshop_id.in_(reported_by(people)))
    named = select(outcome_named_person.c.outcome_id).where(outcome_named_person.c.person_id.in_(people))
    ways += [
        and_(item.handling == Handling.AMBER, or_(*amber)),
        and_(item.handling == Handling.AMBER_STRICT, or_(mine, party_id.in_(parties))),
        and_(item.handling == Handling.RED, or_(mine, Outcome.id.in_(named))),
    ]
    return or_(*ways)
