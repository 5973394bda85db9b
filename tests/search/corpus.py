"""Small corpora for the tests of the search engine: single documents, and random ones."""

from typing import Any

from hypothesis import strategies as st

from tracker.search.document import Document

PUBLIC = frozenset({"public"})
MEMBER = frozenset({"public", "member"})

WORDS = {
    "en": """
        prison prisons prisoner overcrowding counter-terrorism counterterrorism refugee refugees border
        women's the of and detention staff FTF S/RES/2396 2017
    """,
    "fr": """
        prison prisons surpopulation réfugié réfugiés égalité l'égalité d'asile frontière de la et détention
    """,
    "es": "prisión prisiones refugiado refugiados igualdad frontera de la y detención hacinamiento",
    "ar": "سجن السجون توصية التوصيات والتوصيات لاجئ اللاجئين للاجئين الحدود في من",
}
ALL_WORDS = sorted({word for words in WORDS.values() for word in words.split()})
VALUES = {
    "theme": ("prisons", "refugees", "women's-rights"),
    "country": ("JO", "MA", "ES"),
    "kind": ("recommendation", "practice"),
    "implementation": ("not-started", "in-progress"),
    "assurance": ("none", "verified"),
    "record": ("published", "draft", "retired"),
}
TOKENS = ("public", "member", "party:1", "person:7")


def outcome(ref: str, text: str = "", *, title: str = "", lang: str = "en", **more: Any) -> Document:
    """A document in one language that everyone may see, unless told otherwise."""
    given: dict[str, Any] = {
        "language": lang,
        "titles": {lang: title} if title else {},
        "texts": {lang: text} if text else {},
        "access": ("public",),
        "date": "20240610",
    }
    return Document(ref=ref, **(given | more))


def _texts(**sizes: int) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(
        st.sampled_from(sorted(WORDS)),
        st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=sizes.get("words", 8)).map(" ".join),
        max_size=2,
    )


def _filters() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    return st.fixed_dictionaries(
        {
            field: st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
            for field, values in VALUES.items()
        }
    )


def documents() -> st.SearchStrategy[Document]:
    """Random documents with one of few references, so that later ones replace earlier ones."""
    dates = st.sampled_from(("20240601", "20240610", "20241121", ""))
    return st.builds(
        Document,
        ref=st.integers(1, 12).map(lambda number: f"REC-2024-{number:04}"),
        external_ref=st.sampled_from(("", "UPR-00001", "A 17/3")),
        kind=st.just("recommendation"),
        language=st.sampled_from(sorted(WORDS)),
        titles=_texts(words=3),
        texts=_texts(),
        details=_texts(),
        narrative=_texts(words=4),
        workshop_text=st.sampled_from(("", "CTJ-2024 prison staff, Larnaca")),
        filters=_filters(),
        access=st.lists(st.sampled_from(TOKENS), max_size=2, unique=True).map(tuple),
        open_due=st.sampled_from(((), ("20240101",), ("20300101", "20240101"), ("20300101",))),
        waiting_since=st.sampled_from(((), ("20230101",), ("20241101",))),
        date=dates,
    )


def commits() -> st.SearchStrategy[list[tuple[list[Document], list[str]]]]:
    """What is written to an index, commit by commit: documents added, references removed."""
    refs = st.integers(1, 12).map(lambda number: f"REC-2024-{number:04}")
    return st.lists(
        st.tuples(st.lists(documents(), max_size=6), st.lists(refs, max_size=2)), min_size=1, max_size=4
    )


def contents(written: list[tuple[list[Document], list[str]]]) -> dict[str, Document]:
    """What an index holds after some commits."""
    held: dict[str, Document] = {}
    for added, removed in written:
        latest = {document.ref: document for document in added}
        held = {ref: d for ref, d in held.items() if ref not in removed} | latest
    return held


def queries() -> st.SearchStrategy[str]:
    """Random queries in the query language, most of them sensible."""
    word = st.sampled_from([*ALL_WORDS, "zebra", "prision", "overcrowded"])
    phrase = st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=3).map(
        lambda words: f'"{" ".join(words)}"'
    )
    prefix = st.sampled_from(("pris*", "ref*", "REC-2024-000*", "counter-t*", "التو*", "zz*", "UPR*"))
    chosen = st.sampled_from(sorted(VALUES)).flatmap(
        lambda field: st.sampled_from([*VALUES[field], "none", "nowhere"]).map(
            lambda value: f'{field}:"{value}"'
        )
    )
    states = st.sampled_from(("is:overdue", "is:stale", "is:draft", "year:2024"))
    # The filter on records is for the engine only; a reader uses "is:".
    filters = chosen.filter(lambda text: not text.startswith("record")) | states
    leaf = word | word | phrase | prefix | filters | st.sampled_from(("REC-2024-0003", "UPR-00001"))
    tree = st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})")
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})")
            | inner.map(lambda part: f"-{part}")
        ),
        max_leaves=5,
    )
    return st.lists(tree, min_size=1, max_size=3).map(" ".join)
