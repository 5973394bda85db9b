"""Whoosh's own searcher is the oracle: walking the same plan posting by posting, it finds the same, and
weighs each word in each field the same.

Whoosh searches without a limit here, because its limited search drops better hits for worse ones.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh import scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from tests.search.corpus import PUBLIC, commits, contents, documents, outcome, queries
from tracker.search.asking.parser import parse
from tracker.search.asking.query import relax
from tracker.search.document import not_set
from tracker.search.engine import SearchRequest, Sort
from tracker.search.index import snapshot as ranking_constants
from tracker.search.index.schema import ACCESS, EXACT, filter_field
from tracker.search.ranking.plan import Adjacent, Any, Beginning, Every, Except, Having, Step, Terms, plan
from tracker.search.whoosh_engine import WhooshEngine

TODAY = date(2024, 12, 1)
ACCESSES = st.sampled_from(
    [None, PUBLIC, frozenset({"public", "party:1"}), frozenset({"person:7"}), frozenset()]
)


class Oracle:
    """The index of an engine, opened with Whoosh alone."""

    def __init__(self, engine: WhooshEngine, held: dict, access: frozenset[str] | None) -> None:
        folder = next(engine._folder.path.glob("live-*"))
        self.index = FileIndex(FileStorage(str(folder)), schema=engine._schema, indexname="MAIN")
        self.reader = self.index.reader()
        self.held = held
        self.access = access

    def close(self) -> None:
        self.reader.close()

    @property
    def seen(self) -> wq.Query:
        """The documents the actor may see."""
        if self.access is None:
            return wq.Every()
        return (
            wq.Or([wq.Term(ACCESS, token) for token in sorted(self.access)]) if self.access else wq.NullQuery
        )

    def find(self, asked: wq.Query, weighting: scoring.WeightingModel | None = None) -> dict[str, float]:
        """The references that match and may be seen, with their scores."""
        searcher = Searcher(self.reader, weighting=weighting or scoring.BM25F(), closereader=False)
        found = searcher.search(asked, limit=None, filter=self.seen)
        return {hit["stored"]["ref"]: hit.score for hit in found}

    def refs(self, step: Step) -> set[str]:
        """The references that match a step."""
        return set(self.find(self.translate(step)))

    def translate(self, step: Step) -> wq.Query:
        """A step as a query of Whoosh's."""
        if isinstance(step, Terms):
            lookups = [*step.common, *(lookup for found in step.languages for lookup in found)]
            return wq.Or([wq.Term(lookup.field, lookup.term) for lookup in lookups])
        if isinstance(step, Adjacent):
            return wq.Phrase(EXACT, list(step.words))
        if isinstance(step, Beginning):
            return wq.Prefix(step.field, step.prefix)
        if isinstance(step, Having):
            return wq.Or([self.having(step.field, value) for value in step.values])
        if isinstance(step, Except):
            return wq.And([wq.Every(), wq.Not(self.translate(step.child))])
        if isinstance(step, Any):
            return wq.Or([self.translate(child) for child in step.children])
        return wq.And([wq.Every(), *(self.translate(child) for child in step.children)])

    def having(self, field: str, value: str) -> wq.Query:
        """A filter. States with dates are told from the documents themselves."""
        if field == "is" and value in ("overdue", "stale"):
            late = [
                ref for ref, d in self.held.items() if (is_overdue(d) if value == "overdue" else is_stale(d))
            ]
            return wq.Or([wq.Term("id", ref) for ref in late]) if late else wq.NullQuery
        name = filter_field("record" if field == "is" else field)
        ways: list[wq.Query] = [wq.Term(name, known) for known in (value, value.upper(), value.lower())]
        if value == not_set(field):
            having_any = [wq.Term(name, text.decode()) for text in self.reader.lexicon(name)]
            ways.append(wq.And([wq.Every(), wq.Not(wq.Or(having_any))]) if having_any else wq.Every())
        return wq.Or(ways)

    def scores(self, step: Step, weighting: scoring.WeightingModel) -> dict[str, float]:
        """The scores of a step of words, put together from Whoosh's scores of single languages.

        Its own matcher for "the best of several" takes the score of whichever document comes next.
        """
        if isinstance(step, Terms):
            documents, holding = len(self.find(wq.Every())), len(self.refs(step))
            rarity = math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
            common, *languages = [
                [(one.weight, self.find(wq.Term(one.field, one.term), weighting)) for one in lookups]
                for lookups in (step.common, *step.languages)
            ]
            matching = self.refs(step)
            for one in step.forms:
                found = self.find(wq.Term(one.field, one.term), weighting)
                common.append((one.weight, {ref: found[ref] for ref in found if ref in matching}))
            k1 = ranking_constants.K1
            apart: dict[str, float] = defaultdict(float)
            best: dict[str, float] = defaultdict(float)
            for weight, found in common:
                for ref, relative in found.items():
                    apart[ref] += weight * relative * (k1 + 1) / (relative + k1)
            for lookups in languages:
                total: dict[str, float] = defaultdict(float)
                for weight, found in lookups:
                    for ref, relative in found.items():
                        total[ref] += weight * relative
                for ref, relative in total.items():
                    best[ref] = max(best[ref], relative * (k1 + 1) / (relative + k1))
            return {ref: rarity * (apart[ref] + best[ref]) for ref in {*apart, *best}}
        assert isinstance(step, Any | Every)
        parts = [self.scores(child, weighting) for child in step.children]
        extra = [self.scores(child, weighting) for child in step.optional] if isinstance(step, Every) else []
        return {ref: sum(found.get(ref, 0.0) for found in parts + extra) for ref in self.refs(step)}


