"""The thesaurus that Tracker ships: well formed, complete in four languages, free of ambiguous labels."""

import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Node

import tracker

FILE = Path(tracker.__file__).parent / "themes" / "thesaurus.ttl"
SCHEME = URIRef("urn:tracker:themes")
PREFIX = "urn:tracker:theme:"
LANGUAGES = {"en", "fr", "es", "ar"}
#: What a label of the database can hold, in characters.
LONGEST_LABEL = 200
#: Letters of Arabic as it is usually written: no tatweel (U+0640), no vowel signs, no letters of Persian.
ARABIC_LETTERS = "\u0621-\u063a\u0641-\u064a"
ARABIC_LABEL = re.compile(rf"(?:[{ARABIC_LETTERS}]+|[A-Z]{{2,}}|[ ()\-])+")
TATWEEL_AND_SIGNS = re.compile("[\u0640\u064b-\u065f\u0670]")
#: Marks of direction and spaces that nobody sees and nobody types.
INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The file as a set of statements."""
    return Graph().parse(FILE, format="turtle")


@pytest.fixture(scope="module")
def concepts(graph: Graph) -> dict[str, URIRef]:
    """Every concept by its slug."""
    found = [x for x in graph.subjects(RDF.type, SKOS.Concept) if isinstance(x, URIRef)]
    return {str(x).removeprefix(PREFIX): x for x in found}


def texts(graph: Graph, subject: URIRef, predicate: URIRef) -> list[Literal]:
    """All values of one property; every value in this file is a text in a language."""
    values = list(graph.objects(subject, predicate))
    literals = [x for x in values if isinstance(x, Literal) and x.language in LANGUAGES]
    assert len(literals) == len(values), (subject, predicate, values)
    return literals


def by_language(graph: Graph, subject: URIRef, predicate: URIRef) -> Counter[str]:
    """How many values of one property stand in each language."""
    return Counter(str(x.language) for x in texts(graph, subject, predicate))


def folded(text: str) -> str:
    """A label without case, accents, hamza seats or differences of spacing and hyphens."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    bare = bare.translate(str.maketrans("ةى’-", "هي' "))
    return " ".join(bare.split())


def ancestors(graph: Graph, concept: Node) -> set[Node]:
    """Every broader concept, at any distance."""
    return {x for x in graph.transitive_objects(concept, SKOS.broader) if x is not None} - {concept}


def test_it_names_itself_in_four_languages(graph: Graph) -> None:
    assert (SCHEME, RDF.type, SKOS.ConceptScheme) in graph
    assert by_language(graph, SCHEME, DCTERMS.title) == dict.fromkeys(LANGUAGES, 1)
    assert by_language(graph, SCHEME, DCTERMS.description) == dict.fromkeys(LANGUAGES, 1)


def test_it_has_concepts_enough_and_not_too_many_to_read(concepts: dict[str, URIRef]) -> None:
    assert 80 <= len(concepts) <= 120


def test_every_slug_is_kebab_case(concepts: dict[str, URIRef]) -> None:
    for slug, concept in concepts.items():
        assert str(concept) == PREFIX + slug
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug), slug
        assert len(slug) <= 120


def test_no_concept_is_described_twice() -> None:
    opened = re.findall(r"^:([a-z0-9-]+) a skos:Concept ;", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert opened
    assert [slug for slug, times in Counter(opened).items() if times > 1] == []


def test_every_concept_has_one_preferred_label_in_each_language(
    graph: Graph, concepts: dict[str, URIRef]
) -> None:
    for slug, concept in concepts.items():
        assert by_language(graph, concept, SKOS.prefLabel) == dict.fromkeys(LANGUAGES, 1), slug


def test_every_concept_has_another_name_in_each_language(graph: Graph, concepts: dict[str, URIRef]) -> None:
    for slug, concept in concepts.items():
        assert set(by_language(graph, concept, SKOS.altLabel)) == LANGUAGES, slug


def test_every_concept_says_in_each_language_what_belongs_there(
    graph: Graph, concepts: dict[str, URIRef]
) -> None:
    for slug, concept in concepts.items():
        assert by_language(graph, concept, SKOS.scopeNote) == dict.fromkeys(LANGUAGES, 1), slug
        for note in texts(graph, concept, SKOS.scopeNote):
            assert note.endswith("."), (slug, str(note))
            assert len(note) > 40, (slug, str(note))


def test_no_label_leads_to_two_concepts(graph: Graph, concepts: dict[str, URIRef]) -> None:
    """Not even across languages: a spreadsheet names its themes in whatever language it is written in."""
    claimed: dict[str, set[str]] = defaultdict(set)
    for slug, concept in concepts.items():
        claimed[folded(slug)].add(slug)
        for label in texts(graph, concept, SKOS.prefLabel) + texts(graph, concept, SKOS.altLabel):
            claimed[folded(label)].add(slug)
    assert {label: slugs for label, slugs in claimed.items() if len(slugs) > 1} == {}


def test_no_concept_states_a_label_twice_in_one_language(graph: Graph, concepts: dict[str, URIRef]) -> None:
    for slug, concept in concepts.items():
        labels = texts(graph, concept, SKOS.prefLabel) + texts(graph, concept, SKOS.altLabel)
        seen = Counter((x.language, str(x).casefold()) for x in labels)
        assert [x for x, times in seen.items() if times > 1] == [], slug


def test_labels_are_clean_and_fit(graph: Graph, concepts: dict[str, URIRef]) -> None:
    for slug, concept in concepts.items():
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.scopeNote):
            for value in texts(graph, concept, predicate):
                assert str(value) == " ".join(value.split()), (slug, str(value))
                assert unicodedata.is_normalized("NFC", value), (slug, str(value))
                assert not INVISIBLE.search(value), (slug, str(value))
                assert predicate == SKOS.scopeNote or len(value) <= LONGEST_LABEL, (slug, str(value))
                # A bar separates themes in a spreadsheet.
                assert "|" not in value, (slug, str(value))


