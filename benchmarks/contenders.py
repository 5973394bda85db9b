"""The engines that are compared, each asked the same in its own best way.

All index title and text of the same documents, stemmed as English, and three facets; all answer a question
with the best 20, the exact total, the counts of three facets, and the matched words of each of the 20 marked.
"""

import importlib.util
import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from whoosh import fields, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

from tracker.search.asking.parser import parse
from tracker.search.document import Document
from tracker.search.engine import Results, SearchRequest
from tracker.search.whoosh_engine import WhooshEngine

HAS_TANTIVY = importlib.util.find_spec("tantivy") is not None
if HAS_TANTIVY:
    import tantivy

FACETS = ("theme", "country", "year")
TOP = 20
TODAY = date(2024, 12, 1)
MEMBER = frozenset({"public", "member"})


class Contender(Protocol):
    """An engine over an index in a folder."""

    def __init__(self, folder: Path) -> None:
        """Open what is in the folder, if there is anything."""

    def build(self, corpus: Iterator[Document]) -> None:
        """Index all documents, ready to be opened."""

    def ask(self, text: str, every: bool) -> int:
        """Answer some words, all or any of them, in full; gives the total."""


def title_and_text(one: Document) -> tuple[str, str]:
    """Both in the language of the document."""
    return "".join(one.titles.values()), "".join(one.texts.values())


class Tracker:
    """This engine."""

    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine.open(folder)

    def build(self, corpus: Iterator[Document]) -> None:
        self.engine.rebuild(corpus)

    def ask(self, text: str, every: bool) -> int:
        return self.search(text if every else " OR ".join(text.split())).total

    def search(self, text: str) -> Results:
        """The whole answer to a query."""
        request = SearchRequest(query=parse(text), access=MEMBER, today=TODAY, limit=TOP, facets=FACETS)
        return self.engine.search(request)


class PlainWhoosh:
    """Whoosh alone, as its manual would have it: sortable columns for facets, which it only counts."""

    def __init__(self, folder: Path) -> None:
        self.schema = fields.Schema(
            ref=fields.ID(stored=True),
            title=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            text=fields.TEXT(analyzer=StemmingAnalyzer(), stored=True),
            **{name: fields.KEYWORD(commas=True, sortable=True) for name in FACETS},
        )
        storage = FileStorage(str(folder))
        if any(folder.iterdir()):
            self.index = FileIndex(storage, self.schema, "PLAIN")
            self.searcher: Any = self.index.searcher()
        else:
            self.index = FileIndex.create(storage, self.schema, "PLAIN")

    def build(self, corpus: Iterator[Document]) -> None:
        writer = self.index.writer(limitmb=256)
        for one in corpus:
            columns = {name: ",".join(one.filters[name]) for name in FACETS}
            title, text = title_and_text(one)
            writer.add_document(ref=one.ref, title=title, text=text, **columns)
        writer.commit()

    def ask(self, text: str, every: bool) -> int:
        group = AndGroup if every else OrGroup
        query = MultifieldParser(["title", "text"], self.schema, group=group).parse(text)
        counted = {name: sorting.FieldFacet(name, maptype=sorting.Count) for name in FACETS}
        found = self.searcher.search(query, limit=TOP, groupedby=counted)
        for hit in found:
            hit.highlights("text")
        for name in FACETS:
            found.groups(name)
        return len(found)


class Fts5:
    """SQLite FTS5; matching rows are found once and kept for counting."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "fts.sqlite")
        self.database.execute("PRAGMA mmap_size = 1073741824")
        self.database.execute("PRAGMA cache_size = -131072")
        self.database.execute("PRAGMA temp_store = MEMORY")

    def build(self, corpus: Iterator[Document]) -> None:
        run = self.database.execute
        run("CREATE VIRTUAL TABLE docs USING fts5(ref UNINDEXED, title, text, tokenize = 'porter unicode61')")
        for name in FACETS:
            run(f"CREATE TABLE {name} (doc INTEGER, value TEXT, PRIMARY KEY (doc, value)) WITHOUT ROWID")
        for number, one in enumerate(corpus, 1):
            title, text = title_and_text(one)
            run(
                "INSERT INTO docs (rowid, ref, title, text) VALUES (?, ?, ?, ?)",
                (number, one.ref, title, text),
            )
            for name in FACETS:
                for value in one.filters[name]:
                    run(f"INSERT INTO {name} VALUES (?, ?)", (number, value))  # noqa: S608
        run("INSERT INTO docs (docs) VALUES ('optimize')")
        self.database.commit()
        run("ANALYZE")
        self.database.close()

    def ask(self, text: str, every: bool) -> int:
        words = [f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text.lower()))]
        query = (" AND " if every else " OR ").join(words)
        run = self.database.execute
        run(
            "SELECT ref, snippet(docs, 2, '<mark>', '</mark>', '…', 40) FROM docs WHERE docs MATCH ?"
            " ORDER BY rank LIMIT ?",
            (query, TOP),
        ).fetchall()
        run("CREATE TEMP TABLE found AS SELECT rowid AS doc FROM docs WHERE docs MATCH ?", (query,))
        for name in FACETS:
            run(f"SELECT value, count(*) FROM found JOIN {name} USING (doc) GROUP BY value").fetchall()  # noqa: S608
        total: int = run("SELECT count(*) FROM found").fetchone()[0]
        run("DROP TABLE found")
        return total


class Tantivy:
    """Tantivy, in one segment, facets as fast fields."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("ref", stored=True, tokenizer_name="raw")
        for name in ("title", "text"):
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
        for name in FACETS:
            builder.add_text_field(name, fast=True, tokenizer_name="raw")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.index.reload()
        self.searcher = self.index.searcher()
        self.counts = {name: {"terms": {"field": name, "size": 1000}} for name in FACETS}

    def build(self, corpus: Iterator[Document]) -> None:
        writer = self.index.writer(heap_size=512_000_000, num_threads=1)
        for one in corpus:
            title, text = title_and_text(one)
            facets = {name: list(one.filters[name]) for name in FACETS}
            writer.add_document(tantivy.Document(ref=one.ref, title=title, text=text, **facets))
        writer.commit()
        writer.wait_merging_threads()

    def ask(self, text: str, every: bool) -> int:
        query = self.index.parse_query(text, ["title", "text"], conjunction_by_default=every)
        found = self.searcher.search(query, limit=TOP, count=True)
        self.searcher.aggregate(query, self.counts)
        marker = tantivy.SnippetGenerator.create(self.searcher, query, self.schema, "text")
        marker.set_max_num_chars(200)
        for _score, address in found.hits:
            marker.snippet_from_doc(self.searcher.doc(address)).to_html()
        return int(found.count)


ENGINES: dict[str, type[Contender]] = {
    "Tracker": Tracker,
    "plain Whoosh": PlainWhoosh,
    "SQLite FTS5": Fts5,
} | ({"Tantivy": Tantivy} if HAS_TANTIVY else {})
