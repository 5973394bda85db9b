"""Made-up words stand in hidden records; no channel shows one to somebody who may not read its record.

Out of scope, and not tried: how long an answer takes, and how long it is. The command line reads everything,
and only it imports. That a code is taken is told, since no code is given twice. Labels of themes and names of
parties are open; what is hidden behind them is not counted. An administrator's audit log and list of readers
name hidden records and say nothing of them.
"""

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.access.aviary import Builder
from tests.access.canaries import PEOPLE, copy_of
from tests.access.channels import CHANNELS, FAULT, LIKE_A_READER, NOT_THERE, WRITING, Asker, House, forms
from tests.conftest import SETTINGS, close
from tracker.app import create_app
from tracker.core.db import db
from tracker.outcomes.models import Outcome
from tracker.reading import service as reading

STRANGER, PUBLIC = "a stranger", "the public"
#: In no relation to anything hidden, and in one to some of it.
ASKERS = [STRANGER, PUBLIC, *list(PEOPLE)[:8]]
#: These may read a report on an open record that others may not, so their numbers are larger.
INVOLVED = ("rapporteur", "addressed")
_TOLD = 25
LOG = "server log, also of errors on our side"


@pytest.fixture(scope="module")
def house(template_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The world, built once: an instance with everything, and its twin without what is hidden."""
    builder, place = Builder(), tmp_path_factory.mktemp("canaries")
    without = create_app(SETTINGS, instance=str(copy_of(template_instance, place / "without")))
    with without.app_context():
        builder.build_open(without)
        _read_files()
        db.session.remove()
        db.engine.dispose()
    app = create_app(SETTINGS, instance=str(copy_of(place / "without", place / "with")))
    with app.app_context():
        builder.build_hidden()
        _read_files()
        db.session.remove()
    yield House(app, without, builder.world)
    for each in (app, without):
        with each.app_context():
            close(each)


def _read_files() -> None:
    while reading.read_waiting():
        continue


def _judge(faults: list[str]) -> None:
    assert not faults, f"{len(faults)} leaks:\n" + "\n".join(faults[:_TOLD])


def test_whoever_may_read_a_record_comes_upon_its_canaries(house: House):
    """Else that others do not see them would prove nothing."""
    blind: list[str] = []
    folder = Path(house.app.instance_path)
    kept = "".join(file.read_bytes().decode("utf-8", "replace") for file in folder.glob("tracker.sqlite*"))
    pages: dict[tuple[str, str], str] = {}

    def shown_at(who: str, address: str) -> str:
        if (who, address) not in pages:
            pages[who, address] = Asker(house, who).whole(address)
        return pages[who, address]

    for canary in house.world.canaries:
        for who in sorted(canary.right & set(PEOPLE)):
            if canary.at == "!file":
                shown = "".join(shown_at(who, f"/follow-up/evidence/{token}") for token in house.world.files)
            elif canary.at.endswith("!export"):
                shown = shown_at(who, "/reports/export.csv") + shown_at(
                    who, canary.at.removesuffix("!export")
                )
            elif canary.at.endswith("!database"):
                shown = kept
            else:
                shown = shown_at(who, canary.at)
            if canary.word.casefold() not in shown.casefold():
                blind.append(f"{who} does not come upon {canary} at {canary.at}")
            elif canary.found and "'total': 1" not in shown_at(who, f"/api/v1/search?q={canary.word}"):
                blind.append(f"{who} does not find {canary}")
    _judge(blind)


def test_no_canary_comes_out_for_anybody_else(house: House, capsys: Any, caplog: Any):
    caplog.set_level(logging.DEBUG)
    faults: list[str] = []
    # What changes records comes last, for everybody.
    for channels, who in [*product([CHANNELS], ASKERS), *product([WRITING], ASKERS)]:
        asker = Asker(house, who)
        for name, channel in channels.items():
            # Whoever reads nothing at all is asked for pages only; whoever reads some of it is told of that.
            searches = name.startswith("search")
            if (searches and who in (STRANGER, *LIKE_A_READER)) or (
                "as if nothing" in name and who in INVOLVED
            ):
                continue
            for where, came, typed in channel(asker):
                faults += _seen(asker, name, where, came, typed)
    faults += _broken(house) + _log(house, capsys, caplog)
    tried = [*CHANNELS, *WRITING, "pages of errors on our side", LOG]
    number = len(house.world.canaries)
    with capsys.disabled():
        print(
            f"\ncanaries: {number} canaries × {len(ASKERS)} actors × {len(tried)} channels "
            f"({house.requests} requests): {len(faults)} seen\n  " + "\n  ".join(tried)
        )
    _judge(faults)


def _seen(asker: Asker, name: str, where: str, came: str, typed: str) -> list[str]:
    if came.startswith(FAULT):
        return [f"{asker.who}: {where}: {came.removeprefix(FAULT)} [{name}]"]
    found = sorted(set(asker.world.seen_in(came, asker.who, where, typed=typed)))
    return [f"{asker.who} sees {what} at {where} [{name}]" for what in found]


def _broken(house: House) -> list[str]:
    """Break the folder of files and send what may be known: page and log must not repeat it."""
    folder = Path(house.app.instance_path) / "uploads"
    folder.rename(folder.with_name("uploads-away"))
    folder.write_text("no folder")
    texts = {canary.place: canary.word for canary in house.world.canaries}
    writer = Asker(house, "addressed")
    ref, party = house.world.followed[0]
    word = texts["text"]
    named = (BytesIO(f"Decree {word}".encode()), f"{word}.txt")
    address = f"/follow-up/{ref}/{party}/report"
    sent = forms(writer, address, text=f"Done. {word}", **{"evidence-0-file": named}) or ""
    faults = [] if sent.startswith("500") else [f"the folder was broken, and the answer is {sent[:60]}"]
    faults += _seen(Asker(house, "nobody in particular"), "pages of errors on our side", address, sent, "")
    for token in house.world.files:
        answer = Asker(house, "named").whole(f"/follow-up/evidence/{token}")
        faults += _seen(Asker(house, "reader"), "pages of errors on our side", "evidence", answer, "")
    folder.unlink()
    folder.with_name("uploads-away").rename(folder)
    return faults


def _log(house: House, capsys: Any, caplog: Any) -> list[str]:
    lines = capsys.readouterr()
    text = f"{lines.out}\n{lines.err}\n{caplog.text}"
    faults = [] if "unexpected error" in text else ["the error on our side left no trace in the log"]
    return faults + [f"the log says {what}" for what in sorted(set(house.world.seen_in(text, "the log")))]


def test_channels_that_are_not_there_are_added_here_when_they_come(house: House):
    rules = [rule.rule for rule in house.app.url_map.iter_rules()]
    assert [(name, rule) for name, sign in NOT_THERE.items() for rule in rules if sign.search(rule)] == []


def test_what_nobody_may_read_is_kept_all_the_same(house: House):
    """Who proposed and who logged under the Chatham House Rule, and what belongs to no page."""
    with house.app.app_context():
        found = db.session.scalars(select(Outcome).where(Outcome.chatham_house)).one()
        assert [party.code for party in found.proposers] == [house.world.body]
        assert found.author_id == house.world.quiet
