"""Arabic words find each other in all their forms, and words that only look alike do not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.search.arabic_pairs import MUST_MEET, MUST_NOT_MEET
from tests.search.corpus import PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest
from tracker.search.whoosh_engine import WhooshEngine
from tracker.search.words.analysis import is_function_word, stems
from tracker.search.words.arabic import stem_arabic
from tracker.search.words.arabic_lexicon import lookup

ALL_PAIRS = [*MUST_MEET, *MUST_NOT_MEET]


def enumerate_words():
    """A reference for each word of the tables; a word itself would be found as a reference, folded."""
    return [
        (f"REC-2024-{n:04}", word) for n, word in enumerate(sorted({w for pair in ALL_PAIRS for w in pair}))
    ]


def meet(one, other):
    return bool(set(stems("ar", one)) & set(stems("ar", other)))


def test_the_tables_are_as_long_as_promised():
    assert len(set(MUST_MEET)) >= 300
    assert len(set(MUST_NOT_MEET)) >= 120


@pytest.mark.parametrize(("one", "other"), MUST_MEET)
def test_forms_of_an_arabic_word_find_each_other(one, other):
    assert meet(one, other)


@pytest.mark.parametrize(("one", "other"), MUST_NOT_MEET)
def test_arabic_words_that_look_alike_do_not_find_each_other(one, other):
    assert not meet(one, other)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = WhooshEngine.open(tmp_path_factory.mktemp("arabic") / "index")
    engine.add(outcome(ref, f"2024 {word}", lang="ar") for ref, word in enumerate_words())
    yield engine
    engine.close()


def found(engine, text):
    request = SearchRequest(query=parse(text), access=PUBLIC, today=date(2024, 12, 1), limit=2000)
    return {hit.snippet.striptags().removeprefix("2024 "): hit.snippet for hit in engine.search(request).hits}


@pytest.mark.parametrize("turned", [False, True])
def test_in_the_index_one_form_finds_and_marks_the_other(engine, turned):
    missed = []
    for pair in MUST_MEET:
        one, other = reversed(pair) if turned else pair
        snippet = found(engine, f"+{one}").get(other, "")
        if "<mark>" not in snippet:
            missed.append((one, other, snippet))
    assert missed == []


@pytest.mark.parametrize("turned", [False, True])
def test_in_the_index_a_word_does_not_find_one_that_looks_like_it(engine, turned):
    wrong = []
    for pair in MUST_NOT_MEET:
        one, other = reversed(pair) if turned else pair
        if other in found(engine, one):
            wrong.append((one, other))
    assert wrong == []


def test_a_word_is_excluded_in_all_its_forms(engine):
    left = found(engine, "2024 -سجن")
    assert not {"سجون", "بالسجون", "فللسجون", "ولسجون"} & set(left)
    assert "سجناء" in left


def test_a_quoted_phrase_is_not_found_with_another_article(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add(
        [
            outcome("REC-2024-0001", "إدارة السجون", lang="ar"),
            outcome("REC-2024-0002", "إدارة سجون", lang="ar"),
        ]
    )
    assert set(found(engine, '"إدارة سجون"')) == {"إدارة سجون"}
    assert set(found(engine, '"ادارة السجون"')) == {"إدارة السجون"}
    assert set(found(engine, '"إِدَارَة السـجون"')) == {"إدارة السجون"}
    engine.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [("الأكواب", "كوب"), ("الخنادق", "خندق"), ("عساكرهم", "عسكري"), ("القراصنة", "قرصان"), ("أسيجة", "سياج")],
)
def test_plurals_are_found_by_the_lexicon_or_by_their_pattern(one, other):
    assert meet(one, other)


def test_a_group_is_no_function_word_though_it_folds_to_one():
    assert is_function_word("فيه")
    assert not is_function_word("فئة")
    assert meet("فئة", "الفئات")


def test_two_words_of_one_spelling_are_kept_apart_in_the_plural():
    assert lookup("عامل") == ("عامل", "عوامل")
    assert lookup("عمال") == ("عامل",)
    assert lookup("عوامل") == ("عوامل",)


@given(st.text(alphabet="ابتثجحخدرزسشصضطظعغفقكلمنهويةىءأإآؤئـًَ", min_size=1, max_size=20))
def test_any_arabic_letters_have_stems(word):
    for stem in stems("ar", word):
        assert stem
    assert len(stem_arabic("ا" + word)) <= 8
