"""From attached files to documents in the index: one for each page that was read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.followup.models import Adoption, Commitment, Evidence, Update
from tracker.followup.visibility import evidence_tokens
from tracker.outcomes.models import Outcome
from tracker.reading.models import FilePage, FileReading
from tracker.reading.vocabulary import ReadingState
from tracker.search.document import FILE_KIND, Document, page_ref
from tracker.search.documents import compact, day_of, eager, filters_of, nameable, names_of
from tracker.themes import queries as themes
from tracker.workshops.models import Workshop, WorkshopFile
from tracker.workshops.rules import access_tokens as workshop_tokens

#: Files, or outcomes, that one query asks for.
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all pages of a file have in common."""

    title: str
    language: str
    tokens: frozenset[str]
    names: list[str]
    filters: dict[str, tuple[str, ...]]
    date: str


def file_documents(file_ids: Iterable[int]) -> Iterator[Document]:
    """The documents of the pages of these files; unread files, and those that belong nowhere, have none."""
    wanted = list(dict.fromkeys(file_ids))
    closure = themes.closure() if wanted else {}
    for start in range(0, len(wanted), _CHUNK):
        ids = wanted[start : start + _CHUNK]
        query = select(FileReading).where(
            FileReading.file_id.in_(ids), FileReading.state == ReadingState.READ
        )
        readings = db.session.scalars(query.options(joinedload(FileReading.file))).all()
        frames = _of_workshops(ids) | _of_evidence(ids, closure)
        for reading in readings:
            if (frame := frames.get(reading.file_id)) is not None:
                yield from _documents(reading, frame)
        # What was read is dropped, so that the texts of many files do not pile up in the session.
        db.session.expunge_all()


def _documents(reading: FileReading, frame: _Frame) -> Iterator[Document]:
    file = reading.file
    query = select(FilePage.position, FilePage.language, FilePage.text).where(FilePage.file_id == file.id)
    found = [
        (position, language or frame.language, text)
        for position, language, text in db.session.execute(query.order_by(FilePage.position))
    ]
    # A page that passes a filter stands for its file, so all pages say in which languages the file is.
    languages = tuple(dict.fromkeys(language for _position, language, _text in found))
    filters = frame.filters | {"kind": (FILE_KIND,), "lang": languages}
    for position, language, text in found:
        yield Document(
            ref=page_ref(file.id, position),
            kind=FILE_KIND,
            file=file.id,
            language=language,
            titles={language: frame.title},
            texts={language: text},
            workshop_text=" ".join((file.name, *frame.names)),
            filters=filters,
            access=tuple(sorted(frame.tokens)),
            date=frame.date,
        )


def _of_workshops(file_ids: list[int]) -> dict[int, _Frame]:
    """Of these files, those of workshops: open to whoever may open the workshop."""
    people = selectinload(Workshop.rapporteurs).options(lazyload(Person.roles), lazyload(Person.parties))
    query = (
        select(WorkshopFile)
        .where(WorkshopFile.file_id.in_(file_ids))
        .options(
            joinedload(WorkshopFile.workshop).options(
                selectinload(Workshop.hosts), selectinload(Workshop.participants), people
            )
        )
    )
    return {attached.file_id: _workshop_frame(attached) for attached in db.session.scalars(query)}


def _workshop_frame(attached: WorkshopFile) -> _Frame:
    workshop = attached.workshop
    day = workshop.starts_on or workshop.created_at.date()
    return _Frame(
        title=attached.title,
        language=str(workshop.language),
        tokens=workshop_tokens(workshop),
        names=names_of(workshop),
        # Its own country is where it met; the filter asks whom an outcome addresses.
        filters={
            "workshop": (workshop.code,),
            "year": (str(day.year),),
            "handling": (str(workshop.handling),),
        },
        date=compact(day),
    )


def _of_evidence(file_ids: list[int], closure: dict[int, tuple[str, ...]]) -> dict[int, _Frame]:
    """Of these files, those that are evidence: no wider open than outcome, update and evidence together."""
    query = (
        select(Evidence)
        .where(Evidence.file_id.in_(file_ids))
        .options(
            joinedload(Evidence.update).options(joinedload(Update.commitment), joinedload(Update.adoption))
        )
    )
    pieces = db.session.scalars(query).all()
    numbers = {piece.update.subject.outcome_id for piece in pieces}
    outcomes = select(Outcome).where(Outcome.id.in_(numbers)).options(*eager())
    # Held while their evidence is looked at, so that each is loaded once, with all that it needs.
    held = db.session.scalars(outcomes).unique().all() if numbers else []
    frames = {piece.file_id: _evidence_frame(piece, closure) for piece in pieces if piece.file_id}
    del held
    return frames


def _evidence_frame(piece: Evidence, closure: dict[int, tuple[str, ...]]) -> _Frame:
    outcome = piece.update.subject.outcome
    tokens = evidence_tokens(piece)
    workshop = nameable(outcome.workshop, tokens)
    filters = filters_of(outcome, workshop, closure) | {"handling": (str(piece.shown_handling),)}
    return _Frame(
        title=piece.title,
        language=str(piece.update.language),
        tokens=tokens,
        names=[outcome.ref, *names_of(workshop)],
        filters=filters,
        date=compact(day_of(outcome)),
    )


def beyond(file_ids: Iterable[int], characters: int) -> list[int]:
    """Those of some files whose pages are more than so many characters, taken together in their order."""
    query = select(FilePage.file_id, func.sum(func.length(FilePage.text))).group_by(FilePage.file_id)
    wanted, sizes = list(file_ids), dict[int, int]()
    for start in range(0, len(wanted), _CHUNK):
        ids = wanted[start : start + _CHUNK]
        sizes |= dict(db.session.execute(query.where(FilePage.file_id.in_(ids))).tuples().all())
    total = accumulate(sizes.get(file, 0) for file in wanted)
    return [file for file, upto in zip(wanted, total, strict=True) if upto > characters]


def all_file_ids() -> list[int]:
    """The numbers of all files whose text was read, oldest first."""
    query = select(FileReading.file_id).where(FileReading.state == ReadingState.READ)
    return list(db.session.scalars(query.order_by(FileReading.file_id)))


def number_of_pages() -> int:
    """How many pages and pieces of pages were read."""
    return db.session.scalar(select(func.count()).select_from(FilePage)) or 0


def files_on(outcome_ids: Iterable[int]) -> list[int]:
    """The numbers of the files that are evidence on these outcomes, and change hands with them."""
    wanted, found = list(outcome_ids), []
    for start in range(0, len(wanted), _CHUNK):
        ids = wanted[start : start + _CHUNK]
        query = (
            select(Evidence.file_id)
            .join(Evidence.update)
            .outerjoin(Update.commitment)
            .outerjoin(Update.adoption)
            .where(
                Evidence.file_id.is_not(None),
                or_(Commitment.outcome_id.in_(ids), Adoption.outcome_id.in_(ids)),
            )
        )
        found += [number for number in db.session.scalars(query) if number is not None]
    return found
