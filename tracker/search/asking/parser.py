"""Reading a query: a small tokenizer and a recursive parser that accept any string.

Nothing a reader types is an error. What cannot be read as syntax is read as plain words, and a note says so.
The work is bounded before it starts: so many characters, so many clauses, so long a word, so deep a group.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.search.asking.query import (
    QUERY_FIELDS,
    STATES,
    Filter,
    Node,
    Note,
    NoteCode,
    Phrase,
    Prefix,
    Query,
    Word,
    all_of,
    any_of,
    none_of,
)

MAX_CHARACTERS = 400
MAX_CLAUSES = 32
MAX_WORD = 64
MAX_DEPTH = 8
MAX_PREFIXES = 6
"""Beginnings of words are looked up word by word, so fewer of them are allowed than of other clauses."""

MIN_PREFIX = 2

_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»＂〝〞", '"') | {"−": "-", "＊": "*", "：": ":", "（": "(", "）": ")"}
)

# Everything that does not print (and would upset a log or a page) counts as a blank; joiners inside words do
# not.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")

_VALUE = r'(?:"[^"]*"|[^\s"(),]+)'
_TOKENS = re.compile(
    rf"""
      (?P<minus>-+(?=[^\s\-)]))
    | (?P<plus>[+*]+(?=\S))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<field>[A-Za-z]+):(?P<values>{_VALUE}(?:,{_VALUE})*)
    | "(?P<phrase>[^"]*)(?P<end>"|$)
    | (?P<word>[^\s"()]+)
    """,
    re.VERBOSE,
)
# A reference may be typed with blanks, other dashes or too few digits. Quoted text is left as it is.
_REFERENCE = re.compile(
    r'"[^"]*"?|(?<![\w:-])(?P<kind>REC|PRA)\s*[-‐-―−]?\s*(?P<year>[0-9]{4})'
    r"(?:\s*[-‐-―−]\s*|\s+)(?P<number>[0-9]{1,6})(?![\w*-])",
    re.IGNORECASE,
)
_OPERATORS = {"OR": "or", "AND": "and", "NOT": "minus"}
_SPEAKS = re.compile(r"[^\W_]")


@dataclass(slots=True)
class _Token:
    kind: str
    node: Node | None = None


@dataclass(slots=True)
class _Reading:
    """One reading of one query: the notes taken and the number of clauses so far."""

    notes: list[Note] = field(default_factory=list)
    clauses: int = 0
    prefixes: int = 0
    dropped: int = 0

    def note(self, code: NoteCode, value: str = "") -> None:
        note = Note(code, value)
        if note not in self.notes:
            self.notes.append(note)


def parse(text: str) -> Query:
    """Read any string as a query. Never raises; what could not be read as typed is in the notes."""
    reading = _Reading()
    plain = _UNPRINTABLE.sub(" ", text.translate(_QUOTES)).strip()
    if len(plain) > MAX_CHARACTERS:
        reading.note(NoteCode.QUERY_CUT)
        plain = plain[:MAX_CHARACTERS].rstrip()
    tokens = list(_tokens(_REFERENCE.sub(_reference, plain), reading))
    root, _ = _sequence(tokens, 0, 0, reading)
    if reading.dropped:
        reading.note(NoteCode.CLAUSES_CUT, str(reading.dropped))
    return Query(plain, root, tuple(reading.notes))


def _reference(match: re.Match[str]) -> str:
    if not match["kind"]:
        return match[0]
    return f"{match['kind'].upper()}-{match['year']}-{match['number']:0>4}"


def _sequence(tokens: list[_Token], at: int, depth: int, reading: _Reading) -> tuple[Node | None, int]:
    """Read one group from ``tokens[at]``; answers its node and where reading stopped."""
    items: list[Node] = []
    joining = negated = False
    while at < len(tokens):
        token = tokens[at]
        at += 1
        node = token.node
        if token.kind == "close":
            if depth:
                return all_of(items), at
            continue
        if token.kind == "or":
            joining = bool(items)
            continue
        if token.kind == "minus":
            negated = True
            continue
        if token.kind == "open":
            if depth >= MAX_DEPTH:
                reading.note(NoteCode.OPEN_GROUP)
                continue
            node, at = _sequence(tokens, at, depth + 1, reading)
        if node is None:
            continue
        node = none_of(node) if negated else node
        if joining:
            joined = any_of([items[-1], node])
            items[-1] = node if joined is None else joined
        else:
            items.append(node)
        joining = negated = False
    if depth:
        reading.note(NoteCode.OPEN_GROUP)
    return all_of(items), at


def _tokens(text: str, reading: _Reading) -> Iterator[_Token]:
    """The tokens of a query text; words outside the bounds are cut or dropped here."""
    literal = False
    for match in _TOKENS.finditer(text):
        kind, marked, literal = match.lastgroup, literal, False
        if kind in ("open", "close"):
            yield _Token(kind)
        elif match["minus"]:
            yield _Token("minus")
        elif match["plus"]:
            literal = "+" in match["plus"]
        elif match["word"] in _OPERATORS:
            yield _Token(_OPERATORS[match["word"]])
        else:
            for leaf in _leaves(match, reading):
                node = Word(leaf.text, literal=True) if marked and isinstance(leaf, Word) else leaf
                starred = isinstance(node, Prefix)
                reading.clauses += 1
                reading.prefixes += starred
                if reading.clauses <= MAX_CLAUSES and not (starred and reading.prefixes > MAX_PREFIXES):
                    yield _Token("leaf", node)
                else:
                    reading.dropped += 1


def _leaves(match: re.Match[str], reading: _Reading) -> Iterator[Node]:
    """The leaves one piece of the query stands for: usually one, none for mere punctuation."""
    if match["field"]:
        yield from _filter(match["field"], match["values"], reading)
    elif match["phrase"] is not None:
        if not match["end"]:
            reading.note(NoteCode.OPEN_QUOTE)
        phrase = " ".join(match["phrase"].split())
        if _SPEAKS.search(phrase):
            yield Phrase(phrase)
    else:
        yield from _word(match["word"], reading)


def _filter(name: str, values: str, reading: _Reading) -> Iterator[Node]:
    """A filter, or the plain words it is read as when there is no such field or state."""
    key = name.lower()
    found = tuple(
        dict.fromkeys(value for raw in re.findall(_VALUE, values) if (value := raw.strip('"').strip()))
    )
    if key == "is":
        wrong = [value for value in found if value.lower() not in STATES]
        for value in wrong:
            reading.note(NoteCode.UNKNOWN_VALUE, f"is:{value}")
        found = () if wrong else tuple(value.lower() for value in found)
    elif key not in QUERY_FIELDS:
        if not values.startswith("//"):
            reading.note(NoteCode.UNKNOWN_FIELD, name)
        found = ()
    elif not found:
        reading.note(NoteCode.EMPTY_VALUE, name)
    if found:
        yield Filter(key, found)
    else:
        for piece in [name, *re.split(r'[\s",():]+', values)]:
            yield from _word(piece, reading)


def _word(raw: str, reading: _Reading) -> Iterator[Node]:
    """A word or a prefix; nothing when the piece has neither letter nor digit."""
    bare = raw.lstrip("+*-").rstrip(",;:")
    if raw.endswith(":") and bare.lower() in QUERY_FIELDS:
        reading.note(NoteCode.EMPTY_VALUE, bare)
    text = bare.rstrip("*,;:")
    starred = bare.endswith("*")
    if not _SPEAKS.search(text):
        return
    if len(text) > MAX_WORD:
        text = text[:MAX_WORD]
        reading.note(NoteCode.WORD_CUT, text)
    if starred and len(text) < MIN_PREFIX:
        reading.note(NoteCode.SHORT_PREFIX, text)
        starred = False
    # Cutting may have uncovered an operator, which would be read as one the next time.
    text = text.lower() if text in _OPERATORS else text
    yield Prefix(text) if starred else Word(text)
