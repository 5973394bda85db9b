"""Programs ask whether something was said already."""

from tests.api.test_api import ask  # noqa: F401

SAID = "Train prison staff to recognise radicalisation in detention."
AGAIN = "Prison staff should be trained to recognise radicalisation."


def test_a_text_finds_what_says_the_same_with_the_reason(ask, make):  # noqa: F811
    said = make.outcome(SAID, themes=("prisons",))
    make.outcome(SAID, handling="TLP:RED")
    (hit,) = ask(make.person(), "/similar", text=AGAIN, language="en").json["hits"]
    assert hit["ref"] == said.ref
    assert set(hit["reason"]) == {"words", "names", "themes"}
    assert "radicalisation" in hit["reason"]["words"] + hit["matched"]
    assert 0 < hit["score"] <= 1
    assert ask(make.person(), "/similar", text=AGAIN, but=said.ref).json["hits"] == []
    assert ask(make.person(), "/similar").json["hits"] == []


def test_an_outcome_finds_others_and_a_hidden_one_is_not_there(ask, make):  # noqa: F811
    said, again = make.outcome(SAID), make.outcome(AGAIN)
    hidden = make.outcome(SAID, handling="TLP:RED")
    person = make.person()
    (hit,) = ask(person, f"/outcomes/{said.ref}/similar").json["hits"]
    assert hit["ref"] == again.ref
    assert ask(person, f"/outcomes/{said.ref}/similar", earlier="1").json["hits"] == []
    assert ask(person, f"/outcomes/{hidden.ref}/similar").status_code == 404


def test_what_cannot_be_read_is_refused(ask, make):  # noqa: F811
    person = make.person()
    for arguments in ({"language": "tlh"}, {"limit": "0"}, {"limit": "101"}, {"limit": "x"}):
        assert ask(person, "/similar", text=SAID, **arguments).status_code == 422
