"""Pages of saved searches, their feeds, the link that ends their mails, and a browser's last searches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.core.addresses import elsewhere
from tracker.core.errors import InvalidInput
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor
from tracker.core.routes import public, requires
from tracker.core.security import bounded_search, csrf
from tracker.search import page_links
from tracker.search.labels import Labels
from tracker.search.saved import feeds, recent
from tracker.search.saved import links as saved_links
from tracker.search.saved import queries as saved_queries
from tracker.search.saved import service as saved
from tracker.search.saved.forms import SaveForm
from tracker.search.saved.models import SavedSearch
from tracker.search.saved.wanted import as_of_today, kept_in, wanted_in

#: Seconds after which a program asks again for a feed that cannot be had just now.
_COME_BACK = 300

bp = Blueprint("saved", __name__, url_prefix="/searches")
bp.add_app_template_global(recent.recent_searches, "recent_searches")
bp.add_app_template_global(elsewhere, "elsewhere")


@dataclass(frozen=True, slots=True)
class Row:
    """A saved search as a list shows it: its filters in words, name and value each."""

    search: SavedSearch
    marks: list[tuple[str, str]]


def _rows(searches: Iterable[SavedSearch], labels: Labels) -> list[Row]:
    titles = page_links.titles()
    return [
        Row(
            search,
            [
                (titles[name], labels.of(name, value))
                for name, values in as_of_today(kept_in(search), labels).filters.items()
                for value in values
            ],
        )
        for search in searches
    ]


@bp.get("/")
@requires(Permission.SEARCH_SAVE)
def index() -> str:
    """One's own saved searches."""
    actor = current_actor()
    rows = _rows(saved_queries.of_actor(actor), Labels(actor))
    return render_template("search/saved.html", rows=rows, most=saved.MOST_SEARCHES)


@bp.get("/shared")
@requires(Permission.SEARCH_SAVE)
def shared() -> str:
    """What others share."""
    actor = current_actor()
    page = saved_queries.shared_with(actor, page_number())
    return render_template("search/shared.html", rows=_rows(page.items, Labels(actor)), page=page)


@bp.route("/new", methods=["GET", "POST"], endpoint="save")
@requires(Permission.SEARCH_SAVE)
def save_search() -> Any:
    """Save the search that the address holds, as the address of the search page does."""
    wanted = wanted_in(request.args)
    form = SaveForm()
    form.offer(wanted, Labels(current_actor()), page_links.titles())
    if not form.is_submitted():
        form.begin(wanted)
    elif form.validate():
        try:
            search = saved.save(current_actor(), form.as_data(wanted))
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The search “%(name)s” was saved.", name=search.name), "success")
            return redirect(url_for("saved.index"))
    return _form_page(form, back=wanted.url)


@bp.get("/<int:search_id>")
@requires(Permission.SEARCH_RUN)
def run(search_id: int) -> Any:
    """Lead to what the search finds for whoever asks."""
    actor = current_actor()
    search = saved_queries.by_id(actor, search_id)
    return redirect(as_of_today(kept_in(search), Labels(actor)).url)


@bp.route("/<int:search_id>/change", methods=["GET", "POST"], endpoint="change")
@requires(Permission.SEARCH_CHANGE)
def change_search(search_id: int) -> Any:
    """Change a search of one's own; its feed, and deleting it."""
    actor = current_actor()
    search = saved_queries.own(actor, search_id)
    wanted = kept_in(search)
    form = SaveForm()
    form.offer(wanted, Labels(actor), page_links.titles())
    if not form.is_submitted():
        form.begin(wanted, search)
    elif form.validate():
        try:
            search = saved.change(actor, search_id, form.as_data(wanted), form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The search “%(name)s” was saved.", name=search.name), "success")
            return redirect(url_for("saved.index"))
    return _form_page(form, back=url_for("saved.index"), search=search)


def _form_page(form: SaveForm, back: str, search: SavedSearch | None = None) -> tuple[str, int]:
    feed_address = saved_links.feed_address(search) if search is not None else None
    page = render_template(
        "search/saved_form.html", form=form, search=search, back=back, feed_address=feed_address
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/<int:search_id>/delete")
@requires(Permission.SEARCH_CHANGE)
def delete(search_id: int) -> Any:
    """Delete a search of one's own."""
    name = saved.delete(current_actor(), search_id)
    flash(_("The search “%(name)s” was deleted.", name=name), "success")
    return redirect(url_for("saved.index"))


@bp.post("/<int:search_id>/feed")
@requires(Permission.SEARCH_CHANGE)
def renew_feed(search_id: int) -> Any:
    """Give a search of one's own a feed, or its feed another address."""
    had_one = saved_queries.own(current_actor(), search_id).feed_salt is not None
    saved.renew_feed(current_actor(), search_id)
    if had_one:
        flash(_("The feed has a new address. Whoever had the earlier one gets nothing any more."), "success")
    else:
        flash(_("The feed is open. Give its address to a program that reads feeds."), "success")
    return redirect(url_for("saved.change", search_id=search_id, _anchor="feed"))


@bp.post("/<int:search_id>/feed/close")
@requires(Permission.SEARCH_CHANGE)
def close_feed(search_id: int) -> Any:
    """Close the feed of a search of one's own."""
    saved.close_feed(current_actor(), search_id)
    flash(_("The feed was closed."), "success")
    return redirect(url_for("saved.change", search_id=search_id, _anchor="feed"))


@bp.get("/feed/<token>.atom")
@public
@bounded_search
def feed(token: str) -> Any:
    """The feed at a private address; the secret in it is all the right it takes."""
    document = feeds.feed_of(token)
    if document is None:
        message = _("The index is being written anew. For some minutes not everything is found.")
        return Response(message, 503, {"Retry-After": str(_COME_BACK)}, mimetype="text/plain")
    response = Response(document, mimetype="application/atom+xml")
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/stop/<token>", endpoint="stop")
@public
def ask_to_stop(token: str) -> str:
    """Ask whether the mails about a search are to end; opening the page changes nothing."""
    return render_template("search/stop.html", search=saved.of_mail(token), done=False)


@bp.post("/stop/<token>", endpoint="stop_now")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # mail programs send this form, too (RFC 8058)
def stop(token: str) -> str:
    """End the mails about a search."""
    return render_template("search/stop.html", search=saved.stop_mails(token), done=True)


@bp.post("/recent/clear")
@requires(Permission.SEARCH_FIND)
def clear_recent() -> Any:
    """Forget the last searches of this browser."""
    recent.forget()
    flash(_("The recent searches of this browser were cleared."), "success")
    return redirect(url_for("search.find"))
