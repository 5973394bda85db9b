"""The query language, as a tree: what a reader's words mean, before any index is asked.

=======================  ===============================================================================
``prison overcrowding``  both words, in any language and form
``"exact phrase"``       these words, in this order and form (typographic quotes work too)
``-word``                not this; works before phrases, filters and groups (``NOT`` too)
``prison OR jail``       one of the neighbours; binds closer than the blank between words
``pref*``                words that begin so; at least two characters
``+word``                this word itself, and no other name of what it names
``theme:prisons``        a filter; ``country:JO,MA`` one of several; ``theme:"women's rights"`` with blanks
``is:overdue``           a state: overdue, stale, draft, published, retired
``( … )``                a group
=======================  ===============================================================================

:func:`parse` (in :mod:`.parser`) reads any string into a :class:`Query` and never raises.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.search.asking.concepts import Concept

QUERY_FIELDS = (
    "theme",
    "country",
    "body",
    "workshop",
    "kind",
    "position",
    "implementation",
    "assurance",
    "lang",
    "year",
    "handling",
    "is",
)
"""Fields a reader may filter by. ``is`` names a state, see :data:`STATES`."""

STATES = ("overdue", "stale", "draft", "published", "retired")
"""Values of ``is:``. The first two are computed against a day, the others are the record's state."""


class NoteCode(StrEnum):
    """Why a query was not read exactly as typed. The search page words them in the reader's language."""

    QUERY_CUT = "query-cut"
    CLAUSES_CUT = "clauses-cut"
    WORD_CUT = "word-cut"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_VALUE = "unknown-value"
    EMPTY_VALUE = "empty-value"
    SHORT_PREFIX = "short-prefix"
    OPEN_QUOTE = "open-quote"
    OPEN_GROUP = "open-group"


@dataclass(frozen=True, slots=True)
class Note:
    """One remark about the reading of a query; ``value`` is the piece of the query concerned."""

    code: NoteCode
    value: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed. It may hold hyphens and other signs; the analysis splits it. A literal one is not
    replaced by other names of what it names.
    """

    text: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand next to each other in this order and form."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """Words that together name concepts of the thesaurus: the words, or else any name of the concepts.

    Never read from a query, but put into one by :class:`tracker.search.asking.expansion.Thesaurus`.
    """

    words: tuple[Word, ...]
    concepts: tuple[Concept, ...]
    any_word: bool = False
    """True when any of the words is enough."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word or of a reference, without the star."""

    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A field that must have one of the values; values compare without regard to case."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but the child."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of the children (two or more)."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the children (two or more)."""

    children: tuple["Node", ...]


Node = Word | Named | Phrase | Prefix | Filter | Not | And | Or

Resolver = Callable[[str, str], Sequence[str] | None]
"""Given a field and a value as typed, the values as indexed (several widen), or None when there is no such
value.
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read. Without a root it asks for nothing in particular and lists everything."""

    text: str = ""
    root: Node | None = None
    notes: tuple[Note, ...] = ()

    @property
    def understood(self) -> str:
        """The query in its own language, as it was read; reading it again gives the same tree."""
        return "" if self.root is None else _render(self.root)

    @property
    def words(self) -> tuple[str, ...]:
        """The words asked for (not those excluded, nor those in phrases), in order and as typed."""
        return tuple(node.text for node in wanted(self.root) if isinstance(node, Word))

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters that must hold for every result: those at the top of the tree."""
        top = self.root.children if isinstance(self.root, And) else (self.root,)
        return tuple(node for node in top if isinstance(node, Filter))


def wanted(node: Node | None) -> Iterator[Word | Phrase | Prefix | Filter]:
    """The leaves of a tree that are asked for, in order: everything but what stands under a NOT."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from wanted(child)
    elif isinstance(node, Named):
        yield from node.words
    elif node is not None and not isinstance(node, Not):
        yield node


