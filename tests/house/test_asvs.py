"""The table of the security standard is whole, and names only what exists."""

import ast
import re
from collections import Counter
from functools import lru_cache

import pytest

from tests.house.tree import ROOT

#: The level of every requirement of OWASP ASVS 5.0.0 in its order, by section: "1.2" begins with 1.2.1.
LEVELS = {
    "1.1": "22",
    "1.2": "1111122223",
    "1.3": "112222222223",
    "1.4": "222",
    "1.5": "123",
    "2.1": "122",
    "2.2": "112",
    "2.3": "12223",
    "2.4": "23",
    "3.1": "3",
    "3.2": "113",
    "3.3": "12223",
    "3.4": "11222233",
    "3.5": "11122333",
    "3.6": "3",
    "3.7": "22333",
    "4.1": "12233",
    "4.2": "23333",
    "4.3": "22",
    "4.4": "1222",
    "5.1": "2",
    "5.2": "112333",
    "5.3": "113",
    "5.4": "222",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
    "8.1": "1233",
    "8.2": "1123",
    "8.3": "133",
    "8.4": "23",
    "9.1": "111",
    "9.2": "1222",
    "10.1": "22",
    "10.2": "223",
    "10.3": "22223",
    "10.4": "1111122222233333",
    "10.5": "22222",
    "10.6": "22",
    "10.7": "222",
    "11.1": "2233",
    "11.2": "22233",
    "11.3": "11233",
    "11.4": "1222",
    "11.5": "23",
    "11.6": "23",
    "11.7": "33",
    "12.1": "12233",
    "12.2": "11",
    "12.3": "22223",
    "13.1": "2333",
    "13.2": "222223",
    "13.3": "2233",
    "13.4": "1222233",
    "14.1": "22",
    "14.2": "12223333",
    "14.3": "122",
    "15.1": "12233",
    "15.2": "12233",
    "15.3": "1222222",
    "15.4": "3333",
    "16.1": "2",
    "16.2": "22222",
    "16.3": "2222",
    "16.4": "222",
    "16.5": "2223",
    "17.1": "23",
    "17.2": "22223333",
    "17.3": "22",
}
ANSWERS = ("yes", "in part", "no", "not applicable")
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
#: Each row: requirement, level, what it asks, answer, where, what shows it or why.
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| v5.0.0-")
]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_FILE = re.compile(r"`([\w/.]+)`")


def asked() -> dict[str, str]:
    return {
        f"v5.0.0-{section}.{number}": level
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
        if level in "12"
    }


@lru_cache
def names_in(name: str) -> set[str]:
    path = ROOT / name
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_list_is_that_of_the_standard():
    assert Counter("".join(LEVELS.values())) == {"1": 70, "2": 183, "3": 92}


def test_every_requirement_of_levels_1_and_2_has_its_row_once_and_in_order():
    assert [(row[0], row[1]) for row in ROWS] == list(asked().items())


def test_every_row_is_whole_and_short():
    assert [row for row in ROWS if len(row) != 6 or row[3] not in ANSWERS] == []
    assert [row[0] for row in ROWS if not 0 < len(row[2].split()) <= 12] == []
    assert [row[0] for row in ROWS if not row[4] and row[3] in ("yes", "in part")] == []


def test_every_file_that_is_named_exists():
    named = {(row[0], name) for row in ROWS for name in _FILE.findall(row[4])}
    assert [pair for pair in sorted(named) if not (ROOT / pair[1]).exists()] == []


def test_every_test_that_is_named_exists():
    named = {(row[0], *found) for row in ROWS for found in _TEST.findall(row[5])}
    assert [each for each in sorted(named) if each[2] not in names_in(each[1])] == []


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_row_names_a_test_or_a_reason(answer):
    for requirement, _level, _asks, given, _where, shown in ROWS:
        if given != answer:
            continue
        reason = _TEST.sub("", shown).strip(" .")
        assert reason or (_TEST.search(shown) and answer == "yes"), requirement
        assert "TEST?" not in shown, f"{requirement} waits for the name of its test"


def test_the_figures_are_those_of_the_rows():
    counted = Counter((row[3], row[1]) for row in ROWS)
    for answer in ANSWERS:
        first, second = counted[answer, "1"], counted[answer, "2"]
        assert f"| {answer} | {first} | {second} | {first + second} |" in TEXT
