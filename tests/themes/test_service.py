"""Adding, changing and merging themes: what is saved, what is refused, and who may."""

import pytest
from sqlalchemy import select

from tracker.core import outbox
from tracker.core.audit import history_of
from tracker.core.db import db
from tracker.core.errors import Denied, EditConflict, InvalidInput
from tracker.core.i18n import fold
from tracker.core.permissions import OPERATOR
from tracker.outcomes.models import Outcome, OutcomeTheme
from tracker.themes import linked, queries, service
from tracker.themes.labels import ThemeData
from tracker.themes.models import Theme


@pytest.fixture
def administrator(make):
    return make.actor("administrator")


def theme(slug: str) -> Theme:
    return db.session.scalars(select(Theme).where(Theme.slug == slug)).one()


def named(label: str, **fields) -> ThemeData:
    return ThemeData(preferred={"en": label}, **fields)


def as_it_stands(found: Theme, **changes) -> ThemeData:
    values = {
        "preferred": found.preferred,
        "alternatives": {x: tuple(found.alternatives(x)) for x in ("en", "fr", "es", "ar")},
        "scope_notes": dict(found.scope_notes),
        "broader": tuple(other.id for other in found.broader),
        "related": tuple(other.id for other in found.related),
    }
    return ThemeData(**(values | changes))


def test_an_administrator_adds_a_theme_with_a_slug_from_its_english_label(administrator):
    prisons = theme("prisons")
    data = ThemeData(
        preferred={"fr": "Évasion par drone", "en": "Drones over prisons’ walls", "ar": "طائرات فوق السجون"},
        alternatives={"en": ("drone drops", " drone drops ", "")},
        scope_notes={"en": "What flies over.", "fr": "  "},
        broader=(prisons.id,),
    )
    added = service.add_theme(administrator, data)
    assert added.slug == "drones-over-prisons-walls"
    assert added.preferred["ar"] == "طائرات فوق السجون"
    assert added.alternatives("en") == ["drone drops"]
    assert added.scope_notes == {"en": "What flies over."}
    assert added.broader == [prisons]
    assert [entry.act for entry in history_of("theme", added.id)] == ["create"]


def test_a_second_theme_of_the_same_slug_gets_a_number(administrator):
    assert service.add_theme(administrator, named("Night watch")).slug == "night-watch"
    assert service.add_theme(administrator, named("Night-watch")).slug == "night-watch-2"
    assert service.add_theme(administrator, named("New")).slug == "new-2"
    assert service.add_theme(administrator, ThemeData(preferred={"ar": "حراسة ليلية"})).slug == "theme"


@pytest.mark.parametrize("role", ["reader", "expert", "coordinator"])
def test_only_an_administrator_may_change_themes(make, role):
    somebody = make.actor(role)
    prisons = theme("prisons")
    for act in (
        lambda: service.add_theme(somebody, named("Anything")),
        lambda: service.edit_theme(somebody, prisons, as_it_stands(prisons), prisons.version),
        lambda: service.merge_themes(somebody, prisons, theme("probation")),
        lambda: service.create_from_labels(somebody, ["Anything"], "en"),
        lambda: service.load_thesaurus(somebody),
    ):
        with pytest.raises(Denied, match="administrator"):
            act()


