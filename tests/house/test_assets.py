"""What the look rests on: vendored files as listed, nothing from elsewhere, text that can be read."""

import hashlib
import json
import re
import shutil

import pytest
from flask import Flask

from tracker.core import assets
from tracker.core.vocabulary import Vocabulary
from tracker.followup.vocabulary import Assurance, Finding, Implementation, Position, Stage
from tracker.outcomes.vocabulary import Kind, Priority, Quality, Record

STATIC = assets.static_folder()
TEMPLATES = assets.templates_folder()
SHEETS = sorted((STATIC / "css").glob("*.css"))
PICTURES = sorted((STATIC / "img").glob("*.svg"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
OURS = sorted([*(TEMPLATES / "layout").glob("*.html"), *(TEMPLATES / "components").glob("*.html")])

TEXT = ("ink", "quiet", "accent", "accent-strong", "signal")
SURFACES = ("paper", "raised", "wash", "accent-wash", "signal-wash")
FILLED = (("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-signal", "signal"))
BOUNDS = [(line, surface) for line in ("edge", "focus") for surface in ("paper", "raised", "wash")]


def read(path):
    return path.read_text(encoding="utf-8")


def named(path):
    return path.name


# --- what was taken from others ------------------------------------------------------------------


def test_vendored_files_are_those_that_the_manifest_names():
    assert assets.verify_manifest() == []


def test_every_vendored_package_states_version_and_licence_and_brings_its_licence():
    for package in json.loads(read(STATIC / assets.MANIFEST))["packages"]:
        assert package["version"]
        assert package["licence"]
        paths = [file["path"] for file in package["files"]]
        assert f"{package['name']}-{package['version']}/LICENSE" in paths


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(STATIC, tmp_path / "static")
    return tmp_path / "static"


def test_a_vendored_file_that_was_altered_removed_or_added_is_noticed(copy):
    first, second, *_rest = sorted(
        p for p in (copy / "vendor").rglob("*") if p.parent != copy / "vendor" and p.is_file()
    )
    first.write_text("altered")
    second.unlink()
    (copy / "vendor" / "stray.js").write_text("")
    found = "\n".join(assets.verify_manifest(copy))
    assert f"{first.name}: altered" in found
    assert f"{second.name}: missing" in found
    assert "stray.js: not in the manifest" in found


def test_a_manifest_that_is_missing_or_garbled_is_said_to_be_so(copy):
    (copy / assets.MANIFEST).write_text("{")
    assert "unreadable" in assets.verify_manifest(copy)[0]
    (copy / assets.MANIFEST).unlink()
    assert "missing" in assets.verify_manifest(copy)[0]


# --- addresses ---------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.css").write_text("one")
    app = Flask("a site", static_folder=str(folder), static_url_path="/static")
    assets.init_assets(app)
    return app


def address(site, path):
    with site.test_request_context():
        return assets.asset_url(path)


def test_the_address_of_a_file_changes_with_its_content(site, tmp_path):
    before = address(site, "a.css")
    assert before == f"/static/a.css?v={hashlib.sha256(b'one').hexdigest()[:10]}"
    (tmp_path / "files" / "a.css").write_text("another")
    assert address(site, "a.css") != before


def test_a_missing_file_still_has_an_address(site):
    assert address(site, "missing.css") == "/static/missing.css"


def test_browsers_keep_a_file_only_under_the_hash_of_its_content(site):
    client = site.test_client()
    with client.get(address(site, "a.css")) as kept:
        assert kept.cache_control.immutable
        assert kept.cache_control.max_age == 31536000
    for other in ("/static/a.css", "/static/a.css?v=0123456789"):
        with client.get(other) as passing:
            assert not passing.cache_control.immutable


# --- nothing from elsewhere, nothing inline ------------------------------------------------------------


@pytest.mark.parametrize("path", [*SHEETS, *PICTURES, *SCRIPTS, *OURS], ids=named)
def test_it_names_no_other_host(path):
    text = read(path).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:", text)
    assert not re.search(
        r"""(url\(|["'(=\s])//\w""", re.sub(r"//[^\n]*", "", text) if path.suffix == ".js" else text
    )


@pytest.mark.parametrize("path", [*SHEETS, *PICTURES, *SCRIPTS], ids=named)
def test_it_holds_no_data_address(path):
    assert "data:" not in read(path)


@pytest.mark.parametrize("path", PICTURES, ids=named)
def test_a_picture_has_neither_style_nor_script(path):
    assert not re.search(r"<(style|script)|\sstyle=|\son\w+=", read(path))


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_template_has_no_inline_style_script_or_handler(path):
    text = read(path)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_our_script_is_short_and_makes_no_code_of_text(path):
    assert len(read(path).splitlines()) <= 150
    assert not re.search(
        r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", read(path)
    )


def test_no_page_uses_a_piece_of_bootstrap_whose_picture_the_policy_forbids():
    sheet = next((STATIC / "vendor").glob("bootstrap-*/bootstrap.min.css"))
    rules = re.findall(r"([^{}]+)\{[^{}]*data:image[^{}]*\}", read(sheet))
    pictured = {c for selector in rules for c in re.findall(r"\.([a-z][a-z-]+)", selector)}
    # A control has a picture only together with a mark of validity, which no page sets; our sheets give a
    # list of choices its own.
    forbidden = pictured - {"form-control", "form-select"}
    assert forbidden
    assert re.search(r"\.form-select[^{}]*\{\s*background-image: url\(", read(STATIC / "css" / "forms.css"))
    for path in TEMPLATES.rglob("*.html"):
        used = {word for text in re.findall(r'"([^"]*)"', read(path)) for word in text.split()}
        assert not used & forbidden, path


def test_no_sheet_has_a_rule_for_a_class_that_no_page_has():
    written = " ".join(read(path) for path in [*TEMPLATES.rglob("*.html"), *SCRIPTS])
    whole = set(re.findall(r"[\w-]+", written))
    # Classes that a macro puts together: what stands before the part that varies.
    beginnings = tuple(set(re.findall(r"([a-z][\w-]*-)(?:\{\{|\" ~)", written)))
    unused = {
        name
        for path in SHEETS
        for name in re.findall(
            r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", read(path), flags=re.S)
        )
        if name not in whole and not name.startswith(beginnings)
    }
    assert unused == set()


@pytest.mark.parametrize("path", SHEETS, ids=named)
def test_a_sheet_says_start_and_end_never_left_and_right(path):
    text = re.sub(r"@(top|bottom)-(left|right)", "", re.sub(r"/\*.*?\*/", "", read(path), flags=re.S))
    assert not re.search(r"(?<![\w-])(left|right)\s*:|-(left|right)\s*:|:\s*(left|right)\s*;", text)


@pytest.mark.parametrize("path", [*SHEETS, *OURS], ids=named)
def test_a_file_is_not_over_400_lines(path):
    assert len(read(path).splitlines()) <= 400


# --- what pages refer to is there ----------------------------------------------------------------------


def test_every_file_that_the_layout_and_the_components_name_is_there():
    literal = {
        name for path in OURS for name in re.findall(r"\"((?:css|js|img|vendor)/[\w./-]+\.\w+)\"", read(path))
    }
    assert literal
    for name in sorted(literal):
        assert (STATIC / name).is_file(), name


def test_every_sheet_is_linked_and_every_picture_in_a_sheet_is_there():
    base = read(TEMPLATES / "layout" / "base.html")
    for path in SHEETS:
        assert f'"{path.stem}"' in base or f"css/{path.name}" in base, path.name
        for picture in re.findall(r'url\("([^"]+)"\)', read(path)):
            assert (path.parent / picture).resolve().is_file(), picture


def glyphs():
    """The table of `components/states.html`: glyph by kind of state and slug."""
    text = read(TEMPLATES / "components" / "states.html")
    table = text[text.index("set GLYPHS") : text.index("set FLAGS")]
    kinds = re.findall(r'^ {2}"(\w+)": \{(.*?)^ {2}\}', table, re.S | re.M)
    return {kind: dict(re.findall(r'"([\w-]+)": \("([\w-]+)"', body)) for kind, body in kinds}


def test_every_glyph_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', read(STATIC / "img" / "states.svg")))
    used = {glyph for values in glyphs().values() for glyph in values.values()}
    for path in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'glyph\("([\w-]+)"\)', read(path)))
    assert used <= sprite


