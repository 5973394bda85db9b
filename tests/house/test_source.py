"""What every module owes the reader."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, modules, name_of, parsed, public_things


def test_rooms_import_one_way():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", "setup.cfg", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_no_import_hides_inside_a_function():
    found = [
        f"{name_of(path)}:{inner.lineno}"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_every_public_thing_says_what_it_is():
    silent = []
    for path in modules():
        tree = parsed(path)
        if not ast.get_docstring(tree):
            silent.append(name_of(path))
        silent += [
            f"{name_of(path)}:{thing.lineno} {thing.name}"
            for thing in public_things(tree)
            if not ast.get_docstring(thing) and thing.name not in INHERITED
        ]
    assert silent == []


#: Methods that a library's base class names and documents.
INHERITED = {"load_config", "load", "validate", "format"}


#: Modules of services that are not called `service.py`.
SERVICES = {
    "service.py",
    "account.py",
    "adoptions.py",
    "by_theme.py",
    "links.py",
    "versions.py",
    "writing.py",
}


def test_no_page_and_no_form_touches_the_database_session():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if path.stem.endswith(("views", "forms", "form"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "session"
        and isinstance(node.value, ast.Name)
        and node.value.id == "db"
    ]
    assert found == []


def test_no_service_knows_of_request_session_or_flash():
    found = [
        f"{name_of(path)}:{node.lineno} {alias.name}"
        for path in modules()
        if path.name in SERVICES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in {"flash", "request", "session"}
    ]
    assert found == []


def test_no_file_is_over_400_lines():
    long = {name_of(p): n for p in modules() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}


def test_nothing_is_left_to_do_without_a_reason():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        f"{name_of(path)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["tracker", "templates", "static", "docs", "tests", "benchmarks"])
def test_the_project_names_no_path_of_a_machine(folder):
    needles = ("/" + "work/", "/" + "root/", "/home" + "/")
    found = []
    for path in (ROOT / folder).rglob("*"):
        if path.is_file() and path.suffix in {".py", ".html", ".css", ".js", ".md", ".txt", ".cfg"}:
            text = path.read_text(encoding="utf-8")
            found += [f"{name_of(path)}: {needle}" for needle in needles if needle in text]
    assert found == []
