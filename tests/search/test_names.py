"""What is said under another name, or in another language, is found; and the result says under which."""

from datetime import date

import pytest

from tests.search.corpus import MEMBER, PUBLIC, outcome
from tracker.search.asking.concepts import concept
from tracker.search.asking.expansion import Thesaurus
from tracker.search.asking.parser import parse
from tracker.search.asking.query import Query, named_in
from tracker.search.engine import SearchRequest
from tracker.search.service import find
from tracker.search.thesaurus import thesaurus
from tracker.themes.labels import ThemeData
from tracker.themes.queries import live_themes
from tracker.themes.service import edit_theme

TODAY = date(2024, 12, 1)
FTF = "theme:foreign-terrorist-fighters"
FIGHTERS = concept(
    FTF,
    [
        ("foreign terrorist fighters", "en"),
        ("FTF", "en"),
        ("combattants terroristes étrangers", "fr"),
        ("combatientes terroristas extranjeros", "es"),
        ("المقاتلون الإرهابيون الأجانب", "ar"),
    ],
)
TERRORISM = concept(
    "theme:terrorism", [("terrorism", "en"), ("terrorisme", "fr"), ("counter-terrorism", "en")]
)
WITNESSES = concept(
    "theme:witness-protection",
    [("witness protection", "en"), ("protection des témoins", "fr"), ("حماية الشهود", "ar")],
)
SMALL = Thesaurus([FIGHTERS, TERRORISM, WITNESSES])


def ask(engine, text, names=SMALL, access=PUBLIC, **more):
    query = names.expand(parse(text))
    return engine.search(SearchRequest(query=query, access=access, today=TODAY, limit=100, **more))


def found(engine, text, names=SMALL):
    return {hit.ref for hit in ask(engine, text, names).hits}


def named(text, names=SMALL):
    root = names.expand(parse(text)).root
    return [(" ".join(w.text for w in n.words), [c.key for c in n.concepts]) for n in named_in(root)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("FTF", [("FTF", [FTF])]),
        ("ftfs", [("ftfs", [FTF])]),
        ("a foreign terrorist fighter in prison", [("foreign terrorist fighter", [FTF])]),
        ("combattant terroriste etranger", [("combattant terroriste etranger", [FTF])]),
        ("مقاتل إرهابي أجنبي", [("مقاتل إرهابي أجنبي", [FTF])]),
        ("للمقاتلين الإرهابيين الأجانب", [("للمقاتلين الإرهابيين الأجانب", [FTF])]),
        ("protection of witnesses", [("protection of witnesses", ["theme:witness-protection"])]),
        ("protection of", []),
        ("counterterrorism FTF", [("counterterrorism", ["theme:terrorism"]), ("FTF", [FTF])]),
        ("counter-terrorism", [("counter-terrorism", ["theme:terrorism"])]),
        ("counter terrorism", [("counter terrorism", ["theme:terrorism"])]),
        ("jail OR FTF", [("FTF", [FTF])]),
        ('"FTF"', []),
        ("+FTF", []),
        ("-FTF", []),
        ("foreign +terrorist fighters", []),
        ("country:JO FTF", [("FTF", [FTF])]),
        ("FTF*", []),
        ("", []),
    ],
)
def test_the_longest_name_in_a_query_is_recognised(typed, expected):
    assert named(typed) == expected


def test_a_query_is_still_understood_as_it_was_typed():
    typed_ones = ("FTF prisons", "protection of witnesses OR FTF", "+FTF", "(FTF OR jail) terrorism")
    for typed in (*typed_ones, "a protection of witnesses b"):
        plain = parse(typed)
        assert SMALL.expand(plain).understood == plain.understood
    assert parse("+FTF -x").understood == "+FTF -x"
    assert SMALL.expand(Query()) == Query()


def test_names_in_four_languages_find_each_other_and_say_so(engine):
    texts = {
        "REC-2024-0001": ("en", "Return of foreign terrorist fighters"),
        "REC-2024-0002": ("fr", "Retour des combattants terroristes étrangers"),
        "REC-2024-0003": ("es", "Regreso de un combatiente terrorista extranjero"),
        "REC-2024-0004": ("ar", "عودة المقاتلين الإرهابيين الأجانب"),
        "REC-2024-0005": ("en", "FTF and their families"),
        "REC-2024-0006": ("en", "A foreign court"),
    }
    engine.add(outcome(ref, text, lang=language) for ref, (language, text) in texts.items())
    for typed in ("FTF", "combattant terroriste etranger", "المقاتلون الإرهابيون الأجانب"):
        assert found(engine, typed) == set(list(texts)[:5])
    hits = {hit.ref: hit for hit in ask(engine, "FTF").hits}
    assert hits["REC-2024-0005"].via == ()
    assert hits["REC-2024-0005"].matched == ("FTF",)
    assert hits["REC-2024-0001"].via == ("foreign terrorist fighters",)
    assert hits["REC-2024-0004"].via == hits["REC-2024-0004"].matched == ("المقاتلون الإرهابيون الأجانب",)
    assert hits["REC-2024-0003"].snippet == (
        "Regreso de un <mark>combatiente</mark> <mark>terrorista</mark> <mark>extranjero</mark>"
    )


def test_the_words_typed_come_before_their_other_names(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "foreign terrorist fighters " * 3),
            outcome(
                "REC-2024-0002", "A long text about many other things, among them every FTF at the border"
            ),
        ]
    )
    assert [hit.ref for hit in ask(engine, "FTF").hits] == ["REC-2024-0002", "REC-2024-0001"]