@pytest.mark.parametrize(
    ("kind", "vocabulary"),
    [
        ("position", Position),
        ("implementation", Implementation),
        ("assurance", Assurance),
        ("record", Record),
        ("quality", Quality),
        ("adoption", Stage),
        ("outcome_kind", Kind),
        ("finding", Finding),
        ("priority", Priority),
    ],
)
def test_every_state_has_a_glyph_of_its_own(kind: str, vocabulary: type[Vocabulary]):
    table = glyphs()[kind]
    assert list(table) == [str(member) for member in vocabulary]
    assert len(set(table.values())) == len(table)


# --- colours ---------------------------------------------------------------------------------------------


def themes():
    """The tokens of paper and of its dark twin; the twin repeats only what differs."""
    text = read(STATIC / "css" / "tokens.css")
    start = text.index("@media (prefers-color-scheme: dark)")
    end = text.index("\n}\n", start)
    paper, dark = (
        dict(re.findall(r"--t-([\w-]+):\s*([^;]+);", part)) for part in (text[:start], text[start:end])
    )
    return {"paper": paper, "dark": {**paper, **dark}}


def channels(colour):
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour):
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["paper", "dark"])
@pytest.mark.parametrize(("text", "surface"), [*[(t, s) for t in TEXT for s in SURFACES], *FILLED])
def test_text_can_be_read_on_every_surface(theme, text, surface):
    tokens = themes()[theme]
    assert contrast(tokens[text], tokens[surface]) >= 4.5


@pytest.mark.parametrize("theme", ["paper", "dark"])
@pytest.mark.parametrize(("line", "surface"), BOUNDS)
def test_the_bounds_of_what_can_be_operated_are_seen(theme, line, surface):
    tokens = themes()[theme]
    assert contrast(tokens[line], tokens[surface]) >= 3


@pytest.mark.parametrize("theme", ["paper", "dark"])
def test_triplets_repeat_the_colours(theme):
    tokens = themes()[theme]
    for name, value in tokens.items():
        if name.endswith("-rgb"):
            assert [int(c) for c in value.split(",")] == channels(tokens[name.removesuffix("-rgb")]), name


def test_the_traffic_light_labels_have_the_colours_of_the_standard():
    text = read(STATIC / "css" / "states.css").lower()
    for label, colour in (("red", "#ff2b2b"), ("amber-strict", "#ffc000"), ("green", "#33ff00")):
        assert re.search(rf"\.tlp-{re.escape(label)} \{{\s*color: {colour};", text)
    assert re.search(r"\.tlp \{[^}]*background: #000000;[^}]*color: #ffffff;", text)
