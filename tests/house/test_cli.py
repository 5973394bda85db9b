"""The command: every job of an operator, from an empty folder to a restored backup."""

import csv
import tarfile
from pathlib import Path

import pytest

from tests.server import copy_instance, tracker
from tracker.app import create_app

ROW = "recommendation,S-{n},Train staff {n}.,en,WS-1,Workshop one,2024-06-10,prisons,JO|MA,accepted"
HEAD = "kind,ref,text,language,workshop,workshop_title,workshop_date,themes,addressees,position"


def sheet(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(template_instance, tmp_path) -> Path:
    return copy_instance(template_instance, tmp_path / "instance")


def test_a_new_instance_is_made_and_made_again_without_harm(tmp_path):
    for _ in range(2):
        assert "Instance ready" in tracker(tmp_path / "new", "init").stdout
    assert "All well: 0 outcomes" in tracker(tmp_path / "new", "doctor").stdout


def test_without_an_instance_a_command_says_what_to_run(tmp_path):
    done = tracker(tmp_path / "none", "doctor", check=False)
    assert done.returncode == 1
    assert "tracker init" in done.stderr


def test_import_twice_then_export_gives_the_same_rows(folder, tmp_path):
    file = sheet(tmp_path / "in.csv", *(ROW.format(n=n) for n in range(1, 6)))
    assert "5 created, 0 updated, 0 unchanged" in tracker(folder, "import", str(file)).stdout
    again = tracker(folder, "import", str(file)).stdout
    assert "0 created, 0 updated, 5 unchanged" in again
    assert "Nothing to change" in again
    tracker(folder, "export", str(tmp_path / "out.csv"))
    with (
        file.open(encoding="utf-8") as given,
        (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as written,
    ):
        before = list(csv.DictReader(given))
        after = [{name: row[name] for name in before[0]} for row in csv.DictReader(written)]
    assert after == before
    assert "All well: 5 outcomes" in tracker(folder, "doctor").stdout


def test_bad_rows_are_named_and_nothing_changes(folder, tmp_path):
    rows = [
        ROW.format(n=1),
        ROW.format(n=2).replace("recommendation", "idea"),
        ROW.format(n=3).replace("JO|MA", "Atlantis"),
    ]
    done = tracker(folder, "import", str(sheet(tmp_path / "in.csv", *rows)), check=False)
    assert done.returncode == 1
    assert "line 3, column kind" in done.stderr
    assert "line 4, column addressees" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert "All well: 0 outcomes" in tracker(folder, "doctor").stdout


def test_backup_and_restore_bring_everything_back(folder, tmp_path):
    tracker(folder, "import", str(sheet(tmp_path / "in.csv", ROW.format(n=1))))
    archive = tmp_path / "backup.tar.gz"
    tracker(folder, "backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if name.startswith("index")]
    tracker(folder, "import", str(sheet(tmp_path / "in.csv", ROW.format(n=2))))
    assert "1 outcomes restored" in tracker(folder, "restore", str(archive), "--yes").stdout
    assert "All well: 1 outcomes" in tracker(folder, "doctor").stdout
    # On another machine the key of the audit log comes with the backup.
    other = tmp_path / "other"
    tracker(other, "init")
    tracker(other, "restore", str(archive), "--yes")
    assert "All well: 1 outcomes" in tracker(other, "doctor").stdout


def test_a_backup_never_overwrites_and_a_wrong_file_never_restores(folder, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    archive.write_text("not an archive")
    assert "Choose another name" in tracker(folder, "backup", str(archive), check=False).stderr
    done = tracker(folder, "restore", str(archive), "--yes", check=False)
    assert done.returncode == 1
    assert "not a backup" in done.stderr
    assert "All well" in tracker(folder, "doctor").stdout


def test_a_person_is_added_and_gets_a_link_and_a_token(folder):
    tracker(folder, "user", "add", "judge@example.org", "--role", "focal-point", "--party", "JO")
    assert "/sign-in/" in tracker(folder, "user", "link", "judge@example.org").stdout
    assert (
        len(tracker(folder, "token", "add", "judge@example.org", "--name", "script").stdout.split()[-1]) > 30
    )
    assert tracker(folder, "user", "link", "nobody@example.org", check=False).returncode == 1
    assert (
        tracker(folder, "user", "add", "judge@example.org", "--role", "reader", check=False).returncode == 1
    )


def test_a_damaged_index_is_noticed_and_rebuilt(folder, tmp_path):
    tracker(folder, "import", str(sheet(tmp_path / "in.csv", ROW.format(n=1))))
    for file in (folder / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage")
    assert tracker(folder, "doctor", check=False).returncode == 1
    assert "1 outcomes indexed" in tracker(folder, "reindex").stdout
    assert "All well: 1 outcomes" in tracker(folder, "doctor").stdout


def test_a_second_restore_keeps_what_the_first_had_set_aside(folder, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    tracker(folder, "backup", str(archive))
    tracker(folder, "import", str(sheet(tmp_path / "in.csv", ROW.format(n=1))))
    tracker(folder, "restore", str(archive), "--yes")
    tracker(folder, "restore", str(archive), "--yes")
    assert len(list(folder.glob("before-restore-*"))) == 2


def test_links_made_before_a_backup_do_not_work_after_it_is_restored(folder, tmp_path):
    tracker(folder, "user", "add", "judge@example.org", "--role", "reader")
    token = tracker(folder, "user", "link", "judge@example.org").stdout.strip().rpartition("/")[2]
    archive = tmp_path / "backup.tar.gz"
    tracker(folder, "backup", str(archive))
    tracker(folder, "restore", str(archive), "--yes")
    app = create_app(instance=str(folder))
    assert app.test_client().get(f"/sign-in/{token}").status_code == 410
