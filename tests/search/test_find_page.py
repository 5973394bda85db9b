"""The search page in full: filters, chips, groups, pages, and what it says when nothing is found."""

from datetime import date

import pytest

from tests.queries import counted
from tracker.accounts import parties
from tracker.accounts.parties import PartyData
from tracker.accounts.queries import party_by_code
from tracker.core.permissions import OPERATOR
from tracker.themes import queries
from tracker.themes import service as themes
from tracker.themes.labels import ThemeData

RTL_QUERY = "السجون"


def facet(page, name):
    """The values of a facet: label, number, whether it is chosen."""
    return [
        (
            link.find(class_="facet-label").get_text(strip=True),
            int(link.find(class_="facet-count").find(string=True)),
            link.has_attr("aria-current"),
        )
        for link in page.html.select(f"#facet-{name} li a")
    ]


def chips(page):
    """The filters in force, in words, with the address that takes each off."""
    return {
        " ".join(link.get_text(" ", strip=True).removeprefix("Remove this filter:").split()): link["href"]
        for link in page.html.select(".chips .chip")
    }


def refs(page):
    return [ref.get_text(strip=True) for ref in page.html.select(".hits .ref")]


def count(page):
    return " ".join(page.html.select_one("[data-count]").get_text().split())


# --- facets --------------------------------------------------------------------------------------


def test_several_values_of_one_filter_widen_and_several_filters_narrow(visit, make):
    make.outcome("Words one.", addressees=("JO",))
    make.outcome("Words two.", addressees=("MA",), kind="recommendation")
    make.outcome("Words three.", kind="practice")
    visitor = visit(make.person())
    page = visitor.get("/search?q=words&country=JO&country=MA")
    assert count(page) == "2 outcomes"
    assert facet(page, "country") == [("Jordan", 1, True), ("Morocco", 1, True), ("Not stated", 1, False)]
    assert refs(visitor.get("/search?q=words&country=JO&country=MA&kind=practice")) == []
    assert count(visitor.get("/search?q=words&country=none")) == "1 outcome"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "none"),
        ("country", "none"),
        ("body", "none"),
        ("workshop", "none"),
        ("position", "none"),
        ("implementation", "none"),
        ("assurance", "not-set"),
    ],
)
def test_what_has_no_value_can_be_asked_for(visit, make, name, value):
    bare = make.outcome("Words.", kind="practice", workshop=None)
    page = visit(make.person()).get("/search?q=words")
    assert ("Not stated", 1, False) in facet(page, name)
    assert refs(visit(make.person()).get(f"/search?q=words&{name}={value}")) == [bare.ref]
    assert refs(visit(make.person()).get(f"/search?q=words+{name}:{value}")) == [bare.ref]


def test_what_is_late_is_a_filter_beside_the_results(visit, make):
    late = make.outcome("Words one.", addressees=("JO",), due=date(2020, 1, 1))
    make.outcome("Words two.", addressees=("JO",), due=date(2999, 1, 1))
    visitor = visit(make.person())
    page = visitor.get("/search?q=words")
    assert facet(page, "is") == [("Overdue", 1, False)]
    page = visitor.get("/search?q=words&is=overdue")
    assert refs(page) == [late.ref]
    assert list(chips(page)) == ["Follow-up Overdue"]
    assert "Overdue" in page.html.select_one(".hits .facts-line").get_text()


def test_a_long_filter_shows_its_first_values_then_all_of_them(visit, make):
    for number in range(12):
        make.outcome("Words.", workshop=make.workshop(f"WS-{number:02}", starts_on=date(2000 + number, 1, 1)))
    visitor = visit(make.person())
    page = visitor.get("/search?q=words&year=2003")
    assert facet(page, "year")[0] == ("2003", 1, True)
    assert len(facet(page, "year")) == 8
    everything = page.html.select_one("#facet-year .facet-more a")
    assert everything.get_text(strip=True).startswith("Show all 12")
    assert len(facet(visitor.get(everything["href"].split("#")[0]), "year")) == 12


def test_a_filter_that_could_not_narrow_is_folded(visit, make):
    make.outcome("Words.", addressees=("JO",))
    make.outcome("Words.", addressees=("MA",))
    page = visit(make.person()).get("/search?q=words")
    assert not page.html.select_one("#facet-kind").has_attr("open")
    assert page.html.select_one("#facet-country").has_attr("open")


# --- chips ---------------------------------------------------------------------------------------


