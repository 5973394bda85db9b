"""The files of workshops: their addresses, what is given out, and what bad files and names do."""

from itertools import chain
from pathlib import Path

import pytest
from webtest import Upload

from tests import payloads, sound_files
from tracker.accounts.actors import actor_for
from tracker.core.db import db
from tracker.core.errors import Denied
from tracker.core.files import StoredFile
from tracker.core.headers import DATA_POLICY
from tracker.workshops import service


@pytest.fixture
def coordinator(make):
    return make.person("coordinator")


def attach(person, workshop, name="agenda.pdf", content=None, title=""):
    return service.attach_file(actor_for(person), workshop, title, name, content or sound_files.pdf())


def test_a_file_has_an_address_that_nobody_can_guess(make, visit, coordinator):
    one, two = make.workshop("WS-1"), make.workshop("WS-2")
    mine, other = attach(coordinator, one), attach(coordinator, two)
    walk = visit(make.person())
    link = walk.get("/workshops/WS-1").html.find("a", string="agenda.pdf")["href"]
    assert link == f"/workshops/WS-1/files/{mine.file.token}"
    assert walk.browser.get(link).body == sound_files.pdf()
    for wrong in (str(mine.id), mine.file.token[:-1], mine.file.token.swapcase(), other.file.token, "0"):
        answer = walk.browser.get(f"/workshops/WS-1/files/{wrong}", status="*")
        assert answer.status_int == 404
        assert "There is no such file at this workshop" in answer.text
    assert walk.browser.get(f"/workshops/WS-9/files/{mine.file.token}", status="*").status_int == 404


def test_a_known_address_opens_nothing_to_those_who_may_not_see_the_workshop(make, visit, coordinator):
    workshop = make.workshop("WS-RED", handling="TLP:RED", rapporteur=coordinator)
    address = f"/workshops/WS-RED/files/{attach(coordinator, workshop).file.token}"
    for person in (make.person("administrator"), make.person("coordinator"), make.person()):
        assert visit(person).browser.get(address, status="*").status_int == 404
    assert visit().browser.get(address, status="*").status_int == 302
    assert visit(coordinator).browser.get(address).status_int == 200


def test_nobody_takes_a_file_off_by_the_address_of_another_workshop(make, visit, coordinator):
    one, two = make.workshop("WS-1"), make.workshop("WS-2")
    attach(coordinator, one)
    other = attach(coordinator, two)
    walk = visit(coordinator)
    assert walk.post(f"/workshops/WS-1/files/{other.file.token}/remove").status_int == 404
    assert walk.post(f"/workshops/WS-2/files/{other.file.token}/remove").status_int == 302
    db.session.expire_all()
    assert (len(one.files), len(two.files)) == (1, 0)


def test_a_download_can_do_nothing_in_a_browser(make, visit, coordinator):
    workshop = make.workshop("WS-1")
    attached = attach(coordinator, workshop, "تقرير الورشة.txt", b"<b>Minutes</b> <script>alert(1)</script>")
    answer = visit(coordinator).browser.get(f"/workshops/WS-1/files/{attached.file.token}")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == DATA_POLICY
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename=file.txt; filename*=UTF-8''%D8%AA%D9%82")


def test_a_bad_file_is_refused_on_the_page_and_nothing_is_kept(app, make, visit, coordinator):
    make.workshop("WS-1")
    walk = visit(coordinator)
    page = walk.get("/workshops/WS-1/files/new")
    lists = (payloads.XXE, payloads.BOMBS[:2], payloads.POLYGLOTS, payloads.IMPOSTORS, payloads.MACROS)
    for name, content in chain(*lists):
        form = page.forms["file-form"]
        form["file"], form["file_title"] = Upload(name, content), f"Title of {name}"
        page = walk.submit(form)
        assert page.html.find(id="file-error").text.strip().endswith("."), name
        assert page.forms["file-form"]["file_title"].value == f"Title of {name}"
    uploads = Path(app.instance_path) / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())


def test_odd_names_are_stored_harmlessly(app, make, visit, coordinator):
    workshop = make.workshop("WS-1")
    walk = visit(coordinator)
    lists = (payloads.PATHS, payloads.HEADERS, payloads.SCRIPTS, payloads.FORMULAS)
    attached = [attach(coordinator, workshop, f"{odd}.pdf") for odd in chain(*lists)]
    page = walk.get("/workshops/WS-1")
    for one in attached:
        link = page.html.find("a", href=f"/workshops/WS-1/files/{one.file.token}")
        assert link.text == one.file.name
        answer = walk.browser.get(link["href"])
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "stolen" not in str(answer.headers.get("Set-Cookie"))
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    kept = {path.name for path in (Path(app.instance_path) / "uploads").iterdir()}
    assert kept == {one.file.token for one in attached}


def test_a_file_too_large_is_refused_with_what_was_typed_kept(app, make, visit, coordinator, monkeypatch):
    monkeypatch.setitem(app.config, "TRACKER_MAX_UPLOAD_MB", 1)
    walk = visit(coordinator)
    form = walk.get("/workshops/new").forms["workshop-form"]
    form["title"], form["starts_on"] = "Prison intelligence", "2024-06-10"
    form["file"] = Upload("big.txt", b"x" * 1_100_000)
    page = walk.submit(form)
    assert "The file is larger than 1 MB." in page.html.find(id="file-error").text
    assert page.forms["workshop-form"]["title"].value == "Prison intelligence"
    assert "Browsers forget a chosen file." in page


def test_a_request_far_too_large_gets_a_page_that_says_so(app, make, visit, coordinator, monkeypatch):
    make.workshop("WS-1")
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    walk = visit(coordinator)
    form = walk.get("/workshops/WS-1/files/new").forms["file-form"]
    form["file"] = Upload("big.txt", b"x" * 200_000)
    page = walk.submit(form)
    assert page.status_int == 413
    assert "That is too large" in page


def test_a_table_with_formulas_is_given_back_byte_for_byte(make, visit, coordinator):
    content = dict(payloads.GOOD)["formulas.csv"]
    attached = attach(coordinator, make.workshop("WS-1"), "table.csv", content)
    answer = visit(coordinator).browser.get(f"/workshops/WS-1/files/{attached.file.token}")
    assert answer.body == content
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_file_that_was_taken_off_is_gone_from_the_disk_too(app, make, coordinator):
    workshop = make.workshop("WS-1")
    kept, gone = attach(coordinator, workshop), attach(coordinator, workshop, "list.pdf")
    uploads = Path(app.instance_path) / "uploads"
    token = gone.file.token
    service.remove_file(actor_for(coordinator), gone)
    assert [path.name for path in uploads.iterdir()] == [kept.file.token]
    assert db.session.query(StoredFile).filter_by(token=token).count() == 0


def test_a_file_stays_when_taking_it_off_fails(app, make, coordinator):
    workshop = make.workshop("WS-1")
    attached = attach(coordinator, workshop)
    with pytest.raises(Denied):
        service.remove_file(actor_for(make.person("reader")), attached)
    assert (Path(app.instance_path) / "uploads" / attached.file.token).is_file()
