"""A small world with something behind every address: one person of each role, records under every label."""

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask

from tests import payloads
from tests.conftest import SETTINGS, close
from tests.factories.make import Make
from tracker.accounts import service as accounts
from tracker.accounts.models import LinkPurpose, Person
from tracker.app import create_app
from tracker.core.clock import now, today
from tracker.core.db import db, unit_of_work
from tracker.core.files import store_bytes
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling, RoleName
from tracker.followup.models import Commitment, Evidence, Update
from tracker.followup.vocabulary import Assurance, EvidenceKind, Implementation, Position
from tracker.outcomes.models import OutcomeLink
from tracker.outcomes.vocabulary import LinkKind
from tracker.workshops.models import WorkshopFile

#: Which party each acts for; reviewers never for the one whose claims they assess.
PARTIES = {"focal-point": "JO", "reviewer": "ES", "everybody": "FR"}
#: Somebody with every role, and nobody.
EVERYBODY, PUBLIC = "everybody", "public"
WHO = (*(str(role) for role in RoleName), EVERYBODY, PUBLIC)


@dataclass
class World:
    """An instance, who lives in it, and what names its records."""

    instance: Path
    #: Numbers of the people by what they are called in `WHO`.
    people: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    refs: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    #: Tokens of one-time links of every purpose.
    links: list[str] = field(default_factory=list)
    #: Addresses to which a walk might not come by itself, because others like them came first.
    starts: list[str] = field(default_factory=list)

    def copy(self, folder: Path) -> "World":
        """The same world in a folder of its own."""
        shutil.copytree(self.instance, folder)
        return World(folder, self.people, self.tokens, self.refs, self.codes, self.links, self.starts)


def application(instance: Path) -> Flask:
    """The application on an instance, with cheap hashes of passwords."""
    app = create_app(SETTINGS, instance=str(instance))
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )
    return app


def build(instance: Path) -> World:
    """Fill a fresh instance."""
    app = application(instance)
    with app.app_context():
        world = World(instance)
        with unit_of_work():
            _fill(world, Make())
        close(app)
    return world


def _fill(world: World, make: Make) -> None:
    people: dict[str, Person] = {}
    for who in WHO[:-1]:
        roles = [str(role) for role in RoleName] if who == EVERYBODY else [who]
        people[who] = make.person(*roles, party=PARTIES.get(who, "MA"), name=f"{who.title()}, Morocco")
        db.session.flush()
        world.tokens[who] = accounts.issue_token(OPERATOR, people[who], "program")
    # Others, so that whoever administers has somebody to administer.
    others = [make.person("reader", party="TN", name=f"Somebody {number}") for number in range(4)]
    db.session.flush()
    for label in Handling:
        workshop = make.workshop(
            parties=("JO", "FR", "ES", "MA"), rapporteur=people["rapporteur"], handling=str(label)
        )
        workshop.rapporteurs.append(people[EVERYBODY])
        title = f"Agenda {label}"
        workshop.files.append(WorkshopFile(file=store_bytes("agenda.pdf", payloads.pdf()), title=title))
        world.codes.append(workshop.code)
        for record in ("published", "draft"):
            outcome = make.outcome(
                f"Visit the detained within {len(world.refs)} days.",
                record=record,
                workshop=workshop,
                handling=str(label),
                addressees=("JO", "FR"),
                themes=("prisons",),
                author=people["expert" if record == "draft" else EVERYBODY],
                named_parties=("JO", "FR", "ES", "MA"),
                named_people=(people[EVERYBODY], people["reader"]),
                versions={"fr": "Visiter les détenus."},
                due=today() + timedelta(days=30),
            )
            world.refs.append(outcome.ref)
            if record == "published":
                _report(outcome.commitments[0], people["focal-point"], label)
                world.starts.append(f"/follow-up/{outcome.ref}/JO/assess")
                world.starts.append(f"/follow-up/{outcome.ref}/FR/report")
    practices = [make.adoption(party, author=people["expert"]).outcome for party in ("JO", "FR")]
    replaced = make.outcome("Later replaced.", record="retired")
    own = make.outcome("Still a draft.", record="draft", author=people[EVERYBODY])
    db.session.add(OutcomeLink(source=own, target=practices[0], kind=LinkKind.REITERATES))
    world.refs += [practices[0].ref, replaced.ref, own.ref]
    world.starts += [f"/outcomes/{own.ref}", f"/outcomes/{own.ref}/links", f"/outcomes/{own.ref}/discard"]
    world.starts += [f"/follow-up/adoptions/{practices[1].ref}/FR/report", f"/outcomes/{practices[0].ref}"]
    db.session.flush()
    world.people = {who: person.id for who, person in people.items()}
    for purpose in LinkPurpose:
        if purpose.value != "set-up":
            world.links.append(accounts.issue_link(OPERATOR, others[0], purpose))
    others[1].active = False
    others[2].accepted_at, others[2].invited_at = None, now()
    world.starts += [f"/people/{other.id}" for other in others]
    world.starts += [f"/sign-in/{token}" for token in world.links]


def _report(commitment: Commitment, author: Person, label: Handling) -> None:
    commitment.position, commitment.implementation = Position.ACCEPTED, Implementation.IMPLEMENTED
    commitment.assurance = Assurance.SELF_REPORTED
    update = Update(commitment=commitment, author=author, text="The decree is in force.", handling=label)
    stored = store_bytes("decree.pdf", payloads.pdf())
    update.evidence += [
        Evidence(kind=EvidenceKind.FILE, title="Decree", file=stored, handling=label),
        Evidence(kind=EvidenceKind.LINK, title="Law", url="https://example.org/law", handling=label),
    ]
    db.session.add(update)