def test_typed_and_chosen_filters_are_chips_and_each_can_be_taken_off(visit, make):
    make.outcome("Words one.", addressees=("JO",), themes=("prisons",))
    make.outcome("Words two.", addressees=("MA",), themes=("prisons",))
    visitor = visit(make.person())
    page = visitor.get("/search?q=words+theme:prisons+-two&country=JO")
    found = chips(page)
    assert list(found) == ["Theme Prisons and detention", "Without two", "Country Jordan"]
    assert found["Theme Prisons and detention"] == "/search?q=words+-two&country=JO"
    assert found["Without two"] == "/search?q=words+theme:prisons&country=JO"
    assert found["Country Jordan"] == "/search?q=words+theme:prisons+-two"
    assert page.html.select_one(".chips a:not(.chip)")["href"] == "/search?q=words"


def test_a_query_of_filters_alone_is_cleared_to_everything(visit, make):
    make.outcome("Words.")
    page = visit(make.person()).get("/search?q=-kind:practice+is:overdue")
    assert list(chips(page)) == ["Not: Kind Best practice", "Follow-up Overdue"]
    assert page.html.select_one(".chips a:not(.chip)")["href"] == "/search"


def test_a_hidden_workshop_in_a_filter_keeps_its_name_to_itself(visit, make):
    workshop = make.workshop("SECRET-9", title="Xylophone", parties=("ES",), handling="TLP:RED")
    make.outcome("Words.", workshop=workshop)
    page = visit(make.person()).get("/search?q=words+workshop:SECRET-9&workshop=SECRET-9&group=workshop")
    assert "Xylophone" not in page.text


# --- order, groups, pages ------------------------------------------------------------------------


def headings(page):
    return [" ".join(head.get_text().split()) for head in page.html.select(".group-title")]


def test_results_by_workshop_begin_with_the_one_of_the_best_result(visit, make):
    first = make.workshop("WS-1", title="Málaga talks", starts_on=date(2024, 11, 5), place="Málaga")
    second = make.workshop("WS-2", title="Larnaca talks", starts_on=date(2024, 6, 10))
    hidden = make.workshop("WS-3", title="Closed talks", handling="TLP:RED")
    make.outcome("One word of prisons among very many others that say something else.", workshop=first)
    best = make.outcome("Prisons, prisons.", workshop=second)
    make.outcome("Prisons.", workshop=first)
    lone = make.outcome("Prisons prisons prisons.", workshop=hidden)
    visitor = visit(make.person())
    page = visitor.get("/search?q=prisons&group=workshop")
    assert headings(page) == ["Larnaca talks", "Málaga talks", "Without a workshop"]
    assert refs(page)[0] == best.ref
    assert refs(page)[-1] == lone.ref
    facts = page.html.select(".group-title + .facts-line")[1].get_text(" ", strip=True)
    assert "Nov 2024" in facts
    assert "Málaga" in facts
    assert "2 outcomes" in facts
    assert "Closed" not in page.text


def test_a_workshop_goes_on_on_the_next_page(visit, make):
    workshop = make.workshop("WS-1", title="Long talks")
    for number in range(23):
        make.outcome(f"Words {number}.", workshop=workshop)
    visitor = visit(make.person())
    first, second = (visitor.get(f"/search?q=words&group=workshop&page={n}") for n in (1, 2))
    assert headings(first) == headings(second) == ["Long talks"]
    assert len(set(refs(first)) | set(refs(second))) == 23
    assert "23 outcomes" in second.html.select_one(".group-title + .facts-line").get_text()
    assert second.html.select_one("ol.hits")["start"] == "21"


def test_pages_say_which_results_they_hold(visit, make):
    for number in range(45):
        make.outcome(f"Words {number}.")
    visitor = visit(make.person())
    page = visitor.get("/search?q=words&page=2&sort=oldest")
    assert count(page) == "21–40 of 45 outcomes"
    assert page.html.find("a", rel="prev")["href"] == "/search?q=words&page=1&sort=oldest"
    assert page.html.find("a", rel="next")["href"] == "/search?q=words&page=3&sort=oldest"
    last = visitor.get("/search?q=words&page=999")
    assert count(last) == "41–45 of 45 outcomes"
    assert len(refs(visitor.get("/search?q=words&size=50"))) == 45
    assert len(refs(visitor.get("/search?q=words&size=7&sort=nonsense&group=theme"))) == 20


def test_a_new_search_keeps_filters_and_order(visit, make):
    make.outcome("Words.", addressees=("JO",))
    visitor = visit(make.person())
    form = visitor.get("/search?q=words&country=JO&sort=oldest&group=workshop&size=50").forms["search"]
    form["q"] = "other"
    address = visitor.submit(form).request.path_qs
    assert address == "/search?q=other&country=JO&sort=oldest&group=workshop&size=50"


# --- nothing found -------------------------------------------------------------------------------


