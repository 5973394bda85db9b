"""The world of the matrix: records under every label in every state, and people in every relation to them.

Everything stands twice: as rows of a real instance, and as the plain values of the statement. Each record
carries a word of its own (`zq00042x`) in its text, so that any page can be searched for what it shows.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.access import statement as say
from tests.access.statement import Record, Who
from tracker.core.db import now

THEME = "prisons"
REF = re.compile(r"\b(?:REC|PRA)-2099-\d{4}\b")
CODE = re.compile(r"\bMX-\d{2}\b")
MARK = re.compile(r"zq\d{5}x")


@dataclass(frozen=True)
class Thing:
    """A record of the statement, where its address is, and for whom alone it is walked (None: for all)."""

    record: Record
    values: dict[str, Any]
    only: str | None = None

    def __hash__(self) -> int:
        return hash(self.record)

    def __str__(self) -> str:
        record = self.record
        of = getattr(record, "outcome", None) or getattr(getattr(record, "subject", None), "outcome", None)
        said = [record.name] if hasattr(record, "name") else []
        for thing in (of, record, getattr(record, "workshop", None)):
            said += [str(getattr(thing, name)) for name in ("name", "label", "state") if hasattr(thing, name)]
        return " ".join(dict.fromkeys([*said, *map(str, self.values.values())]))


@dataclass
class Pass:
    """What a request of one person carries."""

    cookie: str = ""
    csrf: str = ""
    token: str = ""


@dataclass
class World:
    """The people, the records by the kind their addresses stand for, and what shows each record."""

    people: list[Who]
    things: dict[str, list[Thing]] = field(default_factory=dict)
    #: An address of each kind that no record has.
    missing: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: By the word, reference or code that shows it: the record.
    shown_by: dict[str, Record] = field(default_factory=dict)
    passes: dict[str, Pass] = field(default_factory=dict)
    #: Values of addresses that stand for no record.
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    hub: str = ""
    #: A record that an emergency could be about.
    emergency: str = ""
    #: When everybody had signed in.
    moment: datetime = field(default_factory=now)
    #: How often each commitment and adoption was saved, by reference and party.
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, kind: str, record: Record, values: dict[str, Any], only: str | None = None) -> None:
        self.things.setdefault(kind, []).append(Thing(record, values, only))

    def records(self, kind: str) -> list[Any]:
        """The records of one kind, whoever they are walked for."""
        return [thing.record for thing in self.things[kind]]

    def who(self, name: str) -> Who:
        return next(who for who in self.people if who.name == name)

    def readable_words(self, who: Who) -> frozenset[str]:
        """What may stand on a page that this person sees."""
        key = f"{who.name} {who.public_reading}"
        if key not in self._words:
            self._words[key] = frozenset(
                word for word, record in self.shown_by.items() if say.reads(record, who)
            )
        return self._words[key]

    def shown_in(self, text: str) -> set[str]:
        """Words, references and codes of records that stand in a text."""
        return {*REF.findall(text), *CODE.findall(text), *MARK.findall(text)}
