"""The parts of a query that a reader can take off one by one: what stands side by side at its top."""

from collections.abc import Sequence

from tracker.search.asking.query import And, Filter, Node, Not, Query, all_of

MAX_DROPPED = 8
"""Parts of a query that are tried without, when it finds nothing."""


def parts_of(query: Query) -> tuple[Node, ...]:
    """The parts of a query, all of which must hold, in order."""
    if query.root is None:
        return ()
    return query.root.children if isinstance(query.root, And) else (query.root,)


def rest_of(parts: Sequence[Node], index: int) -> Node | None:
    """The tree of the parts without one of them."""
    return all_of([part for number, part in enumerate(parts) if number != index])


def written(node: Node | None) -> str:
    """A part, or several, in the query language."""
    return Query(root=node).understood


def without_part(query: Query, index: int) -> str:
    """The query without one of its parts, as one would type it."""
    return written(rest_of(parts_of(query), index))


def without_filters(query: Query) -> str:
    """The query without its filters and exclusions, as one would type it: the words are left."""
    return written(all_of([part for part in parts_of(query) if not isinstance(part, Filter | Not)]))
