"""Who could no longer read a record after a change of its label, and who could then, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from tracker.accounts.actors import access_tokens_of
from tracker.accounts.models import Party, Person
from tracker.core.db import db
from tracker.core.errors import InvalidInput
from tracker.core.forms import LONG_TEXT
from tracker.core.i18n import fold
from tracker.core.permissions import COORDINATOR, MEMBER, PUBLIC, Actor
from tracker.core.vocabulary import Handling
from tracker.workshops.ways import Way, WayKind, Ways, way_of

#: Labels that nobody lowers in passing.
CLOSEST = (Handling.AMBER_STRICT, Handling.RED)


class Confirm(StrEnum):
    """What has to be ticked before a change is saved; each is the name of its form field."""

    LOWER = "confirm_lower"
    PROPOSERS = "confirm_proposers"
    CLOSE = "confirm_close"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of a label does: sentences, and what has to be confirmed."""

    sentences: list[str] = field(default_factory=list)
    needed: frozenset[Confirm] = frozenset()


def needed_for(actor: Actor, old: Handling, new: Handling, after: Ways) -> set[Confirm]:
    """What the change asks the actor to confirm: a lowered label, a record that closes to them."""
    needed = set()
    if old in CLOSEST and new.rank < old.rank:
        needed.add(Confirm.LOWER)
    if not actor.is_operator and way_of(actor, after) is None:
        needed.add(Confirm.CLOSE)
    return needed


def check_reason(reason: str) -> None:
    """Raise InvalidInput for a change without a reason, or with one too long."""
    if not reason.strip():
        raise InvalidInput(_("Say why, so that others understand the change."), "reason")
    if len(reason) > LONG_TEXT:
        raise InvalidInput(_("Shorten this to %(count)s characters.", count=LONG_TEXT), "reason")


def check_confirmed(effect: Effect, confirmed: frozenset[Confirm]) -> None:
    """Raise InvalidInput, on its field, for the first thing that has to be ticked and is not."""
    for confirm in Confirm:
        if confirm in effect.needed and confirm not in confirmed:
            raise InvalidInput(_("Tick this to save the change."), str(confirm))


def sentences(before: Ways, after: Ways, *, workshop_open: bool = True) -> list[str]:
    """Who loses and who gains access.

    Where the workshop is closed to whoever asks (`workshop_open` off), nothing tells who took part or
    reported there.
    """
    if before.keys() == after.keys():
        return [_("Who may read this stays the same.")]
    hidden = _mentions_workshop(before, after) if not workshop_open else False
    if not workshop_open:
        before, after = _without_workshop(before), _without_workshop(after)
    said = _of_everyone(before, after)
    if _is_wide(before) and not _is_wide(after):
        said += _who_still(after)
    elif not _is_wide(before) and not _is_wide(after):
        said += _lost_and_gained(before, after)
    if hidden:
        said.append(_("Who took part in the workshop, which is not open to you, is not listed here."))
    return said


def _is_wide(ways: Ways) -> bool:
    return PUBLIC in ways or MEMBER in ways


def _mentions_workshop(before: Ways, after: Ways) -> bool:
    return any(way.is_of_workshop for ways in (before, after) for way in ways.values())


def _without_workshop(ways: Ways) -> Ways:
    return {token: way for token, way in ways.items() if not way.is_of_workshop}


def _of_everyone(before: Ways, after: Ways) -> list[str]:
    said: list[str] = []
    if current_app.config["TRACKER_PUBLIC_READING"]:
        if PUBLIC in before and PUBLIC not in after:
            said.append(_("Then the public can no longer read this."))
        elif PUBLIC in after and PUBLIC not in before:
            said.append(_("Then the public can read this, without signing in."))
    if _is_wide(after) and not _is_wide(before):
        said.append(_("Then everyone signed in can read this."))
    elif _is_wide(before) and not _is_wide(after):
        said.append(_("Then not everyone signed in can read this any more, but only:"))
    elif not said and _is_wide(before):
        said.append(_("Who may read this stays the same."))
    return said


def _who_still(after: Ways) -> list[str]:
    parties, people = _parties(after.values()), _people(after.values())
    said = []
    if parties:
        said.append(
            ngettext(
                "%(num)s party: %(names)s", "%(num)s parties: %(names)s", len(parties), names=_line(parties)
            )
        )
    if people:
        said.append(
            ngettext(
                "%(num)s person: %(names)s", "%(num)s people: %(names)s", len(people), names=_line(people)
            )
        )
    if COORDINATOR in after:
        said.append(_("coordinators"))
    return said or [_("nobody but its author")]


def _lost_and_gained(before: Ways, after: Ways) -> list[str]:
    lost = [way for token, way in before.items() if token not in after]
    gained = [way for token, way in after.items() if token not in before and not _is_in(way, before)]
    said = []
    if names := _parties(lost):
        said.append(
            ngettext(
                "Then %(num)s party can no longer read this: %(names)s",
                "Then %(num)s parties can no longer read this: %(names)s",
                len(names),
                names=_line(names),
            )
        )
    if names := _people(lost):
        said.append(
            ngettext(
                "Then %(num)s person can no longer read this: %(names)s",
                "Then %(num)s people can no longer read this: %(names)s",
                len(names),
                names=_line(names),
            )
        )
    if COORDINATOR in before and COORDINATOR not in after:
        said.append(_("Then coordinators can no longer read this."))
    if names := _parties(gained):
        said.append(
            ngettext(
                "Then %(num)s more party can read this: %(names)s",
                "Then %(num)s more parties can read this: %(names)s",
                len(names),
                names=_line(names),
            )
        )
    if names := _people(gained):
        said.append(
            ngettext(
                "Then %(num)s more person can read this: %(names)s",
                "Then %(num)s more people can read this: %(names)s",
                len(names),
                names=_line(names),
            )
        )
    if COORDINATOR in after and COORDINATOR not in before:
        said.append(_("Then coordinators can read this."))
    return [*said, _("Who can read it then:"), *_who_still(after)]


def _is_in(way: Way, before: Ways) -> bool:
    """Whether somebody who is named now could read the record before by another way, as of their party."""
    person = db.session.get(Person, way.person_id) if way.person_id is not None else None
    return person is not None and not before.keys().isdisjoint(access_tokens_of(person))


def _names(model: Any, ids: list[int]) -> list[str]:
    if not ids:
        return []
    return sorted(
        (str(row.name) for row in db.session.scalars(select(model).where(model.id.in_(ids)))), key=fold
    )


def _parties(ways: Iterable[Way]) -> list[str]:
    return _names(Party, [way.party_id for way in ways if way.party_id is not None])


def _people(ways: Iterable[Way]) -> list[str]:
    # The author is left out: under the Chatham House Rule nothing may tell who logged a record.
    return _names(
        Person,
        [way.person_id for way in ways if way.person_id is not None and way.kind is not WayKind.INVOLVED],
    )


def _line(names: list[str]) -> str:
    # Names of people and bodies may hold a comma of their own.
    return "; ".join(names)
