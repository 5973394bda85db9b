"""The search page, without JavaScript."""

import pytest


def test_a_search_shows_marked_hits_with_their_reference(visit, make):
    outcome = make.outcome("Train prison staff.", title="Training", addressees=("JO",))
    page = visit(make.person()).get("/search?q=prisons")
    assert outcome.ref in page.text
    assert "<mark>prison</mark>" in page.text
    assert "Jordan" in page.text


def test_the_field_in_the_bar_leads_to_the_search(visit, make):
    make.outcome("Train prison staff.")
    visitor = visit(make.person())
    form = next(f for f in visitor.get("/").forms.values() if f.action == "/search")
    form["q"] = "staff"
    assert "1 outcome" in visitor.submit(form).text


def test_a_filter_is_added_and_taken_off_again(visit, make):
    make.outcome("Words one.", addressees=("JO",))
    make.outcome("Words two.", addressees=("MA",))
    visitor = visit(make.person())
    page = visitor.get("/search?q=words")
    link = page.html.find("a", href=lambda address: address and "country=JO" in address)
    narrowed = visitor.get(link["href"])
    assert "1 outcome" in narrowed.text
    assert "Words one" in narrowed.html.get_text()
    chip = narrowed.html.find("a", href="/search?q=words")
    assert chip is not None
    assert "2 outcomes" in visitor.get(chip["href"]).text


def test_nothing_found_says_what_to_do(visit, make):
    make.outcome("Words.")
    page = visit(make.person()).get("/search?q=absent")
    assert "Nothing found" in page.text
    assert "fewer or other words" in page.text


def test_when_no_outcome_has_all_words_the_page_says_so(visit, make):
    make.outcome("Words about prisons.")
    page = visit(make.person()).get("/search?q=prisons+zebras")
    assert "some of them" in page.text


def test_a_slip_of_the_pen_is_noticed(visit, make):
    make.outcome("Rehabilitation of offenders.")
    assert "Did you mean" in visit(make.person()).get("/search?q=rehabilitaton").text


def test_an_unknown_filter_is_read_as_words_and_the_page_says_so(visit, make):
    make.outcome("Words.")
    page = visit(make.person()).get("/search?q=colour:red")
    assert "not a filter" in page.text


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "((((",
        "-",
        "OR OR",
        "theme:",
        "*",
        "a" * 7_000,
        "[a TO z]",
        "x~5",
        "<script>alert(1)</script>",
        "\x00\x07",
        "/.*/",
        "((" * 1_000,
        "\u202eabc",
        "'; DROP TABLE outcome; --",
        "is:overdue is:nonsense",
        "(a OR (b -c",
        "%",
        "%00",
        "year:20x4",
    ],
    ids=range(20),
)
def test_no_query_is_an_error(visit, make, query):
    make.outcome("Words.")
    page = visit(make.person()).browser.get("/search", {"q": query}, status="*")
    assert page.status_int == 200
    assert "<script>alert" not in page.text


def test_a_search_as_long_as_a_book_is_refused_with_a_sentence(visit, make):
    page = visit(make.person()).browser.get("/search", {"q": "a" * 60_000}, status=414)
    assert "That address is too long" in page.text


def test_the_page_reads_from_right_to_left_in_arabic(visit, make):
    make.outcome("تدريب موظفي السجون", language="ar")
    page = visit(make.person(language="ar"), language="ar").get("/search", params={"q": "السجون"})
    assert page.html.html["dir"] == "rtl"
    assert "<mark>" in page.text


def test_pages_follow_each_other(visit, make):
    for number in range(25):
        make.outcome(f"Words {number}.")
    visitor = visit(make.person())
    first, second = visitor.get("/search?q=words"), visitor.get("/search?q=words&page=2")
    assert "25 outcomes" in first.text
    hits = [len(p.html.select("ol.hits > li")) for p in (first, second)]
    assert hits == [20, 5]
    assert visitor.get("/search?q=words&page=999999").status_int == 200
