"""Why a hit is there when none of its own words show it: its workshop is called so, or meets there."""

import re

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
    shown = " ".join(_MARKED.findall(f"{hit.title} {hit.snippet}"))
    hidden = [set(workshop_terms(word)) for word in words]
    seen = set(workshop_terms(shown))
    known = set(workshop_terms(" ".join(names_of(workshop))))
    return any(terms & known and not terms & seen for terms in hidden)
