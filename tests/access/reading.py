"""The reading side: what lists, searches, counts and exports show one person, against what the rules open."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.access.statement import (
    Item,
    Outcome,
    Subject,
    Who,
    Workshop,
    by_right,
    listed,
    logs,
    reads,
    reads_at_all,
)
from tests.access.walker import Cell, Walker
from tests.access.world import CODE, REF, THEME

#: More pages than any list of the world has.
_MOST_PAGES = 60
_COMMITMENT = re.compile(r'href="/follow-up/((?:REC)-2099-\d{4})/([\w-]+)"')
_ADOPTION = re.compile(r'href="/follow-up/adoptions/(PRA-2099-\d{4})/([\w-]+)"')
_MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
_BESIDE = re.compile(r"<(select|aside)\b.*?</\1>", re.DOTALL)
_FIGURE = re.compile(r"<dd><a [^>]*>([\d,]+)</a></dd>")


class Reader:
    """One person, reading everything there is to read."""

    def __init__(self, walker: Walker, who: Who) -> None:
        self.walker, self.world, self.who = walker, walker.world, who
        outcomes = self.world.records("outcome")
        self.outcomes: set[Outcome] = listed(who, outcomes)  # type: ignore[assignment]
        self.workshops: set[Workshop] = listed(who, self.world.records("workshop"))  # type: ignore[assignment]
        self.published = {outcome for outcome in self.outcomes if outcome.state == "published"}
        self.asked = 0

    def _get(self, endpoint: str, **variant: Any) -> Any:
        self.asked += 1
        pairs = tuple((name, str(value)) for name, value in variant.items())
        return self.walker.send(Cell(endpoint, "GET", self.who, variant=pairs))

    def _main(self, endpoint: str, **variant: Any) -> str:
        """What stands in the middle of a page, without the forms that narrow it."""
        answer = self._get(endpoint, **variant)
        assert answer.status_code == 200, f"{self.who.name}: {endpoint} answers {answer.status_code}"
        main = _MAIN.search(answer.get_data(as_text=True))
        assert main is not None
        return _BESIDE.sub("", main[0])

    def _pages(self, endpoint: str, pattern: re.Pattern[str], **variant: Any) -> Counter[Any]:
        """What the pattern finds on all pages of a list; each thing once for each page that shows it."""
        found: Counter[Any] = Counter()
        for number in range(1, _MOST_PAGES):
            here = set(pattern.findall(self._main(endpoint, page=number, **variant)))
            if not here - set(found):
                break
            found.update(here)
        return found

    def faults(self) -> Iterator[str]:
        """Every list that shows something else than the rules open."""
        if not reads_at_all(self.who):
            return
        refs = {outcome.name for outcome in self.outcomes}
        subjects = self.world.records("commitment") + self.world.records("adoption")
        followed = {
            kind: {
                (s.outcome.name, s.party)
                for s in subjects
                if s.outcome in self.published and s.outcome.kind == kind
            }
            for kind in ("recommendation", "practice")
        }
        codes = {workshop.name for workshop in self.workshops}
        yield from self._same("outcomes.index", set(self._pages("outcomes.index", REF)), refs)
        yield from self._same("search.find", set(self._pages("search.find", REF)), refs)
        yield from self._same(
            "search.find?q", set(self._pages("search.find", REF, q="prison staff")), self._said(refs)
        )
        yield from self._same(
            "themes.detail", set(self._pages("themes.detail", REF, slug=THEME)), self._said(refs)
        )
        yield from self._same("workshops.index", set(self._pages("workshops.index", CODE)), codes)
        yield from self._same(
            "followup.index", set(self._pages("followup.index", _COMMITMENT)), followed["recommendation"]
        )
        yield from self._same(
            "followup.adoptions", set(self._pages("followup.adoptions", _ADOPTION)), followed["practice"]
        )
        recent = set(CODE.findall(self._main("reports.home")))
        yield from self._same("reports.home", recent - codes, set())
        if logs(self.who):
            yield from self._same("outcomes.log", set(CODE.findall(self._main("outcomes.log"))), codes)
        yield from self._figures(followed["recommendation"])
        yield from self._of_workshops()
        yield from self._programs(refs)
        if self.who.signed_in:
            yield from self._export()

    def _said(self, refs: set[str]) -> set[str]:
        """Those whose outcomes have the theme and speak of prison staff: all but the hub."""
        return refs - {self.world.hub}

    def _same(self, channel: str, shown: set[Any], opened: set[Any]) -> Iterator[str]:
        for thing in sorted(map(str, shown - opened)):
            yield f"{channel} shows {thing} to “{self.who.name}”, who may not read it"
        for thing in sorted(map(str, opened - shown)):
            yield f"{channel} keeps {thing} from “{self.who.name}”, who may read it"

    def _figures(self, commitments: set[Any]) -> Iterator[str]:
        kinds = Counter(outcome.kind for outcome in self.published)
        wanted = [len(self.workshops), kinds["recommendation"], kinds["practice"], len(commitments)]
        shown = [int(n.replace(",", "")) for n in _FIGURE.findall(self._main("reports.overview"))][:4]
        if shown != wanted:
            yield f"reports.overview counts {shown} for “{self.who.name}”; the rules open {wanted}"

    def _of_workshops(self) -> Iterator[str]:
        for workshop in self.workshops:
            opened = {outcome.name for outcome in self.outcomes if outcome.workshop == workshop}
            shown = set(self._pages("workshops.detail", REF, code=workshop.name))
            yield from self._same(f"workshops.detail {workshop.name}", shown, opened)
            told = self._get("api.workshop", code=workshop.name).get_json()
            yield from self._same(
                f"api.workshop {workshop.name}", {entry["ref"] for entry in told["outcomes"]}, opened
            )

    def _programs(self, refs: set[str]) -> Iterator[str]:
        hits: set[str] = set()
        number, told = 1, self._get("api.find", limit=100).get_json()
        while not {hit["ref"] for hit in told["hits"]} <= hits:
            hits |= {hit["ref"] for hit in told["hits"]}
            number += 1
            answer = self._get("api.find", limit=100, page=number).get_json()
            told = {**told, "hits": answer["hits"]}
        yield from self._same("api.find", hits, refs)
        if told["total"] != len(refs):
            yield f"api.find counts {told['total']} for “{self.who.name}”, who may read {len(refs)}"
        yield from self._facets(told["facets"])

    def _facets(self, shown: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
        """No value counts what is hidden.

        A workshop is named only where all who may read the outcome may read it too; fewer is allowed there.
        """
        counted = {name: {value["value"]: value["count"] for value in found} for name, found in shown.items()}
        me, kinds = f"“{self.who.name}”", Counter(outcome.kind for outcome in self.outcomes)
        parties = Counter(party for outcome in self.outcomes for party in outcome.addressed or ("none",))
        for name, wanted in (("kind", kinds), ("country", parties)):
            if counted[name] != wanted:
                yield f"facet {name} counts {counted[name]} for {me}; the rules open {dict(wanted)}"
        held = Counter(
            outcome.workshop.name
            for outcome in self.outcomes
            if outcome.workshop is not None and reads(outcome.workshop, by_right(self.who))
        )
        for value, number in counted["workshop"].items():
            if value != "none" and number > held[value]:
                yield f"facet workshop counts {number} of {value} for {me}; the rules open {held[value]}"
        if sum(counted["workshop"].values()) != len(self.outcomes):
            yield f"facet workshop counts {counted['workshop']} for {me}, who reads {len(self.outcomes)}"

    def _export(self) -> Iterator[str]:
        text = self._get("reports.export").get_data(as_text=True).lstrip("\ufeff")
        lines = list(csv.DictReader(io.StringIO(text)))
        yield from self._same(
            "reports.export", {line["ref"] for line in lines}, {outcome.name for outcome in self.published}
        )
        codes = {line["workshop"] for line in lines} - {""}
        opened = {
            outcome.workshop.name
            for outcome in self.published
            if outcome.workshop is not None and reads(outcome.workshop, by_right(self.who))
        }
        yield from self._same("reports.export (workshop)", codes, opened)

    def items(self) -> Iterator[str]:
        """On each commitment and adoption: exactly the reports, findings and evidence that are open."""
        written: dict[Subject, set[Item]] = {}
        for word, record in self.world.shown_by.items():
            if isinstance(record, Item) and word == record.name:
                written.setdefault(record.subject, set()).add(record)
        for kind in ("commitment", "adoption"):
            for thing in self.world.things[kind]:
                subject = thing.record
                assert isinstance(subject, Subject)
                if not reads(subject, self.who):
                    continue
                answer = self.walker.send(Cell(f"followup.{kind}", "GET", self.who, thing))
                self.asked += 1
                words = self.world.shown_in(answer.get_data(as_text=True))
                known = {item.name for item in written.get(subject, ())}
                opened = {item.name for item in written.get(subject, ()) if reads(item, self.who)}
                yield from self._same(f"followup.{kind} {thing.values}", words & known, opened)