def named_in(node: Node | None) -> Iterator[Named]:
    """What the words of a tree name, in order."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from named_in(child)
    elif isinstance(node, Named):
        yield node


def all_of(nodes: Sequence[Node]) -> Node | None:
    """The conjunction of some nodes, as simple as possible; None for no nodes."""
    flat = [child for node in nodes for child in (node.children if isinstance(node, And) else (node,))]
    return And(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def any_of(nodes: Sequence[Node]) -> Node | None:
    """The disjunction of some nodes, as simple as possible; None for no nodes."""
    flat = [child for node in nodes for child in (node.children if isinstance(node, Or) else (node,))]
    return Or(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def none_of(node: Node) -> Node:
    """The negation of a node; two negations cancel out."""
    return node.child if isinstance(node, Not) else Not(node)


def relax(root: Node | None) -> Node | None:
    """The same tree asking for any of its words instead of all; None when that would change nothing.

    Only words, prefixes and groups of them at the top of the tree are relaxed: phrases, filters and
    exclusions are what the reader was explicit about, and stay.
    """
    if isinstance(root, Named):
        return replace(root, any_word=True) if len(root.words) > 1 and not root.any_word else None
    if not isinstance(root, And):
        return None
    loose = [_loosened(node) for node in root.children if _is_loose(node)]
    if len(loose) < 2:
        return None
    firm = [node for node in root.children if not _is_loose(node)]
    either = any_of(loose)
    return all_of([either, *firm]) if either is not None else None


def _is_loose(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(_is_loose(child) for child in node.children)
    return isinstance(node, Word | Named | Prefix)


def _loosened(node: Node) -> Node:
    return replace(node, any_word=True) if isinstance(node, Named) else node


def literally(query: Query) -> Query:
    """The query with every word it asks for marked as literal."""

    def marked(node: Node) -> Node:
        if isinstance(node, Word):
            return Word(node.text, literal=True)
        if isinstance(node, And | Or):
            return replace(node, children=tuple(map(marked, node.children)))
        return node

    return query if query.root is None else replace(query, root=marked(query.root))


def resolve_filters(query: Query, resolver: Resolver) -> Query:
    """The query with filter values as the index knows them: labels become slugs, names become codes.

    A value the resolver does not know stays as typed (and so finds nothing), and is noted.
    """
    notes = list(query.notes)

    def resolved(node: Node) -> Node:
        if isinstance(node, And):
            return And(tuple(resolved(child) for child in node.children))
        if isinstance(node, Or):
            return Or(tuple(resolved(child) for child in node.children))
        if isinstance(node, Not):
            return Not(resolved(node.child))
        if not isinstance(node, Filter) or node.field == "is":
            return node
        values: list[str] = []
        for value in node.values:
            known = resolver(node.field, value)
            if known is None:
                notes.append(Note(NoteCode.UNKNOWN_VALUE, f"{node.field}:{value}"))
            values += [value] if known is None else known
        return Filter(node.field, tuple(dict.fromkeys(values)))

    if query.root is None:
        return query
    root = resolved(query.root)
    return replace(query, root=root, notes=tuple(notes))


def _render(node: Node, inside: type[And] | type[Or] | type[Not] | None = None) -> str:
    if isinstance(node, Word):
        return f"+{node.text}" if node.literal else node.text
    if isinstance(node, Named):
        words = (Or if node.any_word else And)(node.words) if len(node.words) > 1 else node.words[0]
        # Side by side with others, words need no brackets to be all needed.
        return _render(words, None if isinstance(words, And) and inside is And else inside)
    if isinstance(node, Phrase):
        return f'"{node.text}"'
    if isinstance(node, Prefix):
        return f"{node.text}*"
    if isinstance(node, Filter):
        return f"{node.field}:{','.join(_quoted(value) for value in node.values)}"
    if isinstance(node, Not):
        return f"-{_render(node.child, Not)}"
    joint = " " if isinstance(node, And) else " OR "
    text = joint.join(_render(child, type(node)) for child in node.children)
    return f"({text})" if inside else text


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r'[\s,()"]', value) else value
