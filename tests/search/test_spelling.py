"""Slips of the pen, of the ear and of the keyboard are noticed, and nothing hidden is offered."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.search.corpus import MEMBER, PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.asking.query import STATES
from tracker.search.engine import SearchRequest
from tracker.search.whoosh_engine import WhooshEngine
from tracker.search.words.nearest import MAX_LETTERS, Lexicon, mistakes_allowed, nearest, sound

TEXTS = {
    "en": "Rehabilitation of prisoners in Morocco. Daesh fighters; Muhammad. Overcrowding and radicalisation "
    "of juveniles. Counter-terrorism and counselling. The committee of accommodation. Reintegration",
    "fr": "L’égalité devant la loi au Maroc. Réfugiés et détenus",
    "es": "Prisión preventiva y hacinamiento en Marruecos",
    "ar": "مسؤولية الضباط عن القضاء والمحكمة ومستشفى السجن ظروف الاحتجاز",
}


def ask(engine, text, access=PUBLIC):
    request = SearchRequest(query=parse(text), access=access, today=date(2024, 12, 1))
    return engine.search(request).suggestion


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = WhooshEngine.open(tmp_path_factory.mktemp("spelling") / "index")
    engine.add(outcome(f"REC-2024-{n:04}", text, lang=code) for n, (code, text) in enumerate(TEXTS.items()))
    engine.add(
        [
            outcome("REC-2024-0010", "extraordinary rendition", access=("member",)),
            outcome("REC-2024-0011", "prisons prisons"),
            outcome("REC-2024-0012", "prisms"),
            outcome("REC-2024-0013", "prisons"),
        ]
    )
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rehabilitaton", "rehabilitation"),
        ("rehabiliatation", "rehabilitation"),
        ("tehabilitation", "rehabilitation"),
        ("Marokko", "morocco"),
        ("Morroco", "morocco"),
        ("marocc", "maroc"),
        ("Daech", "daesh"),
        ("Mohamed", "muhammad"),
        ("Mohammed", "muhammad"),
        ("overcrowwding", "overcrowding"),
        ("over crowding", "overcrowding"),
        ("ovrecrowding", "overcrowding"),
        ("prisonersfighters", "prisoners fighters"),
        ("radicalizsation", "radicalisation"),
        ("comittee", "committee"),
        ("acomodation", "accommodation"),
        ("counter-terorism", "counter-terrorism"),
        ("egalitee", "égalité"),
        ("refugiees", "réfugiés"),
        ("hasinamiento", "hacinamiento"),
        ("Marruekos", "marruecos"),
        ("مصؤولية", "مسؤولية"),
        ("الظباط", "الضباط"),
        ("ضروف", "ظروف"),
        ("القظاء", "القضاء"),
        ("rehabilitaton daesh", "rehabilitation daesh"),
        ('rehabilitaton -"the law"', 'rehabilitation -"the law"'),
    ],
)
def test_a_misspelt_word_is_understood(engine, typed, meant):
    assert ask(engine, typed) == meant


@pytest.mark.parametrize(
    "typed", ["prisoners", "qqqqzzzz", "xyz", "a", "2396", "zzz*", '"rehabilitaton"', "-rehab"]
)
def test_what_is_right_or_beyond_guessing_is_left_alone(engine, typed):
    assert ask(engine, typed) is None


def test_of_equally_near_words_the_one_in_most_outcomes_is_offered(engine):
    assert ask(engine, "prisens") == "prisons"


def test_words_of_hidden_outcomes_are_never_offered(engine):
    for typed in ("rendittion", "extraordinnary", "extraordinaryrendition"):
        assert ask(engine, typed) is None
        assert ask(engine, typed, MEMBER) is not None


def test_a_suggestion_follows_what_is_written_later(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", "border")])
    assert ask(engine, "juvenilles") is None
    engine.add([outcome("REC-2024-0002", "juveniles")])
    assert ask(engine, "juvenilles") == "juveniles"
    engine.remove(["REC-2024-0002"])
    assert ask(engine, "juvenilles") is None
    engine.close()


@pytest.mark.parametrize(
    ("typed", "candidates", "meant"),
    [
        ("overdu", STATES, "overdue"),
        ("Overdeu", STATES, "overdue"),
        ("publishd", STATES, "published"),
        ("tomorrow", STATES, None),
        ("Jordann", ["Morocco", "Jordan", "Sudan"], "Jordan"),
        ("marokko", ["Monaco", "Morocco", "Mexico"], "Morocco"),
        ("prison", ["Prison conditions", "Prisons", "Borders"], "Prisons"),
        ("wmoen's rights", ["Women's rights", "Human rights"], "Women's rights"),
        ("CTJ-2024-LAC", ["CTJ-2024-LCA", "CTJ-2023-MLG"], "CTJ-2024-LCA"),
        ("الاردنن", ["الأردن", "المغرب"], "الأردن"),
        ("égalite", ["Égalité"], "Égalité"),
        ("JO", ["Jordan"], None),
        ("", ["Jordan"], None),
        ("x" * 5000, ["Jordan"], None),
    ],
)
def test_a_misspelt_value_is_understood(typed, candidates, meant):
    assert nearest(typed, candidates) == meant


def test_nothing_is_near_where_there_is_nothing():
    assert nearest("prison", []) is None
    assert Lexicon([]).near("prison") == []


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=20))
def test_any_word_and_candidates_are_answered(word, candidates):
    found = nearest(word, candidates)
    assert found is None or found in candidates


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=MAX_LETTERS))
def test_a_word_is_near_itself_and_sounds_like_itself(word):
    assert Lexicon([word, "zzzz"]).near(word)[0][1] in (word, "zzzz")
    assert sound(sound(word)) == sound(sound(sound(word)))
    assert 1 <= mistakes_allowed(word) <= 2
