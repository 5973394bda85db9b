"""The main job in a real browser without JavaScript: log a workshop, find what it said, report, assess."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TEXTS = [
    "Appoint one contact point for terrorism cases in every prison administration.",
    "Share risk assessments with the probation service before release.",
    "Give border officers a checklist for the first screening of minors.",
    "Tell victims in writing how a case against smugglers goes on.",
    "Record biometric data only under a law that names who may read it.",
    "Meet every year with Eurojust to compare cases of returnees.",
    "Translate summaries of judgments on electronic evidence into Arabic.",
    "Rotate staff of closed units after two years at most.",
    "Publish figures on alternatives to detention every six months.",
    "Let judges visit units for radicalised inmates unannounced.",
]
PRACTICES = [
    "A joint desk of police and asylum officers at the port.",
    "A weekly meeting of prison psychologists and imams.",
]


def test_an_expert_logs_a_workshop_of_twelve_outcomes_finds_them_and_follows_one_up(enter):
    coordinator = enter("coordinator@demo.example", java_script_enabled=False)
    workshop = record_workshop(coordinator)
    log(coordinator, workshop, "Log a recommendation", TEXTS, addressee="Jordan")
    log(coordinator, workshop, "Log a practice", PRACTICES)
    coordinator.goto(workshop)
    coordinator.get_by_role("button", name=re.compile("Publish 12")).click()
    expect(coordinator.locator("body")).to_contain_text("12 drafts were published")
    for text in (*TEXTS, *PRACTICES):
        assert first_hit(coordinator, text).startswith(("REC-2026-", "PRA-2026-")), text

    focal = enter("focal.jordan@demo.example", java_script_enabled=False)
    commitment = report(focal, "biometric law names")
    expect(focal.locator("main")).to_contain_text("Evidence attached")

    reviewer = enter("reviewer.eurojust@demo.example", java_script_enabled=False)
    reviewer.goto(commitment)
    reviewer.get_by_role("link", name=re.compile("^Assess")).first.click()
    reviewer.get_by_label(re.compile("^Finding")).select_option("verified")
    reviewer.locator("#text").fill("The law was read and says so.")
    reviewer.get_by_role("button", name="Save finding").click()
    expect(reviewer.locator("main")).to_contain_text("Verified")

    focal.goto(commitment)
    expect(focal.locator("main")).to_contain_text("The law was read and says so.")


def record_workshop(page):
    page.goto("/log")
    page.get_by_role("link", name=re.compile("[Nn]ew workshop|Record a workshop")).first.click()
    page.locator("#title").fill("Prisons and borders")
    page.locator("#starts_on").fill("2026-03-02")
    page.locator("#place").fill("Tunis")
    page.locator("#participants").fill("Jordan, Maroc, España, Eurojust")
    page.get_by_role("button", name="Save workshop").click()
    expect(page.locator("h1")).to_contain_text("Prisons and borders")
    return page.url


def log(page, workshop, link, texts, addressee=None):
    """Write one outcome after the other, without going back to the workshop between them."""
    page.goto(workshop)
    page.get_by_role("link", name=link).first.click()
    for text in texts:
        page.locator("#text").fill(text)
        if addressee:
            page.get_by_role("checkbox", name=addressee).check()
        page.get_by_role("button", name=re.compile("log another")).click()


def first_hit(page, text):
    """Search from the bar for some words of a text; the reference of the first result."""
    page.goto("/")
    page.locator("#q").fill(" ".join(re.findall(r"\w{5,}", text)[:5]))
    page.locator("#q").press("Enter")
    return page.locator("ol.hits > li").first.inner_text().split()[0]


def report(page, words):
    """Find a recommendation, open Jordan's commitment, report it implemented with a link; the address of
    the commitment.
    """
    page.goto(f"/search?q={words}")
    page.locator("ol.hits > li a").first.click()
    page.locator("main").get_by_role("link", name="Jordan").first.click()
    page.locator("main").get_by_role("link", name="Report", exact=True).first.click()
    page.get_by_label(re.compile("^Position")).select_option("accepted")
    page.get_by_label(re.compile("^Implementation")).select_option("implemented")
    page.locator("#text").fill("The law names the three offices that may read the register.")
    page.get_by_label(re.compile("^Link")).first.fill("https://example.org/law")
    page.get_by_role("button", name="Report").click()
    return page.url
