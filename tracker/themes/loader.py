"""Loading the thesaurus that Tracker ships, in SKOS (W3C, 2009) written as Turtle.

It may run again and again: new concepts and labels come in, and what administrators changed stays changed.
What earlier runs brought
is remembered in the audit log, so that a label that somebody took away does not come back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tracker.core import audit, outbox
from tracker.core.audit import AuditEntry
from tracker.core.db import db, unit_of_work
from tracker.core.i18n import fold
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Language
from tracker.themes.models import LabelKind, Theme, ThemeLabel

#: The thesaurus that Tracker ships.
SHIPPED = Path(__file__).parent / "thesaurus.ttl"

#: Act under which the audit log remembers what a run brought.
LOAD = "load"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run added: themes, and labels of themes that were there already."""

    themes: int
    labels: int


@dataclass(slots=True)
class _Concept:
    slug: str
    labels: list[tuple[Language, LabelKind, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)


def load_thesaurus(actor: Actor, path: Path | None = None) -> Loaded:
    """Bring in a SKOS file, by default the shipped one.

    A label that another theme has already in the same language is left out; so is a new concept whose every
    preferred label is taken.
    """
    require(actor, Permission.THEME_MANAGE)
    concepts = _read(path or SHIPPED)
    with unit_of_work() as session:
        there = {theme.slug: theme for theme in session.scalars(select(Theme))}
        taken = {(x.language, x.folded) for theme in there.values() for x in theme.labels}
        brought = _brought_before()
        added: dict[str, Theme] = {}
        labels = 0
        for concept in concepts:
            fresh = [
                x
                for x in concept.labels
                if _key(x) not in brought.get(concept.slug, ()) and not _taken(x, taken)
            ]
            old = there.get(concept.slug)
            if old is not None:
                if old.merged_into_id is None and fresh:
                    _add_labels(actor, old, fresh)
                    labels += len(fresh)
                else:
                    fresh = []
            elif any(kind is LabelKind.PREFERRED for _language, kind, _text in fresh):
                added[concept.slug] = _new_theme(concept, fresh)
            else:
                fresh = []
            taken.update((language, fold(text)) for language, _kind, text in fresh)
        _place(added, there, concepts)
        session.add_all(added.values())
        session.flush()
        for theme in added.values():
            _note(actor, theme, theme.labels)
            outbox.enqueue("theme", theme.id)
    return Loaded(themes=len(added), labels=labels)


def _read(path: Path) -> list[_Concept]:
    graph = Graph().parse(path, format="turtle")
    concepts = []
    for node in sorted(graph.subjects(RDF.type, SKOS.Concept), key=str):
        concept = _Concept(_slug(node))
        for kind, word in ((LabelKind.PREFERRED, SKOS.prefLabel), (LabelKind.ALTERNATIVE, SKOS.altLabel)):
            concept.labels += [
                (language, kind, text) for language, text in _literals(graph.objects(node, word))
            ]
        concept.notes = {
            str(language): text for language, text in _literals(graph.objects(node, SKOS.scopeNote))
        }
        concept.broader = sorted(_slug(other) for other in graph.objects(node, SKOS.broader))
        concept.related = sorted(_slug(other) for other in graph.objects(node, SKOS.related))
        concepts.append(concept)
    return concepts


def _slug(node: Any) -> str:
    return str(URIRef(node)).rpartition(":")[2].rpartition("/")[2].rpartition("#")[2]


def _literals(nodes: Iterable[Any]) -> list[tuple[Language, str]]:
    known = {str(language) for language in Language}
    found = [
        (Language(str(node.language)), " ".join(str(node).split()))
        for node in nodes
        if isinstance(node, Literal) and node.language in known
    ]
    return sorted(found, key=lambda item: (list(Language).index(item[0]), item[1]))


def _brought_before() -> dict[str, set[str]]:
    entries = db.session.scalars(
        select(AuditEntry.after).where(AuditEntry.record_kind == "theme", AuditEntry.act == LOAD)
    )
    found: dict[str, set[str]] = {}
    for after in entries:
        if after:
            found.setdefault(after["slug"], set()).update(after["brought"])
    return found


def _key(label: tuple[Language, LabelKind, str]) -> str:
    return f"{label[0]}:{fold(label[2])}"


def _taken(label: tuple[Language, LabelKind, str], taken: set[tuple[Language, str]]) -> bool:
    return (label[0], fold(label[2])) in taken


def _note(actor: Actor, theme: Theme, labels: Iterable[ThemeLabel]) -> None:
    """Note what was brought: by language for people, and folded for the next loading."""
    rows = list(labels)
    said = {
        "slug": theme.slug,
        "labels": {str(x): [row.text for row in rows if row.language is x] for x in Language},
        "brought": [f"{row.language}:{row.folded}" for row in rows],
    }
    audit.record(actor, LOAD, "theme", theme.id, after=said)


def _row(language: Language, kind: LabelKind, text: str) -> ThemeLabel:
    return ThemeLabel(language=language, kind=kind, text=text, folded=fold(text))


def _new_theme(concept: _Concept, labels: list[tuple[Language, LabelKind, str]]) -> Theme:
    return Theme(slug=concept.slug, scope_notes=concept.notes, labels=_rows(labels, set()))


def _rows(labels: list[tuple[Language, LabelKind, str]], preferred: set[str]) -> list[ThemeLabel]:
    # A theme has one preferred label in a language, and none twice; what an administrator preferred stays
    # preferred.
    rows: dict[tuple[Language, str], ThemeLabel] = {}
    shown = set(preferred)
    for language, _kind, text in sorted(labels, key=lambda label: label[1] is not LabelKind.PREFERRED):
        kind = LabelKind.ALTERNATIVE if str(language) in shown else LabelKind.PREFERRED
        shown.add(str(language))
        rows.setdefault((language, fold(text)), _row(language, kind, text))
    return list(rows.values())


def _add_labels(actor: Actor, theme: Theme, labels: list[tuple[Language, LabelKind, str]]) -> None:
    rows = _rows(labels, set(theme.preferred))
    theme.labels.extend(rows)
    flag_modified(theme, "scope_notes")  # labels are rows of their own; the version must move with them
    _note(actor, theme, rows)
    outbox.enqueue("theme", theme.id)


def _place(added: dict[str, Theme], there: dict[str, Theme], concepts: list[_Concept]) -> None:
    """Give new themes their broader and related ones; the places of themes that were there belong to
    administrators.
    """
    live = {slug: theme for slug, theme in there.items() if theme.merged_into_id is None} | added
    for concept in concepts:
        theme = added.get(concept.slug)
        if theme is None:
            continue
        theme.broader = [live[slug] for slug in concept.broader if slug in live]
        for slug in concept.related:
            other = live.get(slug)
            if other is not None and other not in theme.related:
                theme.related.append(other)
                other.related.append(theme)
