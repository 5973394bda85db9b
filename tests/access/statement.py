"""Who may do what, stated a second time: in plain Python over plain values, from the rules alone.

Nothing here imports the program. People, workshops, outcomes and what is written about them are small values;
roles, labels and states are the words of the design. The matrix asks the program and this page, and
compares; where they differ, one of them is wrong.

The rules (design, section 7)
-----------------------------
CLEAR is read by everyone signed in, and by the public while public reading is on. GREEN by everyone signed
in. AMBER by the parties that took part or are addressed. AMBER+STRICT by the parties named on the record. RED
by the people named on the record. The rapporteurs of the workshop read its AMBER records too, and whoever
wrote a record goes on reading it. A draft is read by its author and by the rapporteurs of its workshop, and
by coordinators while its label is CLEAR or GREEN. Administrators read nothing more than readers do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import singledispatch

LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
CLEAR, GREEN, AMBER, STRICT, RED = LABELS
STATES = ("draft", "published", "retired")
ROLES = ("reader", "expert", "rapporteur", "focal-point", "reviewer", "coordinator", "administrator")

#: Roles that log outcomes; whoever holds none of them changes none.
LOGGERS = ("expert", "rapporteur", "coordinator")
#: Roles that record workshops.
CONVENERS = ("rapporteur", "coordinator")


@dataclass(frozen=True)
class Who:
    """Somebody who asks. `name` is unique; records name people by it."""

    name: str
    roles: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    #: On whose side this person stands as a reviewer: their parties, those countries, and their bodies.
    side: frozenset[str] = frozenset()
    #: How this person stands to the records of the matrix.
    relation: str = "neither"
    signed_in: bool = True
    #: The account was closed after signing in: neither session, nor form, nor token of it is good any more.
    closed: bool = False
    public_reading: bool = False
    #: Names of records that this administrator has opened in an emergency.
    opened: frozenset[str] = frozenset()

    def is_a(self, *roles: str) -> bool:
        return self.signed_in and bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class Workshop:
    """A workshop: `took_part` are hosts and participants; people by their names."""

    name: str
    label: str
    took_part: frozenset[str] = frozenset()
    rapporteurs: frozenset[str] = frozenset()
    recorded_by: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A recommendation or a practice."""

    name: str
    kind: str
    label: str
    state: str
    workshop: Workshop | None = None
    addressed: frozenset[str] = frozenset()
    named_parties: frozenset[str] = frozenset()
    named_people: frozenset[str] = frozenset()
    author: str | None = None


@dataclass(frozen=True)
class Subject:
    """What is followed up: a commitment or an adoption of one party."""

    outcome: Outcome
    party: str


@dataclass(frozen=True)
class Item:
    """An update or an assessment (`within` is None), or a piece of evidence within an update."""

    name: str
    label: str
    subject: Subject
    author: str
    within: "Item | None" = None


@dataclass(frozen=True)
class WorkshopFile:
    """A file of a workshop."""

    name: str
    workshop: Workshop


@dataclass(frozen=True)
class Owned:
    """Something that belongs to one person: a token, a session, a key."""

    name: str
    owner: str


@dataclass(frozen=True)
class Private(Owned):
    """Something of one person that nobody else may even know of: a session, a passkey."""


@dataclass(frozen=True)
class Account(Owned):
    """A person, as others look them up; it is its owner's own account."""


@dataclass(frozen=True)
class Open:
    """Something without a label, open to whoever may open its page: a theme, a party, a person's account."""

    name: str
    #: Open even to those who read nothing: style sheets, pictures.
    to_all: bool = False


#: Private and Account are kinds of Owned.
Record = Workshop | Outcome | Subject | Item | WorkshopFile | Owned | Open


# Reading -----------------------------------------------------------------------------------------------


def reads_at_all(who: Who) -> bool:
    """Everyone signed in; the public while public reading is on."""
    return who.signed_in or who.public_reading


@singledispatch
def reads(record: Record, who: Who) -> bool:
    """Whether this person may read this record."""
    raise TypeError(f"nobody has said who reads {record!r}")


@reads.register
def _(record: Workshop, who: Who) -> bool:
    if record.label == CLEAR:
        return reads_at_all(who)
    if record.label == GREEN:
        return who.signed_in
    if not who.signed_in:
        return False
    if record.name in who.opened:
        return True
    named = who.name in record.rapporteurs or who.name == record.recorded_by
    if record.label == RED:
        return named
    # A workshop has no list of named parties of its own: those named on it are those that took part.
    return named or bool(who.parties & record.took_part)


@reads.register
def _(record: Outcome, who: Who) -> bool:
    wrote = who.signed_in and who.name == record.author
    reports = who.signed_in and record.workshop is not None and who.name in record.workshop.rapporteurs
    if who.signed_in and record.name in who.opened:
        return True
    if record.state == "draft":
        return wrote or reports or (record.label in (CLEAR, GREEN) and who.is_a("coordinator"))
    if record.label == CLEAR:
        return reads_at_all(who)
    if record.label == GREEN:
        return who.signed_in
    if not who.signed_in:
        return False
    if record.label == AMBER:
        took_part = record.workshop.took_part if record.workshop else frozenset()
        return wrote or reports or bool(who.parties & (took_part | record.addressed))
    if record.label == STRICT:
        return wrote or bool(who.parties & record.named_parties)
    return wrote or who.name in record.named_people


@reads.register
def _(record: Subject, who: Who) -> bool:
    return reads(record.outcome, who)


