"""The demonstration's file: complete, coherent with the rules of follow-up, and about institutions only."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from rdflib import RDF, SKOS, Graph

from tests.demo.reading import (
    ADOPTIONS,
    BODIES,
    COMMITMENTS,
    DATA,
    FIRST_LOADING,
    OUTCOMES,
    PEOPLE,
    SOURCE,
    WORKSHOPS,
    due_of,
    final_state,
    is_open,
    narratives,
    strings,
)
from tracker.core.vocabulary import Handling, Language
from tracker.followup.vocabulary import Assurance, EvidenceKind, Finding, Implementation, Position, Stage
from tracker.outcomes.vocabulary import Kind, LinkKind, Priority, Quality, Record

STALE_DAYS = 183
PRACTICE_PARTS = {"context", "actions", "results", "success_factors", "constraints", "conditions"}
OUTCOME_FIELDS = {
    "key", "kind", "workshop", "language", "texts", "themes", "addressees", "proposers", "due", "priority",
    "handling", "named_parties", "named_people", "chatham_house", "record", "author",
}  # fmt: skip
EVIDENCE_FIELD = {"link": "url", "restricted": "seen_by", "file": "file_text"}
#: Frequent little words that give a language away.
LITTLE_WORDS = {
    "en": "the and of is was which not they are has been each for its",
    "fr": "le les des et une du dans est sont aux sur pas au été ne",
    "es": "el los las y una del en es con para al por se no su sus",
}
ARABIC = re.compile(r"[\u0600-\u06ff]")
COURTESY_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|Judge|Sr|Sra|Don|Mme|M)\.? [A-ZÁÉÍÓÚ]|السيد|الدكتور")


# Shape ----------------------------------------------------------------------------------------------------


def test_the_file_is_pretty_printed_in_a_stable_form() -> None:
    assert SOURCE.read_text(encoding="utf-8") == json.dumps(DATA, ensure_ascii=False, indent=2) + "\n"
    assert list(DATA) == ["bodies", "people", "workshops", "outcomes", "links", "commitments", "adoptions"]


@pytest.mark.parametrize(
    ("name", "key"), [("bodies", "code"), ("people", "key"), ("workshops", "code"), ("outcomes", "key")]
)
def test_keys_are_unique(name: str, key: str) -> None:
    keys = [entry[key] for entry in DATA[name]]
    assert len(set(keys)) == len(keys)


def test_there_are_enough_outcomes_of_both_kinds() -> None:
    kinds = Counter(outcome["kind"] for outcome in OUTCOMES.values())
    assert kinds[Kind.RECOMMENDATION] >= 18
    assert kinds[Kind.PRACTICE] >= 8


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_has_exactly_the_fields_of_its_kind(outcome: dict[str, Any]) -> None:
    practice = outcome["kind"] == Kind.PRACTICE
    retired = outcome["record"] == Record.RETIRED
    expected = OUTCOME_FIELDS | ({"quality", "contact"} if practice else set())
    expected |= {"retire_reason", "successor"} if retired else set()
    assert set(outcome) == expected
    for text in outcome["texts"].values():
        assert {"title", "text"} <= set(text) <= {"title", "text", "rationale", "safeguards"} | PRACTICE_PARTS
        assert (set(text) >= PRACTICE_PARTS) is practice
        assert all(part.strip() == part and part for part in text.values())
        assert len(text["title"]) <= 130
        assert len(re.findall(r"[.?!](?:\s|$)", text["text"])) <= 3
    assert outcome["language"] in outcome["texts"]
    versions = [set(text) for text in outcome["texts"].values()]
    assert all(version == versions[0] for version in versions)
    assert list(outcome["texts"]) == [str(language) for language in Language if language in outcome["texts"]]
    assert not (practice and (outcome["addressees"] or outcome["due"] or outcome["priority"]))
    assert outcome["themes"]
    assert outcome["proposers"]


def test_titles_are_unique_in_each_language() -> None:
    texts = [pair for outcome in OUTCOMES.values() for pair in outcome["texts"].items()]
    titles = Counter((language, text["title"]) for language, text in texts)
    assert max(titles.values()) == 1


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome_refers_only_to_what_exists(outcome: dict[str, Any]) -> None:
    workshop = WORKSHOPS[outcome["workshop"]]
    took_part = set(workshop["hosts"]) | set(workshop["participants"])
    assert set(outcome["addressees"]) | set(outcome["proposers"]) <= took_part
    assert set(outcome["named_parties"]) <= took_part
    assert set(outcome["named_people"]) <= set(PEOPLE)
    assert "expert" in PEOPLE[outcome["author"]]["roles"]
    assert outcome["language"] in workshop["languages"]
    assert bool(outcome["named_parties"]) is (outcome["handling"] == Handling.AMBER_STRICT)
    assert bool(outcome["named_people"]) is (outcome["handling"] == Handling.RED)
    if outcome["record"] == Record.RETIRED:
        link = {"source": outcome["successor"], "target": outcome["key"], "kind": "supersedes"}
        assert link in DATA["links"]
    if outcome["due"]:
        assert date.fromisoformat(outcome["due"]) > date.fromisoformat(workshop["ends_on"])


def test_parties_are_country_codes_or_known_bodies() -> None:
    parties = [party for w in WORKSHOPS.values() for party in w["hosts"] + w["participants"]]
    parties += [party for person in PEOPLE.values() for party in person["parties"]]
    assert all(re.fullmatch(r"[A-Z]{2}", party) or party in BODIES for party in parties)
    for body in BODIES.values():
        assert body["country"] is None or re.fullmatch(r"[A-Z]{2}", body["country"])
        assert set(body["names"]) == set(map(str, Language))


def test_workshops_say_where_they_are_known_from() -> None:
    for workshop in WORKSHOPS.values():
        assert workshop["starts_on"] <= workshop["ends_on"]
        assert workshop["source"]
        assert "://" not in workshop["source"]
        assert set(workshop["rapporteurs"]) <= set(PEOPLE)
        assert set(workshop["languages"]) <= set(map(str, Language))
    malaga = WORKSHOPS["CTJ-2024-AGP"]
    assert malaga["starts_on"] == "2024-11-21"
    assert "exact days of the workshop are not given" in malaga["summary"]


def test_every_theme_stands_in_the_thesaurus() -> None:
    turtle = (files("tracker") / "themes" / "thesaurus.ttl").read_text(encoding="utf-8")
    thesaurus = Graph().parse(data=turtle, format="turtle")
    slugs = {str(concept).rsplit(":", 1)[-1] for concept in thesaurus.subjects(RDF.type, SKOS.Concept)}
    assert {theme for outcome in OUTCOMES.values() for theme in outcome["themes"]} - slugs == set()


# Vocabularies ---------------------------------------------------------------------------------------------


def test_every_position_implementation_and_assurance_is_shown() -> None:
    states = [final_state(commitment) for commitment in COMMITMENTS]
    assert {state.position for state in states} == set(Position)
    assert {state.implementation for state in states} - {None} == set(Implementation)
    assert {state.assurance for state in states} == set(Assurance)


def test_every_other_state_is_shown() -> None:
    findings = {a["finding"] for c in COMMITMENTS for a in c["assessments"]}
    evidence = {e["kind"] for c in COMMITMENTS for u in c["updates"] for e in u["evidence"]}
    assert {outcome["record"] for outcome in OUTCOMES.values()} == set(map(str, Record))
    assert {outcome["kind"] for outcome in OUTCOMES.values()} == set(map(str, Kind))
    assert {outcome.get("quality") for outcome in OUTCOMES.values()} - {None} == set(map(str, Quality))
    assert {outcome["priority"] for outcome in OUTCOMES.values()} - {None} == set(map(str, Priority))
    assert {link["kind"] for link in DATA["links"]} == set(map(str, LinkKind))
    assert {adoption["stage"] for adoption in ADOPTIONS} == set(map(str, Stage))
    assert findings == set(map(str, Finding))
    assert evidence == set(map(str, EvidenceKind))


def test_handling_labels_are_all_shown_and_the_strictest_once() -> None:
    labels = Counter(outcome["handling"] for outcome in OUTCOMES.values())
    assert set(labels) == set(map(str, Handling))
    assert labels[Handling.AMBER_STRICT] == labels[Handling.RED] == 1


def test_links_join_two_known_outcomes_and_only_practices_answer() -> None:
    for link in DATA["links"]:
        source, target = OUTCOMES[link["source"]], OUTCOMES[link["target"]]
        assert source is not target
        answers = (source["kind"], target["kind"]) == (Kind.PRACTICE, Kind.RECOMMENDATION)
        assert (link["kind"] == LinkKind.ANSWERS) is answers


# Rules of follow-up ---------------------------------------------------------------------------------------


def test_every_recommendation_that_is_not_a_draft_is_followed_up_with_each_addressee() -> None:
    owed = [
        (outcome["key"], party)
        for outcome in OUTCOMES.values()
        if outcome["record"] != Record.DRAFT
        for party in outcome["addressees"]
    ]
    assert sorted((c["outcome"], c["party"]) for c in COMMITMENTS) == sorted(owed)


def test_focal_points_report_for_their_own_party_and_never_close() -> None:
    for subject in COMMITMENTS + ADOPTIONS:
        for update in subject["updates"]:
            person = PEOPLE[update["by"]]
            assert "focal-point" in person["roles"]
            assert subject["party"] in person["parties"]
            assert not (update.get("implementation") or "").startswith("closed-")


def test_reviewers_assess_other_parties_and_give_reasons() -> None:
    for commitment in COMMITMENTS:
        for assessment in commitment["assessments"]:
            person = PEOPLE[assessment["by"]]
            assert "reviewer" in person["roles"]
            assert commitment["party"] not in person["parties"]
            assert assessment["text"]
            if assessment["finding"] in ("disputed", "closed", "reopened"):
                assert assessment["reason"]
            closed = (assessment["implementation"] or "").startswith("closed-")
            assert closed is (assessment["finding"] == Finding.CLOSED)


def test_whoever_reports_or_assesses_may_read_the_record() -> None:
    for subject in COMMITMENTS + ADOPTIONS:
        outcome = OUTCOMES[subject["outcome"]]
        workshop = WORKSHOPS[outcome["workshop"]]
        for line in subject["updates"] + subject.get("assessments", []):
            parties = set(PEOPLE[line["by"]]["parties"])
            if outcome["handling"] == Handling.RED:
                assert line["by"] in outcome["named_people"]
            elif outcome["handling"] == Handling.AMBER_STRICT:
                assert parties & set(outcome["named_parties"])
            elif outcome["handling"] == Handling.AMBER:
                assert parties & {*workshop["hosts"], *workshop["participants"], *outcome["addressees"]}


def test_verifying_what_is_implemented_rests_on_evidence() -> None:
    for commitment in COMMITMENTS:
        for assessment in commitment["assessments"]:
            if assessment["finding"] == "verified":
                earlier = [u for u in commitment["updates"] if u["days_ago"] > assessment["days_ago"]]
                assert earlier
                assert earlier[-1]["evidence"]


def test_refusing_names_a_reason() -> None:
    for commitment in COMMITMENTS:
        for update in commitment["updates"]:
            if update["position"] in ("not-accepted", "not-applicable", "accepted-with-alternative"):
                assert update["reason"]
    for adoption in ADOPTIONS:
        assert bool(adoption.get("reason")) is (adoption["stage"] in ("not-transferable", "stopped"))


def test_lines_follow_each_other_in_time_and_come_after_the_workshop() -> None:
    for subject in COMMITMENTS + ADOPTIONS:
        workshop_end = date.fromisoformat(WORKSHOPS[OUTCOMES[subject["outcome"]]["workshop"]]["ends_on"])
        for lines in (subject["updates"], subject.get("assessments", [])):
            days = [line["days_ago"] for line in lines]
            assert days == sorted(days, reverse=True)
            assert len(set(days)) == len(days)
            assert all(FIRST_LOADING - timedelta(days=count) > workshop_end for count in days)


def test_evidence_is_dated_before_the_update_and_points_nowhere_real() -> None:
    for commitment in COMMITMENTS:
        for update in commitment["updates"]:
            for evidence in update["evidence"]:
                assert set(evidence) == {"kind", "title", "date", EVIDENCE_FIELD[evidence["kind"]]}
                reported = FIRST_LOADING - timedelta(days=update["days_ago"])
                assert date.fromisoformat(evidence["date"]) <= reported
                assert evidence.get("url", "https://example.org/").startswith("https://example.org/")
                assert evidence.get("seen_by", "Reader") in {person["name"] for person in PEOPLE.values()}


def test_an_adoption_stands_where_its_last_update_says() -> None:
    for adoption in ADOPTIONS:
        outcome = OUTCOMES[adoption["outcome"]]
        assert outcome["kind"] == Kind.PRACTICE
        assert outcome["record"] == Record.PUBLISHED
        assert adoption["stage"] == adoption["updates"][-1]["stage"]


def test_someone_is_overdue_someone_due_soon_someone_stale_and_someone_silent() -> None:
    waiting = [commitment for commitment in COMMITMENTS if is_open(commitment)]
    due = [due_of(commitment) for commitment in waiting]
    assert sum(day is not None and day < FIRST_LOADING for day in due) >= 5
    assert sum(0 < commitment.get("due_in_days", 0) <= 30 for commitment in waiting) >= 3
    stale = [c for c in waiting if c["updates"] and c["updates"][-1]["days_ago"] > STALE_DAYS]
    assert len(stale) >= 3
    assert sum(not commitment["updates"] for commitment in waiting) >= 5
    assert not any("due" in commitment and "due_in_days" in commitment for commitment in COMMITMENTS)
    assert all(OUTCOMES[c["outcome"]]["due"] is None for c in COMMITMENTS if "due_in_days" in c)


# Languages and people -------------------------------------------------------------------------------------


def test_originals_are_in_all_four_languages_and_most_have_every_version() -> None:
    originals = Counter(outcome["language"] for outcome in OUTCOMES.values())
    assert originals >= Counter(en=12, fr=5, es=4, ar=5)
    versions = Counter(len(outcome["texts"]) for outcome in OUTCOMES.values())
    assert versions[4] > len(OUTCOMES) / 2
    assert versions[1]
    assert versions[2]


def test_every_text_is_in_the_language_it_claims() -> None:
    for language, text in narratives():
        letters = [letter for letter in text if letter.isalpha()]
        arabic = sum(bool(ARABIC.match(letter)) for letter in letters)
        if language == "ar":
            assert arabic > 0.85 * len(letters), text
            assert not re.search(r"[\u0640\u064b-\u0652]", text), text
        else:
            words = re.findall(r"\w+", text.lower())
            scores = {
                name: sum(word in little.split() for word in words) for name, little in LITTLE_WORDS.items()
            }
            assert arabic == 0, text
            assert scores[language] == max(scores.values()), text


def test_accounts_are_roles_and_nobody_is_invented() -> None:
    role_words = {"Coordinator", "Administrator", "Rapporteur", "Expert", "Focal point", "Reviewer", "Reader"}
    sides = {"", "Jordan", "Morocco", "Iraq", "Lebanon", "Egypt", "Spain"}
    sides |= {body["acronym"] for body in BODIES.values()}
    for person in PEOPLE.values():
        role, _, side = person["name"].partition(", ")
        assert role in role_words
        assert side in sides
        assert re.fullmatch(r"[a-z.]+@demo\.example", person["email"])
    contacts = {outcome["contact"] for outcome in OUTCOMES.values() if "contact" in outcome}
    assert contacts <= {body["names"]["en"] for body in BODIES.values()}


def test_no_private_person_appears_anywhere() -> None:
    for text in strings({name: part for name, part in DATA.items() if name != "people"}):
        assert not COURTESY_TITLE.search(text), text
        assert "@" not in text, text
        assert not re.search(r"\d[\d ]{6,}", text), text
        # The sources quote one expert by name; the demonstration names nobody.
        assert "Cabrero" not in text, text
