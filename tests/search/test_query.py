"""What a reader types, and what Tracker makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.search.corpus import queries
from tracker.search.asking.parser import MAX_CLAUSES, parse
from tracker.search.asking.query import (
    And,
    Filter,
    Not,
    Note,
    NoteCode,
    Or,
    Phrase,
    Prefix,
    Query,
    Word,
    relax,
    resolve_filters,
    wanted,
)


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("prison", Word("prison")),
        ("prison overcrowding", And((Word("prison"), Word("overcrowding")))),
        ("prison AND overcrowding", And((Word("prison"), Word("overcrowding")))),
        ('"exact phrase"', Phrase("exact phrase")),
        ("« surpopulation carcérale »", Phrase("surpopulation carcérale")),
        ("“exact   phrase”", Phrase("exact phrase")),
        ("-prison", Not(Word("prison"))),
        ("NOT prison", Not(Word("prison"))),
        ('-"exact phrase"', Not(Phrase("exact phrase"))),
        ("a OR b", Or((Word("a"), Word("b")))),
        ("a b OR c d", And((Word("a"), Or((Word("b"), Word("c"))), Word("d")))),
        ("(a b) OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a OR -b", Or((Word("a"), Not(Word("b"))))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ("-(-a)", Word("a")),
        ("pris*", Prefix("pris")),
        ("REC-2024*", Prefix("REC-2024")),
        ("non-refoulement", Word("non-refoulement")),
        ("S/RES/2396", Word("S/RES/2396")),
        ("theme:prisons", Filter("theme", ("prisons",))),
        ("Theme:Prisons", Filter("theme", ("Prisons",))),
        ('theme:"women\'s rights"', Filter("theme", ("women's rights",))),
        ("country:JO,MA", Filter("country", ("JO", "MA"))),
        ('theme:prisons,"women\'s rights"', Filter("theme", ("prisons", "women's rights"))),
        ("handling:TLP:AMBER", Filter("handling", ("TLP:AMBER",))),
        ("-country:JO", Not(Filter("country", ("JO",)))),
        ("is:Overdue", Filter("is", ("overdue",))),
        ("year:2024 lang:fr", And((Filter("year", ("2024",)), Filter("lang", ("fr",))))),
        ("سجن OR prison", Or((Word("سجن"), Word("prison")))),
        ("", None),
        ("  \t ", None),
        ("()", None),
        ("- * ? ! … «»", None),
        ("OR", None),
    ],
)
def test_a_query_means_what_the_help_says(typed, root):
    assert parse(typed).root == root


@pytest.mark.parametrize(
    ("typed", "understood", "code", "value"),
    [
        ("colour:red prison", "colour red prison", NoteCode.UNKNOWN_FIELD, "colour"),
        ("is:late", "is late", NoteCode.UNKNOWN_VALUE, "is:late"),
        ("theme: prisons", "theme prisons", NoteCode.EMPTY_VALUE, "theme"),
        ('theme:""', "theme", NoteCode.EMPTY_VALUE, "theme"),
        ("a*", "a", NoteCode.SHORT_PREFIX, "a"),
        ('"never closed', '"never closed"', NoteCode.OPEN_QUOTE, ""),
        ("(prison", "prison", NoteCode.OPEN_GROUP, ""),
        ("w" * 70, "w" * 64, NoteCode.WORD_CUT, "w" * 64),
        ("many " * 100, " ".join(["many"] * MAX_CLAUSES), NoteCode.QUERY_CUT, ""),
        ("ab* " * 8 + "c", "ab* ab* ab* ab* ab* ab* c", NoteCode.CLAUSES_CUT, "2"),
        ("a " * 40, " ".join(["a"] * MAX_CLAUSES), NoteCode.CLAUSES_CUT, "8"),
    ],
)
def test_what_cannot_be_read_as_typed_is_read_as_words_and_said(typed, understood, code, value):
    query = parse(typed)
    assert query.understood == understood
    assert Note(code, value) in query.notes


def test_an_address_is_not_a_filter():
    query = parse("https://example.org/report")
    assert query.understood == "https //example.org/report"
    assert query.notes == ()


@given(st.text(max_size=600))
def test_no_text_is_an_error(typed):
    query = parse(typed)
    assert len(list(wanted(query.root))) <= MAX_CLAUSES


@pytest.mark.parametrize(
    "piece", ["(", ")", '"', "-", "*", ":", "OR ", "a:", "-(", '("', "\x00", "\ud800", "[a TO z]~5 "]
)
def test_thousands_of_signs_are_answered_like_any_other_text(piece):
    assert isinstance(parse(piece * 10_000), Query)


@given(queries() | st.text(alphabet='ab "-()*:,+ORANDNOTtheme', max_size=60))
def test_what_was_understood_is_understood_the_same_again(typed):
    query = parse(typed)
    again = parse(query.understood)
    if not {note.code for note in again.notes} & {NoteCode.QUERY_CUT, NoteCode.OPEN_GROUP}:
        assert again.root == query.root


def test_labels_become_slugs_and_unknown_ones_are_said():
    known = {("theme", "women's rights"): ["womens-rights"], ("theme", "prisons"): ["prisons", "detention"]}
    query = parse('theme:"women\'s rights" -(theme:prisons OR country:Atlantis) is:overdue')

    resolved = resolve_filters(query, lambda field, value: known.get((field, value.lower())))

    assert resolved.understood == (
        "theme:womens-rights -(theme:prisons,detention OR country:Atlantis) is:overdue"
    )
    assert resolved.notes == (Note(NoteCode.UNKNOWN_VALUE, "country:Atlantis"),)


def test_nothing_typed_resolves_to_nothing():
    assert resolve_filters(Query(), lambda field, value: None) == Query()


@pytest.mark.parametrize(
    ("typed", "relaxed"),
    [
        ("a b", "a OR b"),
        ("a b*", "a OR b"),
        ('a b "c d" country:JO -e', '(a OR b) "c d" country:JO -e'),
        ("a (b OR c)", "a OR b OR c"),
        ("a", None),
        ("a country:JO", None),
        ('"a b" "c d"', None),
        ("a OR b", None),
    ],
)
def test_any_word_is_asked_for_when_all_are_too_many(typed, relaxed):
    loose = relax(parse(typed).root)
    assert (None if loose is None else Query(root=loose).understood) == relaxed


def test_a_query_tells_its_words_and_filters():
    query = parse('prison (jail OR gaol) -camp "x y" country:JO theme:prisons')
    assert query.words == ("prison", "jail", "gaol")
    assert query.filters == (Filter("country", ("JO",)), Filter("theme", ("prisons",)))
