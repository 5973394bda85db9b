"""The application, put together in named steps."""

import logging
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask

from tracker import __version__
from tracker.accounts import duties
from tracker.accounts import rules as accounts_rules
from tracker.accounts import views as accounts_views
from tracker.api import views as api_views
from tracker.capture import rules as capture_rules
from tracker.core import views as core_views
from tracker.core.assets import init_assets, static_folder, templates_folder
from tracker.core.config import init_config, instance_folder
from tracker.core.db import after_commit, init_database
from tracker.core.files import init_files
from tracker.core.i18n import init_i18n
from tracker.core.mail import init_mail
from tracker.core.permissions import Permission, allows, current_actor
from tracker.core.routes import init_routes
from tracker.core.security import init_security
from tracker.core.settings import init_settings
from tracker.core.signals import account_closed, addressees_changed
from tracker.followup import rules as followup_rules
from tracker.followup import service as followup
from tracker.followup import views as followup_views
from tracker.outcomes import by_theme, earlier
from tracker.outcomes import rules as outcomes_rules
from tracker.outcomes import views as outcomes_views
from tracker.oversight import rules as oversight_rules
from tracker.oversight import views as oversight_views
from tracker.reports import views as reports_views
from tracker.search import indexing, said_before
from tracker.search import views as search_views
from tracker.search.saved import recent
from tracker.search.saved import rules as saved_rules
from tracker.search.saved import service as saved
from tracker.search.saved import views as saved_views
from tracker.signin import identity
from tracker.signin import views as signin_views
from tracker.themes import linked
from tracker.themes import rules as themes_rules
from tracker.themes import views as themes_views
from tracker.workshops import of_people
from tracker.workshops import rules as workshops_rules
from tracker.workshops import views as workshops_views

#: Importing a room's rules registers them; a permission without one is refused to everybody.
RULES = (
    accounts_rules,
    themes_rules,
    workshops_rules,
    outcomes_rules,
    followup_rules,
    saved_rules,
    capture_rules,
    oversight_rules,
)


def create_app(overrides: Mapping[str, Any] | None = None, instance: str | None = None) -> Flask:
    """Make the application; `instance` names its folder, `overrides` win over every other setting."""
    app = Flask(
        # By name, not __name__: otherwise the instance folder moves with the module.
        "tracker",
        instance_path=instance or instance_folder(),
        static_folder=str(static_folder()),
        template_folder=str(templates_folder()),
    )
    init_config(app, overrides)
    init_logging()
    init_database(app)
    init_i18n(app)
    init_mail(app)
    init_security(app)
    init_files(app)
    identity.init_identity(app)
    # After signing in is set up, so that it looks before anybody is let in.
    init_settings(app)
    init_routes(app)
    init_templates(app)
    register_rooms(app)
    connect_rooms(app)
    core_views.init_errors(app)
    return app


def init_logging() -> None:
    """Log as lines of JSON, without what people typed."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def init_templates(app: Flask) -> None:
    """Give templates what they may ask: who acts, what they may do, where a file is."""

    def may(permission: str, thing: Any = None) -> bool:
        return allows(current_actor(), Permission(permission), thing)

    init_assets(app)
    app.jinja_env.globals.update(may=may, tracker_version=__version__)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def actor_context() -> dict[str, Any]:
        return {"current_actor": current_actor()}


def register_rooms(app: Flask) -> None:
    """Open the rooms' pages."""
    for room in (
        core_views,
        accounts_views,
        signin_views,
        themes_views,
        workshops_views,
        outcomes_views,
        followup_views,
        search_views,
        saved_views,
        oversight_views,
        reports_views,
        api_views,
    ):
        app.register_blueprint(room.bp)


def connect_rooms(app: Flask) -> None:
    """Tell higher rooms what happens in lower ones, so that no room imports upward."""
    addressees_changed.connect(followup.on_addressees_changed)
    account_closed.connect(saved.on_account_closed)
    linked.connect(app, by_theme)
    earlier.connect(app, said_before)
    duties.connect(app, of_people)
    indexing.init_search(app)
    recent.init_recent(app)
    after_commit(app, indexing.catch_up)
