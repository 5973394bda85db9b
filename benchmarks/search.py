"""How fast the search engine is on a real corpus, beside plain Whoosh in the same run.

usage: python -m benchmarks.search [--file CSV] [--queries JSON] [--outcomes N] [--no-whoosh]

The CSV has the columns of `tracker import`; the JSON is a list of plain queries. Without them a corpus of N
outcomes is generated and some queries of the field are asked. Every query is asked as it is (all words) and
with OR between its words (any word): top 20 with exact total, seven facets and highlights; and one query is
a filter alone. Times are milliseconds on the machine at hand; the ratio is Whoosh's time to ours, query by
query.
"""

import argparse
import csv
import itertools
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

from benchmarks.corpus import QUERIES, write_csv
from tracker.search.document import Document
from tracker.search.engine import SearchRequest
from tracker.search.parser import parse
from tracker.search.whoosh_engine import WhooshEngine

FACETS = ("theme", "country", "workshop", "year", "implementation", "position", "lang")
TODAY = date(2024, 12, 1)
ROUNDS = 3
ADDS = 120


def documents(path: Path, limit: int | None) -> Iterator[Document]:
    """The rows of a corpus as documents that every member may see."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(itertools.islice(csv.DictReader(file), limit), 1):
            yield document(number, row)


def document(number: int, row: dict[str, str]) -> Document:
    """One row as a document."""
    language = row["language"] or "en"
    day = row["workshop_date"].replace("-", "")
    return Document(
        ref=f"REC-{day[:4] or '2024'}-{number:06}",
        external_ref=row["ref"],
        kind=row["kind"],
        language=language,
        titles={language: row["title"]} if row["title"] else {},
        texts={language: row["text"]},
        workshop_text=f"{row['workshop']} {row['workshop_title']}",
        filters={
            "theme": tuple(
                label.strip().lower().replace(" ", "-") for label in row["themes"].split("|") if label
            ),
            "country": tuple(filter(None, row["addressees"].split("|"))),
            "workshop": (row["workshop"],),
            "year": (day[:4],),
            "kind": (row["kind"],),
            "implementation": (row["implementation"] or "not-started",),
            "position": (row["position"],) if row["position"] else (),
            "assurance": ("none",),
            "lang": (language,),
            "record": ("published",),
            "handling": (row["handling"],),
        },
        access=("member",),
        waiting_since=(day,) if day else (),
        date=day,
    )


class PlainWhoosh:
    """The same corpus as Whoosh's manual would index it: stemmed texts, sortable columns for facets."""

    def __init__(self, folder: Path) -> None:
        self.schema = fields.Schema(
            ref=fields.ID(stored=True),
            title=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            text=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            kind=fields.KEYWORD,
            **{name: fields.KEYWORD(commas=True, sortable=True) for name in FACETS},
        )
        folder.mkdir()
        self.index = FileIndex.create(FileStorage(str(folder)), self.schema, "PLAIN")
        self.searcher: Any = None

    def build(self, corpus: Iterator[Document]) -> None:
        """Index all documents."""
        writer = self.index.writer(limitmb=256)
        for one in corpus:
            columns = {name: ",".join(one.filters[name]) for name in FACETS}
            title, text = "".join(one.titles.values()), "".join(one.texts.values())
            writer.add_document(ref=one.ref, title=title, text=text, kind=one.kind, **columns)
        writer.commit()
        self.searcher = self.index.searcher()

    def ask(self, text: str, group: Any) -> int:
        """Top 20, total, facets and highlights, by Whoosh alone."""
        query = MultifieldParser(["title", "text"], self.schema, group=group).parse(text)
        found = self.searcher.search(query, limit=20, groupedby=list(FACETS))
        for hit in found:
            hit.highlights("text")
        return len(found)


def clock(work: Callable[[], Any]) -> float:
    """Milliseconds that some work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def line(name: str, times: Sequence[float], ratios: Sequence[float] = ()) -> None:
    """Print the spread of some times."""
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    text = f"{name:24} p50 {statistics.median(times):8.2f}  p95 {p95:8.2f}  max {times[-1]:8.2f} ms"
    print(text + (f"  Whoosh takes {statistics.median(ratios):6.1f} times as long" if ratios else ""))


def memory() -> float:
    """Megabytes of memory this process has used at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident() -> float:
    """Megabytes of memory this process uses now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def measure(corpus: Path, queries: list[str], limit: int | None, *, whoosh: bool) -> None:
    """Build, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        engine = WhooshEngine.open(path)
        before = memory()
        took = clock(lambda: engine.rebuild(documents(corpus, limit))) / 1000
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6
        print(
            f"{len(engine)} documents built in {took:.1f} s: {size:.1f} MB, memory +{memory() - before:.0f}"
        )
        engine.close()

        engine = WhooshEngine.open(path)
        start = resident()

        def ask(text: str) -> None:
            engine.search(
                SearchRequest(
                    query=parse(text), access=frozenset({"public", "member"}), today=TODAY, facets=FACETS
                )
            )

        line("first query", [clock(lambda: ask(queries[0]))])
        plain = PlainWhoosh(Path(folder) / "plain") if whoosh else None
        if plain:
            print(
                f"plain Whoosh built in {clock(lambda: plain.build(documents(corpus, limit))) / 1000:.1f} s"
            )
        kinds = {"all words": (" ", AndGroup), "any word": (" OR ", OrGroup)}
        for name, (joint, group) in kinds.items():
            texts = [joint.join(query.replace("-", " ").split()) for query in queries]
            line(f"{name}, cold", [clock(lambda text=text: ask(text)) for text in texts])
            times, ratios = [], []
            for text in texts * ROUNDS:
                times.append(clock(lambda text=text: ask(text)))
                if plain:
                    ratios.append(clock(lambda text=text, group=group: plain.ask(text, group)) / times[-1])
            line(f"{name}, warm", times, ratios)
        line("kind:recommendation", [clock(lambda: ask("kind:recommendation")) for _ in range(40)])
        line("misspelt word", [clock(lambda: ask("prisn ovrcrowding")) for _ in range(20)])
        print(f"memory after searching +{resident() - start:.0f} MB")

        changed = itertools.islice(documents(corpus, limit), ADDS)
        edits = [replace(one, texts={"en": "".join(one.texts.values()) + " edited"}) for one in changed]
        line("add one document", [clock(lambda one=one: engine.add([one])) for one in edits])
        line("search after adding", [clock(lambda text=text: ask(text)) for text in queries])
        print(f"{len(engine._snapshot().segments)} segments after {ADDS} saves")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=Path, help="a CSV in the columns of the import, else generated")
    parser.add_argument("--queries", type=Path, help="a JSON list of queries; otherwise some of the field")
    parser.add_argument("--outcomes", type=int, default=40_000, help="how many rows to generate")
    parser.add_argument("--no-whoosh", action="store_true", help="leave out the comparison")
    given = parser.parse_args()
    queries = json.loads(given.queries.read_text(encoding="utf-8")) if given.queries else QUERIES
    with tempfile.TemporaryDirectory() as folder:
        corpus = given.file or write_csv(Path(folder) / "corpus.csv", given.outcomes)
        measure(corpus, queries, None, whoosh=not given.no_whoosh)


if __name__ == "__main__":
    sys.exit(main())
