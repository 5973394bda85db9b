from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app

from tests import payloads
from tests.followup.cast import DECREE, a_file, a_link, an_office, claim, upload
from tracker.core.clock import today
from tracker.core.errors import InvalidInput
from tracker.core.files import store_bytes
from tracker.core.vocabulary import Handling
from tracker.followup import queries, service
from tracker.followup.data import EvidenceData
from tracker.followup.vocabulary import EvidenceKind


@pytest.fixture
def report(make):
    commitment, actor = make.commitment("JO"), make.actor("focal-point", party="JO")
    return lambda *pieces, **fields: service.report(
        actor, commitment, claim("accepted", "in-progress", evidence=list(pieces), **fields)
    )


def test_a_file_a_link_and_an_office_are_kept_with_their_titles(report):
    update = report(a_file(title="Decree 12"), a_link("https://example.org/x?y=1"), an_office())
    file, link, office = update.evidence
    assert (file.title, file.file.name, file.kind) == ("Decree 12", "decree.pdf", EvidenceKind.FILE)
    assert (link.title, link.url) == ("https://example.org/x?y=1", "https://example.org/x?y=1")
    assert (office.title, office.seen_by, office.file) == ("Ministry of Justice", "Ministry of Justice", None)
    assert {piece.handling for piece in update.evidence} == {Handling.GREEN}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.org/x",
        "javascript:alert(1)",
        "https://",
        "//example.org",
        "https://a\nb",
        "http://[broken",
    ],
)
def test_a_link_is_a_whole_address_of_the_web(report, url):
    with pytest.raises(InvalidInput, match="beginning with https://") as refused:
        report(a_link(url))
    assert refused.value.field == "evidence"


def test_each_kind_brings_what_it_needs(report):
    for piece, message in (
        (EvidenceData(kind=EvidenceKind.FILE), "choose the file"),
        (EvidenceData(kind=EvidenceKind.FILE, file=upload(name="")), "choose the file"),
        (EvidenceData(kind=EvidenceKind.RESTRICTED), "name the office"),
        (an_office("x" * 301), "shorten"),
        (EvidenceData(kind=EvidenceKind.FILE, file=upload("run.exe")), "cannot be attached"),
        (EvidenceData(kind=EvidenceKind.FILE, file=upload(content=b"")), "is empty"),
    ):
        with pytest.raises(InvalidInput, match=message):
            report(piece)


def test_evidence_bears_no_date_to_come(report):
    with pytest.raises(InvalidInput, match="in the future") as refused:
        report(a_link(dated=today() + timedelta(days=1)))
    assert refused.value.field == "evidence"
    assert report(a_link(dated=today())).evidence[0].dated == today()


def test_evidence_is_never_less_restricted_than_its_report(report):
    update = report(
        a_link(handling=Handling.CLEAR), a_link(handling=Handling.RED), a_link(), handling="TLP:AMBER"
    )
    assert [piece.handling for piece in update.evidence] == [Handling.AMBER, Handling.RED, Handling.AMBER]


def test_a_refused_report_stores_no_file(report):
    with pytest.raises(InvalidInput):
        report(a_file(), a_link("nowhere"))
    folder = Path(current_app.instance_path) / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


def test_the_file_goes_to_those_who_may_read_it(make, visit):
    commitment = make.commitment("JO")
    focal_point = make.person("focal-point", party="JO")
    update = service.report(
        make.actor("focal-point", party="JO"),
        commitment,
        claim(
            "accepted",
            "implemented",
            evidence=[a_file(title="Open"), a_file(title="Own", handling=Handling.AMBER_STRICT)],
        ),
    )
    shared, own = (f"/follow-up/evidence/{piece.file.token}" for piece in update.evidence)
    insider, other = visit(focal_point), visit(make.person("reviewer", party="ES"))
    answer = insider.browser.get(own)
    assert answer.body == DECREE
    assert answer.headers["Content-Disposition"] == "attachment; filename=decree.pdf"
    assert other.browser.get(shared).status_int == 200
    assert other.browser.get(own, status="*").status_int == 404
    assert visit().browser.get(shared, status="*").status_int == 302


def test_nobody_gets_evidence_by_counting(make, visit):
    workshop_file = store_bytes("agenda.pdf", DECREE)
    commitment = make.commitment("JO")
    update = service.report(
        make.actor("focal-point", party="JO"), commitment, claim("accepted", evidence=[a_link(), a_file()])
    )
    walk = visit(make.person("focal-point", party="JO"))
    # Numbers, nothing, and the token of a file that is no evidence.
    guesses = [*(str(piece.id) for piece in update.evidence), "0", "None", "x" * 43, workshop_file.token]
    for guess in guesses:
        answer = walk.browser.get(f"/follow-up/evidence/{guess}", status="*")
        assert answer.status_int == 404
        assert "There is no such evidence, or it is not open to you." in answer.text


@pytest.mark.parametrize(("name", "content"), [*payloads.IMPOSTORS[:3], payloads.XXE[0], payloads.MACROS[0]])
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_reported(report, name, content):
    with pytest.raises(InvalidInput):
        report(a_file(), EvidenceData(kind=EvidenceKind.FILE, file=upload(name, content)))
    folder = Path(current_app.instance_path) / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


def test_history_leaves_out_the_evidence_that_may_not_be_read(make):
    commitment = make.commitment("JO")
    pieces = [a_link(title="Open"), a_link(title="Own", handling=Handling.AMBER_STRICT)]
    service.report(make.actor("focal-point", party="JO"), commitment, claim("accepted", evidence=pieces))
    seen = {
        party: [
            piece.title
            for line in queries.history(make.actor("reader", party=party), commitment)
            for piece in line.evidence
        ]
        for party in ("JO", "ES")
    }
    assert seen == {"JO": ["Open", "Own"], "ES": ["Open"]}
