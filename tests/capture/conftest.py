"""What the tests of imports share."""

import pytest

from tests.capture.files import save
from tracker.capture.importer import import_csv
from tracker.core.permissions import OPERATOR


@pytest.fixture
def take(app, tmp_path):
    """Import these rows and give the result."""

    def run(*rows, actor=OPERATOR, **options):
        return import_csv(actor, save(tmp_path, *rows), **options)

    return run
