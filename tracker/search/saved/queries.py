"""Reading saved searches: one's own, those that others share, and those that somebody waits for."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.i18n import fold
from tracker.core.paging import Page, paginate
from tracker.core.permissions import Actor, Permission, allows, require
from tracker.search.saved.models import Alert, SavedSearch


def of_actor(actor: Actor) -> list[SavedSearch]:
    """The actor's own searches, sorted by name."""
    found = db.session.scalars(select(SavedSearch).where(SavedSearch.owner_id == actor.id))
    return sorted(found, key=lambda search: (fold(search.name), search.id))


def count_of(person_id: int | None) -> int:
    """How many searches a person has saved."""
    query = select(func.count()).select_from(SavedSearch).where(SavedSearch.owner_id == person_id)
    return db.session.scalar(query) or 0


def shared_with(actor: Actor, page: int) -> Page[SavedSearch]:
    """One page of what others share with everyone signed in, with its owners, sorted by name."""
    require(actor, Permission.SEARCH_SAVE)
    others = (SavedSearch.shared, Person.active, SavedSearch.owner_id != (actor.id or 0))
    query = select(SavedSearch).join(SavedSearch.owner).where(*others)
    return paginate(
        query.order_by(func.lower(SavedSearch.name), SavedSearch.id),
        page,
        options=[joinedload(SavedSearch.owner)],
    )


def by_id(actor: Actor, search_id: int) -> SavedSearch:
    """The search with this number; raises NotFound when there is none that the actor may run."""
    query = select(SavedSearch).where(SavedSearch.id == search_id).options(joinedload(SavedSearch.owner))
    found = db.session.scalar(query)
    if found is None or not allows(actor, Permission.SEARCH_RUN, found):
        raise NotFound(_("There is no such saved search, or it is not open to you."))
    return found


def own(actor: Actor, search_id: int) -> SavedSearch:
    """The same, for changing it; raises Denied for one that somebody else shares."""
    search = by_id(actor, search_id)
    require(actor, Permission.SEARCH_CHANGE, search)
    return search


def watched() -> list[SavedSearch]:
    """The searches whose owners want mail, with the owners, their roles and parties, those looked at longest
    ago first; what is known of each is not read.
    """
    query = (
        select(SavedSearch)
        .join(SavedSearch.owner)
        .where(SavedSearch.alert != Alert.NONE, Person.active)
        .options(
            joinedload(SavedSearch.owner).options(selectinload(Person.roles), selectinload(Person.parties))
        )
        .order_by(SavedSearch.looked_at.asc().nulls_first(), SavedSearch.id)
    )
    return list(db.session.scalars(query))
