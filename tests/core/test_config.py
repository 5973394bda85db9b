"""Settings come from three places, and wrong ones are named."""

import stat
from pathlib import Path

import pytest

from tracker.app import create_app


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "tracker.cfg").write_text("TRACKER_STALE_MONTHS = 9\nTRACKER_LINK_HOURS = 2\n")
    monkeypatch.setenv("TRACKER_STALE_MONTHS", "3")
    config = create_app(instance=str(tmp_path)).config
    assert (config["TRACKER_STALE_MONTHS"], config["TRACKER_LINK_HOURS"]) == (3, 2)


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("1", True), ("off", False), ("", False)])
def test_yes_and_no_are_written_as_people_write_them(tmp_path, monkeypatch, value, meant):
    monkeypatch.setenv("TRACKER_PUBLIC_READING", value)
    assert create_app(instance=str(tmp_path)).config["TRACKER_PUBLIC_READING"] is meant


@pytest.mark.parametrize(
    ("name", "value"), [("TRACKER_PUBLIC_READING", "perhaps"), ("TRACKER_STALE_MONTHS", "six")]
)
def test_a_setting_that_cannot_be_read_is_named(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name):
        create_app(instance=str(tmp_path))


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    first = create_app(instance=str(tmp_path)).config["SECRET_KEY"]
    again = create_app(instance=str(tmp_path)).config["SECRET_KEY"]
    assert first == again
    assert len(first) == 64
    assert stat.S_IMODE(Path(tmp_path / "secret.key").stat().st_mode) == 0o600


def test_an_empty_secret_key_stops_the_start_and_says_what_to_do(tmp_path):
    (tmp_path / "secret.key").touch()
    with pytest.raises(ValueError, match="from a backup"):
        create_app(instance=str(tmp_path))


def test_the_instance_folder_is_the_one_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path / "elsewhere"))
    assert create_app().instance_path == str(tmp_path / "elsewhere")
