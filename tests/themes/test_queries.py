"""Reading the thesaurus: lookups, the tree, and what forms offer."""

import pytest
from flask_babel import force_locale
from sqlalchemy import delete

from tests.queries import counted
from tracker.core.db import db, unit_of_work
from tracker.core.errors import NotFound
from tracker.core.i18n import fold
from tracker.core.permissions import OPERATOR
from tracker.themes import queries, service
from tracker.themes.labels import ThemeData
from tracker.themes.models import Theme, ThemeLabel, theme_broader, theme_related


@pytest.fixture
def empty(app):
    with unit_of_work() as session:
        for table in (theme_broader, theme_related, ThemeLabel.__table__, Theme.__table__):
            session.execute(delete(table))


def add(label: str, *broader: Theme, language: str = "en") -> Theme:
    data = ThemeData(preferred={language: label}, broader=tuple(theme.id for theme in broader))
    return service.add_theme(OPERATOR, data)


@pytest.mark.parametrize(
    "word",
    [
        "foreign-terrorist-fighters",
        "Foreign Terrorist Fighters",
        "FTF",
        "combattant terroriste étranger",
        "COMBATIENTE TERRORISTA EXTRANJERO",
        "مقاتل إرهابي أجنبي",
    ],
)
def test_a_theme_is_found_by_any_label_in_any_language(app, word):
    assert queries.theme_lookup()[fold(word)] == queries.by_slug("foreign-terrorist-fighters").id


def test_an_unknown_address_leads_nowhere(app):
    with pytest.raises(NotFound):
        queries.by_slug("no-such-theme")


def test_slugs_win_over_labels_and_preferred_labels_over_alternatives(empty):
    one = add("Ports")
    words = ThemeData(preferred={"fr": "Ports", "en": "Doors"}, alternatives={"en": ("Puertas",)})
    two = service.add_theme(OPERATOR, words)
    three = add("Puertas", language="fr")
    lookup = queries.theme_lookup()
    assert lookup["ports"] == one.id
    assert lookup["doors"] == two.id
    assert lookup["puertas"] == three.id


def test_a_theme_with_two_broader_ones_stands_under_both(empty):
    sea, land = add("Sea"), add("Land")
    coast = add("Coast", sea, land)
    nodes = {node.theme.slug: [child.theme for child in node.narrower] for node in queries.tree()}
    assert nodes == {"land": [coast], "sea": [coast]}
    assert set(queries.closure()[coast.id]) == {"coast", "sea", "land"}
    assert queries.with_narrower([sea.id]) == {sea.id, coast.id}
    assert queries.with_broader([coast.id]) == {sea.id, coast.id, land.id}


def test_even_a_circle_in_the_database_ends(empty):
    one = add("One")
    two = add("Two", one)
    with unit_of_work() as session:
        session.execute(theme_broader.insert().values(theme_id=one.id, broader_id=two.id))
    assert set(queries.closure()[one.id]) == {"one", "two"}
    assert queries.tree() == []


def test_names_are_sorted_as_the_reader_reads_them(empty):
    service.add_theme(OPERATOR, ThemeData(preferred={"en": "Asylum", "fr": "Zone d’attente"}))
    service.add_theme(OPERATOR, ThemeData(preferred={"en": "Border", "fr": "Écran"}))
    assert [theme.name for theme in queries.live_themes()] == ["Asylum", "Border"]
    with force_locale("fr"):
        assert [theme.name for theme in queries.live_themes()] == ["Écran", "Zone d’attente"]


def test_a_form_offers_each_theme_once_and_loose_ones_at_the_end(empty):
    sea, land = add("Sea"), add("Land")
    coast, loose = add("Coast", sea, land), add("Loose")
    assert queries.choice_groups() == [
        ("Land", [(land.id, "Land"), (coast.id, "Coast")]),
        ("Sea", [(sea.id, "Sea")]),
        ("Other themes", [(loose.id, "Loose")]),
    ]


def test_a_flat_set_of_themes_is_offered_under_one_heading(empty):
    made = [add(f"Right {number}") for number in range(54)]
    groups = queries.choice_groups()
    assert [heading for heading, _choices in groups] == ["Themes"]
    assert {number for number, _name in groups[0][1]} == {theme.id for theme in made}


def test_the_tree_takes_a_few_queries_however_large_it_is(app):
    db.session.expire_all()
    with counted() as statements:
        queries.tree()
    assert len(statements) <= 4


def test_filters_offer_themes_by_slug_with_their_names(app):
    with counted() as statements:
        choices = queries.slug_choices()
    assert len(statements) == 1
    assert choices == [(theme.slug, theme.name) for theme in queries.live_themes()]
