"""From hits on pages of files to what is shown of them, checked again in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling
from tracker.followup.history import evidence_visible
from tracker.followup.models import Adoption, Commitment, Evidence, Update
from tracker.outcomes import queries as outcomes
from tracker.outcomes.models import Outcome
from tracker.reading import words
from tracker.reading.models import FilePage, FileReading
from tracker.search.document import page_of
from tracker.search.engine import Hit
from tracker.workshops import queries as workshops
from tracker.workshops.models import Workshop, WorkshopFile


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One result that is a file: the page that matches best, and the record that the file belongs to.

    It is a file of `workshop`; or evidence on `outcome` about the party with the code `party`, and then
    `workshop` is the outcome's, None when the actor may not see it.
    """

    hit: Hit
    file: StoredFile
    page: int
    place: str
    handling: Handling
    workshop: Workshop | None
    outcome: Outcome | None = None
    party: str = ""
    is_adoption: bool = False

    @property
    def ref(self) -> str:
        """Reference of the outcome, or code of the workshop."""
        if self.outcome is not None:
            return self.outcome.ref
        return self.workshop.code if self.workshop is not None else ""


def found_files(actor: Actor, hits: Iterable[Hit]) -> dict[str, FoundFile]:
    """Of these hits, those that are pages of files which the actor may open, by reference of the page."""
    wanted = {hit.ref: (hit, place) for hit in hits if (place := page_of(hit.ref)) is not None}
    if not wanted:
        return {}
    places = [place for _hit, place in wanted.values()]
    pages = (
        select(FilePage)
        .where(tuple_(FilePage.file_id, FilePage.position).in_(places))
        .options(joinedload(FilePage.reading).joinedload(FileReading.file))
    )
    there = {(page.file_id, page.position): page for page in db.session.scalars(pages)}
    ids = [file_id for file_id, _position in places]
    owners = _of_workshops(actor, ids) | _of_evidence(actor, ids)
    return {
        ref: FoundFile(
            hit=hit,
            file=page.reading.file,
            page=page.number,
            place=words.place(page.reading.unit, page.number, page.label),
            **owners[place[0]],
        )
        for ref, (hit, place) in wanted.items()
        if place[0] in owners and (page := there.get(place)) is not None
    }


def _of_workshops(actor: Actor, file_ids: list[int]) -> dict[int, dict[str, Any]]:
    query = (
        select(WorkshopFile)
        .join(WorkshopFile.workshop)
        .where(WorkshopFile.file_id.in_(file_ids), workshops.visible_to(actor))
        .options(contains_eager(WorkshopFile.workshop))
    )
    return {
        attached.file_id: {"workshop": attached.workshop, "handling": attached.workshop.handling}
        for attached in db.session.scalars(query)
    }


def _of_evidence(actor: Actor, file_ids: list[int]) -> dict[int, dict[str, Any]]:
    query = (
        select(Evidence)
        .where(Evidence.file_id.in_(file_ids))
        .options(
            joinedload(Evidence.update).options(
                joinedload(Update.commitment).options(
                    joinedload(Commitment.outcome), joinedload(Commitment.party)
                ),
                joinedload(Update.adoption).options(joinedload(Adoption.outcome), joinedload(Adoption.party)),
            )
        )
    )
    pieces = db.session.scalars(query).all()
    visible = outcomes.by_refs(actor, [piece.update.subject.outcome.ref for piece in pieces])
    held_at = workshops.visible_among(actor, [outcome.workshop_id for outcome in visible.values()])
    return {
        piece.file_id: {
            "outcome": visible[subject.outcome.ref],
            "workshop": held_at.get(subject.outcome.workshop_id or 0),
            "handling": piece.shown_handling,
            "party": subject.party.code,
            "is_adoption": piece.update.adoption is not None,
        }
        for piece in pieces
        if piece.file_id is not None
        and (subject := piece.update.subject).outcome.ref in visible
        and evidence_visible(actor, piece)
    }
