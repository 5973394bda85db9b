"""The feed of a saved search: the newest of what its owner may see now, as Atom (RFC 4287)."""

from datetime import datetime
from xml.etree import ElementTree as ET

from flask_babel import gettext as _

from tracker.core.addresses import public_address
from tracker.core.errors import NotFound
from tracker.core.limits import plain
from tracker.outcomes import queries as outcomes
from tracker.outcomes.models import Outcome
from tracker.search.saved import links as saved_links
from tracker.search.saved.matching import matches, reader, spoken_by
from tracker.search.saved.models import SavedSearch
from tracker.search.saved.telling import told_title
from tracker.search.saved.wanted import kept_in

#: Entries of a feed; whoever asks rarely enough to miss some has the search itself.
MOST_ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"


def feed_of(token: str) -> bytes | None:
    """The document at a private address, for whoever has it; None while the index is not whole, since a feed
    without entries would say that nothing is found.

    Raises NotFound when no feed has this address, when it was closed or given another address, and while its
    owner's account is closed.
    """
    search = saved_links.of_feed(token)
    actor = reader(search.owner) if search is not None else None
    if search is None or actor is None:
        raise NotFound(_("There is no feed at this address, or it was closed."))
    found = matches(actor, search.owner, kept_in(search))
    if found is None:
        return None
    refs = outcomes.visible_refs(actor, found.refs[: 2 * MOST_ENTRIES])
    rows = outcomes.by_refs(actor, refs[:MOST_ENTRIES])
    with spoken_by(search.owner) as language:
        return _document(search, language, [rows[ref] for ref in refs[:MOST_ENTRIES] if ref in rows])


def _document(search: SavedSearch, language: str, entries: list[Outcome]) -> bytes:
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    address = public_address("saved.run", search_id=search.id)
    _text(feed, "id", address)
    _text(feed, "title", search.name)
    _text(feed, "updated", _moment(max([search.changed_at, *map(_updated, entries)])))
    ET.SubElement(feed, "link", rel="self", href=saved_links.feed_address(search) or address)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=address)
    _text(ET.SubElement(feed, "author"), "name", "Tracker")
    for outcome in entries:
        _entry(feed, outcome)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: ET.Element, outcome: Outcome) -> None:
    entry = ET.SubElement(feed, "entry")
    address = public_address("outcomes.detail", ref=outcome.ref)
    _text(entry, "id", address)
    _text(entry, "title", " ".join(filter(None, (outcome.ref, f"[{outcome.handling}]", told_title(outcome)))))
    _text(entry, "updated", _moment(_updated(outcome)))
    _text(entry, "published", _moment(outcome.published_at or outcome.created_at))
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    ET.SubElement(entry, "category", term=str(outcome.kind), label=str(outcome.kind.label))


def _updated(outcome: Outcome) -> datetime:
    """When its texts were changed last.

    Not when the record was: that would tell of changes to what the reader may not see of it.
    """
    return max([outcome.published_at or outcome.created_at, *(text.changed_at for text in outcome.texts)])


def _text(parent: ET.Element, name: str, text: str) -> None:
    # Imports may bring characters that XML has no way to say.
    ET.SubElement(parent, name).text = plain(text)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
