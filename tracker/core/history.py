"""The history of a record in readable words, told from the audit log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.core.audit import AuditEntry
from tracker.core.i18n import enumerated, show_date, show_moment
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Language, Vocabulary

#: Key under which an entry keeps who could read a marked record before or after the act; never shown.
ACCESS = "access"
#: Entries on one page of a history.
HISTORY_SIZE = 20
_LANGUAGES = {str(language) for language in Language}

#: Names by field, and in it by what the entry says: a code, a slug.
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, in words; `long` texts are shown side by side, in their language."""

    label: Any
    before: str
    after: str
    language: str | None = None

    @property
    def long(self) -> bool:
        """Whether the values are running text."""
        return self.language is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One act: when, who, what; `open` says whether the reader may see what changed."""

    at: datetime
    who: str
    act: Any
    open: bool = True
    changes: list[Change] = field(default_factory=list)


def _no_names(_entries: Sequence[AuditEntry]) -> Names:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How the history of one kind of record is put into words; a field without a label is not told."""

    acts: Mapping[str, Any]
    fields: Mapping[str, Any]
    vocabularies: Mapping[str, type[Vocabulary]] = field(default_factory=dict)
    #: How single values of a field are said, where neither a vocabulary nor a name tells.
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    #: Fields that name people: told to those who are signed in.
    people: frozenset[str] = frozenset()
    #: Looks up what codes in the entries stand for, all at once.
    names: Callable[[Sequence[AuditEntry]], Names] = _no_names


def day(said: str) -> str:
    """A day that an entry holds, in words."""
    return show_date(date.fromisoformat(said))


def moment(said: str) -> str:
    """A moment that an entry holds, in words."""
    return show_moment(datetime.fromisoformat(said))


def was_open_to(actor: Actor, entry: AuditEntry) -> bool:
    """Whether the actor could have read the record before and after the act, as they are named now."""
    sides = [side[ACCESS] for side in (entry.before, entry.after) if side and ACCESS in side]
    return actor.is_operator or all(actor.access_tokens.intersection(tokens) for tokens in sides)


def lines_of(
    actor: Actor, kind: str, record_id: int, page: int, wording: Wording, *, opened: bool = False
) -> Page[Line]:
    """One page of the acts on a record, newest first.

    What an act changed is open to those who could read the record before and after it, and to whom it is
    `opened` otherwise; who acted is told to people who are signed in.
    """
    of_record = (AuditEntry.record_kind == kind, AuditEntry.record_id == record_id)
    entries = paginate(
        select(AuditEntry).where(*of_record).order_by(AuditEntry.id.desc()), page, HISTORY_SIZE
    )
    names = wording.names(entries.items)
    lines = []
    for entry in entries.items:
        is_open = opened or was_open_to(actor, entry)
        lines.append(
            Line(
                at=entry.at,
                who=entry.actor_name if actor.is_authenticated else "",
                act=wording.acts.get(entry.act, entry.act),
                open=is_open,
                changes=list(changes_of(actor, entry, wording, names)) if is_open else [],
            )
        )
    return Page(lines, entries.page, entries.total, HISTORY_SIZE)


def listed(value: Any) -> list[Any]:
    """The single values in a field of an entry."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def values_in(entries: Sequence[AuditEntry], fields: Sequence[str]) -> set[Any]:
    """Every value that these fields hold in the entries, before or after."""
    sides = [side for entry in entries for side in (entry.before, entry.after) if side]
    return {value for side in sides for name in fields for value in listed(side.get(name))}


def changes_of(actor: Actor, entry: AuditEntry, wording: Wording, names: Names) -> Iterator[Change]:
    """What one act changed, field by field, as far as the wording has a label for it."""
    for name, before, after in entry.changes:
        label = wording.fields.get(name)
        if label is None or (name in wording.people and not actor.is_authenticated):
            continue
        for language, sides in _by_language(before, after):
            said = [in_words(name, side, wording, names) for side in sides]
            if said[0] != said[1]:
                told = _("%(part)s (%(language)s)", part=label, language=language) if language else label
                yield Change(told, *said)


def in_words(name: str, value: Any, wording: Wording, names: Names) -> str:
    """What a field says, as people say it; several values with commas."""
    return enumerated(_word(name, item, wording, names) for item in listed(value))


def _by_language(before: Any, after: Any) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    """The two sides of a field; of one that holds values by language, those of each language."""
    codes = [*(before if isinstance(before, dict) else {}), *(after if isinstance(after, dict) else {})]
    if not codes or not _LANGUAGES.issuperset(codes):
        yield None, (before, after)
        return
    for language in Language:
        if str(language) in codes:
            yield language.label, ((before or {}).get(str(language)), (after or {}).get(str(language)))


def _word(name: str, item: Any, wording: Wording, names: Names) -> str:
    if isinstance(item, bool):
        return str(_("Yes") if item else _("No"))
    vocabulary = wording.vocabularies.get(name)
    if vocabulary is not None and item in [str(member) for member in vocabulary]:
        return str(vocabulary(item).label)
    if name in wording.words:
        return wording.words[name](item)
    return names.get(name, {}).get(item, str(item))
