"""A theme's page tells who did what about it."""

import pytest

from tracker.accounts.actors import actor_for
from tracker.themes import queries, service
from tracker.themes.labels import ThemeData


@pytest.fixture
def administrator(make):
    return make.person("administrator", name="Administrator of the thesaurus")


def named(label, **fields):
    return ThemeData(preferred={"en": label}, **fields)


def words_of(page):
    return " ".join(page.html.find("main").stripped_strings)


def test_each_act_stands_there_in_words_and_by_language(make, visit, administrator):
    actor = actor_for(administrator)
    added = service.add_theme(actor, named("Night watch"))
    prisons = queries.by_slug("prisons")
    data = ThemeData(preferred={"en": "Watch by night", "fr": "Garde de nuit"}, broader=(prisons.id,))
    service.edit_theme(actor, added, data, added.version)
    words = words_of(visit(make.person()).get("/themes/night-watch").click("History", href="history"))
    assert "Changed Administrator of the thesaurus" in words
    assert "Preferred label (English) Night watch → Watch by night" in words
    assert "Preferred label (Français)" in words
    assert f"Broader {prisons.name}" in words
    assert "Created Administrator of the thesaurus" in words


def test_a_merged_theme_leads_to_the_history_of_the_other(make, visit, administrator):
    actor = actor_for(administrator)
    one = service.add_theme(actor, named("Night watch"))
    service.merge_themes(actor, one, service.add_theme(actor, named("Guards")))
    page = visit(make.person()).get("/themes/night-watch/history")
    assert page.request.path == "/themes/guards/history"
    assert "Merged" in words_of(page)


def test_the_public_reads_what_changed_but_not_who_changed_it(app, visit, administrator):
    service.add_theme(actor_for(administrator), named("Night watch"))
    app.config["TRACKER_PUBLIC_READING"] = True
    words = words_of(visit().get("/themes/night-watch/history"))
    assert "Night watch" in words
    assert administrator.name not in words
