"""What only the tests of accounts need."""

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def quick_passwords(app: Flask) -> None:
    """Hash passwords by the same method at the least cost, because these tests hash many."""
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1
    )
