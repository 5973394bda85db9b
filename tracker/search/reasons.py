"""Why a hit is there when none of its own words show it: its workshop is called so, or meets there."""

import re
from functools import lru_cache

from tracker.search.documents import names_of
from tracker.search.engine import Hit
from tracker.search.index.schema import workshop_terms
from tracker.workshops.models import Workshop

_MARKED = re.compile(r"<mark>(.*?)</mark>")


def is_by_workshop(hit: Hit, workshop: Workshop | None) -> bool:
    """Whether a word that a hit was found by is marked nowhere in it and stands in what its workshop is known
    by.
    """
    words = [word for word in hit.matched if word not in hit.via]
    if workshop is None or not words:
        return False
    known = _terms(" ".join(names_of(workshop)))
    held = [terms for word in words if (terms := _terms(word)) & known]
    if not held:
        return False
    seen = set(workshop_terms(" ".join(_MARKED.findall(f"{hit.title} {hit.snippet}"))))
    return any(terms.isdisjoint(seen) for terms in held)


@lru_cache(maxsize=2048)
def _terms(text: str) -> frozenset[str]:
    # The same few words and workshops are asked about for every hit of a page.
    return frozenset(workshop_terms(text))
