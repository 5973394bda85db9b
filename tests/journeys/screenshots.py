"""Pictures for the README, made from the demonstration.

usage: python -m tests.journeys.screenshots      (what `make screenshots` runs)
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.house.tree import ROOT
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.server import Server, tracker

#: Name of the picture, whom it is taken as, address, language.
PICTURES = (("search", "coordinator@demo.example", "/search?q=prison+staff", "en"),)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "instance")
        tracker(server.instance, "init")
        tracker(server.instance, "demo")
        server.start()
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, email, address, language in PICTURES:
            page = chromium.new_page(
                viewport={"width": 1280, "height": 860}, locale=language, base_url=server.base
            )
            page.goto(
                tracker(server.instance, "user", "link", email, TRACKER_BASE_URL=server.base).stdout.split()[
                    -1
                ]
            )
            page.locator("form#sign-in button").click()
            page.goto(address)
            page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
        chromium.close()
        server.stop()


if __name__ == "__main__":
    main()