def test_a_search_without_hits_says_what_to_leave_out(visit, make):
    make.outcome("Prison staff.", addressees=("JO",))
    make.outcome("Prison walls.", addressees=("MA",))
    visitor = visit(make.person())
    page = visitor.get('/search?q=prison+"staff+zebras"&country=MA&kind=practice')
    assert "Nothing found" in page.text
    page = visitor.get('/search?q=prison+"staff+zebras"')
    nowhere = page.html.select_one(".missed strong").get_text(strip=True)
    assert nowhere == '"staff zebras"'
    link = page.html.select_one(".dropped a")
    assert link["href"] == "/search?q=prison"
    assert count(visitor.get(link["href"])) == "2 outcomes"
    page = visitor.get('/search?q="prison+staff"&country=MA')
    ways = [" ".join(li.get_text().split()) for li in page.html.select(".dropped li")]
    assert ways == ["without Country: Morocco 1 outcome", 'without "prison staff" 1 outcome']


def test_when_some_words_are_found_the_others_are_named(visit, make):
    make.outcome("Words about prisons.")
    page = visit(make.person()).get("/search?q=prisons+zebras")
    assert "These hold some of them" in page.text
    assert page.html.select_one(".missed strong").get_text(strip=True) == "zebras"


def test_a_mistyped_filter_is_answered_with_the_nearest(visit, make):
    make.outcome("Words.", themes=("prisons",))
    visitor = visit(make.person())
    page = visitor.get("/search?q=words+theme:prizons")
    link = page.html.select_one(".remarks a")
    assert "Prisons and detention" in link.get_text()
    assert count(visitor.get(link["href"])) == "1 outcome"


# --- hits ----------------------------------------------------------------------------------------


def test_a_result_says_how_far_it_has_come_and_when_it_was_said(visit, make):
    workshop = make.workshop("WS-1", starts_on=date(2024, 6, 10))
    make.outcome("Words.", addressees=("JO", "MA"), workshop=workshop)
    text = visit(make.person()).get("/search?q=words").html.select_one(".hits .facts-line").get_text()
    assert "0 of 2 implemented" in text
    assert "10 Jun 2024" in text


def test_a_result_is_in_its_own_language_and_direction(visit, make):
    make.outcome("تدريب موظفي السجون", language="ar")
    page = visit(make.person()).get("/search", params={"q": RTL_QUERY})
    hit = page.html.select_one(".hits bdi[lang=ar]")
    assert hit["dir"] == "auto"
    assert hit.find("mark") is not None


def test_in_arabic_lists_have_its_comma_and_examples_of_searches_stay_as_they_are_typed(visit, make):
    make.outcome("Words.", addressees=("JO", "MA"))
    page = visit(make.person(), "ar").get("/search?q=words")
    assert "الأردن، المغرب" in " ".join(page.html.select_one(".hits .facts-line").get_text().split())
    assert {code["dir"] for code in page.html.select(".search-ways code")} == {"ltr"}


def test_the_page_asks_the_database_no_more_for_many_results_than_for_few(visit, make):
    def add(number):
        for _ in range(number):
            workshop = make.workshop()
            make.outcome("Words.", addressees=("JO", "MA"), workshop=workshop, themes=("prisons",))

    visitor = visit(make.person())
    add(3)
    visitor.get("/search?q=words")
    with counted() as few:
        visitor.get("/search?q=words&group=workshop")
    add(12)
    visitor.get("/search?q=words")
    with counted() as many:
        visitor.get("/search?q=words&group=workshop")
    assert len(many) <= len(few)
    # Texts come from the index, themes stand beside the results: neither is read with them.
    assert not [line for line in many if "outcome_text" in line or "theme_label" in line]


def test_a_workshop_that_is_closed_to_somebody_is_named_nowhere_on_their_page(visit, make):
    closed = make.workshop(title="Secret gathering", handling="TLP:RED")
    make.outcome("Words.", workshop=closed, handling="TLP:GREEN")
    for address in ("/search?q=words", "/search?q=words&group=workshop", "/search?q=words&more=workshop"):
        assert "Secret gathering" not in visit(make.person()).get(address).text


# --- while somebody types ------------------------------------------------------------------------


def test_a_page_that_renews_itself_gets_what_the_whole_page_holds(visit, make):
    make.outcome("Words one.", addressees=("JO",))
    visitor = visit(make.person())
    for address in ("/search?q=words", "/search?q=zebras+words", "/search?q=nothing&country=JO", "/search"):
        whole = visitor.get(address)
        part = visitor.browser.get(address, headers={"HX-Request": "true"})
        assert "HX-Request" in part.headers["Vary"]
        assert part.html.find("html") is None
        titles = [" ".join(page.html.title.get_text().split()) for page in (part, whole)]
        assert titles[0] == titles[1]
        found = whole.html.find(id="found").decode_contents()
        assert "".join(found.split()) in "".join(str(part.html).split())


