"""Factories: each makes one record with sensible values; name only what the test is about."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from tracker.accounts.actors import actor_for
from tracker.accounts.models import Party, PartyKind, Person, Role
from tracker.core import outbox
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language, RoleName
from tracker.followup.models import Adoption, Commitment
from tracker.followup.vocabulary import Position, Stage
from tracker.outcomes.models import Outcome, OutcomeText, OutcomeTheme
from tracker.outcomes.vocabulary import Kind, Quality, Record
from tracker.themes.models import Theme
from tracker.workshops.models import Workshop


class Make:
    """Makes records directly in the database, indexed as a save would index them."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def party(self, code: str) -> Party:
        """The country or body with this code; a body that is not there yet is made."""
        found = db.session.scalar(select(Party).where(Party.code == code))
        if found is not None:
            return found
        with unit_of_work() as session:
            body = Party(
                kind=PartyKind.BODY, code=code, acronym=code.upper(), names={"en": code.title()}, aliases=[]
            )
            session.add(body)
        return body

    def person(
        self, *roles: str, party: str | None = None, name: str | None = None, language: str | None = None
    ) -> Person:
        """Somebody with these roles (default reader), acting for `party`."""
        number = next(self._numbers)
        wanted = [RoleName(role) for role in roles or ("reader",)]
        parties = [self.party(party)] if party else []
        with unit_of_work() as session:
            person = Person(
                email=f"person{number}@example.org",
                name=name or f"Person {number}",
                fs_uniquifier=f"person-{number}",
                language=Language(language) if language else None,
                roles=list(session.scalars(select(Role).where(Role.name.in_(wanted)))),
                parties=parties,
            )
            session.add(person)
        return person

    def actor(self, *roles: str, party: str | None = None) -> Actor:
        """Somebody new, as services take them."""
        return actor_for(self.person(*roles, party=party))

    def workshop(
        self,
        code: str | None = None,
        *,
        parties: tuple[str, ...] = ("JO", "MA", "ES"),
        hosts: tuple[str, ...] = (),
        rapporteur: Person | None = None,
        handling: str = "TLP:GREEN",
        **fields: Any,
    ) -> Workshop:
        """A workshop of June 2024 at which `parties` took part."""
        number = next(self._numbers)
        values: dict[str, Any] = {
            "title": f"Workshop {number}",
            "starts_on": date(2024, 6, 10),
            "ends_on": date(2024, 6, 13),
            "languages": ["en"],
        }
        participants, host_parties = [self.party(c) for c in parties], [self.party(c) for c in hosts]
        with unit_of_work() as session:
            workshop = Workshop(
                code=code or f"WS-{number}",
                handling=Handling(handling),
                participants=participants,
                hosts=host_parties,
                rapporteurs=[rapporteur] if rapporteur else [],
                **(values | fields),
            )
            session.add(workshop)
        return workshop

    def outcome(
        self,
        text: str = "Train prison staff to recognise radicalisation.",
        *,
        kind: str = "recommendation",
        record: str = "published",
        language: str = "en",
        title: str = "",
        workshop: Workshop | None = None,
        handling: str = "TLP:GREEN",
        addressees: tuple[str, ...] = (),
        themes: tuple[str, ...] = (),
        author: Person | None = None,
        named_parties: tuple[str, ...] = (),
        named_people: tuple[Person, ...] = (),
        proposers: tuple[str, ...] = (),
        versions: dict[str, str] | None = None,
        **fields: Any,
    ) -> Outcome:
        """A published recommendation with one text; `addressees` get commitments that await a reply."""
        number = next(self._numbers)
        the_kind = Kind(kind)
        parties = [self.party(code) for code in addressees]
        named = [self.party(code) for code in named_parties]
        proposed_by = [self.party(code) for code in proposers]
        with unit_of_work() as session:
            found = [session.scalars(select(Theme).where(Theme.slug == slug)).one() for slug in themes]
            outcome = Outcome(
                ref=f"{the_kind.prefix}-2099-{number:04}",
                kind=the_kind,
                record=Record(record),
                language=Language(language),
                workshop=workshop,
                handling=Handling(handling),
                author=author,
                named_parties=named,
                named_people=list(named_people),
                proposers=proposed_by,
                texts=[
                    OutcomeText(language=Language(language), title=title, text=text),
                    *(OutcomeText(language=Language(k), text=v) for k, v in (versions or {}).items()),
                ],
                theme_links=[OutcomeTheme(theme=theme, position=i) for i, theme in enumerate(found)],
                commitments=[Commitment(party=party, position=Position.AWAITING_REPLY) for party in parties],
                quality=Quality.REPORTED if the_kind is Kind.PRACTICE else None,
                **fields,
            )
            session.add(outcome)
            session.flush()
            outbox.enqueue("outcome", outcome.id)
        return outcome

    def commitment(self, party: str = "JO", **fields: Any) -> Commitment:
        """A commitment of `party` to a new recommendation; `fields` are the recommendation's."""
        return self.outcome(addressees=(party,), **fields).commitments[0]

    def adoption(self, party: str = "JO", stage: str = "interested", **fields: Any) -> Adoption:
        """A new practice that `party` takes up."""
        outcome = self.outcome(kind="practice", **fields)
        the_party = self.party(party)
        with unit_of_work() as session:
            adoption = Adoption(outcome=outcome, party=the_party, stage=Stage(stage))
            session.add(adoption)
        return adoption
