"""How good the results are on test collections, as Tracker takes them in and is asked through its API.

usage: python -m benchmarks.quality FOLDER … [--questions N]

A collection is a folder with ``docs.jsonl`` (``id``, ``title``, ``text``, ``lang``), ``queries.jsonl``
(``id``, ``text``) and ``qrels.tsv`` (query, document, grade from 0). Each is imported into an instance of its
own, as one workshop, and every question with a judgement is asked through
``GET /api/v1/search?q=…&limit=10``. The same questions go to SQLite FTS5 in the same run: any word, bm25,
with Porter stemming, and where the texts are not English also with folding of accents alone. The table is
Markdown.

nDCG@10 takes 2^grade - 1 as the gain of a document and log2(rank + 1) as its discount, against the best
order of all judged documents (Burges et al. 2005); with the grade itself as the gain (Järvelin, Kekäläinen
2002) it stands in a column of its own. Recall and MRR count every grade above zero.
"""

import argparse
import csv
import json
import re
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from tracker import instance
from tracker.accounts import service as accounts
from tracker.app import create_app
from tracker.capture.columns import COLUMNS, LONGEST, LONGEST_CELL
from tracker.capture.importer import import_csv
from tracker.core.permissions import OPERATOR
from tracker.search import indexing

DEPTH = 10
QUESTIONS = 1_514
"""Questions asked of one collection at most, the first ones."""

Ranking = list[str]


@dataclass(frozen=True)
class Collection:
    """Documents, the questions that have a judgement, and for each question the grade of documents."""

    name: str
    language: str
    documents: list[dict[str, str]]
    questions: list[tuple[str, str]]
    grades: dict[str, dict[str, int]]


def read_collection(folder: Path, most: int) -> Collection:
    """A collection from its folder; documents without any text are left out, as nothing could be imported."""
    documents = [one for one in _lines(folder / "docs.jsonl") if one["title"].strip() or one["text"].strip()]
    language, _count = Counter(one.get("lang") or "en" for one in documents).most_common(1)[0]
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        if line.strip():
            question, document, grade = line.split("\t")
            grades.setdefault(question, {})[document] = int(grade)
    judged = {question for question, of_it in grades.items() if any(grade > 0 for grade in of_it.values())}
    questions = [(one["id"], one["text"]) for one in _lines(folder / "queries.jsonl")]
    questions = [pair for pair in questions[:most] if pair[0] in judged]
    return Collection(folder.name.removeprefix("ir_"), language, documents, questions, grades)


def _lines(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def ndcg(ranking: Sequence[str], grades: dict[str, int], gain: Callable[[int], float]) -> float:
    """Discounted gain of the first ten, divided by that of the best order."""
    ideal = sorted(grades.values(), reverse=True)
    return _discounted([grades.get(ref, 0) for ref in ranking], gain) / _discounted(ideal, gain)


def _discounted(grades: Sequence[int], gain: Callable[[int], float]) -> float:
    return sum(gain(grade) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1))


def recall(ranking: Sequence[str], grades: dict[str, int]) -> float:
    """The part of the relevant documents that is among the first ten."""
    relevant = {ref for ref, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:DEPTH])) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], grades: dict[str, int]) -> float:
    """One divided by the place of the first relevant document; 0 when it is not among the first ten."""
    places = (place for place, ref in enumerate(ranking[:DEPTH], 1) if grades.get(ref, 0) > 0)
    return 1 / next(places, float("inf"))


def ask_tracker(collection: Collection, folder: Path) -> tuple[list[Ranking], str]:
    """Import into a fresh instance and ask the API; rankings in the order of the questions, and a remark."""
    app = create_app({"RATELIMIT_ENABLED": False}, instance=str(folder / "instance"))
    with app.app_context():
        instance.initialise()
        result = import_csv(OPERATOR, _write_csv(collection, folder / "collection.csv"))
        if result.problems:
            raise SystemExit(f"{collection.name}: {result.problems[0]}")
        indexing.drain_all()
        person = accounts.add_person(OPERATOR, "bench@example.org", "Bench", ["reader"], [])
        token = accounts.issue_token(OPERATOR, person, "bench")
    client = app.test_client()
    rankings: list[Ranking] = []
    notes: Counter[str] = Counter()
    times: list[float] = []
    for _id, text in collection.questions:
        began = time.perf_counter()
        answer = client.get(
            "/api/v1/search",
            query_string={"q": text, "limit": DEPTH},
            headers={"Authorization": f"Bearer {token}"},
        )
        times.append((time.perf_counter() - began) * 1000)
        found: dict[str, Any] = answer.json or {}
        if answer.status_code != 200:
            raise SystemExit(f"{collection.name}: {answer.status_code} for {text!r}")
        rankings.append([hit["external_ref"] for hit in found["hits"]])
        notes["any word"] += bool(found["any_word"])
        notes["fewer than ten"] += len(found["hits"]) < DEPTH
        notes["nothing"] += not found["hits"]
    remark = ", ".join(f"{name} {count}" for name, count in notes.items())
    return rankings, f"{remark}; p50 {statistics.median(times):.1f} ms"


