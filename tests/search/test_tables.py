"""Counting the values of a filter field: the same numbers, however many documents are asked for."""

import numpy as np
import pytest

from tracker.search.index.tables import table_of

SIZE = 1_000


def some_table(most):
    """A field of which every document has up to some values, and those values by document."""
    chance = np.random.default_rng(most)
    held = [set(chance.choice(30, chance.integers(0, most + 1), replace=False).tolist()) for _ in range(SIZE)]
    values = sorted(set().union(*held))
    numbers = [values.index(value) for one in held for value in sorted(one)]
    names = [f"v{value:02}" for value in values]
    return table_of(names, np.array(numbers, np.int32), np.array([len(one) for one in held], np.int32)), held


@pytest.mark.parametrize("most", [0, 1, 5])
@pytest.mark.parametrize("share", [0, 0.01, 0.1, 0.3, 0.49, 0.51, 0.9, 1])
def test_few_or_many_documents_are_counted_alike(most, share):
    table, held = some_table(most)
    chosen = np.flatnonzero(np.random.default_rng(3).random(SIZE) < share).astype(np.int32)
    counts = table.count(chosen)
    assert [int(count) for count in counts[:-1]] == [
        sum(int(value[1:]) in held[n] for n in chosen) for value in table.values
    ]
    assert counts[-1] == sum(not held[n] for n in chosen)


def test_a_value_is_found_whatever_its_case():
    table = table_of(["JO", "jo"], np.array([0, 1], np.int32), np.array([0, 1, 1, 0], np.int32))
    assert table.spelled("Jo") == ["JO", "jo"]
    assert table.empty.tolist() == [True, False, False, True]
