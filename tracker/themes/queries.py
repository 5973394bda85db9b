"""Reading the thesaurus: the tree, lookups by any label, and what lies under a theme."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import and_, case, select

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.i18n import current_language, fold, in_language
from tracker.core.vocabulary import Language
from tracker.themes.models import LabelKind, Theme, ThemeLabel, theme_broader


@dataclass(slots=True)
class Node:
    """A theme in the tree with the narrower ones under it, sorted by name."""

    theme: Theme
    narrower: list["Node"] = field(default_factory=list)


def live_themes() -> list[Theme]:
    """Every theme that was not merged into another, with its labels, sorted by name in the page's
    language.
    """
    themes = db.session.scalars(select(Theme).where(Theme.merged_into_id.is_(None)))
    return sorted(themes, key=lambda theme: fold(theme.name))


def broader_pairs() -> dict[int, list[int]]:
    """Theme id → ids of the themes directly broader than it."""
    pairs: dict[int, list[int]] = defaultdict(list)
    query = select(theme_broader.c.theme_id, theme_broader.c.broader_id).order_by(theme_broader.c.broader_id)
    for theme_id, broader_id in db.session.execute(query):
        pairs[theme_id].append(broader_id)
    return pairs


def merged_targets() -> dict[int, int]:
    """Merged theme id → id of the live theme that it leads to."""
    query = select(Theme.id, Theme.merged_into_id).where(Theme.merged_into_id.is_not(None))
    steps = {source: target for source, target in db.session.execute(query) if target is not None}
    return {source: _last(source, steps) for source in steps}


def _last(theme_id: int, steps: dict[int, int]) -> int:
    seen = set()
    while theme_id in steps and theme_id not in seen:
        seen.add(theme_id)
        theme_id = steps[theme_id]
    return theme_id


def theme_lookup() -> dict[str, int]:
    """Folded label in any language, or slug → theme id; what was merged leads to its target.

    Where two themes share a word across languages, slugs come first, then preferred labels, then alternative
    ones, each in the order
    of the languages; slugs of merged themes come last.
    """
    found: dict[str, int] = {}
    merged = merged_targets()
    slugs = list(db.session.execute(select(Theme.slug, Theme.id)))
    for slug, theme_id in slugs:
        if theme_id not in merged:
            found[fold(slug)] = theme_id
    rank = case({str(language): place for place, language in enumerate(Language)}, value=ThemeLabel.language)
    labels = select(ThemeLabel.folded, ThemeLabel.theme_id).order_by(
        ThemeLabel.kind != LabelKind.PREFERRED, rank, ThemeLabel.id
    )
    for folded, theme_id in db.session.execute(labels):
        found.setdefault(folded, merged.get(theme_id, theme_id))
    for slug, theme_id in slugs:
        found.setdefault(fold(slug), merged.get(theme_id, theme_id))
    return found


def closure() -> dict[int, tuple[str, ...]]:
    """Theme id → its slug and the slugs of all broader themes, nearest first; a merged theme has those of its
    target.
    """
    slugs = {row[0]: row[1] for row in db.session.execute(select(Theme.id, Theme.slug))}
    pairs, merged = broader_pairs(), merged_targets()
    return {
        theme_id: tuple(slugs[found] for found in _reach(merged.get(theme_id, theme_id), pairs))
        for theme_id in slugs
    }


def _reach(start: int, pairs: dict[int, list[int]]) -> list[int]:
    # Breadth first; a theme that was met is not met again, so that even a cycle would end.
    met, queue = {start: None}, [start]
    for theme_id in queue:
        for other in pairs.get(theme_id, ()):
            if other not in met:
                met[other] = None
                queue.append(other)
    return list(met)


def with_narrower(theme_ids: Iterable[int]) -> set[int]:
    """The ids of these themes and of everything narrower than they are, at any depth."""
    downward: dict[int, list[int]] = defaultdict(list)
    for theme_id, broader in broader_pairs().items():
        for broader_id in broader:
            downward[broader_id].append(theme_id)
    return {found for theme_id in theme_ids for found in _reach(theme_id, downward)}


def with_broader(theme_ids: Iterable[int]) -> set[int]:
    """The ids of these themes and of everything broader than they are, at any height."""
    pairs = broader_pairs()
    return {found for theme_id in theme_ids for found in _reach(theme_id, pairs)}


def tree() -> list[Node]:
    """The top themes with everything narrower under them; a theme with two broader ones stands under both."""
    themes = live_themes()
    pairs = broader_pairs()
    children: dict[int, list[Theme]] = defaultdict(list)
    known = {theme.id for theme in themes}
    tops = []
    for theme in themes:
        broader = [other for other in pairs.get(theme.id, ()) if other in known]
        if not broader:
            tops.append(theme)
        for broader_id in broader:
            children[broader_id].append(theme)

    def grow(theme: Theme, above: frozenset[int]) -> Node:
        inside = above | {theme.id}
        return Node(theme, [grow(child, inside) for child in children[theme.id] if child.id not in inside])

    return [grow(theme, frozenset()) for theme in tops]


def choice_groups() -> list[tuple[str, list[tuple[int, str]]]]:
    """Headings with the themes under them, each theme once, as fields of a form offer them.

    A top theme stands first under its own heading; top themes without narrower ones share one heading at the
    end.
    """
    groups: list[tuple[str, list[tuple[int, str]]]] = []
    alone: list[tuple[int, str]] = []
    taken: set[int] = set()

    def gather(node: Node, into: list[tuple[int, str]]) -> None:
        if node.theme.id not in taken:
            taken.add(node.theme.id)
            into.append((node.theme.id, node.theme.name))
        for child in node.narrower:
            gather(child, into)

    nodes = tree()
    for node in nodes:
        choices = [] if node.narrower else alone
        gather(node, choices)
        if node.narrower:
            groups.append((node.theme.name, choices))
    if alone:
        groups.append((_("Other themes") if groups else _("Themes"), alone))
    return groups


def slug_choices() -> list[tuple[str, str]]:
    """Slug and name of every theme that was not merged, sorted by name in the page's language; one query."""
    query = (
        select(Theme.slug, ThemeLabel.language, ThemeLabel.text)
        .outerjoin(ThemeLabel, and_(ThemeLabel.theme_id == Theme.id, ThemeLabel.kind == LabelKind.PREFERRED))
        .where(Theme.merged_into_id.is_(None))
        .order_by(ThemeLabel.id)
    )
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for slug, language, text in db.session.execute(query):
        names[slug] |= {str(language): text} if language else {}
    language = str(current_language())
    choices = [(slug, in_language(preferred, language) or slug) for slug, preferred in names.items()]
    return sorted(choices, key=lambda choice: fold(choice[1]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a theme stands: its neighbours, each list sorted by name in the page's language."""

    broader: list[Theme]
    narrower: list[Theme]
    related: list[Theme]


def place(theme: Theme) -> Place:
    """The neighbours of a theme."""

    def by_name(themes: list[Theme]) -> list[Theme]:
        return sorted(themes, key=lambda other: fold(other.name))

    return Place(by_name(theme.broader), by_name(theme.narrower), by_name(theme.related))


def by_slug(slug: str) -> Theme:
    """The theme of this address; a merged theme gives the one it was merged into. Raises NotFound."""
    theme = db.session.scalar(select(Theme).where(Theme.slug == slug))
    seen = set()
    while theme is not None and theme.merged_into is not None and theme.id not in seen:
        seen.add(theme.id)
        theme = theme.merged_into
    if theme is None:
        raise NotFound(_("There is no such theme. Look for it in the list of themes."))
    return theme


def by_id(theme_id: int) -> Theme:
    """The live theme with this number. Raises NotFound."""
    theme = db.session.get(Theme, theme_id)
    if theme is None or theme.merged_into_id is not None:
        raise NotFound(_("There is no such theme. Look for it in the list of themes."))
    return theme


def label_owners(folded: Iterable[str], language: str, besides: int | None = None) -> dict[str, Theme]:
    """Folded label → the live theme that has it in this language, leaving out the theme `besides`."""
    query = (
        select(ThemeLabel.folded, Theme)
        .join(Theme, Theme.id == ThemeLabel.theme_id)
        .where(
            ThemeLabel.folded.in_(list(folded)),
            ThemeLabel.language == language,
            Theme.merged_into_id.is_(None),
        )
    )
    return {text: theme for text, theme in db.session.execute(query) if theme.id != besides}
