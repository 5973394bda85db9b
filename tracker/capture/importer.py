"""Taking a CSV file in: read, compare, then write everything or nothing in one transaction."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from tracker.capture import rules as rules
from tracker.capture.columns import Problem
from tracker.capture.plan import Plan, latest_act, make_plan
from tracker.capture.reader import Reading, read
from tracker.capture.steps import PHASES, Progress, Steps, lines_of
from tracker.capture.updating import write_changes
from tracker.capture.writer import write_outcomes, write_themes, write_workshops
from tracker.core import audit
from tracker.core.db import unit_of_work
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Language


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or after a dry run would do; all counts are of rows but the last two.

    `kept` names what the file says otherwise but follow-up has recorded since; it was left as it is.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    kept: list[Problem] = field(default_factory=list)
    themes_created: int = 0
    workshops_created: int = 0


def steps_of(path: Path) -> int:
    """All the steps that `import_csv` will tell its `progress` of; counts lines, understands nothing."""
    return PHASES * lines_of(Path(path))


def import_csv(
    actor: Actor,
    path: Path,
    *,
    create_themes: bool = False,
    partial: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Take in a file: all of its rows, or none when one has a problem; with `partial` the good ones.

    New outcomes are published; an outcome with the same reference is updated where the file differs.
    `progress` is called with the number of steps done since; they add up to `steps_of(path)`. Nothing is
    locked while the file is read and compared. Raises Denied.
    """
    require(actor, Permission.OUTCOME_IMPORT)
    if create_themes:
        require(actor, Permission.THEME_MANAGE)
    path = Path(path)
    lines = lines_of(path) if progress else 0
    steps = Steps(lines, progress or _silent)
    result = _import(actor, path, lines, steps, create_themes=create_themes, partial=partial, dry_run=dry_run)
    steps.finish()
    return result


def _import(
    actor: Actor,
    path: Path,
    lines: int,
    steps: Steps,
    *,
    create_themes: bool,
    partial: bool,
    dry_run: bool,
) -> ImportResult:
    reading = read(path, steps.phase(0, lines))
    if reading.is_broken:
        return ImportResult(problems=_sorted(reading.problems))

    def plan_again(shown: Progress | None = None) -> Plan:
        language = Language(current_app.config["TRACKER_DEFAULT_LANGUAGE"])
        return make_plan(
            actor, reading, create_themes=create_themes, default_language=language, progress=shown
        )

    plan = plan_again(steps.phase(1, len(reading.rows)))
    if _is_refused(reading, plan, partial) or dry_run or plan.is_idle:
        return _result(reading, plan, partial)
    with unit_of_work():
        if latest_act() != plan.seen:
            # Somebody wrote meanwhile: what was compared is compared again, now with the lock.
            plan = plan_again()
        if not _is_refused(reading, plan, partial):
            written = steps.phase(2, len(plan.creates) + len(plan.changes))
            _write(actor, plan, path.name, written)
    return _result(reading, plan, partial)


def _silent(_steps: int) -> None:
    """Nobody wants to know how far it is."""


def _is_refused(reading: Reading, plan: Plan, partial: bool) -> bool:
    return bool(reading.problems or plan.problems) and not partial


def _write(actor: Actor, plan: Plan, name: str, progress: Progress) -> None:
    audit.record(
        actor,
        "import",
        "import",
        None,
        after={"file": name, "created": len(plan.creates), "updated": len(plan.changes)},
    )
    write_themes(actor, plan)
    new_workshops = write_workshops(actor, plan)
    write_outcomes(actor, plan, new_workshops, progress)
    write_changes(actor, plan, new_workshops, progress)


def _result(reading: Reading, plan: Plan, partial: bool) -> ImportResult:
    problems = _sorted([*reading.problems, *plan.problems])
    if problems and not partial:
        return ImportResult(problems=problems)
    return ImportResult(
        created=len(plan.creates),
        updated=len(plan.changes),
        unchanged=plan.unchanged,
        problems=problems,
        kept=plan.kept,
        themes_created=len(plan.new_themes),
        workshops_created=len(plan.workshops.new),
    )


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line)
