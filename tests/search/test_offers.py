"""What a mistyped filter may have meant, from values that the reader may see."""

import pytest

from tracker.core.permissions import OPERATOR
from tracker.search.asking.offers import MAX_CANDIDATES, nearest, offers
from tracker.search.asking.parser import parse
from tracker.search.asking.query import NoteCode
from tracker.search.service import find

KNOWN = {
    "theme": {"prisons": "prisons", "droits des femmes": "womens-rights", "سجون": "prisons"},
    "country": {"jo": "JO", "jordan": "JO", "jordanie": "JO", "morocco": "MA"},
    "is": {"overdue": "overdue", "stale": "stale", "en retard": "overdue"},
}


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("prison", "prisons"),
        ("PRISONS", "prisons"),
        ("prizons", "prisons"),
        ("droit des fémmes", "droits des femmes"),
        ("سجن", "سجون"),
        ("السجون", "سجون"),
        ("x", None),
        ("", None),
        ("p" * 64, None),
    ],
)
def test_the_nearest_of_some_spellings(typed, known):
    assert nearest(typed, KNOWN["theme"]) == known


def test_the_comparison_is_bounded():
    assert nearest("prisons", (f"{n:05}" for n in range(MAX_CANDIDATES * 2))) is None


@pytest.mark.parametrize(
    ("text", "notes", "meant"),
    [
        ("theme:prison staff", ["theme:prison"], ["theme:prisons staff"]),
        ('-theme:"droit des femmes"', ["theme:droit des femmes"], ["-theme:womens-rights"]),
        ("country:MA,Jordann", ["country:Jordann"], ["country:MA,JO"]),
        ("(a OR country:Jordann) b", ["country:Jordann"], ["(a OR country:JO) b"]),
        ("staff is:overdu", ["is:overdu"], ["staff is:overdue"]),
        ("theme:zzz", ["theme:zzz"], []),
        ("year:20x4", ["year:20x4"], []),
    ],
)
def test_a_mistyped_value(text, notes, meant):
    found = offers(
        parse(text), [(NoteCode.UNKNOWN_VALUE, note) for note in notes], lambda field: KNOWN.get(field, {})
    )
    assert [offer.query for offer in found] == meant


def test_a_mistyped_field():
    found = offers(parse("a them:prisons"), [(NoteCode.UNKNOWN_FIELD, "them")], lambda _field: {})
    assert [(offer.field, offer.value, offer.query) for offer in found] == [("theme", "", "a theme:prisons")]


def meant(actor, text):
    return [(offer.field, offer.value) for offer in find(actor, text).offers]


def test_a_slip_in_a_filter_leads_to_what_occurs(make):
    make.outcome("Words.", addressees=("JO", "eurojust"), themes=("prison-overcrowding",))
    make.outcome("Words.", workshop=make.workshop("MALAGA-1"), addressees=("MA",))
    reader = make.actor()
    assert meant(reader, "theme:prizons") == [("theme", "prisons")]
    assert meant(reader, 'theme:"prison overcrowdin"') == [("theme", "prison-overcrowding")]
    assert meant(reader, "country:Jordann") == [("country", "JO")]
    assert meant(reader, "body:eurojusst") == [("body", "eurojust")]
    assert meant(reader, "workshop:MALAGA-2") == [("workshop", "MALAGA-1")]
    assert meant(reader, "kind:practise") == []
    assert meant(reader, "kind:recomendation") == [("kind", "recommendation")]
    assert meant(reader, "is:overdu") == [("is", "overdue")]
    assert meant(reader, "words") == []


def test_what_is_hidden_is_never_offered(make):
    workshop = make.workshop("SECRET-9", parties=("ES",), handling="TLP:RED")
    make.outcome("Words.", workshop=workshop, handling="TLP:RED", addressees=("JO",), themes=("prisons",))
    reader = make.actor()
    for text in ("theme:prizons", "country:Jordann", "workshop:SECRET-8"):
        assert meant(reader, text) == [], text
        assert len(meant(OPERATOR, text)) == 1, text
