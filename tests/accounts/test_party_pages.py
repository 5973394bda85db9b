"""Parties as administrators change them, and their pages."""

import pytest

from tests.accounts.test_people_pages import HOSTILE, form_of, names_on, own_form
from tests.factories.make import Make
from tests.queries import counted
from tracker.accounts import parties, queries, service, snapshot
from tracker.accounts.parties import PartyData
from tracker.core import audit, outbox
from tracker.core.db import db
from tracker.core.errors import Denied, EditConflict, InvalidInput
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import RoleName


@pytest.fixture
def administrator(app, make: Make, visit):
    return visit(make.person("administrator"))


@pytest.fixture
def ministry(app):
    return parties.add_body(
        OPERATOR,
        "",
        {"en": "Ministry of Justice", "fr": "Ministère de la Justice"},
        acronym="MoJ",
        country="JO",
        aliases=["Justice, Jordan"],
    )


def edited(party, **changes) -> PartyData:
    said = {
        "names": party.names,
        "acronym": party.acronym or "",
        "aliases": party.aliases,
        "country": party.country.code if party.country else "",
    }
    return PartyData(**(said | changes))


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "acronym", "country", "code"),
    [
        ({"en": "Eurojust"}, "", "", "eurojust"),
        ({"en": "Ministry of Justice"}, "MoJ", "Jordan", "moj-jo"),
        ({"fr": "Ministère de l'Intérieur"}, "", "FR", "ministere-de-linterieur-fr"),
        ({"ar": "وزارة العدل"}, "", "", "body"),
    ],
)
def test_a_code_is_proposed_from_acronym_or_name_and_country(app, names, acronym, country, code):
    assert parties.add_body(OPERATOR, "", names, acronym=acronym, country=country).code == code


def test_a_code_that_is_taken_gets_a_number_or_is_refused_when_it_was_chosen(app, ministry):
    again = parties.add_body(OPERATOR, "", {"en": "Ministry"}, acronym="MoJ", country="JO")
    assert again.code == "moj-jo-2"
    for code, message in (
        ("moj-jo", "moj-jo-3 is free"),
        ("JO", "already"),
        ("jo", "already"),
        ("new", "already"),
    ):
        with pytest.raises(InvalidInput, match=message) as refused:
            parties.add_body(OPERATOR, code, {"en": "Another"})
        assert refused.value.field == "code"
    for code in ("With Space", "x", "ünï", "a/b", "a" * 61):
        with pytest.raises(InvalidInput, match="small letters"):
            parties.add_body(OPERATOR, code, {"en": "Another"})


def test_a_body_needs_a_name_and_belongs_to_a_country_and_to_no_body(app, ministry):
    with pytest.raises(InvalidInput, match="at least one language"):
        parties.add_body(OPERATOR, "", {"en": "  "})
    with pytest.raises(InvalidInput, match="is no country"):
        parties.add_body(OPERATOR, "", {"en": "Department"}, country="moj-jo")


def test_a_spelling_that_was_taken_off_a_country_does_not_come_back_at_the_next_start(app):
    country = queries.party_by_code("CD")
    assert country.aliases
    parties.edit_party(OPERATOR, country, PartyData(country.names, aliases=[], code="CD"))
    service.load_parties()
    assert queries.party_by_code("CD").aliases == []


@pytest.mark.parametrize("name", ["~", "…", "\u202e\u202e"])
def test_a_name_without_a_letter_is_refused(app, name):
    with pytest.raises(InvalidInput, match="holds no letter") as refusal:
        parties.add_body(OPERATOR, "", {"fr": name})
    assert refusal.value.field == "name_fr"


def test_a_spelling_that_names_another_party_is_refused_and_says_which(app, ministry):
    for spelling in ("Jordanie", "MA", "EE.UU"):
        with pytest.raises(InvalidInput, match=r"names (Jordan|Morocco|United States) already") as refused:
            parties.edit_party(OPERATOR, ministry, edited(ministry, aliases=[spelling]))
        assert refused.value.field == "aliases"


def test_names_that_two_bodies_share_are_taken_and_told(app, ministry):
    other = parties.add_body(OPERATOR, "", {"en": "Ministry of Justice"}, acronym="MoJ", country="MA")
    told = {(clash.spelling, clash.other.code, clash.names) for clash in parties.clashes(other)}
    assert told == {("Ministry of Justice", "moj-jo", None), ("MoJ", "moj-jo", None)}
    assert parties.clashes(queries.party_by_code("ES")) == []


def test_a_new_spelling_is_understood_at_once_by_forms_searches_and_imports(app, make: Make, visit, ministry):
    make.outcome("Train judges.", addressees=("moj-jo",))
    parties.edit_party(OPERATOR, ministry, edited(ministry, aliases=["Palace of Justice"]))
    assert [p.code for p in queries.resolve_parties(["palace of justice"])[0]] == ["moj-jo"]
    found = visit(make.person()).get('/search?q=body:"palace+of+justice"')
    assert "Train judges." in found.text
    assert outbox.is_empty()


