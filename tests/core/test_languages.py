"""What pages say in their language: texts, labels, numbers and days, also where another one is forced."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import render_template_string
from flask_babel import force_locale, format_date, format_number
from markupsafe import escape

from tracker.core.i18n import show_date, show_number
from tracker.core.vocabulary import Language
from tracker.outcomes.vocabulary import Quality, Record

LANGUAGES = [str(language) for language in Language]


def said(template, **values):
    return render_template_string(template, **values)


def test_one_page_can_speak_two_languages(app):
    with app.test_request_context("/"):
        assert said('{{ _("Find") }}') == "Find"
        with force_locale("fr"):
            assert said('{{ _("Find") }} {{ locale }}') == "Trouver fr"
            with force_locale("es"):
                assert said('{{ gettext("Find") }}') == "Buscar"
            assert said('{{ _("Find") }}') == "Trouver"
        assert said('{{ _("Find") }}') == "Find"


def test_outside_a_request_the_default_language_is_spoken(app):
    with app.app_context():
        assert said('{{ _("Find") }}') == "Find"


def test_what_a_text_names_is_escaped_and_what_it_says_is_not_touched(app):
    with app.test_request_context("/"):
        assert (
            said('{{ _("Page %(page)s of %(pages)s", page=a, pages=2) }}', a="<b>") == "Page &lt;b&gt; of 2"
        )
        assert said('{{ _("100 %% of it") }}') == "100 % of it"
        assert said('{{ _("Not a text of ours") }}') == "Not a text of ours"
        plural = '{{ ngettext("%(num)s outcome", "%(num)s outcomes", n) }}'
        assert [said(plural, n=n) for n in (0, 1, 2)] == ["0 outcomes", "1 outcome", "2 outcomes"]
        with force_locale("ar"):
            assert len({said(plural, n=n).replace(str(n), "") for n in (0, 1, 2, 3, 11, 100)}) >= 4


def test_two_words_with_the_same_slug_keep_their_own_labels(app):
    template = "{{ a|label }}/{{ b|label }}"
    for language in ("en", "fr", "es", "ar"):
        with app.test_request_context("/"), force_locale(language):
            shown = said(template, a=Record.RETIRED, b=Quality.RETIRED)
            assert shown == f"{escape(Record.RETIRED.label)}/{escape(Quality.RETIRED.label)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_days_are_written_as_the_language_writes_them(app, language):
    with app.test_request_context("/"), force_locale(language):
        for number in (0, 7, 999, 1000, 42007, 1234567.5, -1200):
            assert show_number(number) == format_number(number)
        pattern = "d MMM y" if language == "en" else "medium"
        late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-3)))
        assert show_date(date(2026, 3, 1)) == format_date(date(2026, 3, 1), pattern)
        assert show_date(late) == format_date(date(2026, 3, 2), pattern)
        assert show_date(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)) == show_date(date(2026, 3, 1))
        assert show_date(None) == ""
