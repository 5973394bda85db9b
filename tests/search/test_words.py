"""Spellings of one word in English, French, Spanish and other languages find each other, in the index too."""

from datetime import date

import pytest

from tests.search.corpus import PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest
from tracker.search.whoosh_engine import WhooshEngine
from tracker.search.words.analysis import index_terms, stems, tokenize
from tracker.search.words.british import american
from tracker.search.words.folding import fold

MEET = [
    # Accents, ligatures, letters of other languages
    ("fr", "Égalité", "egalite"),
    ("fr", "EGALITÉ", "égalités"),
    ("fr", "œuvre", "oeuvres"),
    ("fr", "cœur", "coeur"),
    ("fr", "détenu", "detenus"),
    ("fr", "détenu", "détenus"),
    ("fr", "média", "médias"),
    ("fr", "prison", "prisons"),
    ("fr", "l’État", "etat"),
    ("fr", "L'État", "Etat"),
    ("fr", "d‛asile", "asile"),
    ("fr", "qu＇il s'agit", "agit"),
    ("fr", "lʼégalité", "egalite"),
    ("fr", "l´asile", "asile"),
    ("es", "prisión", "prision"),
    ("es", "prisión", "prisiones"),
    ("es", "niño", "nino"),
    ("es", "extradición", "extradiciones"),
    ("en", "Straße", "strasse"),
    ("en", "Häftling", "haftling"),
    ("en", "Häftling", "Haeftling"),
    ("en", "Müller", "mueller"),
    ("en", "ısrar", "ISRAR"),
    ("en", "İstanbul", "istanbul"),
    ("en", "justiție", "justiţie"),
    ("en", "Iași", "Iaşi"),
    ("en", "Iași", "iasi"),
    ("en", "Νόμος", "νομοσ"),
    ("en", "ΝΟΜΟΣ", "νόμος"),
    ("en", "Łódź", "lodz"),
    ("en", "pædophile", "paedophile"),
    ("en", "pedophile", "paedophile"),
    # Digits and references
    ("en", "٢٣٩٦", "2396"),
    ("en", "२०२४", "2024"),
    ("en", "REC-2024-0007", "rec–2024–0007"),
    ("fr", "article 5", "art. 5"),
    ("es", "artículo 5", "art. 5"),
    ("en", "S/RES/2396", "resolution 2396"),
    ("en", "UNSCR 2396", "S/RES/2396"),
    ("es", "S/RES/2396", "resolución 2396"),
    # Acronyms
    ("en", "FTF", "ftf"),
    ("en", "FTFs", "FTF"),
    ("en", "ftfs", "FTF"),
    ("en", "F.T.F.", "FTF"),
    ("en", "F.T.F.s", "FTF"),
    ("en", "U.N.", "UN"),
    ("en", "JITs", "jit"),
    ("en", "J.I.T.", "JITs"),
    ("en", "MLAs", "mla"),
    ("en", "NGOs", "ngo"),
    ("en", "ngos", "NGO"),
    ("en", "IEDs", "IED"),
    ("en", "ieds", "IED"),
    ("en", "UNSC", "unsc"),
    ("en", "EU", "eu"),
    ("fr", "ONG", "ong"),
    ("fr", "ECIs", "ECI"),
    # Hyphens, apostrophes, compounds
    ("en", "counter-terrorism", "counterterrorism"),
    ("en", "counter‑terrorism", "counterterrorism"),
    ("en", "counter–terrorism", "counterterrorism"),
    ("en", "counter terrorism", "counterterrorism"),
    ("en", "non‑refoulement", "non-refoulement"),
    ("en", "non refoulement", "nonrefoulement"),
    ("en", "cyber-crime", "cybercrime"),
    ("en", "cyber crime", "cybercrimes"),
    ("en", "e-evidence", "eevidence"),
    ("en", "co-operation", "cooperation"),
    ("fr", "contre-terrorisme", "contreterrorisme"),
    ("en", "Jordan's", "Jordan"),
    ("en", "women’s", "women"),
    ("en", "co\u00adoperation", "cooperation"),
    # British and American
    ("en", "criminalise", "criminalize"),
    ("en", "criminalising", "criminalized"),
    ("en", "criminalisation", "criminalization"),
    ("en", "radicalisation", "radicalization"),
    ("en", "deradicalisation", "deradicalization"),
    ("en", "organisation", "organization"),
    ("en", "organised", "organized"),
    ("en", "prioritise", "prioritize"),
    ("en", "recognise", "recognized"),
    ("en", "analyse", "analyze"),
    ("en", "analysed", "analyzing"),
    ("en", "defence", "defense"),
    ("en", "offences", "offense"),
    ("en", "licence", "license"),
    ("en", "centre", "center"),
    ("en", "centres", "centers"),
    ("en", "programme", "program"),
    ("en", "programmes", "programs"),
    ("en", "behaviour", "behavior"),
    ("en", "behavioural", "behavioral"),
    ("en", "labour", "labor"),
    ("en", "neighbouring", "neighboring"),
    ("en", "harbouring", "harboring"),
    ("en", "judgement", "judgment"),
    ("en", "travelling", "traveling"),
    ("en", "counselling", "counseling"),
    ("en", "fulfil", "fulfill"),
    ("en", "enrolment", "enrollment"),
    ("en", "catalogue", "catalog"),
    ("en", "practise", "practice"),
]
"""A language and two texts with a word that must be found by the other."""