def test_a_label_that_another_theme_has_is_refused_and_the_other_is_named(administrator):
    service.add_theme(administrator, named("Night watch"))
    with pytest.raises(InvalidInput, match="“NIGHT WATCH” already names the theme “Night watch”") as refusal:
        service.add_theme(administrator, named("Guards", alternatives={"en": ("NIGHT WATCH",)}))
    assert refusal.value.field == "alternatives_en"
    # In another language the same word may mean something else.
    service.add_theme(administrator, ThemeData(preferred={"fr": "Night watch"}))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (ThemeData(preferred={}), "preferred_en"),
        (named("x" * 201), "preferred_en"),
        (named("Guards | walls"), "preferred_en"),
        (named("ــ"), "preferred_en"),
        (ThemeData(preferred={"en": "Guards"}, alternatives={"fr": ("gardes",)}), "preferred_fr"),
        (named("Guards", broader=(999_999,)), "broader"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(administrator, data, field):
    with pytest.raises(InvalidInput) as refusal:
        service.add_theme(administrator, data)
    assert refusal.value.field == field


def test_renaming_keeps_the_slug(administrator):
    found = service.add_theme(administrator, named("Night watch"))
    service.edit_theme(administrator, found, named("Watch by night"), found.version)
    assert (found.slug, found.preferred) == ("night-watch", {"en": "Watch by night"})
    assert found.version == 2
    entry = history_of("theme", found.id)[0]
    assert entry.act == "edit"
    assert ("preferred", {"en": "Night watch"}, {"en": "Watch by night"}) in entry.changes


def test_saving_unchanged_writes_nothing(administrator):
    found = theme("prisons")
    before = len(history_of("theme", found.id))
    service.edit_theme(administrator, found, as_it_stands(found), found.version)
    assert (found.version, len(history_of("theme", found.id))) == (1, before)


def test_nothing_is_overwritten_when_somebody_saved_meanwhile(administrator):
    found = service.add_theme(administrator, named("Night watch"))
    seen = found.version
    service.edit_theme(administrator, found, named("First"), seen)
    with pytest.raises(EditConflict):
        service.edit_theme(administrator, found, named("Second"), seen)
    assert found.preferred == {"en": "First"}


def test_the_tree_never_gets_a_circle(administrator):
    top = service.add_theme(administrator, named("Top"))
    middle = service.add_theme(administrator, named("Middle", broader=(top.id,)))
    leaf = service.add_theme(administrator, named("Leaf", broader=(middle.id,)))
    for other in (top, middle, leaf):
        with pytest.raises(InvalidInput, match="cannot be broader") as refusal:
            service.edit_theme(administrator, top, named("Top", broader=(other.id,)), top.version)
        assert refusal.value.field == "broader"


def test_related_themes_are_related_both_ways(administrator):
    one = service.add_theme(administrator, named("One"))
    two = service.add_theme(administrator, named("Two", related=(one.id,)))
    assert one.related == [two]
    service.edit_theme(administrator, one, named("One"), one.version)
    assert two.related == []


def test_flat_themes_are_made_from_labels_that_name_none_yet(administrator):
    prisons = theme("prisons")
    labels = ["Droits de l’enfant", prisons.preferred["fr"], "droits de l’ENFANT"]
    made = service.create_from_labels(administrator, labels, "fr")
    fresh = theme("droits-de-lenfant")
    assert set(made.values()) == {fresh.id, prisons.id}
    assert made[fold("Droits de l’enfant")] == fresh.id
    assert (fresh.preferred, fresh.broader) == ({"fr": "Droits de l’enfant"}, [])


def test_a_theme_that_no_outcome_can_have_yet_does_not_trouble_the_index(administrator, app):
    app.extensions["tracker_after_commit"] = []
    service.create_from_labels(administrator, ["Droits de l’enfant"], "fr")
    assert outbox.is_empty()


def test_counts_include_narrower_themes_and_only_what_may_be_read(make):
    staff = theme("prison-staff")
    above = {theme(slug).id for slug in queries.closure()[staff.id]} - {staff.id}
    assert above
    reader, outsider = make.actor("reader"), make.actor("reader")
    make.outcome(themes=("prison-staff",))
    make.outcome(themes=("prison-staff", "prisons"))
    make.outcome(themes=("prison-staff",), handling="TLP:RED")
    counts = linked.counts(reader)
    assert counts[staff.id] == 2
    assert all(counts[theme_id] == 2 for theme_id in above)
    assert linked.counts(outsider) == counts
    assert linked.counts(OPERATOR)[staff.id] == 3


def test_outcomes_keep_their_themes_when_a_theme_is_renamed(administrator, make):
    make.outcome(themes=("prisons",))
    prisons = theme("prisons")
    service.edit_theme(
        administrator, prisons, as_it_stands(prisons, preferred={**prisons.preferred, "en": "Jails"}), 1
    )
    assert db.session.scalars(select(Outcome)).one().themes == [prisons]
    assert db.session.scalars(select(OutcomeTheme)).one().theme_id == prisons.id