def test_a_country_gets_spellings_and_is_not_renamed(app):
    spain = queries.party_by_code("ES")
    before = dict(spain.names)
    parties.edit_party(
        OPERATOR, spain, PartyData(names={"en": "Hispania"}, acronym="X", aliases=["Hispania"])
    )
    assert (spain.names, spain.acronym) == (before, None)
    assert [p.code for p in queries.resolve_parties(["hispania"])[0]] == ["ES"]


def test_editing_notes_what_changed_and_saving_the_same_notes_nothing(app, ministry):
    parties.edit_party(OPERATOR, ministry, edited(ministry))
    assert len(audit.history_of("party", ministry.id)) == 1
    parties.edit_party(OPERATOR, ministry, edited(ministry, acronym="MJ"))
    entry = audit.history_of("party", ministry.id)[0]
    assert (entry.act, entry.changes) == ("party-edited", [("acronym", "MoJ", "MJ")])


def test_two_who_edit_the_same_body_do_not_overwrite_each_other(app, ministry):
    seen = snapshot.fingerprint(snapshot.of_party(ministry))
    parties.edit_party(OPERATOR, ministry, edited(ministry, acronym="MJ"), seen)
    with pytest.raises(EditConflict):
        parties.edit_party(OPERATOR, ministry, edited(ministry, acronym="JM"), seen)
    assert ministry.acronym == "MJ"


def test_a_party_no_longer_offered_is_left_out_of_choices_and_stays_on_records(
    app, make: Make, visit, ministry
):
    workshop = make.workshop(parties=("moj-jo",))
    parties.set_offered(OPERATOR, ministry, False)
    assert ministry not in queries.all_parties()
    assert "Ministry of Justice" not in queries.suggest_parties("Ministri of Justice")
    # Records of the past name it, so that typing or importing its name is understood.
    assert queries.resolve_parties(["MoJ"])[0] == [ministry]
    assert [c.active for c in queries.party_choices() if c.code == "moj-jo"] == [False]
    assert "Ministry of Justice" in visit(make.person()).get(f"/workshops/{workshop.code}").text
    assert audit.history_of("party", ministry.id)[0].act == "party-retired"
    parties.set_offered(OPERATOR, ministry, True)
    assert ministry in queries.all_parties()


def test_a_country_no_longer_offered_is_not_in_the_form_of_a_new_workshop(app, make: Make, visit):
    parties.set_offered(OPERATOR, queries.party_by_code("AQ"), False)
    visitor = visit(make.person("coordinator"))
    assert not visitor.get("/workshops/new").html.find("option", string="Antarctica")
    workshop = make.workshop(country_id=queries.party_by_code("AQ").id)
    assert visitor.get(f"/workshops/{workshop.code}/edit").html.find("option", string="Antarctica")


def test_only_an_administrator_changes_parties(app, make: Make, ministry):
    actor = make.actor(*(r for r in RoleName if r != "administrator"), party="JO")
    for act in (
        lambda: parties.add_body(actor, "", {"en": "Mine"}),
        lambda: parties.edit_party(actor, ministry, edited(ministry)),
        lambda: parties.set_offered(actor, ministry, False),
    ):
        with pytest.raises(Denied, match="administrator"):
            act()


# --- pages ------------------------------------------------------------------------------------------------


def test_everyone_signed_in_reads_names_and_nothing_else(app, make: Make, visit, ministry):
    make.person("focal-point", party="moj-jo", name="Focal point, Justice")
    reader = visit(make.person())
    page = reader.get("/parties/?kind=body")
    assert "Ministry of Justice" in page.text
    assert "People" not in page.html.find("main").text
    page = reader.get("/parties/moj-jo")
    text = page.html.find("main").text
    for said in ("Ministère de la Justice", "MoJ", "Jordan", "Justice, Jordan"):
        assert said in text
    for closed in ("Focal point, Justice", "History", "Edit", "Offer no longer"):
        assert closed not in text
    for address in ("/parties/new", "/parties/moj-jo/edit"):
        assert reader.browser.get(address, status="*").status_int == 403
    for address in ("retire", "offer"):
        assert reader.post(f"/parties/moj-jo/{address}").status_int == 403


def test_the_public_reads_no_parties_even_when_public_reading_is_on(app, visit):
    app.config["TRACKER_PUBLIC_READING"] = True
    for address in ("/parties/", "/parties/JO"):
        assert visit().browser.get(address, status=302).location.startswith("/login")


def test_coordinators_see_who_acts_for_a_party(app, make: Make, visit, ministry):
    make.person("focal-point", party="moj-jo", name="Focal point, Justice")
    page = visit(make.person("coordinator")).get("/parties/moj-jo")
    assert "Focal point, Justice" in page.html.find("main").text


def test_a_party_is_found_under_every_spelling(app, administrator, ministry):
    for words in ("ministere justice", "moj", "justice jordan", "MOJ-JO"):
        assert names_on(administrator.get(f"/parties/?text={words}")) == ["Ministry of Justice"]
    assert "No party matches" in administrator.get("/parties/?text=atlantis").text