INSIDE = [
    ("ar", "قرار مجلس الأمن ٢٣٩٦", "UNSCR 2396"),
    ("en", "2005/212/JHA", "jha"),
    ("en", "Art. 5(2)", "article 5"),
    ("en", "S/RES/2396 (2017)", "2396"),
    ("fr", "S/RES/2396 (2017)", "résolution 2396"),
    ("ar", "القرار 2396 (2017)", "S/RES/2396"),
    ("ar", "و2396", "2396"),
    ("en", "counterterrorism", "terrorism"),
    ("en", "nonrefoulement", "refoulement"),
    ("fr", "antiterroriste", "terroristes"),
    ("ar", "الـFTF", "FTF"),
    ("en", "S/RES/2396 (2017)", "2396 (2017)"),
    ("en", "Security Council resolution 2396 (2017)", "UNSCR 2396"),
    ("en", "Security Council resolution 2396 (2017)", "S/RES/2396 (2017)"),
    ("en", "2005/212/JHA", "2005/212/jha"),
    ("en", "Framework Decision 2005/212/JHA", "decision 2005/212"),
]
"""A language, a text and what is asked; the text says more than is asked."""

APART = [
    ("en", "police", "policy"),
    ("en", "prison", "poison"),
    ("en", "organ", "origin"),
    ("en", "promise", "premise"),
    ("en", "advice", "vice"),
    ("en", "counter", "count"),
    ("en", "hour", "hor"),
    ("en", "four", "for"),
    ("en", "sentence", "sense"),
    ("en", "raise", "raze"),
    ("en", "FTF", "FTA"),
    ("en", "gas", "ga"),
    ("en", "2396", "2369"),
    ("fr", "poisson", "poison"),
    ("fr", "pêche", "prêche"),
    ("es", "pena", "penal"),
    ("es", "caso", "cosa"),
    ("ar", "FTF", "فرد"),
]


@pytest.mark.parametrize(("language", "one", "other"), [*MEET, *INSIDE])
def test_spellings_of_a_word_share_a_term(language, one, other):
    assert set(index_terms(language, one)) & set(index_terms(language, other))


@pytest.mark.parametrize(("language", "one", "other"), APART)
def test_different_words_share_no_term(language, one, other):
    assert not set(index_terms(language, one)) & set(index_terms(language, other))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = WhooshEngine.open(tmp_path_factory.mktemp("words") / "index")
    documents = []
    for number, (language, one, other) in enumerate([*MEET, *APART]):
        documents.append(outcome(f"A{number}", one, lang=language))
        documents.append(outcome(f"B{number}", other, lang=language))
    engine.add(documents)
    yield engine
    engine.close()


def found(engine, text):
    request = SearchRequest(query=parse(text), access=PUBLIC, today=date(2024, 12, 1), limit=2000)
    return {hit.ref: hit.snippet for hit in engine.search(request).hits}


def test_in_the_index_each_spelling_finds_and_marks_the_other(engine):
    missed = []
    for number, (_, one, other) in enumerate(MEET):
        for typed, ref in ((one, f"B{number}"), (other, f"A{number}")):
            if "<mark>" not in found(engine, typed).get(ref, ""):
                missed.append((typed, ref))
    assert not missed


def test_in_the_index_different_words_do_not_find_each_other(engine):
    wrong = [
        (typed, ref)
        for number, (_, one, other) in enumerate(APART, len(MEET))
        for typed, ref in ((one, f"B{number}"), (other, f"A{number}"))
        if ref in found(engine, typed)
    ]
    assert wrong == []


@pytest.mark.parametrize(("language", "text", "asked"), INSIDE)
def test_in_the_index_what_is_asked_is_found_in_what_says_more(tmp_path, language, text, asked):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", text, lang=language), outcome("REC-2024-0002", "other words")])
    hits = found(engine, asked)
    assert list(hits) == ["REC-2024-0001"]
    assert "<mark>" in hits["REC-2024-0001"]
    engine.close()


