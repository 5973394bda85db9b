"""The built wheel holds everything and serves pages from an empty folder."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SCRIPT = """
import tempfile
from tracker import instance
from tracker.app import create_app
app = create_app(instance=tempfile.mkdtemp())
with app.app_context():
    instance.initialise()
    import tracker
    print(tracker.__file__)
client = app.test_client()
assert client.get("/login").status_code == 200
assert client.get("/static/css/tokens.css").status_code == 200
assert b'dir="rtl"' in client.get("/login", headers={"Accept-Language": "ar"}).data
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with wheel and sdist, built from what git would hand out."""
    folder = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "tracker"
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in names.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(path.read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
    )
    return folder


def test_the_wheel_holds_pages_styles_languages_and_thesaurus(built):
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    expected = {p.relative_to(ROOT).as_posix() for p in (ROOT / "templates").rglob("*.html")}
    expected |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "static").rglob("*") if p.is_file()}
    assert {name for name in expected if f"tracker/{name}" not in names} == set()
    assert "tracker/themes/thesaurus.ttl" in names
    assert "tracker/translations/ar/LC_MESSAGES/messages.mo" in names
    assert any(name.startswith("tracker/migrations/versions/0001") for name in names)
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.parametrize("ending", ["*.whl", "*.tar.gz"])
def test_what_was_built_serves_pages(built, tmp_path, ending):
    package = next(built.glob(ending))
    target = tmp_path / "site"
    if ending == "*.tar.gz":
        with tarfile.open(package) as tar:
            tar.extractall(tmp_path / "unpacked", filter="data")
        package = next((tmp_path / "unpacked").iterdir())
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--target",
            str(target),
            str(package),
        ],
        check=True,
        capture_output=True,
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert str(target) in done.stdout
