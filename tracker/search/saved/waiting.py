"""Mails about saved searches that wait for the mail server, and which of them are not to leave any more."""

import re
from collections.abc import Iterable

from tracker.core import mail
from tracker.core.db import unit_of_work
from tracker.outcomes import queries as outcomes
from tracker.search.saved import known, matching
from tracker.search.saved import links as saved_links
from tracker.search.saved.models import Alert, SavedSearch
from tracker.search.saved.telling import entry

#: The first line of what a mail says of an outcome.
_ENTRY = re.compile(r"^(\S+) \[TLP:[A-Z+]+\]$", re.MULTILINE)


def take_back(searches: Iterable[SavedSearch]) -> None:
    """Take back in the current unit of work the mails about these searches that have not left."""
    mail.withdraw([saved_links.stop_address(search) for search in searches])


@mail.asked_before
def still_holds(stop_url: str, text: str) -> bool:
    """Whether all that a mail about a saved search tells is what its reader may be told now.

    When somebody has marked, changed or hidden any of it meanwhile, its findings are told anew by the next
    look, as far as they are still to be told; those that the mail only counted are not. True for mails about
    anything else.
    """
    if "/searches/stop/" not in stop_url:
        return True
    search = saved_links.of_mail(stop_url.rpartition("/")[2])
    actor = matching.reader(search.owner) if search is not None else None
    if search is None or actor is None or search.alert is Alert.NONE:
        return False
    refs = _ENTRY.findall(text)
    rows = outcomes.by_refs(actor, refs)
    with matching.spoken_by(search.owner):
        holds = all(ref in rows and entry(rows[ref]) in text for ref in refs)
    if not holds:
        _tell_anew(search.id, frozenset(refs))
    return holds


def _tell_anew(number: int, refs: frozenset[str]) -> None:
    with unit_of_work(announce=False) as session:
        search = session.get(SavedSearch, number)
        if search is not None and search.known is not None:
            search.known, search.mark = known.pack(known.unpack(search.known) - refs), ""
