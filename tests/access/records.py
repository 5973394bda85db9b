"""Writing the records of the world: workshops, outcomes, what is followed up, reports, findings, evidence."""

from itertools import count
from typing import Any

from flask import Flask

from tests.access import statement as say
from tests.access.people import BODIES, everybody
from tests.access.statement import CLEAR, LABELS, RED, ROLES, STRICT, Record
from tests.access.world import THEME, World
from tests.factories.make import Make
from tracker.accounts.models import Party, PartyKind, Person
from tracker.core.db import db
from tracker.core.files import store_bytes
from tracker.core.vocabulary import Handling
from tracker.followup import models as rows
from tracker.followup.vocabulary import Assurance, EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes.models import Outcome, OutcomeLink
from tracker.outcomes.vocabulary import LinkKind
from tracker.workshops.models import Workshop, WorkshopFile


class Records:
    """Writes records into the instance of an application whose context is open."""

    def __init__(self, app: Flask, *, whole: bool = True) -> None:
        self.app, self.make, self.world = app, Make(), World(people=everybody(whole=whole))
        self.numbers = count(1)
        self.persons: dict[str, Person] = {}
        self.workshops: dict[str, tuple[Workshop, say.Workshop]] = {}

    def mark(self, record: Record) -> str:
        word = f"zq{next(self.numbers):05}x"
        self.world.shown_by[word] = record
        return word

    def _parties_and_people(self) -> None:
        for body, country in BODIES.items():
            db.session.add(
                Party(
                    kind=PartyKind.BODY,
                    code=body,
                    names={"en": body},
                    aliases=[],
                    country=self.make.party(country),
                )
            )
        db.session.flush()
        for who in self.world.people:
            if who.signed_in or who.closed:
                party = next(iter(who.parties), None)
                self.persons[who.name] = self.make.person(*who.roles, party=party, name=who.name)

    def _related(self, relation: str) -> list[str]:
        return [f"{role}, {relation}" for role in ROLES if f"{role}, {relation}" in self.persons]

    def _workshop(self, code: str, label: str, rapporteurs: list[str] | None = None) -> None:
        names = rapporteurs or self._related("rapporteur of it")
        by = "rapporteur, recorded the workshops"
        said = say.Workshop(code, label, frozenset({"JO", "CY"}), frozenset(names), by)
        row = self.make.workshop(
            code, parties=("JO",), hosts=("CY",), handling=label, title=f"Workshop {self.mark(said)}"
        )
        row.rapporteurs = [self.persons[name] for name in names]
        row.created_by_id = self.persons[by].id
        title = f"Agenda {self.mark(said)}"
        row.files.append(WorkshopFile(file=store_bytes("agenda.txt", title.encode()), title=title))
        db.session.flush()
        self.workshops[code] = row, said
        self.world.shown_by[code] = said
        self.world.add("workshop", said, {"code": code})
        self.world.add(
            "workshop file", say.WorkshopFile(title, said), {"code": code, **file_values(row.files[0])}
        )

    def _hub(self) -> None:
        """A recommendation that every reader may read, to which every other is linked."""
        row = self.make.outcome("Everybody reads this.", handling=CLEAR)
        self.hub, self.world.hub = row, row.ref
        said = say.Outcome(row.ref, "recommendation", CLEAR, "published")
        self.world.shown_by[row.ref] = said
        # It is in every list, and nobody is walked to it.
        self.world.add("outcome", said, {"ref": row.ref}, only="nobody")

    def _outcome(self, kind: str, label: str, state: str, code: str | None, author: str = "") -> None:
        place, said_place = self.workshops[code] if code else (None, None)
        only = author or None
        author = author or "expert, author"
        addressed = () if kind == "practice" else ("MA", "ES") if label in (STRICT, RED) else ("MA",)
        people = self._related("named person")
        row = self.make.outcome(
            kind=kind,
            record=state,
            workshop=place,
            handling=label,
            addressees=addressed,
            themes=(THEME,),
            author=self.persons[author],
            named_parties=("ES",),
            named_people=tuple(self.persons[name] for name in people),
        )
        said = say.Outcome(
            row.ref,
            kind,
            label,
            state,
            said_place,
            frozenset(addressed),
            frozenset({"ES"}),
            frozenset(people),
            author,
        )
        word = self.mark(said)
        row.texts[0].title, row.texts[0].text = f"Title {word}", f"Train prison staff. {word}"
        if state == "retired":
            row.retired_reason = f"Carried out. {self.mark(said)}"
        db.session.add(OutcomeLink(source=row, target=self.hub, kind=LinkKind.REITERATES))
        self.world.shown_by[row.ref] = said
        self.world.add("outcome", said, {"ref": row.ref}, only)
        self._follow_up(row, said, only)

    def _follow_up(self, row: Outcome, said: say.Outcome, only: str | None) -> None:
        if said.kind == "practice":
            # Taken up by one that took part and by one that did not.
            for code in ("JO", "MA"):
                adoption = rows.Adoption(outcome=row, party=self.make.party(code), stage=Stage.ADAPTING)
                db.session.add(adoption)
                db.session.flush()
                subject = say.Subject(said, code)
                self.world.add("adoption", subject, {"ref": row.ref, "party": code})
                self._items(subject, "adoption", adoption)
            return
        for commitment in row.commitments:
            subject = say.Subject(said, commitment.party.code)
            self.world.add("commitment", subject, {"ref": row.ref, "party": subject.party}, only)
            if only is None:
                commitment.position = Position.ACCEPTED
                commitment.implementation = Implementation.IN_PROGRESS
                commitment.assurance = Assurance.SELF_REPORTED
                self._items(subject, "commitment", commitment)

    def _items(self, subject: say.Subject, column: str, row: Any) -> None:
        """Reports and findings of every label from the outcome's upward, each with evidence."""
        if subject.outcome.state == "draft":
            return
        for label in LABELS[LABELS.index(subject.outcome.label) :]:
            for author in ("focal-point, addressed", "reader, reported once"):
                said = self._item(label, subject, author)
                update = rows.Update(
                    **{column: row},
                    author=self.persons[author],
                    text=f"Done. {said.name}",
                    handling=Handling(label),
                )
                db.session.add(update)
                for higher in dict.fromkeys((label, RED)):
                    self._evidence(higher, said, update)
            if column == "commitment":
                said = self._item(label, subject, "reviewer, neither")
                db.session.add(
                    rows.Assessment(
                        commitment=row,
                        author=self.persons[said.author],
                        finding=Finding.DISPUTED,
                        text=f"Seen. {said.name}",
                        handling=Handling(label),
                    )
                )

    def _item(self, label: str, subject: say.Subject, author: str, within: Any = None) -> say.Item:
        word = f"zq{next(self.numbers):05}x"
        said = say.Item(word, label, subject, author, within)
        self.world.shown_by[word] = said
        return said

    def _evidence(self, label: str, update: say.Item, row: rows.Update) -> None:
        said = self._item(label, update.subject, update.author, update)
        piece = rows.Evidence(
            kind=EvidenceKind.FILE,
            title=f"Decree {said.name}",
            file=store_bytes("decree.txt", f"Decree {said.name}".encode()),
            handling=Handling(label),
        )
        row.evidence.append(piece)
        db.session.flush()
        self.world.add("evidence", said, evidence_values(piece))


def file_values(row: WorkshopFile) -> dict[str, Any]:
    """How the address of a workshop's file names it."""
    return {"token": row.file.token}


def evidence_values(row: rows.Evidence) -> dict[str, Any]:
    """How the address of a piece of evidence names it."""
    return {"token": row.file.token if row.file else ""}
