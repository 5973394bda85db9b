"""The documents name every command and every setting, and say what is true."""

from click import Group

from tests.house.tree import ROOT, modules, name_of
from tracker.cli import main
from tracker.core.config import SETTINGS

DOCS = "\n".join(
    p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
)


def _commands(group: Group, prefix: str = "tracker") -> list[str]:
    names = []
    for name, command in group.commands.items():
        full = f"{prefix} {name}"
        names += _commands(command, full) if isinstance(command, Group) else [full]
    return names


def test_every_command_is_documented():
    assert [name for name in _commands(main) if name not in DOCS] == []


def test_every_option_of_every_command_is_documented():
    missing = []

    def walk(group: Group) -> None:
        for command in group.commands.values():
            if isinstance(command, Group):
                walk(command)
            else:
                missing.extend(
                    f"{command.name} {o}"
                    for p in command.params
                    for o in p.opts
                    if o.startswith("--") and o not in DOCS
                )

    walk(main)
    assert missing == []


def test_every_setting_is_documented_with_its_default():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = {
        line.split("|")[1].strip(" `"): line
        for line in operations.splitlines()
        if line.startswith("| `TRACKER_")
    }
    missing = [s.name for s in SETTINGS if s.name not in rows]
    assert missing == []
    wrong = [s.name for s in SETTINGS if str(s.default).lower() not in rows[s.name].lower()]
    assert wrong == []


def test_every_command_says_what_it_does():
    def walk(group: Group) -> None:
        for command in group.commands.values():
            assert command.help, command.name
            if isinstance(command, Group):
                walk(command)

    walk(main)


def drawn_modules() -> set[str]:
    """The modules of the program that the annotated tree names, as paths."""
    tree = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")
    part = next(one for one in tree if one.startswith("\ntracker/ "))
    found: set[str] = set()
    folders: list[str] = []
    for line in part.partition("\ntemplates/ ")[0].splitlines()[2:]:
        name = line.split()[0]
        del folders[(len(line) - len(line.lstrip())) // 2 - 1 :]
        if name.endswith("/"):
            folders.append(name)
        elif name.endswith(".py"):
            found.add("tracker/" + "".join(folders) + name)
    return found


def test_the_annotated_tree_names_every_module_and_no_other():
    there = {name_of(path) for path in modules() if path.name != "__init__.py"}
    assert sorted(there ^ drawn_modules()) == []
