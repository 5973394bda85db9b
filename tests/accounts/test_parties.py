"""Countries and bodies: all there, named in four languages, and found under what people type."""

import pytest
from sqlalchemy import func, select

from tests.factories.make import Make
from tracker.accounts import queries, service
from tracker.accounts.models import Party, PartyKind, Role
from tracker.core.db import db, unit_of_work
from tracker.core.errors import Denied, InvalidInput
from tracker.core.i18n import fold
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import RoleName

SPELLINGS = [
    ("JO", "JO"),
    ("jo", "JO"),
    ("JOR", "JO"),
    ("Jordan", "JO"),
    ("Jordanie", "JO"),
    ("Jordania", "JO"),
    ("الأردن", "JO"),
    ("الاردن", "JO"),
    ("Russian Federation", "RU"),
    ("Russia", "RU"),
    ("Fédération de Russie", "RU"),
    ("Federación de Rusia", "RU"),
    ("الاتحاد الروسي", "RU"),
    ("Viet Nam", "VN"),
    ("Vietnam", "VN"),
    ("Republic of Korea", "KR"),
    ("Korea, Republic of", "KR"),
    ("South Korea", "KR"),
    ("Democratic People's Republic of Korea", "KP"),
    ("Bolivia (Plurinational State of)", "BO"),
    ("Bolivia", "BO"),
    ("Venezuela (Bolivarian Republic of)", "VE"),
    ("Iran (Islamic Republic of)", "IR"),
    ("Türkiye", "TR"),
    ("Turkey", "TR"),
    ("Turquie", "TR"),
    ("Côte d'Ivoire", "CI"),
    ("Côte d’Ivoire", "CI"),
    ("COTE D'IVOIRE", "CI"),
    ("Ivory Coast", "CI"),
    ("DR Congo", "CD"),
    ("DRC", "CD"),
    ("Democratic Republic of the Congo", "CD"),
    ("République démocratique du Congo", "CD"),
    ("Congo", "CG"),
    ("USA", "US"),
    ("United States of America", "US"),
    ("États-Unis", "US"),
    ("UK", "GB"),
    ("United Kingdom of Great Britain and Northern Ireland", "GB"),
    ("Royaume-Uni", "GB"),
    ("The Gambia", "GM"),
    ("the Netherlands", "NL"),
    ("Syrian Arab Republic", "SY"),
    ("State of Palestine", "PS"),
    ("Lao People’s Democratic Republic", "LA"),
    ("Republic of Moldova", "MD"),
    ("Czech Republic", "CZ"),
    ("Trinidad & Tobago", "TT"),
    ("Guinea Bissau", "GW"),
    ("St Lucia", "LC"),
    ("Kosovo", "XK"),
    ("Kosovo*", "XK"),
    ("Holy See", "VA"),
]


def all_countries() -> list[Party]:
    return [party for party in queries.all_parties() if party.kind is PartyKind.COUNTRY]


def test_there_are_249_countries_and_kosovo_each_with_a_name_in_four_languages(app):
    countries = all_countries()
    assert len(countries) == 250
    assert [c.code for c in countries if set(c.names) != {"en", "fr", "es", "ar"}] == []
    assert [c.code for c in countries if not all(c.names.values())] == []


@pytest.mark.parametrize(("typed", "code"), SPELLINGS, ids=[typed for typed, _code in SPELLINGS])
def test_a_country_is_found_under_what_people_type(app, typed, code):
    found, unknown = queries.resolve_parties([typed])
    assert ([party.code for party in found], unknown) == ([code], [])


def test_every_name_of_every_country_leads_back_to_it(app):
    lookup = queries.party_lookup()
    for country in all_countries():
        spelt = [country.code, *country.names.values()]
        assert {lookup.get(fold(spelling)) for spelling in spelt} == {country.id}


def test_a_name_that_fits_two_countries_fits_none_and_both_are_suggested(app):
    assert queries.resolve_parties(["Korea"]) == ([], ["Korea"])
    assert set(queries.suggest_parties("Korea")) == {"North Korea", "South Korea"}


def test_a_misspelt_country_is_suggested(app):
    assert queries.suggest_parties("Jordnia")[0] == "Jordan"
    assert queries.suggest_parties("qqqqqqqq") == []
    assert queries.suggest_parties("") == []


def test_the_same_party_named_twice_counts_once_and_the_order_is_kept(app):
    found, _unknown = queries.resolve_parties(["Morocco", "JO", "Maroc"])
    assert [party.code for party in found] == ["MA", "JO"]


def test_countries_are_sorted_by_the_name_that_the_page_shows_ignoring_accents(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        names = [c.name for c in queries.party_choices()]
    assert [n for n in names if n in ("Éthiopie", "Estonie", "États-Unis", "Espagne")] == [
        "Espagne",
        "Estonie",
        "États-Unis",
        "Éthiopie",
    ]


def test_loading_twice_changes_nothing(app):
    def state() -> list[tuple[object, ...]]:
        rows = db.session.execute(select(Party.code, Party.names, Party.aliases).order_by(Party.id))
        return [tuple(row) for row in rows]

    before = state()
    service.load_parties()
    assert state() == before
    assert db.session.scalar(select(func.count()).select_from(Role)) == len(RoleName)


def test_loading_again_keeps_a_name_that_was_changed_and_adds_what_is_missing(app):
    with unit_of_work():
        party = queries.party_by_code("JO")
        assert party is not None
        party.names = {**party.names, "en": "Hashemite Kingdom of Jordan"}
        party.aliases = ["Urdun"]
    service.load_parties()
    party = queries.party_by_code("JO")
    assert party is not None
    assert party.names["en"] == "Hashemite Kingdom of Jordan"
    assert party.aliases[0] == "Urdun"
    assert "JOR" in party.aliases


def test_a_body_is_found_under_its_acronym_and_a_shared_acronym_names_neither(app):
    service.add_body(OPERATOR, "moj-jo", {"en": "Justice, Jordan"}, acronym="MoJ", country="Jordan")
    assert [p.code for p in queries.resolve_parties(["moj"])[0]] == ["moj-jo"]
    service.add_body(OPERATOR, "moj-ma", {"en": "Justice, Morocco"}, acronym="MoJ", country="MA")
    assert queries.resolve_parties(["MoJ"]) == ([], ["MoJ"])
    bodies = {c.code for c in queries.party_choices() if c.kind is PartyKind.BODY}
    assert bodies >= {"moj-jo", "moj-ma"}


def test_two_bodies_cannot_share_a_code(app):
    service.add_body(OPERATOR, "eurojust", {"en": "Eurojust"})
    with pytest.raises(InvalidInput, match="eurojust"):
        service.add_body(OPERATOR, "eurojust", {"en": "Eurojust"})


def test_only_an_administrator_adds_a_body(app, make: Make):
    with pytest.raises(Denied, match="administrator"):
        service.add_body(make.actor("coordinator"), "eurojust", {"en": "Eurojust"})
