"""Changing the thesaurus; each function is one transaction. Loading the shipped one stands in `loader`."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Table, delete, insert, or_, select, update
from sqlalchemy.orm.attributes import flag_modified

from tracker.core import audit, outbox
from tracker.core.db import db, unit_of_work
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.i18n import fold
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Language
from tracker.themes import linked, queries
from tracker.themes.labels import ThemeData, checked_labels, checked_notes, free_slug, snapshot
from tracker.themes.loader import load_thesaurus
from tracker.themes.models import LabelKind, Theme, ThemeLabel, theme_broader, theme_related

__all__ = ["add_theme", "create_from_labels", "edit_theme", "load_thesaurus", "merge_themes"]


def add_theme(actor: Actor, data: ThemeData) -> Theme:
    """Add a theme; its slug comes from the English label and stays. Raises InvalidInput for labels that are
    taken.
    """
    require(actor, Permission.THEME_MANAGE)
    with unit_of_work() as session:
        labels = checked_labels(data)
        theme = Theme(slug=free_slug(labels), scope_notes=checked_notes(data.scope_notes), labels=labels)
        session.add(theme)
        theme.broader = _themes(data.broader, "broader")
        session.flush()
        _set_related(theme, data.related)
        audit.record(actor, "create", "theme", theme.id, after=snapshot(theme))
        outbox.enqueue("theme", theme.id)
    return theme


def edit_theme(actor: Actor, theme: Theme, data: ThemeData, seen_version: int) -> Theme:
    """Change labels, notes and place of a theme; the slug stays.

    Raises EditConflict when it was saved since `seen_version`, InvalidInput for taken labels or a cycle.
    """
    require(actor, Permission.THEME_MANAGE, theme)
    theme_id = theme.id
    with unit_of_work() as session:
        theme = queries.by_id(theme_id)
        if theme.version != seen_version:
            raise EditConflict(
                _("Somebody else changed this theme while you were writing. Nothing was overwritten.")
            )
        labels = checked_labels(data, besides=theme.id)
        broader = _themes(data.broader, "broader")
        _refuse_cycle(theme, broader)
        before = snapshot(theme)
        _replace_labels(theme, labels)
        theme.scope_notes = checked_notes(data.scope_notes)
        theme.broader = broader
        _set_related(theme, data.related)
        if snapshot(theme) == before:
            return theme
        # Labels and places are rows of their own; the version must move with them.
        flag_modified(theme, "scope_notes")
        session.flush()
        audit.record(actor, "edit", "theme", theme.id, before=before, after=snapshot(theme))
        outbox.enqueue("theme", theme.id)
    return theme


def merge_themes(actor: Actor, source: Theme, target: Theme) -> Theme:
    """Merge `source` into `target`: everything linked moves, labels stay findable, the old address leads on.

    Raises InvalidInput when they are the same.
    """
    require(actor, Permission.THEME_MANAGE, source)
    ids = (source.id, target.id)
    with unit_of_work() as session:
        source, target = (queries.by_id(theme_id) for theme_id in ids)
        if source is target:
            raise InvalidInput(_("Choose another theme to merge this one into."), "target")
        before, target_before = snapshot(source), snapshot(target)
        moved = linked.keeper().move(actor, source.id, target.id)
        _move_places(source.id, target.id)
        _move_labels(source, target)
        session.execute(
            update(Theme).where(Theme.merged_into_id == source.id).values(merged_into_id=target.id)
        )
        source.merged_into = target
        flag_modified(target, "scope_notes")
        session.flush()
        session.expire(source)
        session.expire(target)
        audit.record(
            actor, "merge", "theme", source.id, before=before, after=snapshot(source) | {"moved": moved}
        )
        audit.record(actor, "merge", "theme", target.id, before=target_before, after=snapshot(target))
        outbox.enqueue("theme", source.id)
        outbox.enqueue("theme", target.id)
    return target


def create_from_labels(actor: Actor, labels: Sequence[str], language: str) -> dict[str, int]:
    """Make flat themes, with a label in one language each, for words that name none yet.

    Gives each label's folded form → theme id, also for those that were there already. Raises InvalidInput for
    labels that cannot be taken. The index is told nothing: no outcome has a theme that did not exist.
    """
    require(actor, Permission.THEME_MANAGE)
    found: dict[str, int] = {}
    with unit_of_work() as session:
        known = queries.theme_lookup()
        for label in labels:
            key = fold(label)
            if key not in known:
                rows = checked_labels(ThemeData(preferred={language: label}))
                theme = Theme(slug=free_slug(rows), scope_notes={}, labels=rows)
                session.add(theme)
                session.flush()
                audit.record(actor, "create", "theme", theme.id, after=snapshot(theme))
                known[key] = theme.id
            found[key] = known[key]
    return found


def _themes(ids: Sequence[int], field: str) -> list[Theme]:
    live = select(Theme).where(Theme.id.in_(ids), Theme.merged_into_id.is_(None)).order_by(Theme.id)
    found = list(db.session.scalars(live))
    if len(found) != len(set(ids)):
        raise InvalidInput(_("One of these themes is no longer there. Choose again."), field)
    return found


def _refuse_cycle(theme: Theme, broader: list[Theme]) -> None:
    below = queries.with_narrower([theme.id])
    for other in broader:
        if other.id in below:
            message = _(
                "“%(other)s” cannot be broader: it is this theme itself or already lies under it.",
                other=other.name,
            )
            raise InvalidInput(message, "broader")


def _replace_labels(theme: Theme, wanted: list[ThemeLabel]) -> None:
    # Labels that stay keep their rows, so that their order and the audit log stay quiet.
    kept = {(label.language, label.kind, label.text): label for label in theme.labels}
    theme.labels = [kept.get((label.language, label.kind, label.text), label) for label in wanted]


def _set_related(theme: Theme, ids: Sequence[int]) -> None:
    wanted = [other for other in _themes(ids, "related") if other is not theme]
    for other in [*theme.related, *wanted]:
        if other in wanted and theme not in other.related:
            other.related.append(theme)
        elif other not in wanted and theme in other.related:
            other.related.remove(theme)
    theme.related = wanted


def _move_labels(source: Theme, target: Theme) -> None:
    taken = {(label.language, label.folded) for label in target.labels}
    for label in list(source.labels):
        if (label.language, label.folded) in taken:
            continue
        first = str(label.language) not in target.preferred and label.kind is LabelKind.PREFERRED
        kind = LabelKind.PREFERRED if first else LabelKind.ALTERNATIVE
        target.labels.append(
            ThemeLabel(language=Language(label.language), kind=kind, text=label.text, folded=label.folded)
        )
        taken.add((label.language, label.folded))
    source.labels.clear()


def _move_places(source_id: int, target_id: int) -> None:
    """Give the source's narrower and related themes to the target."""
    pairs = queries.broader_pairs()
    above_source = pairs.get(source_id, [])
    above_target = queries.with_broader([target_id])
    broader: set[tuple[int, int]] = set()
    for child, parents in pairs.items():
        if source_id in parents:
            # A theme between the two, or the target itself, would close a circle; it moves up instead.
            places = above_source if child in above_target else [target_id]
            broader.update((child, place) for place in places if place not in parents)
    columns = theme_related.c
    near = set(db.session.scalars(select(columns.related_id).where(columns.theme_id == source_id))) - {
        target_id
    }
    near -= set(db.session.scalars(select(columns.related_id).where(columns.theme_id == target_id)))
    for table in (theme_broader, theme_related):
        theirs = (column == source_id for column in table.primary_key.columns)
        db.session.execute(delete(table).where(or_(*theirs)))
    _put_in(theme_broader, broader)
    _put_in(theme_related, {pair for other in near for pair in ((other, target_id), (target_id, other))})


def _put_in(table: Table, pairs: set[tuple[int, int]]) -> None:
    if pairs:
        names = [column.name for column in table.primary_key.columns]
        db.session.execute(insert(table), [dict(zip(names, pair, strict=True)) for pair in sorted(pairs)])
