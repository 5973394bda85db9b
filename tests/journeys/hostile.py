"""Payloads put into every field of every form that the pages offer, and what became of each."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup

from tests import payloads
from tests.campaigns.forms import Form, read
from tests.campaigns.generator import Generator, Pairs, encoded
from tests.campaigns.walk import Site, Somebody, route_of
from tests.campaigns.wire import Answer, Sent

#: Every text that could run, begin a formula or a header, or lead elsewhere.
TEXTS = list(
    itertools.chain.from_iterable(
        itertools.zip_longest(
            payloads.HITS,
            payloads.SCRIPTS,
            payloads.FORMULAS,
            payloads.HEADERS,
            payloads.LINKS,
            payloads.PATHS,
        )
    )
)
TEXTS = [text for text in TEXTS if text and text.strip()]
#: Forms that end the walk, or that change the language of every page.
#: How often one form is sent, each time with less wrong in it.
TRIES = 6
#: What a page holds that first shows what would follow.
ASKS = b'name="then" value="save"'
NOT_FILLED = ("security.logout", "core.set_language")


@dataclass
class Outcome:
    """What became of all that was sent."""

    sent: int = 0
    #: How often each route took something, by endpoint.
    saved: Counter[str] = field(default_factory=Counter)
    #: Fields that were filled with payloads, by endpoint.
    fields: dict[str, set[str]] = field(default_factory=dict)
    #: Addresses to which saving led.
    led_to: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    #: How often a page showed what would follow and asked whether to go on, or answered a script.
    asked: Counter[str] = field(default_factory=Counter)
    #: What each route said last when it refused.
    reasons: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        fields = sum(len(names) for names in self.fields.values())
        return (
            f"{self.sent} forms sent through {fields} fields of {len(self.fields)} routes: "
            f"{self.saved.total()} taken, {self.refused.total()} refused with a sentence, "
            f"{self.asked.total()} asked again"
        )


class Filler:
    """Somebody who fills in forms with what they should not."""

    def __init__(self, visitor: Somebody, site: Site, generator: Generator) -> None:
        self.visitor, self.site, self.generator = visitor, site, generator
        self.adapter = visitor.wire.app.url_map.bind("127.0.0.1")
        self.outcome = Outcome()

    def fill_all(self, rounds: int, *besides: str) -> None:
        """Fill in every form so many times, with other payloads each time; none of the routes `besides`."""
        for number, (form, turn) in enumerate(
            itertools.product(list(self.site.forms.values()), range(rounds))
        ):
            if route_of(self.adapter, form.action, "POST")[0] not in (*NOT_FILLED, *besides) and form.typed:
                self.fill(form, number * 7 + turn)

    def fill(self, form: Form, offset: int) -> None:
        """Fill in every field of a form; what is refused beside its field is then filled in honestly."""
        form = self.fresh(form)
        wrong = {name: TEXTS[(offset + i * 3) % len(TEXTS)] for i, name in enumerate(form.typed)}
        endpoint, _values = route_of(self.adapter, form.action, "POST")
        self.outcome.fields.setdefault(endpoint, set()).update(wrong)
        self.press(form, wrong, endpoint)

    def press(self, form: Form, wrong: dict[str, str], endpoint: str) -> None:
        """Send a form, again without what was refused, and again where it asks whether one is sure."""
        beside: set[str] = set()
        filled, stuck = frozenset(wrong), 0
        for _try in range(TRIES):
            pairs = [
                *self.honest(form, wrong, filled, beside),
                *wrong.items(),
                ("csrf_token", self.visitor.csrf),
            ]
            answer = self.judge(form.action, pairs, endpoint, str(wrong), multipart=form.takes_files)
            if answer.status != 200 and answer.status != 422:
                return
            # Where nothing is said of a field, such as of a line in a list, it may have been any.
            said = refused_fields(answer) or set(wrong)
            if any("password" in name or name == "confirm" for name in said):
                said |= {name for name in wrong if "password" in name or name == "confirm"}
            stuck += said <= beside
            if stuck == 2:
                return  # nothing more would change
            beside |= said
            wrong = {name: text for name, text in wrong.items() if name not in beside}
            shown = read(form.page, answer.text).posts
            form = next((one for one in shown if one.action == form.action and one.typed), form)

    def honest(self, form: Form, wrong: dict[str, str], filled: frozenset[str], beside: set[str]) -> Pairs:
        """What an honest person would send of the other fields; more where a choice was asked for."""
        pairs: Pairs = []
        for one in form.fields:
            if one.name in (*wrong, "csrf_token"):
                continue
            if one.kind == "file":
                pairs.append((one.name, payloads.GOOD[0] if one.name in beside else ("", b"")))
            elif one.name.startswith("evidence-"):
                pairs.append((one.name, ""))
            elif one.name in beside and one.options:
                pairs.append((one.name, next(option for option in one.options if option)))
            elif one.is_typed or one.kind == "date":
                # What was wrong stands in the form that is shown again.
                kept = one.values[0] if one.values and one.name not in (filled | beside) else ""
                needed = one.name in beside or one.name in ("text", "title", "name", "code")
                good = self.generator.honest(one) if one.is_typed else self.generator.given(one)[0]
                pairs.append((one.name, kept or (good if needed else "")))
            else:
                pairs += [(one.name, value) for value in one.values]
        return [*pairs, *form.buttons[:1]]

    def fresh(self, form: Form) -> Form:
        """The form as its page offers it now, where it matters which state of a record was shown."""
        if not any(one.name == "version" for one in form.fields):
            return form
        names = {one.name for one in form.fields}
        for offered in self.visitor.read(form.page)[1].posts:
            if offered.action == form.action and {one.name for one in offered.fields} & names - {
                "csrf_token"
            }:
                return offered
        return form

    def upload(self, form: Form, name: str, content: bytes) -> None:
        """Send a file."""
        form = self.fresh(form)
        endpoint, _values = route_of(self.adapter, form.action, "POST")
        files = [one.name for one in form.fields if one.kind == "file"]
        pairs = [pair for pair in self.honest(form, {}, frozenset(), set()) if pair[0] != files[0]]
        pairs += [(files[0], (name, content)), ("csrf_token", self.visitor.csrf)]
        self.judge(form.action, pairs, endpoint, repr(name), multipart=True)

    def judge(self, address: str, pairs: Pairs, endpoint: str, what: str, *, multipart: bool) -> Answer:
        """Send it; the answer is no error of ours, and a refusal says why."""
        kind, body = encoded(pairs, multipart=multipart)
        sent = Sent("POST", address, (("Content-Type", kind), ("Accept-Language", "en")), body)
        answer, outcome = self.visitor.wire.send(sent, self.visitor.jar), self.outcome
        outcome.sent += 1
        outcome.faults += [f"{endpoint}: {fault}: {what}" for fault in self.visitor.wire.faults(sent, answer)]
        if answer.status == 302:
            outcome.saved[endpoint] += 1
            outcome.led_to.append(answer.headers["Location"])
        elif answer.status == 200 and (not answer.is_page or ASKS in answer.body):
            outcome.asked[endpoint] += 1
        elif said := sentences(answer):
            outcome.refused[endpoint] += 1
            outcome.reasons[endpoint] = said
        else:
            outcome.faults.append(f"{endpoint}: {answer.status} without a sentence: {what}")
        return answer


def _main(answer: Answer) -> BeautifulSoup:
    return BeautifulSoup(answer.body.partition(b"<main")[2].partition(b"</main>")[0], "html.parser")


def sentences(answer: Answer) -> list[str]:
    """What a page says about why it refused: beside fields, above the form, or as a page of its own."""
    soup = _main(answer)
    found = soup.select(".field-error, .error-summary li, .note-error, [role=alert]")
    if answer.status >= 400:
        found += soup.select(".measure > p")
    return [text for tag in found if (text := tag.get_text(" ", strip=True))]


def refused_fields(answer: Answer) -> set[str]:
    """Names of the fields beside which a sentence stands."""
    soup = _main(answer)
    named = {tag["id"].removesuffix("-error") for tag in soup.select(".field-error[id]")}
    links = {a["href"].lstrip("#") for a in soup.select(".error-summary a[href^='#']")}
    return named | links


def bad_uploads() -> Iterator[tuple[str, bytes]]:
    """Every file that hides something, and an honest one under every odd name."""
    yield from payloads.XXE
    yield from payloads.POLYGLOTS
    yield from payloads.IMPOSTORS
    yield from payloads.MACROS
    yield from payloads.HARMLESS_POLYGLOTS
    for text in (*payloads.PATHS, *payloads.HEADERS, *payloads.SCRIPTS, *payloads.HITS):
        yield f"{text}.pdf", payloads.pdf()
    yield from payloads.BOMBS
