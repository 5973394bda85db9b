"""What to drop from a query that finds nothing, and which of its words stand nowhere.

Counted as the search itself counts, so over nothing but what the actor may see.
"""

from collections.abc import Iterator, Mapping

from tracker.search.asking.parts import MAX_DROPPED, parts_of, rest_of, written
from tracker.search.asking.query import And, Named, Node, Or, Phrase, Prefix, Query, Word
from tracker.search.engine import Without
from tracker.search.ranking.pages import choose
from tracker.search.ranking.plan import plan
from tracker.search.ranking.ranking import Execution


def without_each(
    execution: Execution, query: Query, filters: Mapping[str, tuple[str, ...]]
) -> tuple[Without, ...]:
    """How many documents hold everything but one part of the query or one chosen field; the most first.

    Parts without which still nothing is found are left out, and so is taking off the only one.
    """
    parts = parts_of(query)
    found = [
        Without(_count(execution, rest_of(parts, number), filters), part=number)
        for number in range(min(len(parts), MAX_DROPPED))
        if len(parts) > 1 or filters
    ]
    for field in list(filters)[: MAX_DROPPED - len(found)]:
        others = {name: values for name, values in filters.items() if name != field}
        if parts or others:
            found.append(Without(_count(execution, query.root, others), field=field))
    # What was chosen goes before what was typed when both would help as much.
    return tuple(sorted((one for one in found if one.count), key=lambda one: (-one.count, not one.field)))


def found_nowhere(execution: Execution, query: Query) -> tuple[str, ...]:
    """The words, beginnings and phrases asked for that no visible document holds, as typed, nor another name
    of what they name.
    """
    asked = dict.fromkeys(_asked(query.root))
    return tuple(written(node) for node in list(asked)[:MAX_DROPPED] if not _count(execution, node, {}))


def _asked(node: Node | None) -> Iterator[Node]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _asked(child)
    elif isinstance(node, Named | Word | Phrase | Prefix):
        yield node


def _count(execution: Execution, node: Node | None, filters: Mapping[str, tuple[str, ...]]) -> int:
    step = plan(node)
    chosen = choose(execution, step, execution.run(step), filters)
    return sum(len(one.ids) for one in chosen)
