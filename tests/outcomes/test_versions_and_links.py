"""Language versions and links between outcomes."""

import pytest

from tracker.accounts.actors import actor_for
from tracker.core.audit import history_of
from tracker.core.errors import Denied, InvalidInput, NotFound
from tracker.core.vocabulary import Language
from tracker.outcomes import queries, service
from tracker.outcomes.conflicts import OutcomeConflict, text_of, text_version
from tracker.outcomes.data import TextData
from tracker.outcomes.vocabulary import LinkKind


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def actor(rapporteur):
    return actor_for(rapporteur)


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop(rapporteur=rapporteur)


def test_a_version_is_added_beside_the_authentic_text(make, workshop, actor):
    outcome = make.outcome("Train staff.", workshop=workshop)
    seen = outcome.version
    service.add_version(actor, outcome, Language.AR, TextData(Language.AR, "درّبوا الموظفين.", title="تدريب"))
    assert text_of(outcome, Language.AR).title == "تدريب"
    assert text_of(outcome, Language.EN).text == "Train staff."
    assert outcome.version > seen
    newest = history_of("outcome", outcome.id)[0]
    assert newest.act == "add-version"
    assert ("text.ar", None, "درّبوا الموظفين.") in newest.changes


def test_two_people_add_the_same_language_and_the_second_is_told(make, workshop, actor):
    outcome = make.outcome(workshop=workshop)
    service.add_version(actor, outcome, Language.FR, TextData(Language.FR, "Le premier."))
    with pytest.raises(OutcomeConflict) as conflict:
        service.add_version(actor, outcome, Language.FR, TextData(Language.FR, "Le second."))
    assert text_of(conflict.value.outcome, Language.FR).text == "Le premier."


def test_work_on_one_language_does_not_get_in_the_way_of_another(make, workshop, actor):
    outcome = make.outcome(workshop=workshop, versions={"fr": "Ancien.", "es": "Antiguo."})
    french, spanish = (text_version(text_of(outcome, language)) for language in (Language.FR, Language.ES))
    service.edit_version(actor, outcome, Language.FR, TextData(Language.FR, "Nouveau."), french)
    service.edit_version(actor, outcome, Language.ES, TextData(Language.ES, "Nuevo."), spanish)
    with pytest.raises(OutcomeConflict):
        service.edit_version(actor, outcome, Language.FR, TextData(Language.FR, "Autre."), french)
    assert text_of(outcome, Language.FR).text == "Nouveau."


def test_an_empty_version_is_refused(make, workshop, actor):
    outcome = make.outcome(workshop=workshop)
    with pytest.raises(InvalidInput):
        service.add_version(actor, outcome, Language.FR, TextData(Language.FR, " "))


def test_a_stranger_may_not_translate(make, workshop):
    outcome = make.outcome(workshop=workshop)
    with pytest.raises(Denied, match="rapporteur of its workshop or a coordinator"):
        service.add_version(make.actor("expert"), outcome, Language.FR, TextData(Language.FR, "Texte."))


def test_a_link_is_told_on_both_pages_and_in_both_histories(make, workshop, actor):
    one, two = make.outcome(workshop=workshop), make.outcome()
    service.link_outcomes(actor, one, two, LinkKind.REFINES)
    assert [(str(line.label), line.other.ref) for line in queries.links_of(actor, one)] == [
        ("Refines", two.ref)
    ]
    assert [(str(line.label), line.other.ref) for line in queries.links_of(actor, two)] == [
        ("Refined by", one.ref)
    ]
    assert history_of("outcome", two.id)[0].after["link"] == {
        "kind": "refines",
        "ref": one.ref,
        "outgoing": False,
    }
    service.unlink_outcomes(actor, one, two, LinkKind.REFINES)
    assert queries.links_of(actor, one) == []
    with pytest.raises(NotFound):
        service.unlink_outcomes(actor, one, two, LinkKind.REFINES)


def test_no_link_to_itself_none_twice_none_both_ways(make, workshop, actor):
    one, two = make.outcome(workshop=workshop), make.outcome(workshop=workshop)
    service.link_outcomes(actor, one, two, LinkKind.REFINES)
    for source, target in ((one, one), (one, two), (two, one)):
        with pytest.raises(InvalidInput):
            service.link_outcomes(actor, source, target, LinkKind.REFINES)
    service.link_outcomes(actor, one, two, LinkKind.REITERATES)


def test_only_a_practice_answers_and_only_a_recommendation_is_answered(make, workshop, actor):
    practice, other = (
        make.outcome(kind="practice", workshop=workshop),
        make.outcome(kind="practice", workshop=workshop),
    )
    recommendation = make.outcome(workshop=workshop)
    with pytest.raises(InvalidInput):
        service.link_outcomes(actor, recommendation, practice, LinkKind.ANSWERS)
    with pytest.raises(InvalidInput):
        service.link_outcomes(actor, practice, other, LinkKind.ANSWERS)
    service.link_outcomes(actor, practice, recommendation, LinkKind.ANSWERS)


def test_nobody_links_to_what_they_may_not_read(make, workshop, actor):
    one, hidden = make.outcome(workshop=workshop), make.outcome(handling="TLP:RED")
    with pytest.raises(Denied):
        service.link_outcomes(actor, one, hidden, LinkKind.REFINES)
