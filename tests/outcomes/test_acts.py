"""Every act that a room writes about an outcome reads well in its history."""

import ast

from tests.house.tree import modules, parsed
from tracker.outcomes.history import ACTS


def _constants():
    found = {}
    for path in modules():
        for node in parsed(path).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found |= {t.id: node.value.value for t in node.targets if isinstance(t, ast.Name)}
    return found


def _acts_about_outcomes():
    """The acts in calls of `note(actor, act, …)`, of `_save(actor, act, …)` that leads to it, and of the log
    with the kind "outcome".
    """
    constants, found = _constants(), set()
    for path in modules():
        if path.parent.name == "workshops":
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or len(node.args) < 3:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            kind = getattr(node.args[2], "value", None)
            if name in ("note", "_save") or (name in ("record", "record_many") and kind == "outcome"):
                act = node.args[1]
                word = act.value if isinstance(act, ast.Constant) else constants.get(getattr(act, "id", ""))
                if isinstance(word, str):
                    found.add(word)
    return found


def test_the_history_has_words_for_every_act():
    acts = _acts_about_outcomes()
    assert {"log", "edit", "publish", "add-version", "merge-theme", "import"} <= acts
    assert acts <= set(ACTS)
