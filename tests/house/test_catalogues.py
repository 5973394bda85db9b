"""The catalogues hold every text, and what is compiled is what is written."""

import re

import pytest

from tests.house import messages


@pytest.fixture(scope="module")
def texts():
    return messages.template()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_has_every_text(texts, language):
    known = {(m.id, m.context) for m in messages.load(language)}
    assert [m.id for m in texts if m.id and (m.id, m.context) not in known] == [], "run: make messages"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    catalogue = messages.load(language)
    assert messages.path_of(language).with_suffix(".mo").read_bytes() == messages.compiled(catalogue), (
        "run: make messages"
    )


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_translations_keep_the_placeholders(language):
    def holes(text):
        return set(re.findall(r"%\((\w+)\)s", text))

    wrong = []
    for message in messages.load(language):
        singular = message.id[-1] if isinstance(message.id, tuple) else message.id
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wrong += [message.id for s in strings if s and not (holes(s) <= holes(singular))]
    assert wrong == []
