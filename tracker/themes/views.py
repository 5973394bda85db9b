"""Pages of the thesaurus."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import requires
from tracker.themes import linked, queries, service
from tracker.themes.forms import MergeForm, ThemeForm
from tracker.themes.history import history_of_theme
from tracker.themes.models import Theme

bp = Blueprint("themes", __name__, url_prefix="/themes")


@bp.get("/")
@requires(Permission.THEME_READ)
def tree() -> str:
    """The whole thesaurus: what has narrower themes as a tree, the others as a list."""
    nodes = queries.tree()
    return render_template(
        "themes/tree.html",
        branches=[node for node in nodes if node.narrower],
        single=[node for node in nodes if not node.narrower],
        counts=linked.counts(current_actor()),
    )


@bp.get("/<slug>")
@requires(Permission.THEME_READ)
def detail(slug: str) -> str | Response:
    """A theme in all languages, its neighbours, and everything under it that the actor may see."""
    theme = queries.by_slug(slug)
    if theme.slug != slug:
        return _moved("themes.detail", theme)
    actor = current_actor()
    ids = queries.with_narrower([theme.id])
    view = "workshops" if request.args.get("view") == "workshops" else "outcomes"
    pages = {
        "outcomes": linked.keeper().outcomes_under(actor, ids, page_number() if view == "outcomes" else 1),
        "workshops": linked.keeper().workshops_under(actor, ids, page_number() if view == "workshops" else 1),
    }
    return render_template(
        "themes/detail.html", theme=theme, place=queries.place(theme), view=view, pages=pages
    )


@bp.get("/<slug>/history")
@requires(Permission.THEME_READ)
def history(slug: str) -> str | Response:
    """Who changed what about a theme, and when."""
    theme = queries.by_slug(slug)
    if theme.slug != slug:
        return _moved("themes.history", theme)
    lines = history_of_theme(current_actor(), theme, page_number())
    return render_template("themes/history.html", theme=theme, place=queries.place(theme), lines=lines)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.THEME_MANAGE)
def new() -> str | Response:
    """Add a theme."""
    form = ThemeForm()
    form.offer_themes()
    if form.validate_on_submit():
        try:
            theme = service.add_theme(current_actor(), form.as_data())
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The theme was added."), "success")
            return redirect(url_for("themes.detail", slug=theme.slug))
    return render_template("themes/form.html", form=form, theme=None, saved=None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.THEME_MANAGE)
def edit(slug: str) -> str | Response:
    """Change a theme; when somebody saved meanwhile, the form keeps what was typed and the page shows what
    stands.
    """
    theme = queries.by_slug(slug)
    if theme.slug != slug:
        return _moved("themes.edit", theme)
    form = ThemeForm()
    form.offer_themes(theme)
    saved: Any = None
    if not form.is_submitted():
        form.show(theme)
    elif form.validate():
        try:
            theme = service.edit_theme(current_actor(), theme, form.as_data(), form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except EditConflict as conflict:
            theme = saved = queries.by_slug(slug)
            form.refuse(InvalidInput(conflict.message))
            # Sent again, the form then says that its writer has seen what stands now.
            form.version.data = str(theme.version)
        else:
            flash(_("The theme was saved."), "success")
            return redirect(url_for("themes.detail", slug=theme.slug))
    return render_template("themes/form.html", form=form, theme=theme, saved=saved)


@bp.route("/<slug>/merge", methods=["GET", "POST"])
@requires(Permission.THEME_MANAGE)
def merge(slug: str) -> str | Response:
    """Merge a theme into another."""
    theme = queries.by_slug(slug)
    if theme.slug != slug:
        return _moved("themes.detail", theme)
    form = MergeForm()
    form.offer_themes(theme)
    if form.validate_on_submit():
        try:
            target = service.merge_themes(current_actor(), theme, queries.by_id(form.target.data))
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The themes were merged. Old links lead here."), "success")
            return redirect(url_for("themes.detail", slug=target.slug))
    return render_template("themes/merge.html", form=form, theme=theme)


def _moved(endpoint: str, theme: Theme) -> Response:
    return redirect(url_for(endpoint, slug=theme.slug), code=301)