def test_arabic_is_written_in_arabic_letters(graph: Graph, concepts: dict[str, URIRef]) -> None:
    for slug, concept in concepts.items():
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for label in texts(graph, concept, predicate):
                if label.language == "ar":
                    assert ARABIC_LABEL.fullmatch(label), (slug, str(label))
        preferred = [x for x in texts(graph, concept, SKOS.prefLabel) if x.language == "ar"]
        assert re.search(f"[{ARABIC_LETTERS}]", preferred[0]), slug


def test_arabic_has_no_tatweel_and_no_vowel_signs() -> None:
    assert TATWEEL_AND_SIGNS.findall(FILE.read_text(encoding="utf-8")) == []


def test_latin_languages_have_no_foreign_letters(graph: Graph, concepts: dict[str, URIRef]) -> None:
    letters = {"en": "", "fr": "àâçéèêëîïôùûüÿœæ", "es": "áéíñóúü"}
    for slug, concept in concepts.items():
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.scopeNote):
            for value in texts(graph, concept, predicate):
                if value.language != "ar":
                    odd = set(re.findall(r"[^\W\d_a-z]", value.lower())) - set(letters[str(value.language)])
                    assert odd == set(), (slug, str(value))


def test_the_tree_has_eight_to_ten_tops_and_at_most_three_levels(
    graph: Graph, concepts: dict[str, URIRef]
) -> None:
    tops = {x for x in concepts.values() if (x, SKOS.broader, None) not in graph}
    assert 8 <= len(tops) <= 10
    assert tops == set(graph.subjects(SKOS.topConceptOf, SCHEME))
    assert tops == set(graph.objects(SCHEME, SKOS.hasTopConcept))
    for slug, concept in concepts.items():
        assert set(graph.objects(concept, SKOS.inScheme)) == {SCHEME}, slug
        assert len(ancestors(graph, concept)) <= 2, slug


def test_the_tree_has_one_way_up_and_no_cycle(graph: Graph, concepts: dict[str, URIRef]) -> None:
    known = set(concepts.values())
    for slug, concept in concepts.items():
        above = set(graph.objects(concept, SKOS.broader))
        assert above <= known, slug
        assert len(above) <= 1, slug
        assert concept not in {x for up in above for x in graph.transitive_objects(up, SKOS.broader)}, slug


def test_related_concepts_say_so_both_ways_and_are_not_in_one_line_of_the_tree(
    graph: Graph, concepts: dict[str, URIRef]
) -> None:
    for slug, concept in concepts.items():
        others = set(graph.objects(concept, SKOS.related))
        assert others <= set(concepts.values()), slug
        assert concept not in others, slug
        for other in others:
            assert (other, SKOS.related, concept) in graph, (slug, other)
            assert other not in ancestors(graph, concept), (slug, other)
            assert concept not in ancestors(graph, other), (slug, other)


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("foreign-terrorist-fighters", ["FTF", "combattant terroriste étranger"]),
        ("foreign-terrorist-fighters", ["foreign terrorist fighter", "مقاتل إرهابي أجنبي"]),
        ("mutual-legal-assistance", ["MLA", "entraide judiciaire", "المساعدة القانونية المتبادلة"]),
        ("joint-investigation-teams", ["JIT", "équipe commune d'enquête", "فريق تحقيق مشترك"]),
        ("european-arrest-warrant", ["EAW", "mandat d'arrêt européen", "أمر التوقيف الأوروبي"]),
        ("prisons", ["prison", "cárcel", "سجن"]),
        ("information-sharing", ["need to share", "échange d'informations", "تبادل المعلومات"]),
        ("refugee-flows", ["refugee", "réfugié", "refugiado", "لاجئ"]),
    ],
)
def test_people_find_a_theme_by_the_names_they_use(
    graph: Graph, concepts: dict[str, URIRef], slug: str, names: list[str]
) -> None:
    concept = concepts[slug]
    labels = {folded(x) for x in texts(graph, concept, SKOS.prefLabel) + texts(graph, concept, SKOS.altLabel)}
    assert {folded(x) for x in names} <= labels
