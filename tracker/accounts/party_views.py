"""Countries and bodies: their list and pages, open to everyone signed in, and changing them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts import directory, duties, parties, standing
from tracker.accounts.blueprint import bp
from tracker.accounts.history import WORDING
from tracker.accounts.models import Party, PartyKind
from tracker.accounts.party_forms import PartyFilterForm, PartyForm
from tracker.core.conflicts import Difference, differences
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.history import lines_of
from tracker.core.paging import page_number
from tracker.core.permissions import Permission, allows, current_actor
from tracker.core.routes import requires, signed_in


@bp.get("/parties/", endpoint="parties")
@signed_in
def party_list() -> str:
    """Every country and body, by name."""
    actor = current_actor()
    form = PartyFilterForm(formdata=request.args)
    form.offer()
    page = directory.parties_page(form.filters(), page_number())
    ids = [party.id for party in page.items]
    looks_up = allows(actor, Permission.PERSON_READ)
    return render_template(
        "accounts/parties.html",
        form=form,
        chips=form.chips(("kind", "offered")),
        page=page,
        filtered=form.filters() != directory.PartyFilters(),
        looks_up=looks_up,
        people=directory.people_counts(ids) if looks_up else {},
        workshops=duties.keeper().counts_of_parties(actor, ids),
    )


@bp.get("/parties/<code>")
@signed_in
def party(code: str) -> str:
    """One party: what it is called, who acts for it, where it took part."""
    actor = current_actor()
    found = parties.by_code(code)
    manages = allows(actor, Permission.PARTY_MANAGE)
    looks_up = allows(actor, Permission.PERSON_READ)
    return render_template(
        "accounts/party.html",
        party=found,
        bodies=directory.bodies_of(found) if found.kind is PartyKind.COUNTRY else [],
        looks_up=looks_up,
        people=directory.people_of(found) if looks_up else [],
        standing_of=standing.standing_of,
        workshops=duties.keeper().attended_by(actor, found.id),
        clashes=parties.clashes(found) if manages else [],
        history=lines_of(actor, "party", found.id, page_number(), WORDING) if manages else None,
    )


@bp.route("/parties/new", methods=["GET", "POST"])
@requires(Permission.PARTY_MANAGE)
def new_party() -> Any:
    """Add a body."""
    form = PartyForm()
    form.offer()
    if form.validate_on_submit():
        data = form.as_data()
        try:
            body = parties.add_body(
                current_actor(),
                data.code,
                data.names,
                acronym=data.acronym,
                country=data.country,
                aliases=data.aliases,
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _saved(body)
    page = render_template("accounts/party_form.html", form=form, party=None, differences=None)
    return page, InvalidInput.status if form.errors else 200


@bp.route("/parties/<code>/edit", methods=["GET", "POST"])
@requires(Permission.PARTY_MANAGE)
def edit_party(code: str) -> Any:
    """Change a party.

    When somebody saved meanwhile, the form keeps what was typed and the page shows both.
    """
    found = parties.by_code(code)
    form = PartyForm()
    apart: list[Difference] | None = None
    form.offer(found)
    if not form.is_submitted():
        form.show(found)
    elif form.validate():
        try:
            parties.edit_party(current_actor(), found, form.as_data(), form.seen_version)
        except InvalidInput as error:
            form.refuse(error)
        except EditConflict as conflict:
            theirs = PartyForm(formdata=None)
            theirs.offer(found)
            theirs.show(found)
            apart = differences(theirs, form)
            form.refuse(InvalidInput(conflict.message))
            form.saw(found)
        else:
            return _saved(found)
    page = render_template("accounts/party_form.html", form=form, party=found, differences=apart)
    return page, InvalidInput.status if form.errors else 200


@bp.post("/parties/<code>/retire")
@requires(Permission.PARTY_MANAGE)
def retire_party(code: str) -> Any:
    """Offer a party in forms no longer."""
    found = parties.set_offered(current_actor(), parties.by_code(code), False)
    flash(_("Forms no longer offer it. It stays on every record that names it."), "success")
    return redirect(url_for("accounts.party", code=found.code))


@bp.post("/parties/<code>/offer")
@requires(Permission.PARTY_MANAGE)
def offer_party(code: str) -> Any:
    """Offer a party in forms again."""
    found = parties.set_offered(current_actor(), parties.by_code(code), True)
    flash(_("Forms offer it again."), "success")
    return redirect(url_for("accounts.party", code=found.code))


def _saved(found: Party) -> Any:
    flash(_("The party was saved."), "success")
    return redirect(url_for("accounts.party", code=found.code))
