"""Loading the thesaurus: again and again, without undoing what administrators changed."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.permissions import OPERATOR
from tracker.themes import queries, service
from tracker.themes.labels import ThemeData
from tracker.themes.loader import Loaded
from tracker.themes.models import Theme

HEAD = "@prefix : <urn:tracker:theme:> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
FIRST = """
:ports a skos:Concept ; skos:prefLabel "Ports"@en , "Ports maritimes"@fr ; skos:altLabel "harbours"@en ;
    skos:scopeNote "Where ships call."@en ; skos:related :quays .
:quays a skos:Concept ; skos:prefLabel "Quays"@en ; skos:broader :ports ; skos:related :ports .
"""


@pytest.fixture
def load(app, tmp_path: Path):
    def run(text: str) -> Loaded:
        path = tmp_path / "themes.ttl"
        path.write_text(HEAD + text, encoding="utf-8")
        return service.load_thesaurus(OPERATOR, path)

    return run


def theme(slug: str) -> Theme:
    return db.session.scalars(select(Theme).where(Theme.slug == slug)).one()


def edit(found: Theme, **changes) -> None:
    data = {"preferred": found.preferred, "broader": tuple(x.id for x in found.broader)}
    data["alternatives"] = {"en": tuple(found.alternatives("en"))}
    service.edit_theme(OPERATOR, found, ThemeData(**(data | changes)), found.version)


def test_the_shipped_thesaurus_is_there_after_the_first_start(app):
    assert len(queries.live_themes()) >= 80
    staff = theme("prison-staff")
    assert set(staff.preferred) == {"en", "fr", "es", "ar"}
    assert staff.scope_notes["en"]
    assert staff.broader


def test_a_second_run_changes_nothing(app):
    acts = db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert service.load_thesaurus(OPERATOR) == Loaded(themes=0, labels=0)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == acts


def test_concepts_come_with_labels_notes_and_places(load):
    assert load(FIRST) == Loaded(themes=2, labels=0)
    ports = theme("ports")
    assert ports.preferred == {"en": "Ports", "fr": "Ports maritimes"}
    assert ports.alternatives("en") == ["harbours"]
    assert ports.scope_notes == {"en": "Where ships call."}
    assert ports.narrower == ports.related == [theme("quays")]
    assert theme("quays").related == [ports]


def test_a_later_run_brings_new_concepts_and_labels(load):
    load(FIRST)
    more = FIRST.replace('"harbours"@en', '"harbours"@en , "seaports"@en , "puertos"@es')
    added = ':piers a skos:Concept ; skos:prefLabel "Piers"@en ; skos:broader :ports .'
    assert load(more + added) == Loaded(themes=1, labels=2)
    assert theme("ports").alternatives("en") == ["harbours", "seaports"]
    assert theme("ports").preferred["es"] == "puertos"
    assert theme("piers").broader == [theme("ports")]


def test_what_administrators_changed_stays_changed(load):
    load(FIRST)
    edit(theme("quays"), broader=())
    edit(theme("ports"), preferred={"en": "Sea ports"}, alternatives={"en": ("docks",)})
    assert load(FIRST) == Loaded(themes=0, labels=0)
    assert theme("ports").preferred == {"en": "Sea ports"}
    assert theme("ports").alternatives("en") == ["docks"]
    assert theme("quays").broader == []


def test_a_merged_theme_does_not_come_back(load):
    load(FIRST)
    service.merge_themes(OPERATOR, theme("quays"), theme("ports"))
    assert load(FIRST.replace('"Quays"@en', '"Quays"@en , "Kais"@fr')) == Loaded(themes=0, labels=0)
    assert queries.by_slug("quays") is theme("ports")


def test_a_label_that_an_administrator_gave_to_another_theme_is_left_out(load):
    mine = service.add_theme(OPERATOR, ThemeData(preferred={"en": "Harbours"}))
    assert load(FIRST) == Loaded(themes=2, labels=0)
    assert theme("ports").alternatives("en") == []
    assert queries.theme_lookup()["harbours"] == mine.id


def test_a_concept_that_an_administrator_has_under_another_slug_is_not_doubled(load):
    service.add_theme(OPERATOR, ThemeData(preferred={"en": "Quays", "fr": "Quais"}))
    edit(theme("quays"), preferred={"en": "Wharves"}, alternatives={"en": ("quays",)})
    assert load(':kais a skos:Concept ; skos:prefLabel "Quays"@en .') == Loaded(themes=0, labels=0)
