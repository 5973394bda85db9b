"""What was said already is found again, in other words and other languages, with the reason; nothing hidden
is.
"""

from datetime import date

import pytest

from tests.search.corpus import MEMBER, PUBLIC, outcome
from tracker.core.errors import Denied
from tracker.core.permissions import ANONYMOUS
from tracker.search.asking.concepts import concept
from tracker.search.similar import similar_to, similar_to_text

WITNESSES = "Extend the protection of witnesses to those who testify in other countries."
TEMOINS = "Étendre la protection des témoins à ceux qui déposent dans un autre pays."
OTHERS = [
    "Publish the annual budget of the prison service.",
    "Record every use of force at the border.",
    "Share the results of inspections with parliament.",
    "Appoint a liaison magistrate for requests by neighbouring states.",
]
PROTECTION = concept(
    "theme:witness-protection", [("witness protection", "en"), ("protection des témoins", "fr")]
)


def refs(hits):
    return [hit.ref for hit in hits]


@pytest.fixture
def filled(engine):
    engine.add([outcome(f"REC-2020-000{i}", text) for i, text in enumerate(OTHERS, 1)])
    return engine


def test_the_closer_text_comes_first_and_a_distant_one_not_at_all(filled):
    near = "Extend the protection of witnesses to those who testify abroad."
    far = "Protect witnesses, victims, judges and prosecutors, lawyers, journalists and their families alike."
    filled.add([outcome("REC-2021-0001", far), outcome("REC-2021-0002", near)])
    found = filled.similar(access=PUBLIC, text=WITNESSES)
    assert refs(found)[0] == "REC-2021-0002"
    assert set(found[0].matched) >= {"protection", "witnesses", "testify"}
    assert all(0 < hit.score <= 1 for hit in found)
    assert not set(refs(found)) & {f"REC-2020-000{i}" for i in range(1, 5)}


def test_texts_in_two_languages_meet_in_what_they_name(filled):
    filled.add([outcome("REC-2021-0001", TEMOINS, lang="fr")])
    assert filled.similar(access=PUBLIC, text=WITNESSES) == ()
    (hit,) = filled.similar(access=PUBLIC, text=WITNESSES, concepts=[PROTECTION])
    assert (hit.ref, hit.via) == ("REC-2021-0001", ("protection des témoins",))
    assert "<mark>témoins</mark>" in hit.snippet


def test_only_earlier_ones_where_a_day_is_given_and_never_those_left_out(filled):
    filled.add(
        [outcome(f"REC-202{year}-0001", WITNESSES, date=f"202{year}0610") for year in (1, 2, 3)]
        + [outcome("REC-2024-0009", WITNESSES, date="20240610")]
    )
    earlier = filled.similar(access=PUBLIC, text=WITNESSES, before=date(2022, 6, 10))
    assert refs(earlier) == ["REC-2021-0001"]
    assert "REC-2022-0001" not in refs(filled.similar(access=PUBLIC, text=WITNESSES, but="REC-2022-0001"))


def test_what_is_hidden_changes_neither_the_hits_nor_their_scores(filled):
    filled.add([outcome("REC-2021-0001", WITNESSES)])
    before = filled.similar(access=PUBLIC, text=WITNESSES)
    filled.add([outcome(f"REC-2022-000{i}", WITNESSES, access=("person:1",)) for i in range(1, 9)])
    assert filled.similar(access=PUBLIC, text=WITNESSES) == before
    assert len(filled.similar(access=frozenset({"person:1"}) | PUBLIC, text=WITNESSES, limit=20)) == 9


@pytest.mark.parametrize(
    "text", ["", " ", "the of and", "\0\x01", "(" * 10_000, "a" * 60_000, "كلمة " * 9_000, "%_'\"<script>"]
)
def test_any_text_is_answered(filled, text):
    for language in ("en", "fr", "es", "ar", "de", ""):
        assert filled.similar(access=MEMBER, text=text, language=language) == ()


def test_the_reason_names_words_names_and_themes(make):
    first = make.outcome("Train staff in witness protection before trials.", themes=("witness-protection",))
    for text in OTHERS:
        make.outcome(text)
    other = make.outcome(
        "Former le personnel à la protection des témoins.",
        language="fr",
        themes=("witness-protection",),
    )
    (found,) = similar_to(make.actor(), first)
    assert found.outcome.ref == other.ref
    assert [name.casefold() for name in found.reason.names] == ["protection des témoins"]
    assert found.reason.themes == (other.themes[0].name,)
    (typed,) = [
        item
        for item in similar_to_text(make.actor(), first.shown.text, "en", but=first.ref)
        if item.outcome.ref == other.ref
    ]
    assert typed.reason == found.reason


def test_the_same_country_or_theme_alone_makes_nothing_alike(make):
    first = make.outcome("Jordan should extend witness protection to all its courts of appeal.")
    for text in OTHERS:
        make.outcome(text)
    make.outcome("Jordan publishes how much it pays to each provincial hospital.")
    make.outcome("Witness protection costs what its budget foresees, say ministers of finance.")
    assert similar_to(make.actor(), first) == []


def test_drafts_were_not_said_yet(make):
    author = make.person("expert")
    make.outcome(WITNESSES, record="draft", author=author)
    make.outcome(WITNESSES, record="retired")
    found = similar_to_text(make.actor("coordinator"), WITNESSES, "en")
    assert [str(item.outcome.record) for item in found] == ["retired"]


def test_nobody_asks_for_similar_ones_unasked(make):
    with pytest.raises(Denied):
        similar_to_text(ANONYMOUS, WITNESSES, "en")
    with pytest.raises(Denied):
        similar_to(ANONYMOUS, make.outcome(WITNESSES))
