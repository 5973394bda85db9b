"""Writes the world of the canaries into instances: first what is open, then what is hidden."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from tests.access.canaries import (
    AMBER,
    CLEAR,
    COUNTRY,
    OPEN_CODE,
    PEOPLE,
    RED,
    STRICT,
    THEME,
    YEAR,
    World,
    key_of,
    replaced,
)
from tests.factories.make import Make
from tests.pages import Visitor
from tracker.accounts import service as accounts
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Party, PartyKind, Person
from tracker.core import outbox
from tracker.core.db import db, now, unit_of_work
from tracker.core.files import store_bytes
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling, Language
from tracker.followup.models import Adoption, Assessment, Evidence, Update
from tracker.followup.vocabulary import EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes import service as outcomes
from tracker.outcomes.data import PRACTICE_PARTS, OutcomeData, TextData
from tracker.outcomes.models import Outcome, OutcomeLink, OutcomeText, OutcomeTheme
from tracker.outcomes.vocabulary import Kind, LinkKind
from tracker.search.saved import links as saved_links
from tracker.search.saved import service as saved
from tracker.search.saved.models import Alert
from tracker.search.saved.service import SavedData
from tracker.search.saved.wanted import Wanted
from tracker.themes.models import Theme
from tracker.workshops.effects import Confirm
from tracker.workshops.models import Workshop, WorkshopFile

#: Where those who watch over accounts and access are told that a record is there, and not what it says.
_TO_OVERSEERS = r"^/(audit|emergency|people)|/access$"


class Builder:
    """Writes the world into instances of an application, whose context is open."""

    def __init__(self) -> None:
        self.make, self.world = Make(), World()

    def _person(self, name: str) -> Person:
        return db.session.get_one(Person, self.world.people[name])

    def _outcome(self, ref: str) -> Outcome:
        return db.session.scalars(select(Outcome).where(Outcome.ref == ref)).one()

    def _workshop(self, code: str) -> Workshop:
        return db.session.scalars(select(Workshop).where(Workshop.code == code)).one()

    # What stands in both instances -----------------------------------------------------------------

    def build_open(self, app: Flask) -> None:
        """People, open records, and records that are open in part."""
        world, make, plant = self.world, self.make, self.world.words.plant
        for name, (roles, party) in PEOPLE.items():
            world.people[name] = make.person(*roles, party=party, name=f"The {name}").id
        make.workshop(
            OPEN_CODE, parties=("JO",), title="Open workshop", rapporteur=self._person("rapporteur")
        )
        plain_one = make.outcome("Train prison staff in languages.", handling=CLEAR, themes=("prisons",))
        mixed = make.outcome(
            "Train prison staff to recognise danger.",
            workshop=self._workshop(OPEN_CODE),
            addressees=("MA",),
            themes=("prisons",),
            author=self._person("expert"),
            named_people=(self._person("named"),),
        )
        practice = make.outcome(
            "Prison staff visit schools.", kind="practice", workshop=self._workshop(OPEN_CODE)
        )
        gone = make.outcome("Train prison staff by radio.", record="retired", retired_reason="Replaced.")
        named, party = self._person("named"), make.party("MA")
        with unit_of_work():
            mixed.commitments[0].position = Position.ACCEPTED
            mixed.commitments[0].implementation = Implementation.IN_PROGRESS
            adoption = Adoption(outcome=practice, party=party, stage=Stage.ADAPTING)
            told = Update(commitment=mixed.commitments[0], author=named, text="All read this.")
            db.session.add_all([adoption, told])
            db.session.flush()
            for number in (mixed.id, practice.id):
                outbox.enqueue("outcome", number)
        world.open_refs = [plain_one.ref, mixed.ref, practice.ref, gone.ref]
        self.mixed, self.practice, self.gone = mixed.ref, practice.ref, gone.ref
        world.followed = [(mixed.ref, "MA"), (practice.ref, "MA")]
        self._closed_workshop("WS-SHUT", RED, "own rapporteur", CLEAR)
        self._chatham(plant)
        self._lowered(plant)
        for name in PEOPLE:
            actor = actor_for(self._person(name))
            data = SavedData(name=f"Everything for {name}", wanted=Wanted(), shared=True, alert=Alert.AT_ONCE)
            search = saved.renew_feed(actor, saved.save(actor, data).id)
            world.searches[name] = search.id
            world.feeds[name] = urlsplit(str(saved_links.feed_address(search))).path
        for name in PEOPLE:
            visitor = Visitor(app, self._person(name))
            page = visitor.get("/account")
            world.csrf[name] = page.html.find("input", {"name": "csrf_token"})["value"]
            world.cookies[name] = "; ".join(
                f"{key}={value}" for key, value in visitor.browser.cookies.items()
            )
            world.tokens[name] = accounts.issue_token(OPERATOR, self._person(name), "program")
        world.moment = now()

    def _closed_workshop(self, start: str, label: str, right: str, of: str | None = None) -> Workshop:
        """A workshop with a word in every place, and with `of` an outcome under this label."""
        plant, code = self.world.words.plant, ""

        def word(place: str, at: str = "", **more: Any) -> str:
            return plant(
                f"workshop {place}", f"a workshop {label}", right, at or f"/workshops/{code}", **more
            )

        code = f"{start}-{plant('workshop code', f'a workshop {label}', right, '', public_at=_TO_OVERSEERS)}"
        key = key_of(code.rpartition("-")[2])
        self.world.words.made[key] = replaced(self.world.words.made[key], at=f"/workshops/{code}")
        self.world.hidden_codes[code] = frozenset(right.split(", "))
        hidden = self.make.workshop(
            code,
            parties=("JO",) if label != RED else (),
            handling=label,
            title=f"Meeting {word('title')}",
            place=f"Hall {word('place')}",
            line_of_action=word("line of action"),
            summary=f"They met. {word('summary', script='fr')}",
            rapporteur=self._person("own rapporteur"),
            **(
                {}
                if of
                else {"starts_on": date(YEAR, 5, 4), "ends_on": None, "country": self.make.party(COUNTRY)}
            ),
        )
        content = word("file content", found=True)
        name = f"{word('file name', found=True)}.txt"
        with unit_of_work():
            stored = store_bytes(name, f"Agenda of staff {content}".encode())
            hidden.files.append(WorkshopFile(file=stored, title=f"Agenda {word('file title')}"))
        token = hidden.files[0].file.token
        self.world.workshop_files.append((code, token))
        said = self.world.words.made
        said[key_of(content)] = replaced(said[key_of(content)], at=f"/workshops/{code}/files/{token}")
        if of:
            outcome = self.make.outcome("Prison staff speak of it in the open.", workshop=hidden, handling=of)
            self.world.open_refs.append(outcome.ref)
        return hidden

    def _chatham(self, plant: Any) -> None:
        """Open, under the Chatham House Rule: who proposed and who logged it is shown nowhere.

        Both are known by name elsewhere: bodies are offered in forms, accounts are listed.
        """
        by, lists = "the Chatham House Rule", r"^/(parties|people)"
        self.world.body = plant("proposer", by, "nobody", "", public_at=lists).lower()
        quiet = self.make.person(
            "expert", party="PT", name=f"Expert {plant('author', by, 'nobody', '', public_at=lists)}"
        )
        self.world.quiet = quiet.id
        with unit_of_work():
            names = {"en": f"Body {self.world.body}"}
            body = Party(kind=PartyKind.BODY, code=self.world.body, names=names, aliases=[])
            db.session.add(body)
        said = OutcomeData(
            Kind.RECOMMENDATION,
            [TextData(Language.EN, "Proposed behind closed doors to train prison staff.")],
            workshop_id=self._workshop(OPEN_CODE).id,
            proposer_ids=[body.id],
        )
        logged = outcomes.log_outcome(actor_for(quiet), said)
        outcomes.publish_outcome(OPERATOR, logged)
        rule = outcomes.HandlingData(Handling.GREEN, "The workshop asked for it.", chatham_house=True)
        outcomes.relabel_outcome(OPERATOR, logged, rule, logged.version)
        self.world.open_refs.append(logged.ref)

    def _relabelled(self, ref: str, label: Handling) -> None:
        outcome = self._outcome(ref)
        handling = outcomes.HandlingData(
            label, "Said so.", named_person_ids=[self.world.people["named"]], confirmed=frozenset(Confirm)
        )
        outcomes.relabel_outcome(OPERATOR, outcome, handling, outcome.version)

    def _log(self, text: str, label: Handling) -> str:
        """Logged and published by the operator; under RED it names one person."""
        said = OutcomeData(
            Kind.RECOMMENDATION,
            [TextData(Language.EN, text)],
            handling=label,
            named_person_ids=[self.world.people["named"]],
        )
        return outcomes.log_outcome(OPERATOR, said, publish=True).ref

    def _lowered(self, plant: Any) -> None:
        """Open now; what was taken out before it was opened stays in its history."""
        word = plant("text taken out before the label was lowered", "history under RED", "named", "")
        ref = self._log(f"Give staff the list. {word}", Handling.RED)
        outcome = self._outcome(ref)
        said = OutcomeData(Kind.RECOMMENDATION, [TextData(Language.EN, "Give prison staff a list.")])
        outcomes.edit_outcome(OPERATOR, outcome, said, outcome.version)
        self._relabelled(ref, Handling.GREEN)
        key = key_of(word)
        self.world.words.made[key] = replaced(self.world.words.made[key], at=f"/outcomes/{ref}/history")
        self.world.open_refs.append(ref)

    # What stands in the second instance alone -------------------------------------------------------

    def build_hidden(self) -> None:
        """Records under every label that hides, and what is marked higher than the record it lies in."""
        self.present = self._closed_workshop("WS-MEET", AMBER, "took part, own rapporteur")
        self.red = self._hidden(RED, "named, author")
        self._hidden(STRICT, "named party, author", kind="practice")
        amber = self._hidden(
            AMBER, "took part, addressed, own rapporteur, author", addressees=("MA", COUNTRY)
        )
        self._hidden(AMBER, "own rapporteur, author", record="draft", what="draft")
        self._hidden(RED, "named, author", record="retired", what="retired RED")
        self._raised()
        red, mixed, gone = (self._outcome(ref) for ref in (self.red, self.mixed, self.gone))
        with unit_of_work():
            gone.successor = red
            db.session.add(OutcomeLink(source=mixed, target=red, kind=LinkKind.REFINES))
            db.session.add(OutcomeLink(source=red, target=mixed, kind=LinkKind.REITERATES))
        self.world.followed += [(amber, "MA"), (amber, COUNTRY)]
        everybody = "took part, addressed, own rapporteur, author"
        self._reports(amber, Handling.AMBER, "a report on AMBER", everybody, everybody)
        self._reports(
            self.mixed, Handling.AMBER, "a report AMBER on GREEN", "took part, addressed, rapporteur", "named"
        )
        self._reports(self.mixed, Handling.AMBER_STRICT, "a report STRICT on GREEN", "addressed", "named")
        self._reports(self.mixed, Handling.RED, "a report RED on GREEN", "named", "named")
        self._marked_evidence()
        self._adoption()

    def _hidden(self, label: str, right: str, what: str = "", **more: Any) -> str:
        """An outcome with a word in every place that an outcome has."""
        by, at = what or label, ""
        kind = more.setdefault("kind", "recommendation")

        def word(place: str, script: str = "en", **rest: Any) -> str:
            return self.world.words.plant(
                f"outcome {place}", by, right, f"{at}{rest.pop('on', '')}", script=script, **rest
            )

        outcome = self.make.outcome(
            workshop=self._workshop(self.present.code),
            handling=label,
            author=self._person("author"),
            named_people=(self._person("named"),) if label == RED else (),
            named_parties=("ES",) if label == STRICT else (),
            due=date(YEAR, 3, 17),
            **more,
        )
        at = f"/outcomes/{outcome.ref}"
        self.world.hidden_refs[outcome.ref] = frozenset(right.split(", "))
        theme = db.session.scalars(select(Theme).where(Theme.slug == THEME)).one()
        red = self._outcome(self.red) if more.get("record") == "retired" else None
        with unit_of_work():
            first = outcome.texts[0]
            first.title = f"Staff {word('title', found=True)}"
            first.text = f"Train prison staff of schools. {word('text', found=True)}"
            first.rationale, first.safeguards = word("rationale", found=True), word("safeguards", found=True)
            for part in PRACTICE_PARTS if kind == "practice" else ():
                setattr(first, part, word(part, found=True))
            for code in ("fr", "es", "ar"):
                said = word(f"text in {code}", code, on="/versions", found=True)
                outcome.texts.append(OutcomeText(language=Language(code), text=said, title=said))
            if kind == "practice":
                outcome.contact = word("contact")
            outcome.source_url = f"https://example.org/{word('source address')}"
            outcome.external_ref = word("external reference", on="!export")
            given = word("theme as given", on="!database")
            outcome.theme_links.append(OutcomeTheme(theme=theme, position=0, as_given=given))
            if red is not None:
                outcome.retired_reason = word("reason of retiring")
                outcome.successor = red
            outbox.enqueue("outcome", outcome.id)
        return outcome.ref

    def _raised(self) -> None:
        """Open to all at first, then raised: the texts before and after hide alike."""
        plant = self.world.words.plant
        old = plant("text from before the label was raised", "RED since", "named", "")
        ref = self._log(f"Train all staff. {old}", Handling.GREEN)
        outcome = self._outcome(ref)
        new = plant("text of a raised record", "RED since", "named", f"/outcomes/{ref}", found=True)
        said = OutcomeData(Kind.RECOMMENDATION, [TextData(Language.EN, f"Train all prison staff. {new}")])
        outcomes.edit_outcome(OPERATOR, outcome, said, outcome.version)
        self._relabelled(ref, Handling.RED)
        self.world.words.made[key_of(old)] = replaced(
            self.world.words.made[key_of(old)], at=f"/outcomes/{ref}/history"
        )
        self.world.hidden_refs[ref] = frozenset(["named"])

    def _reports(self, ref: str, label: Handling, by: str, right: str, author: str) -> None:
        """A claim, a finding and evidence of each kind, on the commitment of one party."""
        plant, at = self.world.words.plant, f"/follow-up/{ref}/MA"
        right = ", ".join(dict.fromkeys([*right.split(", "), *author.split(", ")]))
        writer = self._person("named" if author == "named" else "author")
        commitment = next(one for one in self._outcome(ref).commitments if one.party.code == "MA")
        with unit_of_work():
            update = Update(
                commitment=commitment,
                author=writer,
                text=f"Done. {plant('text', by, right, at)}",
                reason=plant("reason", by, right, at),
                obstacles=plant("obstacles", by, right, "!database"),
                handling=label,
            )
            name = plant("evidence file name", by, right, "!file", found=True)
            content = plant("evidence content", by, right, "!file", found=True)
            update.evidence = [
                Evidence(
                    kind=EvidenceKind.FILE,
                    title=plant("evidence title", by, right, at),
                    file=store_bytes(f"{name}.txt", f"Decree on prison staff {content}".encode()),
                    handling=label,
                ),
                Evidence(
                    kind=EvidenceKind.LINK,
                    title="Link",
                    url=f"https://example.org/{plant('evidence address', by, right, at)}",
                    handling=label,
                ),
                Evidence(
                    kind=EvidenceKind.RESTRICTED,
                    title="Seen",
                    seen_by=plant("evidence seen by", by, right, at),
                    handling=label,
                ),
            ]
            found = Assessment(
                commitment=commitment,
                author=writer,
                finding=Finding.DISPUTED,
                text=plant("assessment text", by, right, at),
                reason=plant("assessment reason", by, right, at),
                handling=label,
            )
            db.session.add_all([update, found])
            db.session.flush()
            self.world.files.append(update.evidence[0].file.token)
            outbox.enqueue("outcome", commitment.outcome_id)

    def _marked_evidence(self) -> None:
        """Evidence RED in a claim that everybody who reads the record reads."""
        title = self.world.words.plant(
            "evidence title", "evidence RED on GREEN", "named", f"/follow-up/{self.mixed}/MA"
        )
        with unit_of_work():
            piece = Evidence(
                kind=EvidenceKind.FILE,
                title=title,
                file=store_bytes("a.txt", b"Decree"),
                handling=Handling.RED,
            )
            self._outcome(self.mixed).commitments[0].updates[0].evidence.append(piece)
            db.session.flush()
            self.world.files.append(piece.file.token)

    def _adoption(self) -> None:
        """A report on an adoption, marked higher than the practice."""
        plant, at = self.world.words.plant, f"/follow-up/adoptions/{self.practice}/MA"
        by, right = "a report STRICT on an adoption GREEN", "addressed, named"
        adoption, author = self._outcome(self.practice).adoptions[0], self._person("named")
        with unit_of_work():
            update = Update(
                adoption=adoption,
                author=author,
                text=plant("text", by, right, at),
                reason=plant("reason", by, right, at),
                obstacles=plant("obstacles", by, right, at),
                adaptations=plant("adaptations", by, right, at),
                handling=Handling.AMBER_STRICT,
            )
            db.session.add(update)
