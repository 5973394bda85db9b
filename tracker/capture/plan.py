"""What a file would do to the database: worked out by reading only, before anything is locked or written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.capture.cells import own_reference
from tracker.capture.changes import STATES, Change, compare, states_by_party
from tracker.capture.columns import Problem
from tracker.capture.reader import Reading
from tracker.capture.rows import Row
from tracker.capture.standing import Standing, standing_outcomes
from tracker.capture.words import Dictionary, theme_key, unknown_party
from tracker.capture.workshops import WorkshopBook
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.i18n import enumerated
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling, Language
from tracker.outcomes.vocabulary import Kind, Record
from tracker.themes.labels import LONGEST_LABEL

#: Rows whose outcomes are looked up together; SQLite bounds the parameters of a statement.
CHUNK = 500


@dataclass(slots=True)
class Plan:
    """Everything that an import would do, and everything that stands against it."""

    words: Dictionary
    workshops: WorkshopBook
    creates: list[Row] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    kept: list[Problem] = field(default_factory=list)
    #: Words that name no theme yet, by what they are looked up by: the word, and the language of its row.
    new_themes: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Language of rows that name none.
    default_language: Language = Language.EN
    #: The latest act in the audit log when the plan was made.
    seen: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.creates or self.changes or self.workshops.filled)


def latest_act() -> int:
    """Number of the latest act in the audit log; every write has one, so an equal number means that nothing
    changed.
    """
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def make_plan(
    actor: Actor,
    reading: Reading,
    *,
    create_themes: bool,
    default_language: Language,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Compare the rows with the database. Problems of the reading are not repeated."""
    seen = latest_act()
    plan = Plan(
        words=Dictionary(), workshops=WorkshopBook(actor), default_language=default_language, seen=seen
    )
    planner = _Planner(actor, plan, reading.columns, create_themes)
    for start in range(0, len(reading.rows), CHUNK):
        planner.take(reading.rows[start : start + CHUNK])
        if progress:
            progress(min(CHUNK, len(reading.rows) - start))
    return plan


class _Planner:
    def __init__(self, actor: Actor, plan: Plan, columns: frozenset[str], create_themes: bool) -> None:
        self.actor = actor
        self.plan = plan
        self.columns = columns
        self.create_themes = create_themes
        self.met: dict[int, int] = {}

    def take(self, rows: list[Row]) -> None:
        refs = [row.ref for row in rows if row.ref]
        found = standing_outcomes(self.actor, refs) if refs else {}
        for row in rows:
            standing = found.get(row.ref) if row.ref else None
            problems = self._check(row, standing)
            if problems:
                self.plan.problems += problems
                continue
            if standing is None:
                self.plan.creates.append(row)
                self._note_new(row)
                self.plan.workshops.use(row, self.plan.default_language)
            else:
                self._compare(row, standing)

    def _compare(self, row: Row, standing: Standing) -> None:
        workshop = self.plan.workshops.code(standing.workshop_id)
        change = compare(row, self.columns, standing, workshop, self.plan.words, self.plan.kept)
        if not change.is_empty and standing.record is Record.RETIRED:
            reason = _("%(ref)s is retired and does not change any more. Remove the row.", ref=standing.ref)
            self.plan.problems.append(Problem(row.line, "ref", reason))
            return
        self._note_new(row)
        if "workshop" in self.columns:
            self.plan.workshops.use(row, self.plan.default_language)
        if change.is_empty:
            self.plan.unchanged += 1
        else:
            self.plan.changes.append(change)

    def _check(self, row: Row, standing: Standing | None) -> list[Problem]:
        problems = [Problem(row.line, column, reason) for column, reason in self._wrong_words(row)]
        reason = self.plan.workshops.reason_against(row)
        if reason:
            problems.append(Problem(row.line, "workshop", reason))
        reason = self._wrong_reference(row, standing)
        if reason:
            problems.append(Problem(row.line, "ref", reason))
        # What somebody may not read tells them nothing, not even whether it names anybody.
        if standing is None or standing.is_open:
            reason = _nobody_named(row, self.columns, standing)
            if reason:
                problems.append(Problem(row.line, "handling", reason))
        return problems

    def _wrong_reference(self, row: Row, standing: Standing | None) -> Any:
        own = own_reference(row.ref)
        if own is not None and own[0] is not row.kind:
            return _(
                "%(ref)s is not a reference of a %(kind)s. Correct one of the two.",
                ref=row.ref,
                kind=row.kind,
            )
        if standing is None:
            return None
        if not standing.is_open:
            return _("This reference is taken by a record that is not open to you.")
        if standing.kind is not row.kind:
            return _(
                "%(ref)s is a %(kind)s already; a kind does not change.", ref=row.ref, kind=standing.kind
            )
        first = self.met.setdefault(standing.id, row.line)
        if first != row.line:
            return _("Line %(line)d speaks of the same outcome already.", line=first)
        return None

    def _wrong_words(self, row: Row) -> list[tuple[str, str]]:
        words = self.plan.words
        wrong = []
        for word in row.themes:
            reason = self._wrong_theme(word)
            if reason:
                wrong.append(("themes", reason))
        unknown = [word for word in row.addressees if words.party(word) is None]
        wrong += [("addressees", unknown_party(word)) for word in unknown]
        if not unknown:
            parties = words.parties(row.addressees)
            for column in STATES:
                try:
                    states_by_party(getattr(row, column), parties, words)
                except KeyError as error:
                    reason = _("“%(word)s” is not among the addressees of this row.", word=error.args[0][:60])
                    wrong.append((column, reason))
                except ValueError as error:
                    wrong.append((column, _("“%(word)s” stands here twice.", word=error.args[0][:60])))
        return wrong

    def _wrong_theme(self, word: str) -> Any:
        if self.plan.words.theme(word) is not None:
            return None
        if len(word) > LONGEST_LABEL or not theme_key(word):
            return _("“%(word)s” cannot name a theme: it is too long, or has no letters.", word=word[:60])
        if self.create_themes:
            return None
        near = self.plan.words.near_themes(word)
        if near:
            return _(
                "“%(word)s” names no theme. Did you mean %(near)s?", word=word[:60], near=enumerated(near)
            )
        return _(
            "“%(word)s” names no theme. Add it to the thesaurus, or import with --create-themes.",
            word=word[:60],
        )

    def _note_new(self, row: Row) -> None:
        for word in row.themes:
            if self.plan.words.theme(word) is None:
                language = str(row.language or self.plan.default_language)
                self.plan.new_themes.setdefault(theme_key(word), (word, language))


def _nobody_named(row: Row, columns: frozenset[str], standing: Standing | None) -> Any:
    """Why nobody could open the outcome under the row's label, or None."""
    if row.handling is Handling.RED and not (standing and standing.names_people):
        return _(
            "TLP:RED opens a record only to the people named on it, and a file cannot name people. "
            "Log or change this outcome by hand and name them."
        )
    if row.handling is not Handling.AMBER_STRICT or row.addressees:
        return None
    if standing is not None and (standing.names_parties or _stays_addressed(columns, standing)):
        return None
    if row.kind is Kind.PRACTICE:
        return _(
            "TLP:AMBER+STRICT opens a record only to the parties named on it, and a practice has no "
            "addressees. Log or change this outcome by hand and name the parties."
        )
    return _(
        "TLP:AMBER+STRICT opens a record only to the parties named on it. "
        "Write at least one under “addressees”."
    )


def _stays_addressed(columns: frozenset[str], standing: Standing) -> bool:
    """Whether an addressee is left after a row that names none."""
    return any("addressees" not in columns or known.has_history for known in standing.commitments.values())
