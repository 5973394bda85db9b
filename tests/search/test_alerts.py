"""Mail about what is new among the results of a saved search: once, and to whoever may see it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from tests.accounts.letters import letters, text_of
from tests.queries import counted
from tests.search.test_saved import keep
from tracker.accounts import people as accounts
from tracker.accounts.actors import actor_for
from tracker.accounts.models import Person
from tracker.core import clock, mail, outbox
from tracker.core.db import db, unit_of_work
from tracker.core.permissions import OPERATOR
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.oversight.emergency import open_record
from tracker.search.indexing import engine, reindex
from tracker.search.saved import alerts, known
from tracker.search.saved import links as saved_links
from tracker.search.saved import service as saved
from tracker.search.saved.alerts import MOST_NAMED, run_due_alerts
from tracker.search.saved.models import Alert, SavedSearch
from tracker.search.saved.service import SavedData
from tracker.search.saved.wanted import Wanted
from tracker.themes import service as themes
from tracker.themes.labels import ThemeData
from tracker.themes.models import Theme

MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def reader(make):
    """Somebody for whom "prison" is watched, and told at once."""
    person = make.person(party="JO")
    keep(person, query="prison", name="Prisons", alert=Alert.AT_ONCE)
    return person


@pytest.fixture
def mail_waits(app):
    """The mail server does not answer, until this is called: an hour later it does."""
    app.config.update(TRACKER_MAIL_SERVER="127.0.0.1", TRACKER_MAIL_PORT=1, TRACKER_MAIL_SECURITY="none")

    def until_it_answers():
        for thread in threading.enumerate():
            if thread.name == "mail":
                thread.join()
        app.config["TRACKER_MAIL_SERVER"] = ""
        with clock.at(clock.now() + timedelta(hours=1)):
            return mail.deliver()

    return until_it_answers


def _change(outcome, **fields):
    """What a save does: the record and its row in the outbox."""
    with unit_of_work() as session:
        row = session.get(Outcome, outcome.id)
        for name, value in fields.items():
            setattr(row.texts[0] if name in ("text", "title") else row, name, value)
        session.flush()
        outbox.enqueue("outcome", row.id)


def test_nothing_is_told_of_what_was_there_before(app, make):
    make.outcome("Prison staff.")
    keep(make.person(), query="prison", alert=Alert.AT_ONCE)
    assert run_due_alerts() == 0
    assert letters(app) == []


def test_what_is_new_is_told_once(app, make, reader):
    new = make.outcome("Prison staff.", title="Training of staff")
    make.outcome("Something else.")
    assert run_due_alerts() == 1
    assert run_due_alerts() == 0
    (mail,) = letters(app, reader.email)
    assert mail["Subject"] == "[TLP:GREEN] 1 new outcome: Prisons"
    text = mail.get_content()
    assert "Training of staff" in text
    assert f"http://127.0.0.1:5000/outcomes/{new.ref}" in text
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "act", ["edited", "published", "relabelled", "come within reach"], ids=lambda act: act.replace(" ", "-")
)
def test_what_comes_to_match_is_told(app, make, reader, act):
    before = {
        "edited": {"text": "Something else."},
        "published": {"record": "draft"},
        "relabelled": {"handling": "TLP:RED"},
        "come within reach": {"handling": "TLP:AMBER", "addressees": ("MA",)},
    }[act]
    outcome = make.outcome(**({"text": "Prison staff."} | before))
    assert run_due_alerts() == 0
    if act == "edited":
        _change(outcome, text="Prison staff.")
    elif act == "published":
        _change(outcome, record=Record.PUBLISHED)
    elif act == "relabelled":
        _change(outcome, handling=Handling.GREEN)
    else:
        accounts.change_roles(OPERATOR, reader, ["reader"], ["MA"])
    assert run_due_alerts() == 1
    assert run_due_alerts() == 0
    assert outcome.ref in letters(app, reader.email)[-1].get_content()


def test_what_stays_the_same_is_not_told_again_when_it_is_edited(app, make, reader):
    outcome = make.outcome("Prison staff.")
    assert run_due_alerts() == 1
    _change(outcome, text="Prison staff and doctors.")
    assert run_due_alerts() == 0


def test_what_went_and_came_back_is_new_again(app, make, reader):
    outcome = make.outcome("Prison staff.")
    assert run_due_alerts() == 1
    _change(outcome, handling=Handling.RED)
    assert run_due_alerts() == 0
    _change(outcome, handling=Handling.GREEN)
    assert run_due_alerts() == 1


def test_nothing_is_told_of_what_somebody_may_not_see(app, make, reader):
    workshop = make.workshop(parties=("MA",))
    hidden = [
        make.outcome("Prison secret.", handling=label, workshop=workshop)
        for label in ("TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
    ]
    make.outcome("Prison secret.", record="draft")
    assert run_due_alerts() == 0
    make.outcome("Prison staff.")
    assert run_due_alerts() == 1
    text = letters(app, reader.email)[0].as_string()
    assert "secret" not in text
    assert not any(outcome.ref in text for outcome in hidden)
    assert "1 new outcome" in text


def test_what_was_opened_in_an_emergency_is_not_mailed(app, make):
    from_above = make.person("administrator")
    keep(from_above, query="prison", alert=Alert.AT_ONCE)
    outcome = make.outcome("Prison secret.", handling="TLP:RED")
    open_record(actor_for(from_above), outcome.ref, "Somebody is in danger, and nobody answers.")
    assert run_due_alerts() == 0


def test_two_people_are_told_what_each_may_see(app, make):
    near, far = make.person(party="JO"), make.person(party="FR")
    for person in (near, far):
        keep(person, query="prison", alert=Alert.AT_ONCE)
    shown = make.outcome("Prison staff.")
    marked = make.outcome("Prison records.", handling="TLP:AMBER", workshop=make.workshop(parties=("JO",)))
    assert run_due_alerts() == 2
    (mine,), (other,) = letters(app, near.email), letters(app, far.email)
    assert all(outcome.ref in mine.get_content() for outcome in (shown, marked))
    assert mine["Subject"].startswith("[TLP:AMBER] 2 new outcomes")
    assert marked.ref not in other.as_string()
    assert other["Subject"].startswith("[TLP:GREEN] 1 new outcome")


@pytest.mark.parametrize(
    ("label", "title", "text"),
    [
        ("TLP:CLEAR", True, True),
        ("TLP:GREEN", True, True),
        ("TLP:AMBER", True, False),
        ("TLP:AMBER+STRICT", True, False),
        ("TLP:RED", False, False),
    ],
)
def test_no_text_that_is_marked_amber_or_higher_leaves_by_mail(app, make, label, title, text):
    person = make.person(party="JO")
    keep(person, query="prison", alert=Alert.AT_ONCE)
    seen = {
        "handling": label,
        "workshop": make.workshop(parties=("JO",)),
        "named_parties": ("JO",),
        "named_people": (person,),
    }
    titled = make.outcome("Prison thirteen.", title="Prison twelve", **seen)
    bare = make.outcome("Prison fourteen.", **seen)
    assert run_due_alerts() == 1
    mail = letters(app, person.email)[0].get_content()
    assert (titled.ref in mail, bare.ref in mail) == (True, True)
    assert ("twelve" in mail) is title
    assert ("fourteen" in mail) is text
    assert "thirteen" not in mail


def test_a_mail_speaks_the_language_of_its_reader(app, make):
    person = make.person(language="ar")
    keep(person, query="سجون", name="السجون", alert=Alert.AT_ONCE)
    make.outcome("Prison staff.", title="Prisons", versions={"ar": "تدريب موظفي السجون"})
    assert run_due_alerts() == 1
    (mail,) = letters(app, person.email)
    assert mail["Content-Language"] == "ar"
    assert "السجون" in mail["Subject"]
    assert "تدريب موظفي السجون" in mail.get_content()


def test_a_word_of_a_filter_is_understood_in_the_language_of_its_owner(app, make):
    person = make.person(language="es")
    keep(person, query='kind:"buena práctica"', alert=Alert.AT_ONCE)
    make.outcome("A recommendation.")
    made = make.outcome("A practice.", kind="practice")
    assert run_due_alerts() == 1
    assert made.ref in letters(app, person.email)[0].get_content()


def test_words_that_nothing_holds_together_are_not_loosened(app, make):
    person = make.person()
    make.outcome("Prison staff.")
    keep(person, query="prison zebras", alert=Alert.AT_ONCE)
    make.outcome("Prison doctors.")
    assert run_due_alerts() == 0
    both = make.outcome("Zebras in prison.")
    assert run_due_alerts() == 1
    text = letters(app, person.email)[0].get_content()
    assert both.ref in text
    assert "1 new outcome" in letters(app, person.email)[0]["Subject"]


def test_a_long_list_is_cut_and_counted(app, make, reader):
    with unit_of_work():
        for number in range(MOST_NAMED + 5):
            make.outcome(f"Prison {number}.")
    assert run_due_alerts() == 1
    (mail,) = letters(app, reader.email)
    assert mail["Subject"].startswith(f"[TLP:GREEN] {MOST_NAMED + 5} new outcomes")
    assert mail.get_content().count("/outcomes/REC-") == MOST_NAMED
    assert "And 5 more." in mail.get_content()


def test_a_hostile_name_begins_no_header(app, make):
    person = make.person()
    keep(person, query="prison", name="x\r\nBcc: all@example.org", alert=Alert.AT_ONCE)
    make.outcome("Prison staff.")
    run_due_alerts()
    (mail,) = letters(app, person.email)
    assert mail["Bcc"] is None
    assert mail["Subject"].endswith("x Bcc: all@example.org")


def test_daily_mail_comes_once_a_day_after_the_hour(app, make):
    person = make.person()
    with clock.at(MORNING - timedelta(hours=3)):
        keep(person, query="prison", alert=Alert.DAILY)
        make.outcome("Prison one.")
        assert run_due_alerts() == 0
    with clock.at(MORNING - timedelta(hours=1, minutes=1)):
        assert run_due_alerts() == 0
    with clock.at(MORNING):
        make.outcome("Prison two.")
        assert run_due_alerts() == 1
        make.outcome("Prison three.")
        assert run_due_alerts() == 0
    with clock.at(MORNING + timedelta(hours=20)):
        assert run_due_alerts() == 0
    with clock.at(MORNING + timedelta(days=1)):
        assert run_due_alerts() == 1
        assert run_due_alerts() == 0
    assert [text_of(mail).count("/outcomes/REC-") for mail in letters(app, person.email)] == [2, 1]


def test_a_daily_search_for_which_nothing_changed_has_had_its_turn(app, make):
    person = make.person()
    with clock.at(MORNING - timedelta(hours=3)):
        keep(person, query="prison", alert=Alert.DAILY)
    with clock.at(MORNING):
        assert run_due_alerts() == 0
        make.outcome("Prison one.")
    with clock.at(MORNING + timedelta(hours=5)):
        assert run_due_alerts() == 0
    with clock.at(MORNING + timedelta(days=3)):
        assert run_due_alerts() == 1


def test_the_hour_is_a_setting(app, make):
    app.config["TRACKER_ALERT_HOUR"] = 22
    person = make.person()
    with clock.at(MORNING):
        keep(person, query="prison", alert=Alert.DAILY)
        make.outcome("Prison one.")
    with clock.at(MORNING.replace(hour=21, minute=59)):
        assert run_due_alerts() == 0
    with clock.at(MORNING.replace(hour=22)):
        assert run_due_alerts() == 1


def test_what_becomes_overdue_is_told_although_nothing_was_saved(app, make):
    person = make.person()
    with clock.at(MORNING):
        keep(person, query="is:overdue", alert=Alert.AT_ONCE)
        late = make.outcome("Prison one.", addressees=("JO",), due=MORNING.date())
        assert run_due_alerts() == 0
    with clock.at(MORNING + timedelta(days=1)):
        assert run_due_alerts() == 1
    assert late.ref in letters(app, person.email)[0].get_content()


def test_whoever_lost_their_account_gets_nothing_and_nothing_old_afterwards(app, make, reader):
    accounts.close_person(OPERATOR, reader, "Left.")
    told = len(letters(app, reader.email))
    make.outcome("Prison staff.")
    assert run_due_alerts() == 0
    accounts.reopen_person(OPERATOR, reader)
    assert run_due_alerts() == 0
    assert len(letters(app, reader.email)) == told


def test_a_mail_that_waits_goes_to_nobody_who_lost_the_right(app, make, reader, mail_waits):
    make.outcome("Prison records.", handling="TLP:AMBER", workshop=make.workshop(parties=("JO",)))
    assert run_due_alerts() == 1
    accounts.change_roles(OPERATOR, db.session.get(Person, reader.id), ["reader"], ["FR"])
    mail_waits()
    assert not any("Prisons" in mail["Subject"] for mail in letters(app, reader.email))


def _say_stop(search, reader):
    saved.stop_mails(saved_links.stop_address(search).rpartition("/")[2])


def _choose_no_mail(search, reader):
    data = SavedData(name="Prisons", wanted=Wanted("prison"))
    saved.change(actor_for(reader), search.id, data, search.version)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda search, reader: accounts.close_person(OPERATOR, reader, "Left."), id="closed"),
        pytest.param(lambda search, reader: saved.delete(actor_for(reader), search.id), id="deleted"),
        pytest.param(_say_stop, id="stopped"),
        pytest.param(_choose_no_mail, id="changed"),
    ],
)
def test_a_mail_that_waits_is_taken_back_with_the_right_to_it(app, make, reader, mail_waits, end):
    keep(make.person(), query="prison", name="Another", alert=Alert.AT_ONCE)
    make.outcome("Prison staff.")
    assert run_due_alerts() == 2
    (search,) = db.session.scalars(select(SavedSearch).where(SavedSearch.owner_id == reader.id))
    end(search, reader)
    mail_waits()
    assert not any("Prisons" in mail["Subject"] for mail in letters(app))
    assert any("Another" in mail["Subject"] for mail in letters(app)), "somebody else's goes out"


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        pytest.param({"handling": Handling.RED}, False, id="hidden"),
        pytest.param({"handling": Handling.AMBER}, True, id="marked"),
        pytest.param({"title": "Another name"}, True, id="renamed"),
    ],
)
def test_a_mail_that_waits_tells_nothing_that_is_not_to_be_told_any_more(
    app, make, reader, mail_waits, change, seen
):
    near = make.workshop(parties=("JO",))
    changed = make.outcome("Prison thirteen.", title="A name", workshop=near)
    same = make.outcome("Prison doctors.")
    assert run_due_alerts() == 1
    _change(changed, **change)
    mail_waits()
    assert letters(app, reader.email) == []
    assert run_due_alerts() == 1
    assert run_due_alerts() == 0
    (told,) = letters(app, reader.email)
    assert same.ref in told.get_content()
    assert (changed.ref in told.get_content()) is seen
    assert "thirteen" not in told.get_content()
    assert ("A name" in told.get_content()) is ("handling" in change and seen)


def test_a_mail_that_waits_is_sent_when_all_that_it_tells_still_holds(app, make, mail_waits):
    person = make.person(language="ar")
    keep(person, query="prison", alert=Alert.AT_ONCE)
    outcome = make.outcome("Prison staff.", title="Prisons", versions={"ar": "تدريب موظفي السجون"})
    make.outcome("Prison doctors.", handling="TLP:CLEAR")
    assert run_due_alerts() == 1
    _change(outcome, text="Prison staff and guards.")
    assert mail_waits() == 1
    assert len(letters(app, person.email)) == 1


def test_a_mail_that_is_taken_back_while_it_is_sent_keeps_no_other_from_leaving(
    app, make, reader, mail_waits
):
    other = make.person()
    keep(other, query="prison", name="Another", alert=Alert.AT_ONCE)
    make.outcome("Prison staff.")
    assert run_due_alerts() == 2
    (search,) = db.session.scalars(select(SavedSearch).where(SavedSearch.owner_id == reader.id))
    write, stops = mail._write, []

    def and_end(waiting):
        write(waiting)
        if not stops:
            stops.append(saved_links.stop_address(search).rpartition("/")[2])
            with app.app_context():
                saved.stop_mails(stops[0])

    mail._write = and_end
    try:
        mail_waits()
    finally:
        mail._write = write
    assert len(letters(app, other.email)) == 1


def test_changing_the_words_makes_nothing_new(app, make, reader):
    make.outcome("Something about borders.")
    (search,) = db.session.scalars(select(SavedSearch))
    data = SavedData(name="Borders", wanted=Wanted("borders"), alert=Alert.AT_ONCE)
    saved.change(actor_for(reader), search.id, data, 1)
    assert run_due_alerts() == 0
    make.outcome("More about borders.")
    assert run_due_alerts() == 1


def test_from_daily_to_at_once_nothing_is_lost(app, make):
    person = make.person()
    search = keep(person, query="prison", alert=Alert.DAILY)
    make.outcome("Prison one.")
    data = SavedData(name="Prisons", wanted=Wanted("prison"), alert=Alert.AT_ONCE)
    saved.change(actor_for(person), search.id, data, 1)
    assert run_due_alerts() == 1


def test_no_mail_keeps_nothing_and_costs_nothing(app, make, reader):
    (search,) = db.session.scalars(select(SavedSearch))
    assert search.known is not None
    saved.change(actor_for(reader), search.id, SavedData(name="P", wanted=Wanted("prison")), 1)
    assert (search.known, search.mark, search.looked_at) == (None, "", None)
    make.outcome("Prison staff.")
    assert run_due_alerts() == 0


def test_the_link_to_everything_finds_it_after_a_theme_was_merged(app, make, visit):
    person = make.person()
    keep(person, query="", filters={"theme": ["prisons"]}, alert=Alert.AT_ONCE)
    make.outcome("Anything.", themes=("prisons",))
    source, target = (
        db.session.scalars(select(Theme).where(Theme.slug == slug)).one()
        for slug in ("prisons", "judicial-training")
    )
    themes.merge_themes(OPERATOR, source, target)
    assert run_due_alerts() == 1
    text = letters(app, person.email)[0].get_content()
    address = next(line for line in text.splitlines() if "/searches/" in line and "/stop/" not in line)
    assert "1 outcome" in visit(person).get(address.removeprefix("http://127.0.0.1:5000")).text


def test_the_link_in_a_mail_ends_them_without_signing_in(app, make, visit, reader):
    make.outcome("Prison staff.")
    run_due_alerts()
    (mail,) = letters(app, reader.email)
    address = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.get_content()
    path = address.removeprefix("http://127.0.0.1:5000")
    visitor = visit()
    page = visitor.get(path)
    make.outcome("Prison two.")
    assert run_due_alerts() == 1, "opening the page changes nothing"
    assert "no mail about" in visitor.submit(page.forms["stop"]).text
    make.outcome("Prison three.")
    assert run_due_alerts() == 0
    assert "no mail about" in visitor.get(path).text


def test_a_mail_program_ends_them_with_one_click(app, make, visit, reader):
    make.outcome("Prison staff.")
    run_due_alerts()
    path = letters(app, reader.email)[0]["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:5000")
    answer = visit().browser.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_int == 200
    (search,) = db.session.scalars(select(SavedSearch).execution_options(populate_existing=True))
    assert search.alert is Alert.NONE


@pytest.mark.parametrize("token", ["1-", "1-0000", "x", "999-aa", "1-%C3%A9", "%D9%A1-aa", "9" * 40 + "-a"])
def test_no_other_secret_ends_them(app, make, visit, reader, token):
    visitor = visit()
    assert visitor.browser.get(f"/searches/stop/{token}", status="*").status_int == 404
    assert visitor.browser.post(f"/searches/stop/{token}", status="*").status_int == 404


def test_a_round_that_is_killed_is_taken_up_by_the_next(app, make, reader):
    """Between the mail and what is known there is nothing: both are there, or neither."""
    make.outcome("Prison staff.")

    def die(*_arguments):
        raise KeyboardInterrupt

    event.listen(db.session(), "before_commit", die)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_due_alerts()
    finally:
        event.remove(db.session(), "before_commit", die)
    db.session.rollback()
    assert letters(app, reader.email) == []
    assert run_due_alerts() == 1
    assert run_due_alerts() == 0
    assert len(letters(app, reader.email)) == 1


def test_of_two_processes_one_tells(app, make, reader):
    """The second comes between the look of the first and its transaction."""
    make.outcome("Prison staff.")
    look, others = engine().references, []

    def and_somebody_else(request):
        found = look(request)
        if not others:
            others.append(None)
            with app.app_context():
                others.append(run_due_alerts())
        return found

    engine().references = and_somebody_else
    try:
        assert run_due_alerts() == 0
    finally:
        del engine().references
    assert others == [None, 1]
    assert len(letters(app, reader.email)) == 1


def test_rights_that_are_lost_between_look_and_mail_count(app, make, reader):
    make.outcome("Prison records.", handling="TLP:AMBER", workshop=make.workshop(parties=("JO",)))
    look = engine().references

    def and_lose_the_party(request):
        found = look(request)
        with app.app_context():
            accounts.change_roles(OPERATOR, db.session.get(Person, reader.id), ["reader"], ["FR"])
        return found

    engine().references = and_lose_the_party
    try:
        assert run_due_alerts() == 0
    finally:
        del engine().references
    assert run_due_alerts() == 0
    assert not any("Prisons" in mail["Subject"] for mail in letters(app, reader.email))


def test_a_label_that_is_raised_between_look_and_mail_counts(app, make, reader):
    outcome = make.outcome("Prison records.")
    look = engine().references

    def and_relabel(request):
        found = look(request)
        with app.app_context(), unit_of_work(announce=False) as session:
            session.get(Outcome, outcome.id).handling = Handling.RED
            outbox.enqueue("outcome", outcome.id)
        return found

    engine().references = and_relabel
    try:
        assert run_due_alerts() == 0
    finally:
        del engine().references
    assert run_due_alerts() == 0
    assert letters(app, reader.email) == []
    _change(outcome, handling=Handling.GREEN)
    assert run_due_alerts() == 1


def test_an_index_that_is_lost_makes_nothing_new(app, make, reader):
    make.outcome("Prison staff.")
    assert run_due_alerts() == 1
    engine().clear()
    engine()._set_aside(engine()._snapshot().folder)
    assert engine().needs_rebuild
    make.outcome("Prison doctors.")
    for _round in range(3):
        run_due_alerts()
        healer = app.extensions.get("tracker_healer")
        if healer is not None:
            healer.join()
    reindex()
    run_due_alerts()
    mails = letters(app, reader.email)
    assert [text_of(mail).count("/outcomes/REC-") for mail in mails] == [1, 1]


def test_one_search_that_fails_does_not_keep_the_others_from_being_told(app, make, reader):
    broken = make.person()
    keep(broken, query="prison", alert=Alert.AT_ONCE)
    with unit_of_work() as session:
        row = session.scalars(select(SavedSearch).where(SavedSearch.owner_id == broken.id)).one()
        row.known = b"no such thing"
        row.id = 0
    make.outcome("Prison staff.")
    assert run_due_alerts() == 1
    assert len(letters(app, reader.email)) == 1
    assert letters(app, broken.email) == []


def test_a_round_that_takes_too_long_ends_and_the_next_goes_on_where_it_stopped(app, make, monkeypatch):
    people = [make.person() for _number in range(3)]
    for person in people:
        keep(person, query="prison", alert=Alert.AT_ONCE)
    monkeypatch.setattr(alerts, "_AT_A_TIME", 0.0)
    make.outcome("Prison staff.")
    assert [run_due_alerts() for _round in range(4)] == [1, 1, 1, 0]
    assert [len(letters(app, person.email)) for person in people] == [1, 1, 1]


def test_a_round_that_ends_early_says_that_it_did_something_although_nothing_was_told(app, make, monkeypatch):
    for _number in range(3):
        keep(make.person(), query="prison", alert=Alert.AT_ONCE)
    monkeypatch.setattr(alerts, "_AT_A_TIME", 0.0)
    make.outcome("Something else.")
    assert [run_due_alerts() for _round in range(3)] == [1, 1, 0]
    marks = db.session.scalars(select(SavedSearch.mark)).all()
    run_due_alerts()
    db.session.expire_all()
    assert db.session.scalars(select(SavedSearch.mark)).all() == marks, "all had their turn"


def test_those_looked_at_longest_ago_come_first(app, make, monkeypatch):
    first, second = make.person(), make.person()
    with clock.at(clock.now() - timedelta(minutes=5)):
        keep(first, query="prison", alert=Alert.AT_ONCE)
    with clock.at(clock.now() - timedelta(minutes=9)):
        keep(second, query="prison", alert=Alert.AT_ONCE)
    make.outcome("Prison staff.")
    monkeypatch.setattr(alerts, "_AT_A_TIME", 0.0)
    run_due_alerts()
    assert (len(letters(app, first.email)), len(letters(app, second.email))) == (0, 1)


def test_a_round_in_which_nothing_changed_asks_next_to_nothing(app, make):
    for _person in range(4):
        person = make.person(party="JO")
        for number in range(5):
            keep(person, query=f"prison {number}", alert=Alert.AT_ONCE)
    make.outcome("Prison 1 staff.")
    run_due_alerts()
    db.session.remove()
    with counted() as statements:
        assert run_due_alerts() == 0
    assert len(statements) <= 5


def test_what_is_known_takes_little_room():
    refs = [f"REC-{2008 + number % 16}-{number:06}" for number in range(42_000)]
    packed = known.pack(refs)
    assert len(packed) < 200_000
    assert known.unpack(packed) == frozenset(refs)
    assert known.unpack(known.pack([])) == frozenset()
    assert known.pack(reversed(refs)) == packed


def test_what_is_said_under_another_name_is_told_too(app, make, reader):
    keep(reader, "FTF", alert=Alert.AT_ONCE)
    make.outcome("Poursuivre les combattants terroristes étrangers.", language="fr")
    assert run_due_alerts() == 1


def test_what_a_new_name_finds_is_told_although_no_outcome_was_changed(app, make):
    person = make.person()
    keep(person, "bibliotherapy", alert=Alert.AT_ONCE)
    made = make.outcome("Screening of every newcomer.")
    assert run_due_alerts() == 0
    names = ThemeData(preferred={"en": "Bibliotherapy"}, alternatives={"en": ("screening of newcomers",)})
    themes.add_theme(OPERATOR, names)
    assert run_due_alerts() == 1
    assert made.ref in letters(app, person.email)[0].get_content()
    assert run_due_alerts() == 0
