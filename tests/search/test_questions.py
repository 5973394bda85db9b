"""A question is answered with what holds most of its words; a few keywords with what holds them all."""

from datetime import date

import pytest

from tests.search.corpus import PUBLIC, outcome
from tracker.search.asking.parser import parse
from tracker.search.asking.questions import ENOUGH, is_question
from tracker.search.engine import SearchRequest
from tracker.search.whoosh_engine import WhooshEngine


@pytest.mark.parametrize(
    "text",
    [
        "What was said about training prison staff?",
        "how do prisons separate radicalised inmates",
        "Quelles mesures contre la surpopulation carcérale",
        "prison overcrowding alternatives ?",
        "¿Cómo se protege a los testigos en la frontera?",
        "ما هي تدابير حماية الشهود في السجون",
        "joint training of prison staff on risk assessment and early signs of violent radicalisation",
    ],
)
def test_a_sentence_is_a_question(text):
    assert is_question(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "prison",
        "training of prison staff",
        "what prison",
        "surpopulation carcérale",
        "",
        "theme:prisons ?",
        "FTF?",
        "F.T.F.",
    ],
)
def test_a_few_keywords_are_no_question(text):
    assert not is_question(parse(text))


def test_a_question_is_answered_by_what_holds_most_of_its_words(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add(
        [
            outcome("REC-2024-0001", "Train the staff of every prison before they begin"),
            outcome("REC-2024-0002", "Train judges"),
            outcome("REC-2024-0003", "Build a border post"),
            outcome("REC-2024-0004", "What trains prison staff best is practice"),
        ]
    )

    def ask(text):
        request = SearchRequest(query=parse(text), access=PUBLIC, today=date(2024, 12, 1))
        results = engine.search(request)
        return [hit.ref for hit in results.hits], results.any_word

    asked, any_word = ask("What prison staff practice trains best?")
    assert any_word
    assert asked[0] == "REC-2024-0004"
    assert set(asked) == {"REC-2024-0001", "REC-2024-0002", "REC-2024-0004"}
    # The same words without a question are all needed.
    assert ask("prison staff practice trains best") == (["REC-2024-0004"], False)
    engine.add(
        outcome(f"REC-2024-{n:04}", "practice trains prison staff best") for n in range(10, 10 + ENOUGH)
    )
    asked, any_word = ask("What prison staff practice trains best?")
    assert not any_word
    engine.close()
