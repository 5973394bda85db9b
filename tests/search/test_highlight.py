"""What a result shows: escaped, cut to the point, with the words that were found marked."""

from datetime import date

from tests.search.corpus import PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest


def ask(engine, text="", **more):
    return engine.search(SearchRequest(query=parse(text), access=PUBLIC, today=date(2024, 12, 1), **more))


def test_everything_shown_is_escaped(engine):
    engine.add([outcome("REC-2024-0001", '<script>alert("prison")</script> & more', title="<b>Prison</b>")])
    (hit,) = ask(engine, "prison").hits
    assert hit.title == "&lt;b&gt;<mark>Prison</mark>&lt;/b&gt;"
    assert "<script>" not in hit.snippet
    assert "<mark>prison</mark>" in hit.snippet


def test_the_fragment_shown_is_the_one_with_the_words(engine):
    engine.add([outcome("REC-2024-0001", f"{'filler ' * 200}prison overcrowding {'filler ' * 200}")])
    (hit,) = ask(engine, "overcrowding prison").hits
    assert "<mark>prison</mark> <mark>overcrowding</mark>" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet.striptags()) < 260


def test_a_phrase_marks_only_the_phrase(engine):
    engine.add([outcome("REC-2024-0001", "Life is a right. The right to life.")])
    (hit,) = ask(engine, '"right to life"').hits
    assert hit.snippet == "Life is a right. The <mark>right to life</mark>."


def test_words_found_in_details_are_shown_from_there(engine):
    engine.add([outcome("REC-2024-0001", "Train staff.", details={"en": "Because prisons are overcrowded."})])
    assert ask(engine, "prison").hits[0].snippet == "Because <mark>prisons</mark> are overcrowded."
    assert ask(engine, "staff").hits[0].snippet == "Train <mark>staff</mark>."


def test_without_highlights_texts_are_whole_and_escaped(engine):
    engine.add([outcome("REC-2024-0001", "prison & border " * 100)])
    (hit,) = ask(engine, "prison", highlight=False).hits
    assert "<mark>" not in hit.snippet
    assert hit.snippet.count("&amp;") == 100


def test_a_misspelt_word_is_corrected_as_it_is_written(engine):
    engine.add([outcome("REC-2024-0001", "Égalité devant la loi", lang="fr")])
    assert ask(engine, "egalitee").suggestion == "égalité"
    assert ask(engine, "egalite").suggestion is None
    assert ask(engine, "loi xqzv").suggestion is None