class Relative(scoring.WeightingModel):
    """How often a term occurs for the length of the field; averages are over visible documents with it."""

    def __init__(self, oracle) -> None:
        self.reader = oracle.reader
        self.seen = list(Searcher(self.reader, closereader=False).docs_for_query(oracle.seen))
        self.averages: dict[str, float] = {}

    def average(self, field: str) -> float:
        if field not in self.averages:
            lengths = [
                length for number in self.seen if (length := self.reader.doc_field_length(number, field))
            ]
            self.averages[field] = sum(lengths) / len(lengths) if lengths else 1.0
        return self.averages[field]

    def scorer(self, searcher, fieldname, text, qf=1):
        return RelativeScorer(searcher, fieldname, text, self.average(fieldname))


class RelativeScorer(scoring.WeightLengthScorer):
    def __init__(self, searcher, fieldname, text, average) -> None:
        self.average = average
        self.scorable = searcher.schema[fieldname].scorable
        self.setup(searcher, fieldname, text)
        self.dfl = lambda number: searcher.doc_field_length(number, fieldname, 1) or 0

    def _score(self, weight, length):
        b = ranking_constants.B
        return weight / (1 - b + b * length / self.average)


def is_overdue(document) -> bool:
    return any(day < "20241201" for day in document.open_due)


def is_stale(document) -> bool:
    return any(day <= "20240601" for day in document.waiting_since)