def test_a_literal_word_an_excluded_one_and_a_phrase_mean_only_themselves(engine):
    engine.add([outcome("REC-2024-0001", "FTF"), outcome("REC-2024-0002", "foreign terrorist fighters")])
    assert found(engine, "FTF") == {"REC-2024-0001", "REC-2024-0002"}
    assert found(engine, "+FTF") == found(engine, '"FTF"') == {"REC-2024-0001"}
    assert found(engine, "-FTF") == {"REC-2024-0002"}


def test_a_name_must_stand_in_one_part_of_an_outcome(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "Protection at the border", title="Witness", lang="en"),
            outcome("REC-2024-0002", "The witness programme for their protection", lang="en"),
            outcome("REC-2024-0003", "protection des témoins", lang="en"),
        ]
    )
    assert found(engine, '"protection des témoins" OR (protection des témoins)') >= {
        "REC-2024-0002",
        "REC-2024-0003",
    }
    assert "REC-2024-0001" not in found(engine, "protection des témoins")


def test_when_nothing_holds_all_words_any_word_or_name_will_do(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "combattants terroristes étrangers", lang="fr"),
            outcome("REC-2024-0002", "zebra"),
        ]
    )
    results = ask(engine, "FTF zebra")
    assert results.any_word
    assert {hit.ref for hit in results.hits} == {"REC-2024-0001", "REC-2024-0002"}
    assert ask(engine, "foreign terrorist policemen").total == 0
    engine.add([outcome("REC-2024-0003", "foreign policemen")])
    assert {hit.ref for hit in ask(engine, "foreign terrorist fighters").hits} == {"REC-2024-0001"}


def test_names_in_hidden_outcomes_stay_hidden(engine):
    engine.add([outcome("REC-2024-0001", "foreign terrorist fighters", access=("member",))])
    assert ask(engine, "FTF").total == 0
    assert ask(engine, "FTF", access=MEMBER).total == 1


def test_every_name_of_every_theme_finds_outcomes_that_use_the_others(app, engine):
    names = thesaurus()
    themes = [each for each in names.concepts if each.theme]
    assert len(themes) > 80
    texts = {}
    for each in themes:
        for label in each.labels:
            texts.setdefault((label.language, label.text), set()).add(each.key)
    refs = {key: f"REC-2024-{number:04}" for number, key in enumerate(texts, 1)}
    engine.add(outcome(ref, f"— {text} —", lang=language) for (language, text), ref in refs.items())
    missed = []
    for each in themes:
        expected = {refs[label.language, label.text] for label in each.labels}
        for text in {label.text for label in each.labels}:
            query = names.expand(parse(text))
            results = engine.search(
                SearchRequest(query=query, access=PUBLIC, today=TODAY, limit=2000, highlight=False)
            )
            if results.any_word or (lost := expected - {hit.ref for hit in results.hits}):
                missed.append((each.key, text, results.any_word, len(lost)))
    assert missed == []


def test_a_theme_is_known_by_its_new_name_at_once(app, make):
    make.outcome(text="Screening of every newcomer", record="published")
    actor = make.actor("administrator")
    assert find(actor, "bibliotherapy").page.total == 0
    theme = live_themes()[0]
    preferred = theme.preferred | {"en": "Bibliotherapy"}
    data = ThemeData(preferred=preferred, alternatives={"en": ("screening of newcomers",)})
    edit_theme(actor, theme, data, theme.version)
    found = find(actor, "bibliotherapy")
    assert [item.hit.via for item in found.page.items] == [("screening of newcomers",)]
    assert find(actor, "bibliotherapy", literal=True).page.total == 0
    assert [named.concepts[0].theme for named in found.named] == [theme.slug]


def test_the_name_of_a_party_finds_what_addresses_it(app, make):
    addressed = make.outcome("Train prison staff.", addressees=("JO",))
    make.outcome("Train judges.", addressees=("MA",))
    named = make.outcome("Visit Jordan.")
    actor = make.actor("reader")
    for typed in ("Jordan", "Jordanie", "الأردن"):
        assert {item.outcome.ref for item in find(actor, typed).page.items} == {addressed.ref, named.ref}
    assert [item.outcome.ref for item in find(actor, "Jordan prison").page.items] == [addressed.ref]
    assert [item.outcome.ref for item in find(actor, "+Jordan").page.items] == [named.ref]
    assert find(actor, "Jordan").page.items[0].outcome.ref == named.ref


def test_a_name_is_found_where_its_words_stand_near_each_other_in_any_order(engine):
    engine.add(
        [
            outcome("REC-2024-0001", "Protection of victims and of witnesses."),
            outcome(
                "REC-2024-0002",
                "Data protection covers prison staff, doctors, teachers, lawyers, judges and even witnesses.",
            ),
            outcome("REC-2024-0003", "Witnesses are heard.", title="Protection"),
        ]
    )
    assert {hit.ref for hit in ask(engine, "protection des témoins").hits} == {"REC-2024-0001"}


def test_what_stands_there_under_another_name_is_not_said_to_stand_nowhere(engine):
    engine.add([outcome("REC-2024-0001", "Protection des témoins.", lang="fr")])
    results = ask(engine, "witness protection zebra")
    assert results.nowhere == ("zebra",)


def test_the_words_of_a_name_are_marked_where_they_stand_together(engine):
    engine.add(
        [outcome("REC-2024-0001", f"Protection of data. {'More words. ' * 14}Protection of witnesses.")]
    )
    (hit,) = ask(engine, "حماية الشهود").hits
    assert hit.snippet.startswith("Protection of data.")
    assert hit.snippet.endswith("<mark>Protection</mark> of <mark>witnesses</mark>.")
