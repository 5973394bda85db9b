"""What people hand in: an outcome as a form would send it."""

from tracker.core.vocabulary import Language
from tracker.outcomes.data import OutcomeData, TextData
from tracker.outcomes.vocabulary import Kind


def data(text="Train prison staff.", kind=Kind.RECOMMENDATION, **fields):
    return OutcomeData(kind=kind, texts=[TextData(Language.EN, text)], **fields)


def changed(outcome, **fields):
    """The outcome as a form would send it back, with some fields changed."""
    text = outcome.text_in(str(outcome.language))
    given = data(
        fields.pop("text", text.text),
        kind=outcome.kind,
        theme_ids=[link.theme_id for link in outcome.theme_links],
        addressee_ids=[c.party_id for c in outcome.commitments],
        due=outcome.due,
        handling=outcome.handling,
        quality=outcome.quality,
    )
    given.texts[0].language = given.language = outcome.language
    for name, value in fields.items():
        setattr(given, name, value)
    return given
