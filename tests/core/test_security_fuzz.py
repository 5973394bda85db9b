"""Odd values in every address and every form: refused or taken, but never an error of ours."""

import os
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.make import Make
from tests.pages import Visitor
from tests.server import defaults

CAMPAIGN = bool(os.environ.get("TRACKER_CAMPAIGN"))
EXAMPLES = 400 if CAMPAIGN else 25
#: Of the values, each form gets every so-maniest; forms take turns.
THIN = 1 if CAMPAIGN else 6

#: Values that have broken programs before.
NASTY = [
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\ufffe",
    "\u202egpj.exe",
    "²",
    "٣",
    "0",
    "-1",
    "9" * 30,
    "1" * 5000,
    "1e400",
    "NaN",
    "true",
    "None",
    "'",
    '"',
    "' OR 1=1 --",
    "%",
    "%s%n",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\\",
    "a" * 3000,
    "😀" * 200,
    "e" + "\u0301" * 500,
    "2024-02-30",
    "0000-00-00",
    "99999-01-01",
    "http://[",
    "\r\nX-Injected: yes",
    "=cmd|'/c calc'!A1",
]
ROLES = ("administrator", "coordinator", "expert", "rapporteur", "focal-point", "reviewer")

#: Any bytes as a browser would quote them, and texts with everything that Unicode has.
anything = st.one_of(
    st.sampled_from(NASTY).map(lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass"))),
    st.binary(max_size=40).map(quote_from_bytes),
    st.text(max_size=40).map(lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass"))),
)


@pytest.fixture
def everybody(app):
    """Somebody with every role, signed in, in a small world; and the values that addresses can hold."""
    make = Make()
    person = make.person(*ROLES, party="JO")
    workshop = make.workshop("WS-1", rapporteur=person)
    outcome = make.outcome(workshop=workshop, addressees=("JO",), author=person, record="draft")
    practice = make.adoption("JO", workshop=workshop)
    visitor = Visitor(app, person)
    visitor.browser.lint = False
    values = {
        "ref": outcome.ref,
        "code": workshop.code,
        "kind": "recommendation",
        "party": "JO",
        "language": "fr",
        "slug": "prisons",
    }
    return visitor, values, practice.outcome.ref


def rules(app, method):
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in rule.methods and rule.endpoint not in ("static", "security.logout")
    ]


def answers(visitor, address, method="GET", **options):
    answer = visitor.browser.request(address, method=method, status="*", **options)
    assert answer.status_int < 500, f"{method} {address[:300]}: {answer.status}"
    return answer


@pytest.mark.parametrize("part", range(4))
def test_no_odd_value_in_a_path_is_an_error_of_ours(app, everybody, part):
    visitor, values, _practice = everybody
    for rule in rules(app, "GET")[part::4]:
        for argument in sorted(rule.arguments):
            known = {name: values.get(name, "1") for name in rule.arguments}
            for nasty in NASTY[:20]:
                path = rule.rule
                for name in rule.arguments:
                    value = nasty if name == argument else known[name]
                    for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
                        path = path.replace(form, quote_from_bytes(value.encode()))
                answers(visitor, path[:3000])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_odd_query_is_an_error_of_ours(app, everybody, data):
    visitor, values, practice = everybody
    pages = [
        "/search?{}",
        "/api/v1/search?{}",
        "/outcomes/?{}",
        "/workshops/?{}",
        "/follow-up/?{}",
        "/themes/?{}",
        "/login?{}",
        "/log?{}",
        f"/outcomes/{values['ref']}?{{}}",
        f"/outcomes/{practice}?{{}}",
        "/workshops/WS-1?{}",
        "/workshops/WS-1/history?{}",
        "/themes/prisons/history?{}",
        "/audit/?{}",
        "/people/?{}",
        "/parties/?{}",
    ]
    page = data.draw(st.sampled_from(pages))
    names = st.sampled_from(
        ["q", "page", "sort", "kind", "theme", "country", "body", "workshop", "year", "limit", "lang", "next"]
        + ["position", "implementation", "state", "party", "due", "handling", "record", "tab", "endpoint"]
        + ["who", "act", "since", "until", "role", "standing", "_scheme"]
    )
    pairs = data.draw(st.lists(st.tuples(names, anything), max_size=6))
    answers(visitor, page.format("&".join(f"{name}={value}" for name, value in pairs)))


def forms_of(page):
    main = page.html.find("main") if page.content_type == "text/html" else None
    return (
        [form for form in main.find_all("form") if form.get("method", "").lower() == "post"] if main else []
    )


def send(visitor, address, fields):
    body = "&".join(f"{quote_from_bytes(n.encode())}={quote_from_bytes(v.encode())}" for n, v in fields)
    answers(visitor, address, "POST", body=body.encode(), content_type="application/x-www-form-urlencoded")


def filled(visitor, rule, values):
    address = rule.rule
    for name in rule.arguments:
        for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
            address = address.replace(form, values.get(name, "1"))
    return address, forms_of(answers(visitor, address))


@pytest.mark.parametrize("part", range(4))
def test_no_odd_value_in_a_form_is_an_error_of_ours(app, everybody, part):
    visitor, values, _practice = everybody
    turn = part
    for rule in rules(app, "GET")[part::4]:
        address, forms = filled(visitor, rule, values)
        for form in forms:
            target, usual = form.get("action") or address, defaults(form)
            names = dict.fromkeys(name for name, _value in usual if name != "csrf_token")
            token = [field for field in usual if field[0] == "csrf_token"]
            turn += 1
            for nasty in NASTY[turn % THIN :: THIN]:
                send(visitor, target, token + [(name, nasty) for name in names] * 2)
            for name in names:
                turn += 1
                for nasty in NASTY[turn % len(NASTY) :][: 8 if CAMPAIGN else 1]:
                    send(visitor, target, [(n, nasty if n == name else v) for n, v in usual])


@pytest.mark.parametrize("version", ["²", "٣", "-1", "1" * 5000, "1e5", "", "\x00"])
def test_no_odd_version_in_a_form_is_an_error_of_ours(app, everybody, version):
    visitor, values, _practice = everybody
    address = f"/outcomes/{values['ref']}/edit"
    (form,) = forms_of(answers(visitor, address))
    send(visitor, address, [(n, version if n == "version" else v) for n, v in defaults(form)])
