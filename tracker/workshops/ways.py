"""Why a record is open to somebody: the ways that lead to it, and the one that led this reader here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from tracker.accounts.models import EmergencyOpening, Party
from tracker.core.db import db, now
from tracker.core.permissions import Actor


class WayKind(StrEnum):
    """By what somebody may read a record; the order is that in which a reason is told."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed-in"
    AUTHOR = "author"
    #: The author of a record under the Chatham House Rule, whom nothing may call so.
    INVOLVED = "involved"
    RECORDER = "recorder"
    RAPPORTEUR = "rapporteur"
    NAMED_PERSON = "named-person"
    TOOK_PART = "took-part"
    ADDRESSED = "addressed"
    NAMED_PARTY = "named-party"
    COORDINATOR = "coordinator"


class Way(NamedTuple):
    """One way to a record: its kind, and the number of the party or person for whom it is open."""

    kind: WayKind
    party_id: int | None = None
    person_id: int | None = None

    @property
    def words(self) -> str:
        """The way in words, as the heading of those whom it lets in."""
        if self.party_id is None:
            return str(_WORDS[self.kind])
        return str(_of_party(self.kind, _name_of(self.party_id)))

    @property
    def is_of_workshop(self) -> bool:
        """Whether the way tells who took part in a workshop or reported there."""
        return self.kind in (WayKind.TOOK_PART, WayKind.RAPPORTEUR)

    @property
    def is_of_person(self) -> bool:
        """Whether the way lets in one person."""
        return self.person_id is not None


#: The way that each access token is.
Ways = dict[str, Way]

EVERYONE = Way(WayKind.EVERYONE)
SIGNED_IN = Way(WayKind.SIGNED_IN)
COORDINATORS = Way(WayKind.COORDINATOR)


def to_party(ways: Ways, kind: WayKind, party_id: int) -> None:
    """Add that the record is open to a party; the first reason stays."""
    ways.setdefault(f"party:{party_id}", Way(kind, party_id=party_id))


def to_person(ways: Ways, kind: WayKind, person_id: int | None) -> None:
    """Add that the record is open to a person, if there is one; the first reason stays."""
    if person_id is not None:
        ways.setdefault(f"person:{person_id}", Way(kind, person_id=person_id))


def is_opened(actor: Actor, kind: str, record_id: int | None) -> bool:
    """Whether the actor holds the record open in an emergency; `kind` is "outcome" or "workshop"."""
    return bool(actor.opened) and f"{kind}:{record_id}" in actor.opened


def opened_ids(actor: Actor, kind: str) -> list[int]:
    """Numbers of the records of one kind that the actor holds open in an emergency."""
    start = f"{kind}:"
    return sorted(int(name[len(start) :]) for name in actor.opened if name.startswith(start))


def by_label_alone(actor: Actor) -> Actor:
    """The same actor without what was opened in an emergency: an opening lets read, and nothing else."""
    return replace(actor, opened=frozenset()) if actor.opened else actor


def way_of(actor: Actor, ways: Mapping[str, Way]) -> Way | None:
    """The first of these ways that the actor can take."""
    return next((way for token, way in ways.items() if token in actor.access_tokens), None)


def why_visible(actor: Actor, ways: Mapping[str, Way], kind: str, record_id: int) -> str:
    """Why the record is shown to the actor, as a sentence; nothing for the operator, who sees everything."""
    way = way_of(actor, ways)
    if way is not None:
        return _because(way, kind)
    if is_opened(actor, kind, record_id):
        moment = _opened_until(actor, kind, record_id)
        if moment is not None:
            return str(
                _("Opened in an emergency until %(time)s.", time=f"{format_time(moment, 'HH:mm')} UTC")
            )
    return ""


_WORDS: dict[WayKind, Any] = {
    WayKind.EVERYONE: _l("Everybody"),
    WayKind.SIGNED_IN: _l("Everyone signed in"),
    WayKind.AUTHOR: _l("Logged it"),
    WayKind.INVOLVED: _l("Works on the record"),
    WayKind.RECORDER: _l("Recorded the workshop"),
    WayKind.RAPPORTEUR: _l("Rapporteur of the workshop"),
    WayKind.NAMED_PERSON: _l("Named on the record"),
    WayKind.COORDINATOR: _l("Coordinators see drafts under this label"),
}


def _name_of(party_id: int) -> str:
    party = db.session.get(Party, party_id)
    return party.name if party is not None else ""


def _of_party(kind: WayKind, name: str) -> Any:
    if kind is WayKind.TOOK_PART:
        return _("%(party)s took part in the workshop", party=name)
    if kind is WayKind.ADDRESSED:
        return _("%(party)s is addressed", party=name)
    return _("%(party)s is named on the record", party=name)


def _because(way: Way, kind: str) -> str:
    if way.party_id is None:
        return str(_as_person(way.kind, kind))
    name = _name_of(way.party_id)
    if way.kind is WayKind.TOOK_PART:
        return str(_("Shown to you because %(party)s took part in the workshop.", party=name))
    if way.kind is WayKind.ADDRESSED:
        return str(_("Shown to you because %(party)s is addressed.", party=name))
    return str(_("Shown to you because %(party)s is named on the record.", party=name))


def _as_person(kind: WayKind, record_kind: str) -> Any:
    if kind is WayKind.EVERYONE and current_app.config["TRACKER_PUBLIC_READING"]:
        return _("Shown to you because everybody may read it.")
    if kind in (WayKind.EVERYONE, WayKind.SIGNED_IN):
        return _("Shown to you because everyone signed in may read it.")
    if kind is WayKind.AUTHOR:
        return _("Shown to you because you logged it.")
    if kind is WayKind.INVOLVED:
        return _("Shown to you because you work on the record.")
    if kind is WayKind.RECORDER:
        return _("Shown to you because you recorded it.")
    if kind is WayKind.NAMED_PERSON:
        return _("Shown to you because you are named on the record.")
    if kind is WayKind.COORDINATOR:
        return _("Shown to you because coordinators see drafts under this label.")
    if record_kind == "workshop":
        return _("Shown to you because you are its rapporteur.")
    return _("Shown to you because you are a rapporteur of its workshop.")


def _opened_until(actor: Actor, kind: str, record_id: int) -> datetime | None:
    query = select(func.max(EmergencyOpening.expires_at)).where(
        EmergencyOpening.person_id == actor.id,
        EmergencyOpening.record_kind == kind,
        EmergencyOpening.record_id == record_id,
        EmergencyOpening.expires_at > now(),
    )
    return db.session.scalar(query)