@contextmanager
def written(history) -> Iterator[WhooshEngine]:
    """An engine with one commit after the other."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine.open(Path(folder) / "index")
        for added, removed in history:
            engine.add(added, removed=removed)
        yield engine
        engine.close()


def ask(engine, text, access, **more):
    return engine.search(
        SearchRequest(query=parse(text), access=access, today=TODAY, limit=100, highlight=False, **more)
    )


@settings(max_examples=60, deadline=None)
@given(commits(), st.lists(queries(), min_size=1, max_size=4), ACCESSES)
def test_what_is_found_is_what_whoosh_finds(history, texts, access):
    held = contents(history)
    with written(history) as engine:
        oracle = Oracle(engine, held, access)
        for text in texts:
            results = ask(engine, text, access)
            query = parse(text)
            expected = oracle.refs(plan(query.root))
            loose = relax(query.root)
            any_word = False
            if not expected and loose is not None:
                expected = oracle.refs(plan(loose))
                any_word = bool(expected)
            assert {hit.ref for hit in results.hits} == expected
            assert results.total == len(expected)
            assert results.any_word == any_word
        oracle.close()


def only_words():
    word = st.sampled_from(
        ["prison", "réfugiés", "prisión", "detention", "of the", "FTF", "التوصيات", "counter-terrorism"]
    )
    group = st.lists(word, min_size=1, max_size=3).map(lambda words: f"({' OR '.join(words)})")
    return st.lists(word | group, min_size=1, max_size=3).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(commits(), only_words(), ACCESSES)
def test_scores_are_those_of_whoosh(history, text, access):
    with written(history) as engine:
        oracle = Oracle(engine, contents(history), access)
        results = ask(engine, text, access)
        root = relax(parse(text).root) if results.any_word else parse(text).root
        expected = oracle.scores(plan(root), Relative(oracle))
        found = {hit.ref: hit.score for hit in results.hits}
        oracle.close()
    assert found == pytest.approx(expected, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(commits(), queries(), ACCESSES, st.sampled_from(list(Sort)), st.integers(0, 5), st.integers(0, 5))
def test_a_page_is_a_piece_of_the_whole_list(history, text, access, sort, offset, limit):
    with written(history) as engine:
        whole = ask(engine, text, access, sort=sort).hits
        request = SearchRequest(
            query=parse(text), access=access, today=TODAY, sort=sort, offset=offset, limit=limit
        )
        piece = engine.search(request).hits
    assert [hit.ref for hit in piece] == [hit.ref for hit in whole[offset : offset + limit]]


@settings(max_examples=40, deadline=None)
@given(commits(), queries(), ACCESSES)
def test_hidden_documents_change_nothing_that_is_seen(history, text, access):
    """An index without the hidden documents answers the same: nothing of them can be learned by asking."""
    held = contents(history)
    open_ones = [d for d in held.values() if access is None or access & set(d.access)]
    facets = ("theme", "country", "kind", "assurance")
    with written(history) as engine, written([(open_ones, [])]) as bare:
        everything = ask(engine, text, access, facets=facets)
        seen = ask(bare, text, None, facets=facets)
    assert everything.hits == seen.hits
    assert everything.total == seen.total
    assert everything.facets == seen.facets
    assert everything.any_word == seen.any_word
    assert everything.suggestion == seen.suggestion


@settings(max_examples=25, deadline=None)
@given(st.lists(documents(), min_size=1, max_size=8), queries())
def test_facets_count_what_choosing_them_would_find(added, text):
    with written([(added, [])]) as engine:
        results = ask(engine, text, None, facets=("theme", "kind"))
        for field, counted in results.facets.items():
            for value, count in counted:
                narrowed = ask(engine, text, None, filters={field: (value,)}, facets=(field,))
                assert narrowed.total == count
                assert dict(narrowed.facets[field]) == dict(counted)


def test_a_large_list_is_cut_by_score_then_by_date_and_reference(tmp_path):
    engine = WhooshEngine.open(tmp_path / "index")
    engine.add(
        outcome(f"REC-2024-{n:04}", "prison" if n % 2 else "prison prison", date=f"2024{n % 12 + 1:02}01")
        for n in range(1, 400)
    )
    hits = ask(engine, "prison", PUBLIC).hits
    keys = [(-round(hit.score, 4), -(int(hit.ref[-4:]) % 12 + 1), hit.ref) for hit in hits]
    assert keys == sorted(keys)
    assert len(keys) == 100


@settings(max_examples=25, deadline=None)
@given(commits(), queries(), ACCESSES)
def test_every_facet_counts_what_choosing_its_values_finds(history, text, access):
    with written(history) as engine:
        results = ask(engine, text, access, facets=("assurance", "is", "country"))
        for field, counted in results.facets.items():
            for value, count in counted:
                assert ask(engine, text, access, filters={field: (value,)}).total == count, (field, value)
