"""The pages of the thesaurus, walked without JavaScript."""

import pytest

from tests.queries import counted
from tracker.core.permissions import OPERATOR
from tracker.themes import queries, service
from tracker.themes.labels import ThemeData


@pytest.fixture
def reader(visit, make):
    return visit(make.person("reader"))


@pytest.fixture
def administrator(visit, make):
    return visit(make.person("administrator"))


def form_of(page):
    return next(form for form in page.forms.values() if form.method == "post" and "version" in form.fields)


def test_the_public_must_sign_in_unless_public_reading_is_on(app, visit):
    answer = visit().browser.get("/themes/", status=302)
    assert "/login" in answer.location
    app.config["TRACKER_PUBLIC_READING"] = True
    assert "Prison staff" in visit().get("/themes/").text


def test_the_tree_counts_what_the_reader_may_read(reader, make):
    make.outcome(themes=("prison-staff",))
    make.outcome(themes=("prison-staff",), handling="TLP:RED")
    page = reader.get("/themes/")
    for slug in queries.closure()[queries.by_slug("prison-staff").id]:
        link = page.html.find("main").find("a", href=f"/themes/{slug}")
        assert link.find_next_sibling("span").text == "1"
    nested = page.html.find("main").select("ul ul") or page.html.find("main").select("section ul")
    assert nested


def test_a_flat_set_stands_as_a_table(reader, make):
    labels = [f"Right {number}" for number in range(54)]
    service.create_from_labels(OPERATOR, labels, "en")
    make.outcome(themes=("right-7",))
    page = reader.get("/themes/")
    table = page.html.find("main").find("table")
    cells = {row.find("th").text.strip(): row.find("td").text for row in table.find("tbody").find_all("tr")}
    assert len(cells) >= 54
    assert (cells["Right 7"], cells["Right 8"]) == ("1", "0")


def test_the_tree_costs_the_same_with_few_and_many_outcomes(reader, make):
    make.outcome(themes=("prisons",))
    with counted() as few:
        reader.get("/themes/")
    for _ in range(10):
        make.outcome(themes=("prison-staff", "prisons"))
    with counted() as many:
        reader.get("/themes/")
    assert len(many) == len(few)


def test_a_theme_shows_all_languages_its_neighbours_and_everything_under_it(reader, make):
    staff = queries.by_slug("prison-staff")
    above = staff.broader[0]
    workshop = make.workshop(code="WS-2024-LARNACA", title="Prisons in Larnaca")
    closed = make.workshop(code="WS-CLOSED", title="Behind doors", handling="TLP:RED")
    seen = make.outcome("Train the night shift.", themes=("prison-staff",), workshop=workshop)
    make.outcome("Seen, from a closed workshop.", themes=("prison-staff",), workshop=closed)
    make.outcome("Not for everybody.", themes=("prison-staff",), handling="TLP:RED")
    page = reader.get(f"/themes/{above.slug}")
    assert seen.ref in page.text
    assert "Not for everybody." not in page.text
    assert "Behind doors" not in page.text
    for text in above.preferred.values():
        assert text in page.html.find("aside").text
    assert page.html.find("main").find("a", href="/themes/prison-staff")
    workshops = page.click(href="view=workshops")
    assert "Prisons in Larnaca" in workshops.text
    assert "Behind doors" not in workshops.text


def test_long_lists_come_in_pages(reader, make):
    for number in range(53):
        make.outcome(f"Outcome number {number}.", themes=("prisons",))
    page = reader.get("/themes/prisons")
    assert "Outcome number 52." in page.text
    assert "Outcome number 0." not in page.text
    assert "Outcome number 0." in reader.get("/themes/prisons?page=2").text


def test_an_empty_theme_says_what_to_do(reader):
    assert "Nothing here yet" in reader.get("/themes/prisons").text


def test_an_arabic_reader_gets_an_arabic_page(visit, make):
    page = visit(make.person("reader", language="ar"), language="ar").get("/themes/prisons")
    assert page.html.find("html")["dir"] == "rtl"
    assert queries.by_slug("prisons").preferred["ar"] in page.html.find("h1").text


def test_a_reader_is_told_who_may_change_themes(reader):
    for address in ("/themes/new", "/themes/prisons/edit", "/themes/prisons/merge"):
        page = reader.get(address, status=403)
        assert "Only an administrator may do this." in page.text
    assert "/edit" not in reader.get("/themes/prisons").html.find("main").decode()


def test_an_administrator_adds_a_theme(administrator):
    form = form_of(administrator.get("/themes/new"))
    form["preferred_en"] = "Drones over prisons"
    form["preferred_ar"] = "طائرات فوق السجون"
    form["alternatives_en"] = "UAV\n drone drops "
    form["note_en"] = "What flies over the walls."
    form["broader"] = [str(queries.by_slug("prisons").id)]
    page = administrator.submit(form)
    assert page.request.path == "/themes/drones-over-prisons"
    assert "The theme was added." in page.text
    assert "What flies over the walls." in page.text
    found = queries.by_slug("drones-over-prisons")
    assert found.alternatives("en") == ["UAV", "drone drops"]
    assert found.broader == [queries.by_slug("prisons")]


def test_a_refused_theme_keeps_what_was_typed(administrator):
    form = form_of(administrator.get("/themes/new"))
    taken = queries.by_slug("prisons").preferred["en"]
    form["preferred_en"] = taken.upper()
    form["note_en"] = "A note that took long to write."
    page = administrator.submit(form)
    assert "Preferred label in English: “" in page.text
    assert "already names the theme" in page.text
    assert page.html.title.text.startswith("Error:")
    assert form_of(page)["note_en"].value == "A note that took long to write."
    assert form_of(page)["preferred_en"].value == taken.upper()


def test_an_administrator_changes_a_theme(administrator):
    form = form_of(administrator.get("/themes/prisons/edit"))
    before = form["preferred_fr"].value
    assert before == queries.by_slug("prisons").preferred["fr"]
    form["preferred_en"] = "Jails"
    page = administrator.submit(form)
    assert page.request.path == "/themes/prisons"
    assert "Jails" in page.html.find("h1").text


def test_whoever_saves_second_sees_both_versions_and_loses_nothing(administrator, app):
    form = form_of(administrator.get("/themes/prisons/edit"))
    prisons = queries.by_slug("prisons")
    service.edit_theme(
        OPERATOR, prisons, ThemeData(preferred={"en": "Saved by a colleague"}), prisons.version
    )
    form["preferred_en"] = "Typed by me"
    page = administrator.submit(form)
    assert "Saved by a colleague" in page.text
    assert "Somebody else changed this theme" in page.text
    again = form_of(page)
    assert again["preferred_en"].value == "Typed by me"
    assert "Typed by me" in administrator.submit(again).html.find("h1").text


def test_a_merged_theme_leads_to_the_other(administrator, reader, make):
    outcome = make.outcome(themes=("probation",))
    page = administrator.get("/themes/probation/merge")
    form = next(form for form in page.forms.values() if "target" in form.fields)
    assert "Choose the theme that everything should move to." in administrator.submit(form).text
    form["target"] = str(queries.by_slug("prisons").id)
    assert administrator.submit(form).request.path == "/themes/prisons"
    page = reader.get("/themes/probation")
    assert page.request.path == "/themes/prisons"
    assert outcome.ref in page.text
    assert reader.browser.get("/themes/probation", status=301)


def test_an_unknown_theme_gets_a_helpful_page(reader):
    assert "There is no such theme" in reader.get("/themes/no-such-theme", status=404).text
