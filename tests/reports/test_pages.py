"""Home, overview and export."""

import csv
import io


def test_home_has_three_doors(visit, make):
    page = visit(make.person()).get("/")
    for address in ("/log", "/search", "/follow-up/"):
        assert page.html.find("a", href=address)


def test_an_empty_instance_says_where_to_begin(visit, make):
    assert "No workshop yet" in visit(make.person("coordinator")).get("/").text
    assert "Nothing to count yet" in visit(make.person()).get("/reports/").text


def test_home_shows_a_focal_point_what_awaits_them(visit, make):
    make.commitment("JO", title="Train the staff")
    page = visit(make.person("focal-point", party="JO")).get("/")
    assert "Train the staff" in page.text


def test_figures_count_what_may_be_seen_and_lead_to_the_lists(visit, make):
    make.outcome(addressees=("JO", "MA"))
    make.outcome(kind="practice")
    make.outcome(addressees=("JO",), handling="TLP:RED")
    make.outcome(addressees=("JO",), record="draft")
    visitor = visit(make.person())
    page = visitor.get("/reports/")
    figures = [dd.get_text(strip=True) for dd in page.html.select("dl.figures dd")]
    assert figures == ["0", "1", "1", "2", "0"]
    for link in page.html.select("main a[href]"):
        if "export" not in link["href"]:
            visitor.get(link["href"])


def test_the_export_holds_what_may_be_seen_in_the_columns_of_the_import(visit, make):
    seen = make.outcome("Seen text.", addressees=("JO",), themes=("prisons",))
    make.outcome("Hidden text.", handling="TLP:RED")
    answer = visit(make.person()).browser.get("/reports/export.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert [(row["ref"], row["text"], row["addressees"]) for row in rows] == [(seen.ref, "Seen text.", "JO")]


def test_the_public_takes_no_export(app, visit, make):
    app.config["TRACKER_PUBLIC_READING"] = True
    make.outcome(handling="TLP:CLEAR")
    assert visit().browser.get("/reports/export.csv", status="*").status_int == 302
