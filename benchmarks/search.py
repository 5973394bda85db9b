"""How fast the search engine is, beside plain Whoosh, SQLite FTS5 and Tantivy, in one run.

usage: python -m benchmarks.search [--file CSV] [--queries JSON] [--outcomes N] [--without ENGINE …]

The CSV has the columns of `tracker import`; a shorter one than N is repeated with other references and
slightly other texts. Without one, N outcomes are generated (40,000). The JSON is a list of plain queries;
without it some of the field are asked.

Every engine runs in a process of its own. Each query goes to one engine after the other, before the next
query is asked: with all its words and with any of them, the best 20 with exact total, three facets and
highlights. The tables are Markdown; times are milliseconds on the machine at hand, and a ratio is the median
over the queries of an engine's time to ours. The first query is opening the index and answering, in a process
that has just started; files are in the memory of the system by then.
"""

import argparse
import gc
import itertools
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.contenders import ENGINES, HAS_TANTIVY, Tracker
from benchmarks.corpus import QUERIES, documents, write_csv

GENERATED = 40_000
ROUNDS = 3
STARTS = 5
SAVES = 120

KINDS = {"all words": True, "any word": False}


def clock(work: Callable[[], Any]) -> float:
    """Milliseconds that some work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def serve(name: str, folder: Path, pipe: Connection) -> None:
    """A process with one engine: does what it is told through the pipe and answers with figures."""
    engine: Any = None
    while True:
        order, *arguments = pipe.recv()
        if order == "build":
            began = time.perf_counter()
            ENGINES[name](folder).build(documents(*arguments))
            pipe.send(time.perf_counter() - began)
        elif order == "ask":
            began = time.perf_counter()
            if engine is None:
                engine = ENGINES[name](folder)
            total = engine.ask(*arguments)
            pipe.send(((time.perf_counter() - began) * 1000, total))
        elif order == "save":
            pipe.send(save(engine, *arguments))
        elif order == "settle":
            # As the server does when it has started.
            gc.collect()
            gc.freeze()
            pipe.send(None)
        elif order == "memory":
            pipe.send((resident(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
        else:
            return


def save(engine: Tracker, corpus: Path, queries: list[str]) -> tuple[list[float], list[float]]:
    """Times of saves of one outcome each, and of a search after each."""
    saves, searches = [], []
    for one, query in zip(documents(corpus, SAVES), itertools.cycle(queries), strict=False):
        edited = replace(one, texts={code: f"{text} edited" for code, text in one.texts.items()})
        saves.append(clock(lambda edited=edited: engine.engine.add([edited])))
        searches.append(clock(lambda query=query: engine.search(query)))
    return saves, searches


class Worker:
    """A process with one engine, seen from outside."""

    def __init__(self, name: str, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=serve, args=(name, folder, other), daemon=True)
        self._process.start()

    def tell(self, *order: Any) -> Any:
        """Have something done; gives its answer.

        :raises EOFError: the process died.
        """
        self._pipe.send(order)
        return self._pipe.recv()

    def stop(self) -> None:
        """End the process."""
        self._pipe.send(("stop",))
        self._process.join()


@contextmanager
def worker(name: str, folder: Path) -> Iterator[Worker]:
    """A process for as long as it is needed."""
    started = Worker(name, folder)
    try:
        yield started
    finally:
        started.stop()


def resident() -> float:
    """Megabytes of memory this process uses now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def spread(times: Sequence[float]) -> list[str]:
    """Median, 95th percentile and maximum."""
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return [f"{value:.2f}" for value in (statistics.median(times), p95, times[-1])]


def table(*heads: str) -> None:
    """The head of a table."""
    print("", f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}", sep="\n", flush=True)


def line(*cells: str) -> None:
    """A line of a table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def build(names: Sequence[str], folder: Path, corpus: Path, count: int | None, queries: list[str]) -> None:
    """Index everything with every engine, and start each anew some times."""
    table(
        "engine", "index, s", "index, MB", "memory while indexing, MB", "first query after start, ms", "worst"
    )
    for name in names:
        home = folder / name.replace(" ", "-")
        home.mkdir()
        with worker(name, home) as started:
            took = started.tell("build", corpus, count)
            _now, most = started.tell("memory")
        size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e6
        starts = []
        for query in itertools.islice(itertools.cycle(queries), STARTS):
            with worker(name, home) as started:
                starts.append(started.tell("ask", query, True)[0])
        line(
            name,
            f"{took:.1f}",
            f"{size:.1f}",
            f"{most:.0f}",
            f"{statistics.median(starts):.0f}",
            f"{max(starts):.0f}",
        )


def compare(names: Sequence[str], folder: Path, queries: list[str]) -> dict[str, Worker]:
    """Ask every engine everything, query by query in turn; gives the processes."""
    workers = {name: Worker(name, folder / name.replace(" ", "-")) for name in names}
    texts = [" ".join(query.replace("-", " ").split()) for query in queries]
    for kind, every in KINDS.items():
        table(f"{kind}, ms", "first time, median", "p50", "p95", "max", "ratio", "totals as ours")
        cold = {name: [workers[name].tell("ask", text, every) for text in texts] for name in names}
        for started in workers.values():
            started.tell("settle")
        times: dict[str, list[float]] = {name: [] for name in names}
        for text in texts * ROUNDS:
            for name in names:
                times[name].append(workers[name].tell("ask", text, every)[0])
        for name in names:
            ratios = [theirs / ours for theirs, ours in zip(times[name], times[names[0]], strict=True)]
            same = sum(theirs[1] == ours[1] for theirs, ours in zip(cold[name], cold[names[0]], strict=True))
            line(
                name,
                f"{statistics.median(ms for ms, _total in cold[name]):.2f}",
                *spread(times[name]),
                f"{statistics.median(ratios):.2f}",
                f"{same} of {len(texts)}",
            )
    table("memory, MB", "after all queries", "at most")
    for name in names:
        line(name, *[f"{megabytes:.0f}" for megabytes in workers[name].tell("memory")])
    return workers


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=Path, help="a CSV in the columns of the import, else generated")
    parser.add_argument("--queries", type=Path, help="a JSON list of queries; otherwise some of the field")
    parser.add_argument("--outcomes", type=int, help="how many; all of the file, or 40,000 generated")
    parser.add_argument("--without", nargs="*", default=[], choices=list(ENGINES)[1:])
    given = parser.parse_args()
    queries = json.loads(given.queries.read_text(encoding="utf-8")) if given.queries else QUERIES
    names = [name for name in ENGINES if name not in given.without]
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        count = given.outcomes or (None if given.file else GENERATED)
        corpus = given.file or write_csv(folder / "corpus.csv", count or GENERATED)
        print(f"{sum(1 for _ in documents(corpus, count)):,} outcomes, {len(queries)} queries.")
        if not HAS_TANTIVY:
            print("Tantivy is not installed, so it is left out.")
        build(names, folder, corpus, count, queries)
        workers = compare(names, folder, queries)
        table("one save, ms", "p50", "p95", "max")
        saves, searches = workers["Tracker"].tell("save", corpus, queries)
        line("taking one outcome in", *spread(saves))
        line("a search after it", *spread(searches))
        for started in workers.values():
            started.stop()


if __name__ == "__main__":
    sys.exit(main())
