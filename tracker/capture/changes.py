"""What a row changes in an outcome that is here already: only what differs, and never what follow-up has
recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from tracker.capture.cells import States
from tracker.capture.columns import Problem
from tracker.capture.rows import Row
from tracker.capture.standing import PARTS, Standing
from tracker.capture.words import Dictionary
from tracker.core.vocabulary import Handling, Language, Vocabulary

#: The columns that hold a state of each addressee.
STATES = ("position", "implementation")


@dataclass(slots=True)
class Change:
    """The differences that one row makes; what it leaves alone is absent."""

    outcome_id: int
    line: int
    #: Attributes of the outcome by name.
    values: dict[str, Any] = field(default_factory=dict)
    #: Code of the workshop, empty for none; None leaves it alone.
    workshop: str | None = None
    language: Language | None = None
    #: Parts of the text in `language` of the outcome after the change.
    text: dict[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] | None = None
    #: State by column, for parties that are addressed from now on.
    added: dict[int, dict[str, Vocabulary | None]] = field(default_factory=dict)
    #: Parties that are addressed no longer.
    dropped: list[int] = field(default_factory=list)
    #: New states by column, for parties that stay.
    states: dict[int, dict[str, Vocabulary]] = field(default_factory=dict)
    #: Whether the addressees become the parties named on the record.
    names_addressees: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        differs = self.values or self.text or self.added or self.dropped or self.states or self.language
        return not (differs or self.names_addressees) and self.themes is None and self.workshop is None


def compare(
    row: Row,
    columns: frozenset[str],
    standing: Standing,
    workshop: str,
    words: Dictionary,
    kept: list[Problem],
) -> Change:
    """The change that the row makes; `workshop` is the code of the outcome's workshop, empty for none.

    A column that the file does not have changes nothing. A blank cell empties its field, but handling,
    language and the states of
    addressees have no blank: there it changes nothing. What is left alone because of follow-up is noted in
    `kept`.
    """
    change = Change(standing.id, row.line)
    for name in ("due", "priority", "source_url"):
        value = getattr(row, name) or None
        if name in columns and value != getattr(standing, name):
            change.values[name] = value
    if row.handling and row.handling is not standing.handling:
        change.values["handling"] = row.handling
    change.names_addressees = row.handling is Handling.AMBER_STRICT and not standing.names_parties
    if "workshop" in columns and row.workshop != workshop:
        change.workshop = row.workshop
    _compare_text(row, columns, standing, change)
    if "themes" in columns and list(row.themes) != words.theme_cell(standing.links):
        change.themes = row.themes
    if "addressees" in columns:
        _compare_addressees(row, standing, words, change, kept)
    return change


def _compare_text(row: Row, columns: frozenset[str], standing: Standing, change: Change) -> None:
    language = row.language or standing.language
    if language is not standing.language:
        change.language = language
    there = standing.texts.get(language, {})
    for part in PARTS:
        if part in columns and _same(getattr(row, part)) != _same(there.get(part, "")):
            change.text[part] = getattr(row, part)


def _same(text: str) -> str:
    # Forms trim texts and end lines in their own way; that is no difference.
    return text.replace("\r\n", "\n").strip()


def _compare_addressees(
    row: Row,
    standing: Standing,
    words: Dictionary,
    change: Change,
    kept: list[Problem],
) -> None:
    wanted = words.parties(row.addressees)
    given = {column: states_by_party(getattr(row, column), wanted, words) for column in STATES}
    for party_id in wanted:
        commitment = standing.commitments.get(party_id)
        if commitment is None:
            change.added[party_id] = {column: given[column].get(party_id) for column in STATES}
            continue
        for column in STATES:
            value = given[column].get(party_id)
            if value is None or value is getattr(commitment, column):
                continue
            if commitment.has_history:
                kept.append(_kept(row.line, column, words.code(party_id), getattr(commitment, column)))
            else:
                change.states.setdefault(party_id, {})[column] = value
    for party_id, commitment in standing.commitments.items():
        if party_id not in wanted:
            if commitment.has_history:
                kept.append(_kept(row.line, "addressees", words.code(party_id), None))
            else:
                change.dropped.append(party_id)


def _kept(line: int, column: str, party: str, value: Vocabulary | None) -> Problem:
    if column == "addressees":
        return Problem(line, column, _("%(party)s stays an addressee: its follow-up has begun.", party=party))
    reason = _(
        "%(party)s keeps “%(value)s”, which follow-up has recorded since.", party=party, value=value or ""
    )
    return Problem(line, column, reason)


def states_by_party(states: States, parties: tuple[int, ...], words: Dictionary) -> Mapping[int, Vocabulary]:
    """What a cell says of each of these addressees, by party id; those it says nothing of are left out.

    Raises KeyError, with the word, for a party that is not among the addressees, and ValueError for one that
    stands twice.
    """
    if states is None:
        return {}
    if isinstance(states, Vocabulary):
        return dict.fromkeys(parties, states)
    found: dict[int, Vocabulary] = {}
    for word, value in states:
        party_id = words.party(word)
        if party_id is None or party_id not in parties:
            raise KeyError(word)
        if party_id in found:
            raise ValueError(word)
        found[party_id] = value
    return found
