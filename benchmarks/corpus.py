"""A corpus of any size for measuring: sentences made of the words of the field, with a long tail, or a file
given, repeated until it is long enough.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from tracker.capture.columns import COLUMNS
from tracker.search.document import Document

_VERBS = [
    "Adopt",
    "Strengthen",
    "Review",
    "Ensure",
    "Train",
    "Establish",
    "Share",
    "Protect",
    "Monitor",
    "Amend",
    "Publish",
    "Fund",
    "Develop",
    "Verify",
]
_OBJECTS = [
    "the legal framework",
    "training of prison staff",
    "a national register",
    "joint investigation teams",
    "procedures at the border",
    "conditions of detention",
    "the exchange of information",
    "protection of witnesses",
    "alternatives to detention",
    "risk assessment tools",
    "screening of asylum applications",
    "oversight of special techniques",
    "support for victims",
    "rehabilitation programmes",
    "data protection rules",
]
_ENDS = [
    "in line with international human rights law",
    "by the end of next year",
    "in cooperation with neighbouring countries",
    "with the participation of civil society",
    "without discrimination",
    "in all places of detention",
    "at central and local level",
    "and report on the results",
    "with adequate funding",
    "under judicial control",
]
_THEMES = [
    "prisons",
    "human-rights",
    "judicial-training",
    "extradition",
    "data-protection",
    "witness-protection",
    "victims",
    "border-management",
]
_COUNTRIES = [
    "JO",
    "MA",
    "IQ",
    "LB",
    "EG",
    "ES",
    "FR",
    "CY",
    "FI",
    "RO",
    "TN",
    "DZ",
    "LY",
    "TR",
    "IT",
    "DE",
    "SE",
    "NO",
    "AT",
    "BE",
]
_POSITIONS = ["accepted", "not-accepted", "under-consideration", ""]

#: Plain queries over such a corpus, and over others of the field.
QUERIES = [
    "training of prison staff",
    "detention conditions",
    "border procedures",
    "witness protection",
    "exchange of information neighbouring countries",
    "human rights",
    "alternatives to detention",
    "judicial control",
    "rehabilitation funding",
    "data protection",
]


def write_csv(path: Path, count: int, seed: int = 7) -> Path:
    """Write `count` recommendations in the columns of the import; the same seed gives the same file."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for number in range(count):
            workshop = number // 1_500
            # Rare words, so that the vocabulary grows as that of real texts does.
            rare = " ".join(f"term{int(chance.paretovariate(0.6)) % 50_000}" for _ in range(3))
            rows.writerow(
                {
                    "kind": "recommendation",
                    "ref": f"GEN-{number:06}",
                    "text": f"{chance.choice(_VERBS)} {chance.choice(_OBJECTS)} and "
                    f"{chance.choice(_OBJECTS)} {chance.choice(_ENDS)} ({rare}).",
                    "language": "en",
                    "workshop": f"GEN-{workshop:03}",
                    "workshop_title": f"Generated workshop {workshop}",
                    "workshop_date": f"{2008 + workshop % 16}-05-{1 + workshop % 28:02}",
                    "themes": "|".join(chance.sample(_THEMES, chance.randint(1, 2))),
                    "addressees": chance.choice(_COUNTRIES),
                    "position": chance.choice(_POSITIONS),
                    "handling": "TLP:CLEAR",
                }
            )
    return path


def rows(path: Path, count: int | None = None) -> Iterator[dict[str, str]]:
    """The first `count` rows of a file, all without a count; a shorter file is read again and again, each
    time with other references and each text without one of its words.
    """
    given = 0
    turn = 0
    while turn == 0 or (count is not None and 0 < given < count):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if given == count:
                    return
                given += 1
                yield _varied(row, turn) if turn else row
        turn += 1


def _varied(row: dict[str, str], turn: int) -> dict[str, str]:
    words = row["text"].split()
    if len(words) > 1:
        del words[turn * 7 % len(words)]
    return row | {"ref": f"{row['ref']}-{turn}", "text": " ".join(words)}


def documents(path: Path, count: int | None) -> Iterator[Document]:
    """The rows of a corpus as documents that every member may see."""
    for number, row in enumerate(rows(path, count), 1):
        language = row["language"] or "en"
        day = row["workshop_date"].replace("-", "")
        yield Document(
            ref=f"REC-{day[:4] or '2024'}-{number:06}",
            external_ref=row["ref"],
            kind=row["kind"],
            language=language,
            titles={language: row["title"]} if row["title"] else {},
            texts={language: row["text"]},
            workshop_text=f"{row['workshop']} {row['workshop_title']}",
            filters=_filters(row, language, day[:4]),
            access=("member",),
            waiting_since=(day,) if day else (),
            date=day,
        )


def _filters(row: dict[str, str], language: str, year: str) -> dict[str, tuple[str, ...]]:
    themes = filter(None, row["themes"].split("|"))
    return {
        "theme": tuple(dict.fromkeys(label.strip().lower().replace(" ", "-") for label in themes)),
        "country": tuple(dict.fromkeys(filter(None, row["addressees"].split("|")))),
        "workshop": (row["workshop"],),
        "year": (year,),
        "kind": (row["kind"],),
        "implementation": (row["implementation"] or "not-started",),
        "position": (row["position"],) if row["position"] else (),
        "assurance": ("none",),
        "lang": (language,),
        "record": ("published",),
        "handling": (row["handling"],),
    }
