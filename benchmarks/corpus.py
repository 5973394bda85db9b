"""A corpus of any size for measuring: sentences made of the words of the field, with a long tail."""

import csv
import random
from pathlib import Path

from tracker.capture.columns import COLUMNS

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

#: Plain queries over such a corpus.
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
