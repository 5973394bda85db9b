"""Recording and changing workshops; each function is one transaction."""

from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from tracker.accounts.models import Party, PartyKind, Person
from tracker.accounts.naming import clean_party_name
from tracker.core import audit, outbox
from tracker.core.db import db, unit_of_work
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.files import discard, store_bytes
from tracker.core.forms import LONG_TEXT
from tracker.core.history import ACCESS
from tracker.core.i18n import fold
from tracker.core.permissions import Actor, Permission, require
from tracker.core.records import records
from tracker.core.slugs import first_free
from tracker.core.vocabulary import RoleName
from tracker.workshops.codes import body_code, check_code, workshop_code
from tracker.workshops.data import NewFile, WorkshopData
from tracker.workshops.models import Workshop, WorkshopFile
from tracker.workshops.queries import visible_to
from tracker.workshops.rules import access_ways, may_work_on

T = TypeVar("T", Party, Person)

#: Longest value of each short field, in characters.
_LONGEST = {"title": 300, "place": 200, "line_of_action": 300, "summary": LONG_TEXT}
_REPORTING = (RoleName.RAPPORTEUR, RoleName.COORDINATOR)


def create_workshop(actor: Actor, data: WorkshopData) -> Workshop:
    """Record a workshop; whoever records it becomes its rapporteur when nobody is named.

    Raises Denied, InvalidInput (naming the field).
    """
    with unit_of_work() as session:
        require(actor, Permission.WORKSHOP_CREATE)
        _check_not_recorded_yet(actor, data)
        workshop = Workshop(created_by_id=actor.id, illustrative=data.illustrative)
        if not data.rapporteur_ids and actor.id is not None:
            data.rapporteur_ids = [actor.id]
        with session.no_autoflush:
            workshop.handling = data.handling
            _fill(actor, workshop, data)
            workshop.code = _free_code(workshop, data)
        session.add(workshop)
        _attach(workshop, data.files)
        session.flush()
        audit.record(actor, "create", "workshop", workshop.id, None, snapshot(workshop))
        outbox.enqueue("workshop", workshop.id)
    return workshop


def edit_workshop(actor: Actor, workshop: Workshop, data: WorkshopData, seen_version: int) -> Workshop:
    """Change a workshop that was seen in this version; saving it unchanged writes nothing.

    Its label stays as it is: `handling.relabel_workshop` changes that. Raises EditConflict when somebody else
    saved meanwhile, Denied, InvalidInput (naming the field; also when the workshop would close to the actor).
    """
    message = _("Somebody else saved this workshop meanwhile. Compare both versions, then save again.")
    try:
        with unit_of_work() as session:
            require(actor, Permission.WORKSHOP_EDIT, workshop)
            if workshop.version != seen_version:
                raise EditConflict(message)
            before = snapshot(workshop)
            with session.no_autoflush:
                _fill(actor, workshop, data)
            _attach(workshop, data.files)
            note(actor, "edit", workshop, before)
    except StaleDataError:
        raise EditConflict(message) from None
    return workshop


def attach_file(actor: Actor, workshop: Workshop, title: str, name: str, content: bytes) -> WorkshopFile:
    """Attach a file under a title.

    Raises Denied, and InvalidInput when its type is not taken or it is empty.
    """
    with unit_of_work():
        require(actor, Permission.WORKSHOP_EDIT, workshop)
        before = snapshot(workshop)
        attached = _attach(workshop, [NewFile(title, name, content)])[0]
        note(actor, "attach", workshop, before)
    return attached


def remove_file(actor: Actor, attached: WorkshopFile) -> None:
    """Take a file off its workshop and delete it; raises Denied."""
    with unit_of_work():
        workshop = attached.workshop
        require(actor, Permission.WORKSHOP_EDIT, workshop)
        before = snapshot(workshop)
        workshop.files.remove(attached)
        discard(attached.file)
        note(actor, "detach", workshop, before)


def snapshot(workshop: Workshop) -> dict[str, Any]:
    """What the workshop says now, as JSON values, for its history."""
    return {
        "code": workshop.code,
        "title": workshop.title,
        "language": str(workshop.language),
        "place": workshop.place,
        "country": workshop.country.code if workshop.country is not None else None,
        "starts_on": workshop.starts_on.isoformat() if workshop.starts_on else None,
        "ends_on": workshop.ends_on.isoformat() if workshop.ends_on else None,
        "hosts": [party.code for party in workshop.hosts],
        "participants": [party.code for party in workshop.participants],
        "languages": list(workshop.languages),
        "line_of_action": workshop.line_of_action,
        "summary": workshop.summary,
        "handling": str(workshop.handling),
        "rapporteurs": [person.name for person in workshop.rapporteurs],
        "files": [attached.title for attached in workshop.files],
        ACCESS: sorted(access_ways(workshop)),
    }


def note(
    actor: Actor, act: str, workshop: Workshop, before: dict[str, Any], more: dict[str, Any] | None = None
) -> None:
    """Append a change to the workshop's history, with what else is to be told of it, and tell the index.

    Does nothing when the workshop says what it said.
    """
    after = snapshot(workshop)
    if after == before:
        return
    # The version counts on even when only parties, rapporteurs or files changed, so that a conflict is seen.
    workshop.version = workshop.version + 1
    db.session.flush()
    audit.record(actor, act, "workshop", workshop.id, before, after | (more or {}))
    outbox.enqueue("workshop", workshop.id)


