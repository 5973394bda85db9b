"""What is refused because it is most likely a slip: logged twice, a due date too early, a wrong language."""

from datetime import date

import pytest

from tests.outcomes.acts import changed, data
from tracker.accounts.actors import actor_for
from tracker.core.errors import InvalidInput
from tracker.core.vocabulary import Language
from tracker.outcomes import service
from tracker.outcomes.data import TextData

ARABIC = "تدريب موظفي السجون على التعرف على علامات التطرف العنيف (RAN)"
FRENCH = "Former le personnel pénitentiaire à reconnaître la radicalisation."


@pytest.fixture
def rapporteur(make):
    return make.person("rapporteur")


@pytest.fixture
def workshop(make, rapporteur):
    return make.workshop("WS-LARNACA", rapporteur=rapporteur)


def fill(form, **values):
    for name, value in values.items():
        form[name] = value
    return form


def refused(act, *arguments):
    with pytest.raises(InvalidInput) as error:
        act(*arguments)
    return error.value.field, str(error.value.message)


def test_going_back_and_saving_again_does_not_log_it_twice(make, visit, workshop, rapporteur):
    walk = visit(rapporteur)
    form = fill(
        walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"], text="Line.\n\nTwo."
    )
    assert "was saved as a draft" in walk.submit(form)
    page = walk.submit(form)
    assert "REC-2024-0001 of this workshop says exactly this already" in page
    assert "says exactly this already" in page.html.find(id="text-error").text
    assert page.forms["outcome-form"]["text"].value.replace("\r", "") == "Line.\n\nTwo."
    again = data("  Line.\r\n\r\nTwo. ", workshop_id=workshop.id)
    assert refused(service.log_outcome, actor_for(rapporteur), again)[0] == "text"


def test_the_same_words_may_be_logged_elsewhere_or_after_retiring(make, workshop, rapporteur):
    actor, old = actor_for(rapporteur), make.outcome("Train staff.", workshop=workshop)
    other = make.workshop()
    assert service.log_outcome(actor, data("Train staff.", workshop_id=other.id)).ref
    assert service.log_outcome(actor, data("Train staff.")).ref
    assert service.log_outcome(actor, data("Train staff.")).ref
    service.retire_outcome(actor, old, "Addressed to others.")
    assert service.log_outcome(actor, data("Train staff.", workshop_id=workshop.id)).ref


def test_what_the_writer_may_not_see_is_not_told(make, workshop):
    make.outcome("Train staff.", workshop=workshop, handling="TLP:RED", named_people=(make.person(),))
    assert service.log_outcome(make.actor("expert"), data("Train staff.", workshop_id=workshop.id)).ref


def test_what_was_agreed_cannot_be_due_before_the_workshop_began(make, visit, workshop, rapporteur):
    walk = visit(rapporteur)
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    page = walk.submit(fill(form, text="Train.", due="2024-06-09"))
    assert "before the workshop began (10 Jun 2024)" in page.html.find(id="due-error").text
    assert "was saved" in walk.submit(fill(page.forms["outcome-form"], due="2024-06-10"))
    actor = actor_for(rapporteur)
    stood = make.outcome("Train.", workshop=workshop, due=date(2020, 1, 1))
    service.edit_outcome(actor, stood, changed(stood, text="Train all."), stood.version)
    early = changed(stood, due=date(2020, 1, 2))
    assert refused(service.edit_outcome, actor, stood, early, stood.version)[0] == "due"


def test_an_arabic_text_is_not_filed_under_english_nor_a_french_one_under_arabic(visit, workshop, rapporteur):
    walk = visit(rapporteur)
    form = walk.get("/workshops/WS-LARNACA/log/recommendation").forms["outcome-form"]
    page = walk.submit(fill(form, text=ARABIC, language="en"))
    assert "in Arabic script. Choose العربية." in page.html.find(id="language-error").text
    page = walk.submit(fill(page.forms["outcome-form"], text=FRENCH, language="ar"))
    assert "not in Arabic script" in page.html.find(id="language-error").text
    assert "was saved" in walk.submit(fill(page.forms["outcome-form"], language="fr"))


def test_a_language_version_in_another_script_is_refused(make, workshop, rapporteur):
    outcome, actor = make.outcome(workshop=workshop), actor_for(rapporteur)
    for language, text in ((Language.FR, ARABIC), (Language.AR, FRENCH)):
        version = TextData(language, text)
        assert refused(service.add_version, actor, outcome, language, version)[0] == "language"
    assert service.add_version(actor, outcome, Language.AR, TextData(Language.AR, ARABIC))


def test_a_short_or_mixed_text_is_taken_as_it_is(make, workshop):
    expert = make.actor("expert")
    for text in ("تدريب", "Prisons: " + "ا" * 12 + " intelligence 2024", "1234567890 1234567890 12345"):
        assert service.log_outcome(expert, data(text, workshop_id=workshop.id)).ref
