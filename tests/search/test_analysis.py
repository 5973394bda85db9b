"""Spellings and forms that must find each other, and some that must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.search.words.analysis import (
    MAX_TOKEN,
    compound,
    exact_words,
    index_terms,
    is_function_word,
    language_of,
    stems,
    tokenize,
)
from tracker.search.words.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Égalité", "egalite"),
        ("EGALITE\u0301", "égalité"),
        ("Straße", "STRASSE"),
        ("ısrar", "israr"),
        ("İstanbul", "istanbul"),
        ("Málaga", "malaga"),
        ("niño", "NINO"),
        ("cœur", "coeur"),
        ("Łódź", "lodz"),
        ("women’s", "women's"),
        ("٢٠٢٤", "2024"),
        ("ｐｒｉｓｏｎ", "prison"),
        ("توصية", "توصيه"),
        ("إرهاب", "ارهاب"),
        ("توصيـــة", "توصية"),
        ("التَّوْصِيَات", "التوصيات"),
        ("على", "علي"),
        ("لاجئ", "لاجي"),
        ("co\u00adoperation", "cooperation"),
    ],
)
def test_spellings_that_readers_treat_as_one_fold_to_one(one, other):
    assert fold(one) == fold(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(word):
    assert fold(fold(word)) == fold(word)


def meet(language: str, one: str, other: str) -> bool:
    return bool(set(index_terms(language, one)) & set(index_terms(language, other)))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "prison", "Prisons"),
        ("en", "detained", "detaining"),
        ("en", "women's", "women"),
        ("en", "recommendation", "recommendations"),
        ("fr", "égalité", "egalite"),
        ("fr", "égalités", "égalité"),
        ("fr", "l’égalité", "égalité"),
        ("fr", "d'asile", "asile"),
        ("fr", "réfugiés", "refugie"),
        ("fr", "recommandations", "recommandation"),
        ("fr", "prisonniers", "prisonnier"),
        ("es", "detención", "detenciones"),
        ("es", "detencion", "detención"),
        ("es", "prisiones", "prisión"),
        ("es", "refugiados", "refugiado"),
        ("ar", "توصية", "التوصيات"),
        ("ar", "توصية", "والتوصيات"),
        ("ar", "بالتوصية", "توصيات"),
        ("ar", "للتوصيات", "توصية"),
        ("ar", "لاجئ", "اللاجئين"),
        ("ar", "للاجئين", "لاجئين"),
        ("ar", "للأمم", "الأمم"),
        ("ar", "السجون", "سجون"),
        ("ar", "والسجون", "السجون"),
        ("ar", "وزارة", "الوزارة"),
        ("ar", "الإرهابيين", "إرهابي"),
        ("ar", "FTF", "ftf"),
        ("en", "counter-terrorism", "counterterrorism"),
        ("en", "counter‑terrorism", "counter-terrorism"),
        ("en", "S/RES/2396 (2017)", "2396"),
        ("en", "توصية", "التوصيات"),
    ],
)
def test_forms_of_a_word_find_each_other(language, one, other):
    assert meet(language, one, other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "police", "policy"),
        ("en", "prison", "poison"),
        ("fr", "poisson", "poison"),
        ("es", "pena", "penal"),
        ("ar", "سجن", "سنة"),
        ("ar", "كتاب", "تاب"),
        ("ar", "بلد", "ولد"),
        ("ar", "لجنة", "جنة"),
        ("ar", "حدود", "حديد"),
        ("en", "2396", "2369"),
    ],
)
def test_different_words_do_not_meet(language, one, other):
    assert not meet(language, one, other)


@pytest.mark.parametrize("word", ["the", "Of", "les", "d'", "para", "في", "من"])
def test_function_words_are_known_whatever_the_language_of_the_query(word):
    assert is_function_word(word.rstrip("'"))


@pytest.mark.parametrize("word", ["estado", "sea", "no", "not", "sin", "JIT"])
def test_words_with_a_meaning_elsewhere_are_no_function_words(word):
    assert not is_function_word(word)


def test_function_words_are_left_out_of_texts_of_their_language():
    assert index_terms("en", "the rights of the child") == ["right", "child"]
    assert stems("fr", "the") == ("the",)


def test_phrases_are_made_of_words_and_signs_as_written():
    assert exact_words("L’État d'urgence, counter-terrorism") == [
        "l",
        "etat",
        "d",
        "urgence",
        ",",
        "counter",
        "-",
        "terrorism",
    ]


def test_places_of_words_are_those_in_the_text():
    text = "Non-refoulement: l’État (2017)"
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        "Non",
        "refoulement",
        "l’État",
        "2017",
    ]
    assert [token.hyphen_follows for token in tokenize(text)] == [True, False, False, False]


def test_only_words_of_letters_are_written_together():
    assert compound(["counter", "terrorism"]) == "counterterrorism"
    assert compound(["REC", "2024", "0007"]) is None
    assert compound(["alone"]) is None


@given(st.sampled_from(["en", "fr", "es", "ar"]), st.text(max_size=200))
def test_every_text_can_be_analysed(language, text):
    for term in index_terms(language, text):
        assert term
        assert not term.isspace()
    assert all(len(token.text) <= MAX_TOKEN for token in tokenize(text))


@pytest.mark.parametrize(
    ("code", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("AR_JO", "ar"), ("pt", "en"), ("", "en")]
)
def test_texts_in_other_languages_are_analysed_as_english(code, language):
    assert language_of(code) == language


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إلكترونية", "الإلكترونية"),
        ("الكترونية", "الإلكترونية"),
        ("بالإلكترونية", "إلكترونية"),
        ("التزام", "الالتزام"),
        ("للالتزام", "التزام"),
        ("سجون", "السجون"),
        ("للأمم", "الأمم"),
    ],
)
def test_an_arabic_word_meets_itself_with_the_article(one, other):
    assert set(stems("ar", one)) & set(stems("ar", other))


@pytest.mark.parametrize(
    ("language", "pairs"),
    [
        (
            "en",
            "child children|woman women|criterion criteria|crisis crises|wife wives|thief thieves|man men",
        ),
        ("fr", "étranger étrangers|etranger étrangers|danger dangers|loi lois|travail travaux|foyer foyers"),
        ("es", "juez jueces|mujer mujeres|capaz capaces|voz voces|régimen regímenes|joven jóvenes"),
        ("es", "examen exámenes|origen orígenes|luz luces|crimen crímenes|imagen imágenes"),
    ],
)
def test_a_plural_that_the_stemmer_misses_meets_its_singular(language, pairs):
    for pair in pairs.split("|"):
        one, many = pair.split()
        assert set(stems(language, one)) & set(stems(language, many)), pair
