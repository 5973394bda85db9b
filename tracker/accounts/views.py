"""Pages of administration: people and parties. The pages stand in the modules imported here."""

from tracker.accounts import invite_views, party_views, people_views, standing_views
from tracker.accounts.blueprint import bp

__all__ = ["bp", "invite_views", "party_views", "people_views", "standing_views"]
