"""What the program must not do at all: make code of text, start programs, speak to strangers."""

import ast

from tests.house.tree import ROOT, modules, name_of, parsed

#: Modules that turn data into code or objects, or start programs.
FORBIDDEN = {"code", "ctypes", "marshal", "os.system", "pickle", "shelve", "subprocess", "yaml"}
#: Chunks of a rebuild, written and read by one process in the index folder, which belongs to its owner alone;
#: and blocks of the index, verified before and read by an unpickler that looks up no class or function.
OWN_FILES = {"tracker/search/index/checksums.py: pickle", "tracker/search/index/writing.py: pickle"}
#: The process that reads attached files: our own interpreter and module, no word of the file as argument.
OWN_PROGRAM = {"tracker/reading/process.py: subprocess"}
#: Calls that make code of text, or a template of it.
CALLS = {"eval", "exec", "compile", "__import__", "render_template_string", "from_string", "system", "popen"}
#: Modules that reach other machines, and where each may stand. Both addresses come from settings alone.
NETWORK = {
    "authlib",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
}
REACHING_OUT = {"tracker/core/mail.py", "tracker/serving.py"}
PROVIDER = "tracker/signin/oidc"


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_nothing_makes_objects_or_programs_of_data():
    found = {
        f"{name_of(path)}: {name}"
        for path in modules()
        for name in _imports(parsed(path))
        if name in FORBIDDEN or name.split(".")[0] in FORBIDDEN
    }
    assert found == OWN_FILES | OWN_PROGRAM


def test_the_one_program_that_is_started_is_our_own_without_a_shell():
    calls = [
        ast.unparse(node)
        for node in ast.walk(parsed(ROOT / "tracker/reading/process.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("subprocess.")
    ]
    assert len(calls) == 1
    assert calls[0].startswith("subprocess.Popen(command, ")
    assert "shell" not in calls[0]
    assert "preexec_fn" not in calls[0]


def test_nothing_makes_code_or_templates_of_text():
    found = []
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                owner = getattr(called.value, "id", "") if isinstance(called, ast.Attribute) else ""
                if name in CALLS and owner != "re":
                    found.append(f"{name_of(path)}:{node.lineno} {name}")
    assert found == []


def test_only_mail_and_the_identity_provider_are_spoken_to():
    found = {
        f"{name_of(path)}: {name}"
        for path in modules()
        for name in _imports(parsed(path))
        if (name in NETWORK or name.split(".")[0] in NETWORK)
        and name_of(path) not in REACHING_OUT
        and not name_of(path).startswith(PROVIDER)
    }
    assert found == set()