def _fill(actor: Actor, workshop: Workshop, data: WorkshopData) -> None:
    _check(data)
    workshop.title = data.title.strip()
    workshop.language = data.language
    workshop.place = data.place.strip() or None
    countries = records(Party, [data.country_id] if data.country_id is not None else [], "country")
    workshop.country = countries[0] if countries else None
    workshop.starts_on = data.starts_on
    workshop.ends_on = data.ends_on
    workshop.languages = data.languages
    workshop.line_of_action = data.line_of_action.strip() or None
    workshop.summary = data.summary.strip().replace("\r\n", "\n") or None
    added = _add_bodies(actor, [*data.new_hosts, *data.new_participants], str(data.language))
    workshop.hosts = _once([*_in_order(Party, data.host_ids, "hosts"), *(added[n] for n in data.new_hosts)])
    took_part = _in_order(Party, data.participant_ids, "participants")
    workshop.participants = _once([*took_part, *(added[n] for n in data.new_participants)])
    workshop.rapporteurs = _rapporteurs(workshop, data.rapporteur_ids)
    if may_work_on(actor, workshop):
        return
    if workshop.id is None:
        raise InvalidInput(
            _(
                "Under this label you could not open the workshop any more. Name yourself as a rapporteur, "
                "add your party to those that took part (not enough under TLP:RED), or choose another label."
            ),
            "handling",
        )
    raise InvalidInput(
        _(
            "Then you could not open the workshop any more. Name yourself as a rapporteur, or leave your "
            "party among those that took part (not enough under TLP:RED)."
        ),
        "rapporteurs",
    )


def _check(data: WorkshopData) -> None:
    if not data.title.strip():
        raise InvalidInput(_("Give the workshop a title."), "title")
    for name, longest in _LONGEST.items():
        if len(getattr(data, name)) > longest:
            raise InvalidInput(_("Shorten this to %(count)s characters.", count=longest), name)
    if data.starts_on and data.ends_on and data.ends_on < data.starts_on:
        raise InvalidInput(_("The workshop ends before it begins. Correct one of the dates."), "ends_on")
    if data.ends_on and not data.starts_on:
        raise InvalidInput(_("Say when the workshop began, too."), "starts_on")


def _check_not_recorded_yet(actor: Actor, data: WorkshopData) -> None:
    """Refuse a second record of one workshop; what the actor may not see is not told."""
    if data.starts_on is None:
        return
    same_day = select(Workshop).where(Workshop.starts_on == data.starts_on, visible_to(actor))
    for standing in db.session.scalars(same_day.order_by(Workshop.id)):
        if fold(standing.title) == fold(data.title.strip()):
            raise InvalidInput(
                _(
                    "%(code)s has this title and first day already. Open that one; "
                    "if yours is another workshop, give it another title.",
                    code=standing.code,
                ),
                "title",
            )


def _in_order(model: type[T], ids: list[int], field: str) -> list[T]:
    # The order in which they are read again, so that saving the same ones changes nothing.
    return records(model, sorted(ids), field)


def _rapporteurs(workshop: Workshop, ids: list[int]) -> list[Person]:
    people = _in_order(Person, ids, "rapporteurs")
    for person in people:
        if person not in workshop.rapporteurs and not any(role.name in _REPORTING for role in person.roles):
            raise InvalidInput(
                _(
                    "%(name)s is neither a rapporteur nor a coordinator. Choose somebody who is.",
                    name=person.name,
                ),
                "rapporteurs",
            )
    return people


def _free_code(workshop: Workshop, data: WorkshopData) -> str:
    def is_taken(code: str) -> bool:
        return (
            db.session.scalar(select(Workshop.id).where(func.lower(Workshop.code) == code.lower()))
            is not None
        )

    wish = data.code.strip()
    if not wish:
        country = workshop.country.code if workshop.country is not None else None
        return first_free(workshop_code(data.starts_on, data.place, country), is_taken)
    check_code(wish)
    if is_taken(wish):
        free = first_free(wish, is_taken)
        raise InvalidInput(_("%(code)s is taken. %(free)s is free.", code=wish, free=free), "code")
    return wish


def _once(parties: list[Party]) -> list[Party]:
    return list(dict.fromkeys(parties))


def _add_bodies(actor: Actor, names: list[str], language: str) -> dict[str, Party]:
    """Add a body for each name that is not known yet; whoever records a workshop may name who took part."""

    def is_taken(code: str) -> bool:
        return db.session.scalar(select(Party.id).where(func.lower(Party.code) == code)) is not None

    added: dict[str, Party] = {}
    for typed in dict.fromkeys(names):
        name = clean_party_name(typed, "participants")
        if name not in added:
            added[name] = _add_body(actor, name, language, first_free(body_code(name), is_taken))
        added[typed] = added[name]
    return added


def _add_body(actor: Actor, name: str, language: str, code: str) -> Party:
    body = Party(
        kind=PartyKind.BODY,
        code=code,
        acronym=name if name.isupper() and " " not in name and len(name) <= 12 else None,
        names={language: name},
        aliases=[],
    )
    db.session.add(body)
    db.session.flush()
    audit.record(actor, "body-added", "party", body.id, after={"code": body.code, "names": body.names})
    return body


def _attach(workshop: Workshop, files: list[NewFile]) -> list[WorkshopFile]:
    attached = []
    for new in files:
        stored = store_bytes(new.name, new.content)
        title = (new.title.strip() or stored.name)[:200]
        attached.append(WorkshopFile(file=stored, title=title))
    workshop.files.extend(attached)
    return attached
