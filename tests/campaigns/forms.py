"""Reading the forms and links of a page, so that no test has to know which there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, SoupStrainer

#: Kinds of controls into which text is typed; a browser would let anything through a changed page.
TYPED = ("text", "search", "email", "url", "tel", "password", "textarea")
_ASIDE = ("submit", "button", "image", "reset")


@dataclass(frozen=True)
class Field:
    """A control of a form, with what a browser would send if nobody touched it."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def is_typed(self) -> bool:
        return self.kind in TYPED


@dataclass(frozen=True)
class Form:
    """A form and the page that offers it."""

    page: str
    action: str
    method: str
    fields: tuple[Field, ...]
    buttons: tuple[tuple[str, str], ...] = ()

    @property
    def takes_files(self) -> bool:
        return any(field.kind == "file" for field in self.fields)

    @property
    def typed(self) -> list[str]:
        """The names of the fields into which text is typed, each once."""
        return list(dict.fromkeys(field.name for field in self.fields if field.is_typed))

    def untouched(self) -> list[tuple[str, str]]:
        """What a browser would send of it."""
        return [(field.name, value) for field in self.fields for value in field.values]


@dataclass(frozen=True)
class Reading:
    """What a page offers."""

    forms: tuple[Form, ...]
    links: tuple[str, ...]

    @property
    def posts(self) -> list[Form]:
        return [form for form in self.forms if form.method == "post"]


def read(address: str, html: str) -> Reading:
    """The forms and the links within Tracker of a page that was opened at this address."""
    soup = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer(["form", "a"]))
    forms = tuple(_form(address, tag) for tag in soup.find_all("form"))
    links = dict.fromkeys(
        link for tag in soup.find_all("a", href=True) if (link := _inside(address, tag["href"])) is not None
    )
    return Reading(forms, tuple(links))


def _inside(page: str, href: str) -> str | None:
    try:
        whole = urldefrag(urljoin(f"http://here{page}", href)).url
        parts = urlsplit(whole)
    except ValueError:
        return None
    if parts.scheme != "http" or parts.netloc != "here":
        return None
    return whole.removeprefix("http://here") or "/"


def _form(page: str, tag: Any) -> Form:
    fields = tuple(_fields(tag))
    buttons = tuple(
        (button["name"], button.get("value", ""))
        for button in tag.find_all(["button", "input"])
        if button.get("name") and (button.name == "button" or button.get("type") == "submit")
    )
    action = _inside(page, tag.get("action") or page) or page
    return Form(page, action, (tag.get("method") or "get").lower(), fields, buttons)


def _fields(tag: Any) -> Iterator[Field]:
    groups: dict[str, list[Any]] = {}
    for control in tag.find_all(["input", "textarea", "select"]):
        name = control.get("name")
        kind = control.name if control.name != "input" else (control.get("type") or "text").lower()
        if not name or kind in _ASIDE:
            continue
        if kind == "textarea":
            yield Field(name, kind, (control.get_text().removeprefix("\n"),))
        elif kind == "select":
            yield _select(name, control)
        elif kind in ("checkbox", "radio"):
            groups.setdefault(name, []).append(control)
        elif kind == "file":
            yield Field(name, kind)
        else:
            yield Field(name, kind, (control.get("value", ""),))
    for name, controls in groups.items():
        chosen = tuple(c.get("value", "on") for c in controls if c.has_attr("checked"))
        kind = controls[0]["type"].lower()
        yield Field(name, kind, chosen, tuple(c.get("value", "on") for c in controls))


def _select(name: str, control: Any) -> Field:
    options = control.find_all("option")
    chosen = [option for option in options if option.has_attr("selected")]
    if not chosen and not control.has_attr("multiple"):
        chosen = options[:1]
    return Field(
        name,
        "select",
        tuple(option.get("value", option.get_text()) for option in chosen),
        tuple(option.get("value", option.get_text()) for option in options),
    )
