"""Building the world: records, what belongs to people, what was opened in an emergency; signing in."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from tests.access import statement as say
from tests.access.records import Records
from tests.access.statement import AMBER, GREEN, LABELS, RED, ROLES, STATES, STRICT, Who
from tests.access.world import THEME, Pass, World
from tests.pages import Visitor
from tracker.accounts import service as accounts
from tracker.accounts.actors import actor_for
from tracker.accounts.models import ApiToken, EmergencyOpening, Passkey, PersonSession
from tracker.core.db import db, now, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.followup import models as rows
from tracker.outcomes.models import Outcome
from tracker.search.saved import links as saved_links
from tracker.search.saved import service as saved
from tracker.search.saved.service import SavedData
from tracker.search.saved.wanted import Wanted
from tracker.signin import addresses
from tracker.themes.models import Theme


class Builder(Records):
    """Builds the world in the instance of an application whose context is open."""

    def build(self) -> World:
        # One unit of work, so that the index is written once.
        with unit_of_work():
            self._parties_and_people()
            for number, label in enumerate(LABELS, 1):
                self._workshop(f"MX-{number:02}", label)
            self._workshop("MX-09", GREEN, ["rapporteur, of another workshop"])
            self._hub()
            for label, state in product(LABELS, STATES):
                number = LABELS.index(label) + 1
                self._outcome("recommendation", label, state, f"MX-{number:02}")
                # A practice of a workshop that hardly anybody may see.
                self._outcome("practice", label, state, "MX-05")
                self._outcome("recommendation", label, state, None)
                for role in ROLES:
                    if role != "expert" and f"{role}, author" in self.persons:
                        self._outcome("recommendation", label, state, f"MX-{number:02}", f"{role}, author")
            self._emergency()
        self._own_things()
        self._missing()
        for who in self.world.people:
            self._sign_in(who)
        self._sessions()
        self._searches()
        self._openings()
        with unit_of_work():
            for who in self.world.people:
                if who.closed:
                    self.persons[who.name].active = False
        self.world.moment = now()
        return self.world

    def _emergency(self) -> None:
        """Two administrators hold marked records open."""
        opened: list[tuple[str, int, str]] = [("workshop", self.workshops["MX-05"][0].id, "MX-05")]
        for thing in self.world.things["outcome"]:
            said = thing.record
            assert isinstance(said, say.Outcome)
            if said.label in (AMBER, STRICT, RED) and thing.only is None and said.state != "retired":
                number = db.session.scalars(db.select(Outcome.id).where(Outcome.ref == said.name)).one()
                opened.append(("outcome", number, said.name))
                self.world.emergency = said.name
        for place, who in enumerate(self.world.people):
            if who.name.endswith("in an emergency"):
                for kind, number, _name in opened:
                    db.session.add(
                        EmergencyOpening(
                            person=self.persons[who.name],
                            record_kind=kind,
                            record_id=number,
                            reason="Somebody is in danger.",
                            expires_at=now() + timedelta(days=1),
                        )
                    )
                self.world.people[place] = replace(who, opened=frozenset(name for *_, name in opened))

    def _own_things(self) -> None:
        for who in self.world.people:
            ticket = self.world.passes.setdefault(who.name, Pass())
            if who.name in self.persons:
                ticket.token = accounts.issue_token(OPERATOR, self.persons[who.name], "program")
        for role in ROLES:
            name = f"{role}, neither"
            accounts.issue_token(OPERATOR, self.persons[name], "another")
            number = db.session.scalars(
                db.select(ApiToken.id)
                .where(ApiToken.person_id == self.persons[name].id)
                .order_by(ApiToken.id.desc())
            ).first()
            self.world.add("token", say.Owned(f"token of {name}", name), {"token_id": number})
        for name in (
            "reader, neither",
            "coordinator, neither",
            "administrator, neither",
            "reader, account closed",
        ):
            said, number = say.Account(name, name), self.persons[name].id
            self.world.add("person", said, {"person_id": number})
            token = db.session.scalars(db.select(ApiToken.id).where(ApiToken.person_id == number)).first()
            self.world.add("token of a person", said, {"person_id": number, "token_id": token})
        for code in ("MA", "ma-justice", "FR"):
            self.world.add("party", say.Open(code), {"code": code})
        self.world.add("theme", say.Open(THEME), {"slug": THEME})
        self.world.add("static", say.Open("style", to_all=True), {"filename": "css/base.css"})
        other = db.session.scalars(db.select(Theme.id).where(Theme.slug != THEME)).first()
        self.world.values["another theme"] = {"id": other}
        for kind in ("commitment", "adoption"):
            model = rows.Commitment if kind == "commitment" else rows.Adoption
            for row in db.session.scalars(db.select(model)):
                self.world.versions[row.outcome.ref, row.party.code] = row.version
        link = accounts.issue_link(OPERATOR, self.persons["reader, neither"])
        self.world.values |= {"signin.link": {"token": link}, "signin.use_link": {"token": link}}

    def _sessions(self) -> None:
        """A session, a passkey and a link to a new address of some people, which nobody else may know of."""
        for role in ROLES:
            name = f"{role}, neither"
            person = self.persons[name]
            session = db.session.scalars(
                db.select(PersonSession.id).where(PersonSession.person_id == person.id)
            ).first()
            self.world.add("session", say.Private(f"session of {name}", name), {"session_id": session})
            with unit_of_work() as unit:
                key = Passkey(
                    user_id=person.id,
                    name="key",
                    credential_id=name.encode(),
                    public_key=b"key",
                    sign_count=0,
                    backup_state=False,
                    device_type="single_device",
                    usage="first",
                    lastuse_datetime=now(),
                )
                unit.add(key)
            self.world.add("passkey", say.Private(f"passkey of {name}", name), {"number": key.id})
            until = now() + timedelta(days=1)
            said = [person.id, person.email, f"new.{person.email}", until.timestamp()]
            with self.app.test_request_context():
                token = addresses._signer().dumps(said)
            self.world.add("address link", say.Private(f"link of {name}", name), {"token": token})

    def _searches(self) -> None:
        """Searches that some people saved: one that nobody else may know of, and one that is shared."""
        for role in ROLES:
            name = f"{role}, neither"
            actor = actor_for(self.persons[name])
            for kept, shared in ((say.Private, False), (say.Owned, True)):
                # Nothing matches, so that what a feed shows is not the matter here.
                data = SavedData(name=f"{role} {shared}", wanted=Wanted("nothingmatches"), shared=shared)
                number = saved.save(actor, data).id
                search = saved.renew_feed(actor, number)
                said = kept(f"search {number} of {name}", name)
                self.world.add("saved search", said, {"search_id": number})
        feed, mails = saved_links.feed_address(search), saved_links.stop_address(search)
        token = str(feed).rpartition("/")[2].removesuffix(".atom")
        self.world.values["saved.feed"] = {"token": token}
        for endpoint in ("saved.stop", "saved.stop_now"):
            self.world.values[endpoint] = {"token": mails.rpartition("/")[2]}

    def _openings(self) -> None:
        """An emergency opening of every administrator, which is theirs alone to end."""
        for name, person in self.persons.items():
            if name.startswith("administrator"):
                with unit_of_work() as unit:
                    opening = EmergencyOpening(
                        person_id=person.id,
                        record_kind="workshop",
                        record_id=0,
                        reason="Something that is not there.",
                        expires_at=now() + timedelta(hours=1),
                    )
                    unit.add(opening)
                self.world.add("opening", say.Private(f"opening of {name}", name), {"opening_id": opening.id})

    def _missing(self) -> None:
        self.world.missing = {
            "workshop": {"code": "MX-99"},
            "workshop file": {"code": "MX-99", "token": "no-such-token"},
            "outcome": {"ref": "REC-2099-9999"},
            "commitment": {"ref": "REC-2099-9999", "party": "MA"},
            "adoption": {"ref": "PRA-2099-9999", "party": "MA"},
            "evidence": {"token": "no-such-token"},
            "token": {"token_id": 99999},
            "theme": {"slug": "no-such-theme"},
            "session": {"session_id": 99999},
            "saved search": {"search_id": 99999},
            "passkey": {"number": 99999},
            "address link": {"token": "no-such-token"},
            "opening": {"opening_id": 99999},
            "person": {"person_id": 99999},
            "token of a person": {"person_id": 99999, "token_id": 99999},
            "party": {"code": "no-such-party"},
            "static": {"filename": "css/no-such.css"},
        }

    def _sign_in(self, who: Who) -> None:
        visitor = Visitor(self.app, self.persons.get(who.name))
        page = visitor.get("/account" if who.name in self.persons else "/login")
        self.world.passes[who.name].csrf = page.html.find("input", {"name": "csrf_token"})["value"]
        cookies = visitor.browser.cookies
        self.world.passes[who.name].cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