def _write_csv(collection: Collection, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for one in collection.documents:
            title = " ".join(one["title"].split())[: LONGEST["title"]]
            rows.writerow(
                {
                    "kind": "recommendation",
                    "ref": one["id"],
                    "title": title,
                    "text": one["text"].strip()[:LONGEST_CELL] or title,
                    "language": one.get("lang") or collection.language,
                    "workshop": "COLLECTION",
                    "workshop_title": "-",
                    "workshop_date": "2024-01-01",
                    "handling": "TLP:CLEAR",
                }
            )
    return path


def fts5_tokenizers(language: str) -> list[str]:
    """The tokenizers of SQLite FTS5 to compare with."""
    return ["porter"] if language == "en" else ["porter", "unicode61 remove_diacritics 2"]


def ask_fts5(collection: Collection, tokenizer: str) -> list[Ranking]:
    """The same questions to SQLite FTS5 in memory."""
    database = sqlite3.connect(":memory:")
    database.execute(
        f"CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, title, text, tokenize = '{tokenizer}')"
    )
    database.executemany(
        "INSERT INTO docs VALUES (?, ?, ?)",
        [(one["id"], one["title"], one["text"]) for one in collection.documents],
    )
    rankings: list[Ranking] = []
    for _id, text in collection.questions:
        words = dict.fromkeys(re.findall(r"\w+", text.lower()))
        rows = database.execute(
            "SELECT id FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words) or '""', DEPTH),
        )
        rankings.append([row[0] for row in rows])
    return rankings


def figures(collection: Collection, rankings: Sequence[Ranking]) -> list[str]:
    """The means over all questions, as cells of a table."""
    pairs = [
        (ranking, collection.grades[question])
        for ranking, (question, _text) in zip(rankings, collection.questions, strict=True)
    ]
    values = (
        statistics.fmean(ndcg(ranking, grades, lambda grade: 2.0**grade - 1) for ranking, grades in pairs),
        statistics.fmean(ndcg(ranking, grades, float) for ranking, grades in pairs),
        statistics.fmean(recall(ranking, grades) for ranking, grades in pairs),
        statistics.fmean(reciprocal_rank(ranking, grades) for ranking, grades in pairs),
    )
    return [f"{value:.4f}" for value in values]


def main() -> None:
    """Read the arguments, measure every collection and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="questions asked at most")
    given = parser.parse_args()
    print(
        "| collection | documents | questions | engine | nDCG@10 | nDCG@10, linear | recall@10 | MRR@10 |",
        "|---|--:|--:|---|--:|--:|--:|--:|",
        sep="\n",
    )
    remarks = []
    for path in given.folders:
        collection = read_collection(path, given.questions)
        with tempfile.TemporaryDirectory() as folder:
            ours, remark = ask_tracker(collection, Path(folder))
        remarks.append(f"{collection.name} ({collection.language}): {remark}")
        answers = {"Tracker": ours}
        for tokenizer in fts5_tokenizers(collection.language):
            answers[f"SQLite FTS5, {tokenizer}"] = ask_fts5(collection, tokenizer)
        for engine, rankings in answers.items():
            cells = [collection.name, str(len(collection.documents)), str(len(collection.questions)), engine]
            print(f"| {' | '.join(cells + figures(collection, rankings))} |", flush=True)
    print(
        "", "Questions of which Tracker answered with any word, fewer than ten results, none; time:", sep="\n"
    )
    print(*[f"- {remark}" for remark in remarks], sep="\n")


if __name__ == "__main__":
    main()