def test_counts_tell_only_of_workshops_that_the_reader_may_see(app, make: Make, visit):
    make.workshop(parties=("JO",))
    make.workshop("WS-RED", parties=("JO",), handling="TLP:RED", title="Canary")
    reader = visit(make.person())
    row = reader.get("/parties/?text=jordan").html.select_one("tbody tr")
    assert row.find_all("td")[-1].text.strip() == "1"
    assert "Canary" not in reader.get("/parties/JO").text


def test_a_body_is_added_edited_and_retired_without_javascript(app, administrator):
    form = own_form(administrator.get("/parties/new"))
    form["name_en"], form["name_ar"], form["acronym"] = "Prison service", "مصلحة السجون", "PS"
    form["country"], form["aliases"] = "JO", "Prisons of Jordan\nCorrections, Jordan"
    page = administrator.submit(form)
    assert page.request.path == "/parties/ps-jo"
    assert "Corrections, Jordan" in page.text
    form = own_form(administrator.get("/parties/ps-jo/edit"))
    assert "code" not in form.fields
    form["name_en"] = "Prison and Reform Service"
    page = administrator.submit(form)
    assert page.html.h1.text.strip() == "Prison and Reform Service"
    page = administrator.submit(form_of(page, "/retire"))
    assert "No longer offered in forms" in page.text
    page = administrator.submit(form_of(page, "/offer"))
    assert "Forms offer it again." in page.text


def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(app, administrator, ministry):
    form = own_form(administrator.get("/parties/new"))
    form["name_fr"], form["aliases"], form["code"] = "Tribunal", "Jordanie", "tribunal"
    page = administrator.submit(form)
    assert page.status_int == 422
    assert "names Jordan already" in page.html.find(id="aliases-error").text
    assert own_form(page)["name_fr"].value == "Tribunal"
    form = own_form(page)
    form["aliases"], form["code"] = "", "moj-jo"
    assert "is free" in administrator.submit(form).html.find(id="code-error").text
    form["name_fr"], form["code"] = "", ""
    assert "at least one language" in administrator.submit(form).html.find(id="name_en-error").text


def test_a_party_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(app, administrator, ministry):
    form = own_form(administrator.get("/parties/moj-jo/edit"))
    parties.edit_party(OPERATOR, ministry, edited(ministry, acronym="MJ"))
    form["acronym"] = "JM"
    page = administrator.submit(form)
    assert "Nothing was overwritten" in page.text
    assert page.html.select_one(".diff-before").text.strip().endswith("MJ")
    assert administrator.submit(own_form(page)).status_int == 200
    assert ministry.acronym == "JM"


def test_a_country_page_lists_its_bodies_and_offers_only_spellings(app, administrator, ministry):
    page = administrator.get("/parties/JO")
    assert page.html.find("main").find("a", href="/parties/moj-jo")
    form = own_form(administrator.get("/parties/JO/edit"))
    assert "name_en" not in form.fields
    form["aliases"] = form["aliases"].value + "\nHKJ"
    assert "HKJ" in administrator.submit(form).text


def test_hostile_names_of_bodies_stand_there_as_text(app, administrator):
    body = parties.add_body(OPERATOR, "", {"en": HOSTILE}, aliases=['"><img src=x>'])
    for address in ("/parties/?text=script", f"/parties/{body.code}", f"/parties/{body.code}/edit"):
        page = administrator.get(address)
        assert HOSTILE not in page.text
        assert not page.html.find("main").find(["script", "img"])


def test_lists_and_pages_of_parties_take_few_queries(app, make: Make, administrator):
    for number in range(30):
        service.add_body(OPERATOR, f"body-{number}", {"en": f"Body {number}"}, country="JO")
    for _ in range(5):
        make.workshop(parties=("JO", "body-1"))
    db.session.rollback()
    with counted() as asked:
        administrator.get("/parties/?kind=body")
    assert len(asked) <= 9, asked
    with counted() as asked:
        administrator.get("/parties/JO")
    assert len(asked) <= 13, asked


def test_a_party_that_is_not_there_is_a_page_that_says_so(administrator):
    assert administrator.browser.get("/parties/atlantis", status="*").status_int == 404


def test_a_party_no_longer_offered_is_no_choice_of_a_new_outcome_and_stays_on_a_standing_one(
    app, make: Make, visit, ministry
):
    workshop = make.workshop(parties=("moj-jo", "MA"))
    outcome = make.outcome(workshop=workshop, addressees=("moj-jo",))
    parties.set_offered(OPERATOR, ministry, False)
    visitor = visit(make.person("coordinator", "rapporteur"))
    form = visitor.get(f"/workshops/{workshop.code}/log/recommendation").html.find("main")
    assert not form.find("label", string="MoJ")
    assert form.find("label", string="Morocco")
    page = visitor.get(f"/outcomes/{outcome.ref}/edit")
    assert "Ministry of Justice" in page.html.find(id="other_addressees")["value"]
    page = visitor.submit(next(f for f in page.forms.values() if "other_addressees" in f.fields))
    assert [commitment.party.code for commitment in outcome.commitments] == ["moj-jo"]