def test_going_back_gets_the_whole_page(visit, make):
    make.outcome("Words.")
    page = visit(make.person()).browser.get(
        "/search?q=words", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert page.html.find("html") is not None


@pytest.mark.parametrize(
    "query",
    [
        "prison " * 80,
        "<b>x</b> theme:<script>",
        "\u202eabc country:\u202e",
        RTL_QUERY + " theme:سجن -" + RTL_QUERY,
    ],
    ids=("long", "markup", "turned round", "right to left"),
)
def test_long_hostile_and_foreign_queries_are_normal_pages(visit, make, query):
    make.outcome("Words.", addressees=("JO",))
    page = visit(make.person()).get(
        "/search", params={"q": query, "country": "<i>", "more": "x", "group": "'"}
    )
    assert "<script>" not in str(page.html.find(id="found"))
    assert "<i>" not in page.text


def test_before_anything_is_there_the_page_says_how_to_begin(visit, make):
    page = visit(make.person()).get("/search")
    assert "Nothing has been published yet" in page.text
    assert page.html.find("aside") is None


def test_a_facet_calls_themes_and_parties_as_they_are_called_now(visit, make):
    make.outcome("Words.", addressees=("eurojust",), themes=("prison-overcrowding",))
    visitor = visit(make.person())
    address = "/search?q=words&lang=en"
    before = visitor.get(address)
    assert [count for _label, count, _chosen in facet(before, "body")] == [1]
    body = party_by_code("eurojust")
    data = PartyData(body.names, acronym="JHUB", aliases=body.aliases, code=body.code)
    parties.edit_party(OPERATOR, body, data)
    theme = queries.by_slug("prison-overcrowding")
    labels = {**theme.preferred, "en": "Crowded jails"}
    themes.edit_theme(OPERATOR, theme, ThemeData(preferred=labels), theme.version)
    page = visitor.get(address)
    assert ("JHUB", 1, False) in facet(page, "body")
    assert ("Crowded jails", 1, False) in facet(page, "theme")


# --- other names ---------------------------------------------------------------------------------


def names(page):
    found = page.html.select_one(".names")
    return " ".join(found.get_text(" ", strip=True).split()) if found else ""


def test_the_page_says_which_other_names_it_searched_and_searches_the_words_alone(visit, make):
    make.outcome("Prosecute foreign terrorist fighters.")
    make.outcome("Share what is known about each FTF.")
    visitor = visit(make.person())
    page = visitor.get("/search?q=FTF")
    assert count(page) == "2 outcomes"
    assert "FTF · also found as" in names(page)
    assert "combattants terroristes étrangers" in names(page).casefold()
    vias = [hit.get_text(" ", strip=True) for hit in page.html.select(".hits .facts-line")]
    assert sum("matched via" in hit for hit in vias) == 1
    literal = page.click("Search only the words as typed")
    assert count(literal) == "1 outcome"
    assert "Only the words as typed were searched." in names(literal)
    assert literal.html.select_one(".search-form input[name=literal]")["value"] == "1"
    assert count(literal.click("Search their other names too")) == "2 outcomes"


def test_a_named_theme_is_one_step_away(visit, make):
    make.outcome("Something without the word.", themes=("prisons",))
    page = visit(make.person()).get("/search?q=prison")
    assert "theme=prisons" in page.html.select_one(".names a")["href"]
    assert count(page.click(href="theme=prisons", index=0)) == "1 outcome"


def test_a_search_for_the_words_alone_is_saved_as_such(visit, make):
    page = visit(make.person()).get("/search?q=FTF prisons&literal=1")
    assert page.click("Save this search").forms["saved-form"]["query"].value == "+FTF +prisons"


def test_what_to_leave_out_is_counted_for_words_that_name_something_together(visit, make):
    make.outcome("Poursuivre les combattants terroristes étrangers.", language="fr")
    page = visit(make.person()).get('/search?q=foreign terrorist fighters "zebra crossing"')
    assert "without foreign terrorist fighters" not in page.text
    assert count(page.click("without", index=0)) == "1 outcome"


def test_a_question_says_how_many_hold_all_of_its_words(visit, make):
    make.outcome("Train prison staff before deployment.")
    make.outcome("Train judges.")
    page = visit(make.person()).get("/search?q=how train prison staff before deployment?")
    assert count(page) == "2 outcomes"