@pytest.mark.parametrize(
    "typed",
    [
        "REC-2024-0007",
        "rec-2024-0007",
        "rec 2024 0007",
        "REC – 2024 – 0007",
        "REC–2024–0007",
        "rec‑2024‑0007",
        "REC2024-0007",
        "rec-2024-7",
        "ＲＥＣ-2024-0007",
    ],
)
def test_a_reference_is_found_however_it_is_typed(tmp_path, typed):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0007", "prison"), outcome("REC-2024-0070", "recommendation 2024")])
    assert list(found(engine, typed)) == ["REC-2024-0007"]
    engine.close()


PHRASES = [
    ("The right to life.", '"right to life"', True),
    ("The RIGHT to Life.", '"right to LIFE"', True),
    ("The right, to life.", '"right to life"', False),
    ("The right, to life.", '"right, to life"', True),
    ("Life is a right. To live is another.", '"right to live"', False),
    ("The right to\n  life", '"right to life"', True),
    ("Counter-terrorism units", '"counter-terrorism units"', True),
    ("Counter‑terrorism units", '"counter-terrorism units"', True),
    ("Counter-terrorism units", '"counter terrorism units"', False),
    ("Counterterrorism units", '"counter-terrorism units"', False),
    ("L’État d’urgence", "\"l'etat d'urgence\"", True),
    ("L’État d’urgence", '"etat d’urgence"', True),
    ("Women’s rights", '"women\'s rights"', True),
    ("Women’s rights", '"women rights"', False),
    ("Resolution 2396 (2017) of the Council", '"2396 (2017)"', True),
    ("Resolution 2396 (2017) of the Council", '"resolution 2396"', True),
    ("Resolution 2396, 2017", '"2396 (2017)"', False),
    ("In 2024 and 2025", '"2024 and 2025"', True),
    ("In ٢٠٢٤", '"in 2024"', True),
    ("prisons", '"prison"', False),
    ("prison staff", '"prison staffs"', False),
    ("to be or not to be", '"to be or not"', True),
    ("to be or not to be", '"not or be"', False),
    ("of the", '"of the"', True),
    ("The U.N. Charter", '"UN Charter"', True),
    ("the “right to” life", '"the right to life"', True),
    ("prisión preventiva", '"prision preventiva"', True),
    ("تدريب موظفي السجون", '"موظفي السجون"', True),
    ("تدريب موظفي سجون", '"موظفي السجون"', False),
    ("تدريب، موظفي السجون", '"تدريب موظفي"', False),
]


@pytest.mark.parametrize(("text", "typed", "holds"), PHRASES)
def test_a_phrase_is_found_exactly_and_marked(tmp_path, text, typed, holds):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", text)])
    hits = found(engine, typed)
    assert bool(hits) == holds
    assert all("<mark>" in snippet for snippet in hits.values())
    engine.close()


def test_no_phrase_spans_the_parts_of_an_outcome(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", "staff training", title="Prison", details={"en": "for all"})])
    assert not found(engine, '"prison staff"')
    assert not found(engine, '"training for all"')
    engine.close()


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Prisons are full", "-prison"),
        ("counter-terrorism units", "-counterterrorism"),
        ("counterterrorism units", "-terrorism"),
        ("counter terrorism units", "-counterterrorism"),
        ("the FTFs", "-ftf"),
        ("organised crime", "-organize"),
        ("S/RES/2396 (2017)", "-2396"),
        ("اللاجئون", "-لاجئ"),
    ],
)
def test_an_excluded_word_is_excluded_in_all_its_forms(tmp_path, text, typed):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add([outcome("REC-2024-0001", text), outcome("REC-2024-0002", "border")])
    assert list(found(engine, typed)) == ["REC-2024-0002"]
    engine.close()


def test_texts_in_several_scripts_are_taken_apart():
    text = "الـFTF و2396 in Ελλάδα"
    assert [token.text for token in tokenize(text)] == ["الـ", "FTF", "و", "2396", "in", "Ελλάδα"]


@pytest.mark.parametrize(
    "word", ["wise", "exercise", "promise", "supervise", "our", "four", "analysis", "tour"]
)
def test_words_that_only_look_british_keep_their_spelling(word):
    assert american(word) == word


def test_the_plural_of_an_acronym_is_told_from_words_in_s():
    assert stems("en", "FTFs") == stems("en", "FTF")
    assert fold("F.T.F.") == "ftf"
    assert stems("en", "this's")
