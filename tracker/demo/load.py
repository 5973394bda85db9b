"""Loads the demonstration through the same services that people use, each act on its own day."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from tracker.accounts import queries as people
from tracker.accounts import service as accounts
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Party, Person
from tracker.accounts.parties import add_body
from tracker.core import clock
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR, Actor
from tracker.core.vocabulary import Handling, Language
from tracker.demo.values import adoption_data, assess_data, outcome_data, report_data
from tracker.followup import service as followup
from tracker.followup.models import Adoption, Commitment
from tracker.outcomes import service as outcomes
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import LinkKind
from tracker.workshops.data import WorkshopData
from tracker.workshops.models import Workshop
from tracker.workshops.service import create_workshop

Progress = Callable[[int], None]

#: Whose one-time links are printed, in this order.
DOORS = ("coordinator", "rapporteur", "focal-jo", "reviewer-eurojust", "administrator")


@cache
def content() -> dict[str, Any]:
    """The demonstration as it is shipped."""
    loaded: dict[str, Any] = json.loads(
        (Path(__file__).parent / "demonstration.json").read_text(encoding="utf-8")
    )
    return loaded


def size() -> int:
    """Number of steps that `load` reports."""
    return len(content()["outcomes"]) + sum(len(c["updates"]) for c in _followed())


def is_loaded() -> bool:
    """Whether this instance has the demonstration."""
    codes = [workshop["code"] for workshop in content()["workshops"]]
    return db.session.scalar(select(Workshop.id).where(Workshop.code.in_(codes)).limit(1)) is not None


def has_workshops() -> bool:
    """Whether this instance has any workshop."""
    return db.session.scalar(select(Workshop.id).limit(1)) is not None


def sign_in_links() -> Iterator[tuple[str, str]]:
    """Name and one-time token of each role to look in as; nothing where the demonstration is not loaded."""
    emails = {person["key"]: person["email"] for person in content()["people"]}
    for key in DOORS:
        person = db.session.scalar(select(Person).where(Person.email == emails[key]))
        if person is not None:
            name = person.name
            yield name, accounts.issue_link(OPERATOR, person)


def load(progress: Progress) -> None:
    """Load everything in one unit of work: either all of it is there afterwards or none."""
    with unit_of_work():
        _Loader(progress).run()


def _followed() -> list[dict[str, Any]]:
    return [*content()["commitments"], *content()["adoptions"]]


class _Loader:
    """Carries what was made, by the keys that the content uses."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.people: dict[str, Person] = {}
        self.workshops: dict[str, Workshop] = {}
        self.outcomes: dict[str, Outcome] = {}

    def run(self) -> None:
        for body in content()["bodies"]:
            self.add_body(body)
        for person in content()["people"]:
            self.people[person["key"]] = accounts.add_person(
                OPERATOR, person["email"], person["name"], person["roles"], person["parties"]
            )
        for workshop in content()["workshops"]:
            self.workshops[workshop["code"]] = self.add_workshop(workshop)
        for outcome in content()["outcomes"]:
            self.log(outcome)
        for link in content()["links"]:
            if link["kind"] != "supersedes":  # retiring writes these
                source, target = self.outcomes[link["source"]], self.outcomes[link["target"]]
                outcomes.link_outcomes(OPERATOR, source, target, LinkKind(link["kind"]))
        for _days, act in sorted(self.acts(), key=lambda item: -item[0]):
            act()
        for outcome in content()["outcomes"]:
            if outcome["record"] == "retired":
                successor = self.outcomes.get(outcome.get("successor") or "")
                outcomes.retire_outcome(
                    OPERATOR, self.outcomes[outcome["key"]], outcome["retire_reason"], successor
                )

    def add_body(self, body: dict[str, Any]) -> None:
        if people.party_by_code(body["code"]) is None:
            add_body(OPERATOR, body["code"], body["names"], acronym=body["acronym"], country=body["country"])

    def parties(self, codes: list[str]) -> list[Party]:
        return [self.party(code) for code in codes]

    def party(self, code: str) -> Party:
        found = people.party_by_code(code)
        if found is None:
            raise LookupError(f"the demonstration names a party that is not there: {code}")
        return found

    def actor(self, key: str) -> Actor:
        return actor_for(self.people[key])

    def add_workshop(self, given: dict[str, Any]) -> Workshop:
        starts_on = date.fromisoformat(given["starts_on"])
        data = WorkshopData(
            code=given["code"],
            title=given["title"],
            language=Language(given["language"]),
            place=given["place"],
            country_id=self.party(given["country"]).id,
            starts_on=starts_on,
            ends_on=date.fromisoformat(given["ends_on"]) if given["ends_on"] else None,
            host_ids=[party.id for party in self.parties(given["hosts"])],
            participant_ids=[party.id for party in self.parties(given["participants"])],
            languages=given["languages"],
            line_of_action=given["line_of_action"],
            summary=f"{given['summary']}\n\n{given['source']}",
            handling=Handling(given["handling"]),
            rapporteur_ids=[self.people[key].id for key in given["rapporteurs"]],
            illustrative=True,
        )
        with clock.at(datetime.combine(starts_on, time(8), UTC)):
            return create_workshop(self.actor("coordinator"), data)

    def log(self, given: dict[str, Any]) -> None:
        workshop = self.workshops[given["workshop"]]
        day = workshop.ends_on or workshop.starts_on or clock.today()
        data = outcome_data(given, workshop.id, self.parties, self.people)
        with clock.at(datetime.combine(day, time(16), UTC)):
            outcome = outcomes.log_outcome(self.actor(given["author"]), data)
        if given["record"] != "draft":
            with clock.at(datetime.combine(day, time(18), UTC)):
                outcomes.publish_outcome(self.actor("rapporteur"), outcome)
        self.outcomes[given["key"]] = outcome
        self.progress(1)

    def acts(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """Every report and assessment with its age in days; sorted by age they tell one story."""
        for given in content()["commitments"]:
            outcome = self.outcomes[given["outcome"]]
            commitment = next(c for c in outcome.commitments if c.party.code == given["party"])
            due = given.get("due") or _in_days(given.get("due_in_days"))
            if due:
                followup.set_due(OPERATOR, commitment, date.fromisoformat(due))
            for update in given["updates"]:
                yield update["days_ago"], self.reporting(commitment, update)
            for assessment in given.get("assessments", []):
                yield assessment["days_ago"], self.assessing(commitment, assessment)
        for given in content()["adoptions"]:
            for index, update in enumerate(given["updates"]):
                yield update["days_ago"], self.adopting(given, update, first=index == 0)

    def reporting(self, commitment: Commitment, given: dict[str, Any]) -> Callable[[], None]:
        def act() -> None:
            with clock.at(_ago(given["days_ago"])):
                followup.report(self.actor(given["by"]), commitment, report_data(given, _attached))
            self.progress(1)

        return act

    def assessing(self, commitment: Commitment, given: dict[str, Any]) -> Callable[[], None]:
        def act() -> None:
            with clock.at(_ago(given["days_ago"])):
                followup.assess(self.actor(given["by"]), commitment, assess_data(given))

        return act

    def adopting(self, adoption: dict[str, Any], given: dict[str, Any], *, first: bool) -> Callable[[], None]:
        def act() -> None:
            outcome, party = self.outcomes[adoption["outcome"]], self.party(adoption["party"])
            actor = self.actor(given["by"])
            with clock.at(_ago(given["days_ago"])):
                taken = followup.take_up(actor, outcome, party) if first else self.adoption_of(outcome, party)
                followup.report_adoption(actor, taken, adoption_data(given, adoption))
            self.progress(1)

        return act

    @staticmethod
    def adoption_of(outcome: Outcome, party: Party) -> Adoption:
        query = select(Adoption).where(Adoption.outcome_id == outcome.id, Adoption.party_id == party.id)
        return db.session.scalars(query).one()


def _ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _in_days(days: int | None) -> str | None:
    return None if days is None else (clock.today() + timedelta(days=days)).isoformat()


def _attached(text: str, title: str) -> FileStorage:
    return FileStorage(stream=io.BytesIO(text.encode()), filename=f"{title}.txt")
