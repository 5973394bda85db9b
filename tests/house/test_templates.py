"""What every template owes the page: it compiles, is translatable, and carries no script or style."""

import re

import pytest

from tests.house.tree import TEMPLATES

FILES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [p.relative_to(TEMPLATES).as_posix() for p in FILES]

_CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.S)
_TAGS = re.compile(r"<[^>]*>", re.S)
_WORDS = re.compile(r"[^\W\d_]{2,}")
#: Words that are the same in every language, and the endings of identifiers that a macro puts together.
_SAME = {
    "hint",
    "error",
    "Tracker",
    "CSV",
    "TLP",
    "nbsp",
    "middot",
    "hellip",
    "mdash",
    "ndash",
    "times",
    "UTC",
    "larr",
    "rarr",
    "amp",
}


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(app, name):
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_has_no_inline_script_style_or_handler(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son\w+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_names_no_other_host(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", _CODE.sub("", text))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_word_can_be_translated(path):
    text = re.sub(r"<(svg|code)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
    bare = _TAGS.sub(" ", _CODE.sub("", text))
    assert [w for w in _WORDS.findall(bare) if w not in _SAME] == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_imports_no_macro_that_it_does_not_use(path):
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    imports = re.compile(r'{%-?\s*from\s+"[^"]+"\s+import\s+(.*?)-?%}', re.S)
    names = [
        re.sub(r"\s+with(out)?\s+context", "", name).split(" as ")[-1].strip()
        for listed in imports.findall(text)
        for name in listed.split(",")
    ]
    code = " ".join(_CODE.findall(imports.sub("", text)))
    assert [name for name in names if not re.search(rf"\b{name}\s*\(", code)] == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_asks_the_database_nothing(path):
    code = " ".join(_CODE.findall(path.read_text(encoding="utf-8")))
    assert not re.search(r"\b(session|query)\.|\.(filter_by|scalars|execute)\(", code)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_joins_no_list_by_the_comma_of_one_language(path):
    assert not re.search(r'(join\(|\{\{ )", "', path.read_text(encoding="utf-8"))
