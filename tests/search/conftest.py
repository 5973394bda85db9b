"""What the tests of the search engine share."""

import pytest

from tracker.search.whoosh_engine import WhooshEngine


@pytest.fixture
def engine(tmp_path):
    """An empty engine."""
    engine = WhooshEngine.open(tmp_path / "index")
    yield engine
    engine.close()
