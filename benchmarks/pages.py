"""Server time of every page with a large corpus loaded.

usage: python -m benchmarks.pages [--file CSV] [--outcomes N] [--rounds N]

Imports the CSV (or its own generated rows) into an instance in a temporary folder, opens every page as
several people would, and prints for each: requests, median, 95th percentile and maximum in milliseconds,
the number of SQL statements, and the size of the answer. The last line gives the slowest p95 as a ratio to
the p95 of the emptiest page, which carries from machine to machine.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from benchmarks.corpus import write_csv
from tracker import instance
from tracker.accounts import service as accounts
from tracker.app import create_app
from tracker.capture.importer import import_csv
from tracker.core.db import db
from tracker.core.permissions import OPERATOR
from tracker.followup.models import Commitment
from tracker.outcomes.models import Outcome
from tracker.search import indexing
from tracker.workshops.models import Workshop

QUERIES = (
    "overcrowding in prisons",
    "prison staff training",
    "protection of refugees at borders",
    '"human rights"',
    "counter-terrorism OR terrorism",
    "detention -children",
    "judic*",
    "kind:recommendation",
    "country:JO",
    "position:accepted",
    "women children rights education health",
    "is:overdue",
)


def addresses() -> Iterator[tuple[str, str]]:
    """What each page is called here, and addresses to open it at."""
    largest = db.session.execute(
        select(Workshop.code).join(Outcome).group_by(Workshop.code).order_by(func.count().desc()).limit(3)
    ).scalars()
    codes = list(largest)
    refs = list(db.session.scalars(select(Outcome.ref).order_by(Outcome.id).limit(5_000).offset(3)))[::500]
    commitments = [
        (c.outcome.ref, c.party.code)
        for c in db.session.scalars(select(Commitment).order_by(Commitment.id).limit(10))
    ]
    yield from (
        ("home", "/"),
        ("workshops", "/workshops/"),
        ("workshop new", "/workshops/new"),
        ("log", "/log"),
    )
    for code in codes:
        yield "workshop", f"/workshops/{code}"
        yield "workshop", f"/workshops/{code}?page=7"
        yield "workshop edit", f"/workshops/{code}/edit"
        yield "outcome new", f"/workshops/{code}/log/recommendation"
    for arguments in (
        "",
        "?page=400",
        "?kind=recommendation&record=published",
        "?country=JO",
        "?position=accepted",
    ):
        yield "outcomes", f"/outcomes/{arguments}"
    for ref in refs:
        yield "outcome", f"/outcomes/{ref}"
        yield "outcome history", f"/outcomes/{ref}/history"
        yield "outcome edit", f"/outcomes/{ref}/edit"
        yield "outcome versions", f"/outcomes/{ref}/versions"
    for arguments in (
        "",
        "?page=300",
        "?position=accepted",
        "?sign=overdue",
        "?sign=stale",
        "?implementation=none",
    ):
        yield "follow-up", f"/follow-up/{arguments}"
    for ref, party in commitments:
        yield "commitment", f"/follow-up/{ref}/{party}"
    yield "themes", "/themes/"
    for slug in ("prisons", "human-rights", "migration-and-borders"):
        yield "theme", f"/themes/{slug}"
    yield "reports", "/reports/"
    yield "search (nothing asked)", "/search"
    for query in QUERIES:
        yield "search", f"/search?q={query.replace(' ', '+').replace(chr(34), '%22')}"
        yield "search API", f"/api/v1/search?q={query.replace(' ', '+').replace(chr(34), '%22')}"
    yield "search (facets)", "/search?q=rights&country=JO&position=accepted&sort=newest"


def main() -> None:
    """Run the benchmark."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--file", type=Path)
    options.add_argument("--outcomes", type=int, default=40_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"RATELIMIT_ENABLED": False}, instance=str(Path(folder) / "instance"))
        with app.app_context():
            instance.initialise()
            corpus = chosen.file or write_csv(Path(folder) / "corpus.csv", chosen.outcomes)
            began = time.perf_counter()
            import_csv(OPERATOR, corpus, create_themes=True)
            indexing.drain_all()
            print(f"import and index: {time.perf_counter() - began:.1f} s")
            roles = ["coordinator", "rapporteur", "focal-point", "reviewer"]
            person = accounts.add_person(OPERATOR, "bench@example.org", "Bench", roles, ["JO"])
            link = accounts.issue_link(OPERATOR, person)
            token = accounts.issue_token(OPERATOR, person, "bench")
            pages = list(addresses())
            db.session.remove()
        measure(app.test_client(), link, token, pages, chosen.rounds)


def measure(client: FlaskClient, link: str, token: str, pages: list[tuple[str, str]], rounds: int) -> None:
    """Open every address `rounds` times and print the table."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    client.post(f"/sign-in/{link}")
    # As the server does when it has started.
    gc.collect()
    gc.freeze()
    statements = [0]
    with client.application.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *_: statements.__setitem__(0, statements[0] + 1)
        )
    times: dict[str, list[float]] = {}
    sql: dict[str, int] = {}
    size: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, address in pages:
            statements[0] = 0
            headers = {"Authorization": f"Bearer {token}"} if "/api/" in address else {}
            began = time.perf_counter()
            answer = client.get(address, headers=headers)
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                print(f"{answer.status_code} {address}")
            if turn:  # the first round warms caches, as the first visitor of the day does
                times.setdefault(name, []).append(took)
            sql[name] = max(sql.get(name, 0), statements[0])
            size[name] = max(size.get(name, 0), len(answer.data))
    print(f"{'page':<24}{'requests':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'SQL':>6}{'KB':>8}")
    worst, least = 0.0, float("inf")
    for name, values in times.items():
        values.sort()
        p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
        worst, least = max(worst, p95), min(least, p95)
        print(
            f"{name:<24}{len(values):>9}{statistics.median(values):>9.1f}{p95:>9.1f}{values[-1]:>9.1f}"
            f"{sql[name]:>6}{size[name] / 1024:>8.0f}"
        )
    print(f"slowest p95 to fastest p95: {worst / least:.1f}")


if __name__ == "__main__":
    main()
