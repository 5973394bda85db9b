"""Pages of signing in and of one's own account. The pages stand in the modules imported here."""

from tracker.signin import account_views, factor_views, link_views, oidc_views, second_step_views
from tracker.signin.blueprint import bp

__all__ = ["account_views", "bp", "factor_views", "link_views", "oidc_views", "second_step_views"]