@reads.register
def _(record: Item, who: Who) -> bool:
    """With its outcome, unless it is marked higher: then by those whom its own label names."""
    if record.within is not None and not reads(record.within, who):
        return False
    outcome = record.subject.outcome
    if not reads(outcome, who):
        return False
    if outcome.name in who.opened:
        return True
    if LABELS.index(record.label) <= LABELS.index(outcome.label):
        return True
    if not who.signed_in:
        return False
    if record.label == GREEN or who.name == record.author:
        return True
    if record.label == AMBER:
        took_part = outcome.workshop.took_part if outcome.workshop else frozenset()
        reports = outcome.workshop is not None and who.name in outcome.workshop.rapporteurs
        return reports or bool(who.parties & (took_part | outcome.addressed | {record.subject.party}))
    if record.label == STRICT:
        return record.subject.party in who.parties
    return who.name in outcome.named_people


@reads.register
def _(record: WorkshopFile, who: Who) -> bool:
    return reads(record.workshop, who)


@reads.register
def _(record: Owned, who: Who) -> bool:
    return who.signed_in


@reads.register
def _(record: Private, who: Who) -> bool:
    return who.signed_in and who.name == record.owner


@reads.register
def _(record: Open, who: Who) -> bool:
    return record.to_all or reads_at_all(who)


def by_right(who: Who) -> Who:
    """The same person without what they opened in an emergency."""
    return replace(who, opened=frozenset()) if who.opened else who


def reads_by_program(record: Record, who: Who) -> bool:
    """Whether a program of theirs reads the record: what is opened in an emergency is for their own eyes."""
    return reads(record, by_right(who))


def listed(who: Who, records: Iterable[Record]) -> set[Record]:
    """Of these records, those that lists, searches, counts and exports show this person."""
    return {record for record in records if reads(record, by_right(who))}


def sees_who_sees(record: Record, who: Who) -> bool:
    """Administrators know of every record who may read it, without reading it themselves."""
    return who.is_a("administrator") or reads(record, who)


# Acting. Each rule presumes that the person may read the record by right. ------------------------------


def anybody(who: Who, record: Record | None = None) -> bool:
    """No question is asked."""
    return True


def member(who: Who, record: Record | None = None) -> bool:
    """Everyone signed in."""
    return who.signed_in


def reader(who: Who, record: Record | None = None) -> bool:
    """Everyone who may read the record."""
    return reads_at_all(who)


def administrator(who: Who, record: Record | None = None) -> bool:
    """Accounts, parties, the thesaurus, settings."""
    return who.is_a("administrator")


def convenes(who: Who, record: Record | None = None) -> bool:
    """Records a workshop."""
    return who.is_a(*CONVENERS)


def edits_workshop(who: Who, record: Record | None = None) -> bool:
    """A coordinator, or a rapporteur of this workshop."""
    if record is None:
        return who.is_a(*CONVENERS)
    workshop = record.workshop if isinstance(record, WorkshopFile) else record
    assert isinstance(workshop, Workshop)
    return who.is_a("coordinator") or (who.is_a("rapporteur") and who.name in workshop.rapporteurs)


def logs(who: Who, record: Record | None = None) -> bool:
    """Experts, rapporteurs and coordinators, at every workshop that they may read."""
    return who.is_a(*LOGGERS)


def edits(who: Who, record: Record | None = None) -> bool:
    """A draft: its author, its workshop's rapporteurs, coordinators. What is published: the last two."""
    if record is None:
        return logs(who)
    assert isinstance(record, Outcome)
    reports = record.workshop is not None and who.name in record.workshop.rapporteurs
    wrote_draft = record.state == "draft" and who.name == record.author
    return logs(who) and (reports or who.is_a("coordinator") or wrote_draft)


def publishes(who: Who, record: Record | None = None) -> bool:
    """The rapporteurs of its workshop; without a workshop, coordinators. The same hold for retiring."""
    if record is None:
        return logs(who)
    if isinstance(record, Workshop):
        return logs(who) and who.name in record.rapporteurs
    assert isinstance(record, Outcome)
    if record.workshop is None:
        return who.is_a("coordinator")
    return logs(who) and who.name in record.workshop.rapporteurs


def reports(who: Who, record: Record | None = None) -> bool:
    """A focal point, for their own party."""
    if record is None or isinstance(record, Outcome):
        return who.is_a("focal-point") and bool(who.parties)
    assert isinstance(record, Subject)
    return who.is_a("focal-point") and record.party in who.parties


def assesses(who: Who, record: Record | None = None) -> bool:
    """A reviewer, never on what their own side claims; one without a party stands on no known side."""
    if record is None:
        return who.is_a("reviewer") and bool(who.side)
    assert isinstance(record, Subject)
    return who.is_a("reviewer") and bool(who.side) and record.party not in who.side


def schedules(who: Who, record: Record | None = None) -> bool:
    """Coordinators say when a party's answer is due."""
    return who.is_a("coordinator")


def owns(who: Who, record: Record | None = None) -> bool:
    """Whoever it belongs to."""
    if record is None:
        return who.signed_in
    assert isinstance(record, Owned)
    return who.signed_in and who.name == record.owner


def looks_people_up(who: Who, record: Record | None = None) -> bool:
    """Coordinators, because they chase focal points; administrators, because they keep the accounts."""
    return who.is_a("coordinator", "administrator")


def administers_another(who: Who, record: Record | None = None) -> bool:
    """An administrator, but never their own account."""
    other = not isinstance(record, Account) or record.owner != who.name
    return who.is_a("administrator") and other


def reviews_access(who: Who, record: Record | None = None) -> bool:
    """Administrators, and whoever may change the record's label: those who may edit it."""
    if who.is_a("administrator"):
        return True
    return edits_workshop(who, record) if isinstance(record, Workshop) else edits(who, record)


def owns_or_administers(who: Who, record: Record | None = None) -> bool:
    """Whoever it belongs to, and administrators."""
    return owns(who, record) or (record is not None and who.is_a("administrator"))
