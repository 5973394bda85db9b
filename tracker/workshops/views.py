"""Pages of the workshops."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.core.conflicts import Difference, differences
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.files import send
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, current_actor, require
from tracker.core.routes import requires
from tracker.core.security import bounded_upload
from tracker.core.vocabulary import Language
from tracker.workshops import contents, handling_views, queries, rules, service
from tracker.workshops.blueprint import bp
from tracker.workshops.forms import FileForm, WorkshopFilterForm, WorkshopForm, new_files
from tracker.workshops.history import history_of_workshop
from tracker.workshops.models import Workshop

__all__ = ["bp", "handling_views"]


@bp.get("/")
@requires(Permission.WORKSHOP_READ)
def index() -> str:
    """The workshops that the actor may see, newest first."""
    actor = current_actor()
    form = WorkshopFilterForm(formdata=request.args)
    form.offer(actor)
    page = queries.list_page(actor, form.filters(), page_number())
    return render_template(
        "workshops/index.html",
        form=form,
        filtered=form.filters() != queries.WorkshopFilters(),
        page=page,
        counts=contents.keeper().counts(actor, [workshop.id for workshop in page.items]),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_CREATE)
def new() -> Any:
    """Record a workshop."""
    form = WorkshopForm()
    form.offer()
    if not form.is_submitted():
        form.begin(current_actor())
    elif form.validate():
        try:
            workshop = service.create_workshop(current_actor(), form.as_data())
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _saved(workshop)
    return render_template("workshops/form.html", form=form, workshop=None, differences=None)


@bp.get("/<code>")
@requires(Permission.WORKSHOP_READ)
def detail(code: str) -> str:
    """A workshop, its files and its outcomes."""
    actor = current_actor()
    workshop = queries.by_code(actor, code)
    names = {str(language): language.label for language in Language}
    return render_template(
        "workshops/detail.html",
        workshop=workshop,
        why_visible=rules.why_visible(actor, workshop),
        working_languages=[names.get(code, code) for code in workshop.languages],
        **contents.keeper().panel(actor, workshop),
    )


@bp.get("/<code>/history")
@requires(Permission.WORKSHOP_READ)
def history(code: str) -> str:
    """Who changed what about a workshop, and when."""
    actor = current_actor()
    workshop = queries.by_code(actor, code)
    lines = history_of_workshop(actor, workshop, page_number())
    return render_template("workshops/history.html", workshop=workshop, lines=lines)


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_EDIT)
def edit(code: str) -> Any:
    """Change a workshop.

    When somebody saved meanwhile, the form keeps what was typed and the page shows both.
    """
    actor = current_actor()
    workshop = queries.by_code(actor, code)
    require(actor, Permission.WORKSHOP_EDIT, workshop)
    form = WorkshopForm()
    form.offer(workshop)
    found: list[Difference] | None = None
    if not form.is_submitted():
        form.show(workshop)
    elif form.validate():
        try:
            service.edit_workshop(actor, workshop, form.as_data(), form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except EditConflict as conflict:
            workshop = queries.by_code(actor, code)
            theirs = WorkshopForm(formdata=None)
            theirs.offer(workshop)
            theirs.show(workshop)
            found = differences(theirs, form)
            form.refuse(InvalidInput(conflict.message))
            # Sent again, the form then says that its writer has seen what stands now.
            form.version.data = str(workshop.version)
        else:
            return _saved(workshop)
    return render_template("workshops/form.html", form=form, workshop=workshop, differences=found)


def _saved(workshop: Workshop) -> Any:
    flash(_("The workshop was saved."), "success")
    return redirect(url_for("workshops.detail", code=workshop.code))


@bp.route("/<code>/files/new", methods=["GET", "POST"])
@requires(Permission.WORKSHOP_EDIT)
@bounded_upload
def attach(code: str) -> Any:
    """Attach a file to a workshop."""
    actor = current_actor()
    workshop = queries.by_code(actor, code)
    require(actor, Permission.WORKSHOP_EDIT, workshop)
    form = FileForm()
    if form.validate_on_submit():
        try:
            for given in new_files(form.file, form.file_title):
                service.attach_file(actor, workshop, given.title, given.name, given.content)
        except InvalidInput as error:
            form.refuse(error)
        else:
            flash(_("The file was attached."), "success")
            return redirect(url_for("workshops.detail", code=workshop.code))
    return render_template("workshops/attach.html", form=form, workshop=workshop)


@bp.get("/<code>/files/<token>")
@requires(Permission.WORKSHOP_READ)
def file(code: str, token: str) -> Any:
    """Download a file of a workshop that the actor may see."""
    return send(queries.file_of(current_actor(), code, token).file)


@bp.post("/<code>/files/<token>/remove")
@requires(Permission.WORKSHOP_EDIT)
def remove_file(code: str, token: str) -> Any:
    """Take a file off a workshop."""
    actor = current_actor()
    service.remove_file(actor, queries.file_of(actor, code, token))
    flash(_("The file was taken off the workshop."), "success")
    return redirect(url_for("workshops.detail", code=code))
