"""What no line of ours does: build SQL from input, turn escaping off, run what came as text, talk to the network.

Each rule walks the syntax trees; what is allowed stands in a table with its reason, and an entry that no line needs any
more fails as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.tree import SOURCE, WEB, page_files, parsed, python_files, short

Rule = Callable[[ast.AST], bool]
_EXECUTED = {"execute", "executemany", "raw", "RunSQL"}
_INSIDE_A_REQUEST = {"GET", "POST", "FILES", "COOKIES", "META", "headers"}
_NETWORK = {"urllib.request", "http.client", "socket", "smtplib", "ftplib", "requests", "httpx", "urllib3", "ssl"}

# (rule, file): why it is right there.
ALLOWED: dict[tuple[str, str], str] = {
    ("built SQL", "foundation/database/guards.py"): "names of triggers and tables from our own models",
    ("built SQL", "foundation/database/bulk.py"): "names of columns from our own models; values are parameters",
    ("built SQL", "foundation/journal/actions.py"): "a whole number of ours in a PRAGMA, which takes no parameter",
    ("built SQL", "foundation/journal/throttle.py"): "names of columns from our own models; values are parameters",
    ("built SQL", "foundation/database/locks.py"): "Django's own SQL of a query, with FOR SHARE behind it",
    ("unescaped", "interfaces/web/qr.py"): "the drawing of a QR code: paths of numbers, made by the library",
    (
        "unescaped",
        "interfaces/web/desk/passes/checker.py",
    ): "a file that is downloaded: our own script and style, and JSON without a <",
    ("network", "interfaces/commands/worker.py"): "the name of its own machine",
    ("network", "interfaces/commands/serve.py"): "asks whether its own port is free",
    ("network", "interfaces/channels/webhook.py"): "the one door out: allowed hosts only, no redirects",
    ("network", "interfaces/channels/mail.py"): "the one way out for letters, to the named server",
    ("process", "foundation/database/copies.py"): "runs pg_dump and pg_restore, which it finds itself, without a shell",
    (
        "process",
        "interfaces/intake/reading/files/child.py",
    ): "reads a stranger's file apart, with limits, without a shell",
    ("process", "interfaces/commands/companion.py"): "starts this program again as its own worker, without a shell",
    ("no CSRF", "interfaces/api/v1/urls.py"): "the API's own 404: it takes a token and no cookie",
}


def name_of(node: ast.AST) -> str:
    """A dotted name as it is written; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".strip(".")
    return node.id if isinstance(node, ast.Name) else ""


def called(node: ast.AST) -> str:
    """What a call calls."""
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def is_built(node: ast.AST) -> bool:
    """Whether a text is put together: an f-string with parts, %, +, format, join."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or is_built(node.left) or is_built(node.right)
    return called(node).rpartition(".")[2] in ("format", "join")


def built_sql(node: ast.AST) -> bool:
    """SQL put together where it is executed, or one of the doors of Django that take SQL."""
    last = called(node).rpartition(".")[2]
    if last in ("RawSQL", "extra"):
        return True
    return isinstance(node, ast.Call) and last in _EXECUTED and any(is_built(part) for part in node.args[:1])


def unescaped(node: ast.AST) -> bool:
    """Text that is marked as HTML without having been escaped."""
    last = called(node).rpartition(".")[2]
    if last in ("mark_safe", "SafeString", "SafeText"):
        return True
    return last == "format_html" and isinstance(node, ast.Call) and not isinstance(node.args[0], ast.Constant)


def whole_request(node: ast.AST) -> bool:
    """A request turned into keywords: whoever sends it chooses which."""
    parts = [keyword.value for keyword in node.keywords if keyword.arg is None] if isinstance(node, ast.Call) else []
    inner = [part for outer in parts for part in ast.walk(outer)]
    return any(isinstance(part, ast.Attribute) and part.attr in _INSIDE_A_REQUEST for part in inner)


def run_text(node: ast.AST) -> bool:
    """Text or bytes that become code: eval, exec, pickle, yaml, templates made of text."""
    whole = called(node)
    if whole in ("eval", "exec", "compile", "__import__") or whole.rpartition(".")[2] == "from_string":
        return True
    if isinstance(node, ast.ImportFrom) and node.module in ("django.template", "string", "jinja2"):
        return bool({alias.name for alias in node.names} & {"Template", "Engine", "Environment", "engines"})
    return whole.startswith(("pickle.", "marshal.", "shelve.", "dill.", "yaml."))


def shell(node: ast.AST) -> bool:
    """A command line that a shell reads."""
    if called(node) in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
        return True
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return any(keyword.arg == "shell" and ast.unparse(keyword.value) != "False" for keyword in keywords)


def process(node: ast.AST) -> bool:
    """Another program."""
    return called(node).startswith(("subprocess.", "os.exec", "os.spawn", "os.fork", "multiprocessing."))


def network(node: ast.AST) -> bool:
    """A module that talks to other machines."""
    if isinstance(node, ast.Import):
        return any(alias.name in _NETWORK for alias in node.names)
    return isinstance(node, ast.ImportFrom) and node.module in _NETWORK


def no_csrf(node: ast.AST) -> bool:
    """A page that takes a form without its token."""
    return name_of(node).endswith("csrf_exempt")


def weak_chance(node: ast.AST) -> bool:
    """Numbers that can be foretold, and digests that can be forged."""
    whole = called(node)
    return whole.startswith("random.") or whole in ("hashlib.md5", "hashlib.sha1", "tempfile.mktemp")


RULES: dict[str, Rule] = {
    "built SQL": built_sql,
    "unescaped": unescaped,
    "whole request": whole_request,
    "run text": run_text,
    "shell": shell,
    "process": process,
    "network": network,
    "no CSRF": no_csrf,
    "weak chance": weak_chance,
}


def findings(rule: str) -> Iterator[tuple[str, int]]:
    """(file, line) of each node that a rule finds. The demo's loader and the command line's own tests count too."""
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if RULES[rule](node):
                yield str(path.relative_to(SOURCE)), getattr(node, "lineno", 0)


@pytest.mark.parametrize("rule", list(RULES), ids=[name.replace(" ", "-") for name in RULES])
def test_no_line_does(rule: str) -> None:
    assert [f"{file}:{line}" for file, line in findings(rule) if (rule, file) not in ALLOWED] == []


def test_nothing_is_allowed_that_no_line_needs() -> None:
    needed = {(rule, file) for rule in RULES for file, _ in findings(rule)}
    assert sorted(set(ALLOWED) - needed) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("built SQL", 'cursor.execute(f"SELECT {x}")'),
        ("built SQL", 'cursor.execute("SELECT %s" % x)'),
        ("built SQL", 'Item.objects.raw("SELECT " + f"{x}")'),
        ("built SQL", "Item.objects.extra(where=[x])"),
        ("unescaped", "mark_safe(x)"),
        ("unescaped", 'format_html(f"<b>{x}</b>")'),
        ("whole request", "Item.objects.filter(**request.GET)"),
        ("whole request", "f(**request.POST.dict())"),
        ("whole request", "f(**dict(request.GET.items()))"),
        ("run text", "yaml.load(x)"),
        ("run text", "pickle.loads(x)"),
        ("run text", "eval(x)"),
        ("run text", "from django.template import Template"),
        ("run text", "engines['django'].from_string(x)"),
        ("shell", "subprocess.run(x, shell=True)"),
        ("process", "subprocess.run(x)"),
        ("network", "import smtplib"),
        ("network", "from urllib.request import urlopen"),
        ("no CSRF", "csrf_exempt(f)"),
        ("weak chance", "random.random()"),
    ],
)
def test_the_rules_find_what_they_are_for(rule: str, line: str) -> None:
    assert any(RULES[rule](node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("built SQL", 'cursor.execute("SELECT %s", [x])'),
        ("unescaped", 'format_html("<b>{}</b>", x)'),
        ("whole request", "f(**{'day': day})"),
        ("shell", "subprocess.run(x, shell=False)"),
        ("network", "from urllib.parse import urlsplit"),
    ],
)
def test_the_rules_leave_the_right_way_alone(rule: str, line: str) -> None:
    assert not any(RULES[rule](node) for node in ast.walk(ast.parse(line)))


# In templates: escaping off, script or style in the page, handlers in attributes, addresses that run.
ON_A_PAGE = {
    "escaping off": re.compile(r"\|\s*safe\b|safeseq|\{%\s*autoescape\s+off"),
    "script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "style in the page": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "handler in an attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "address that runs": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):", re.IGNORECASE),
}
# In scripts: text that becomes HTML, code or style.
IN_A_SCRIPT = re.compile(
    r"\b(?:eval|Function)\s*\(|document\.write|insertAdjacentHTML|\.(?:outer|inner)HTML\s*\+?=|\.cssText\b"
    r"|setAttribute\(\s*[\"'](?:style|on\w+)"
)


# Never shown by us: a file that is downloaded and opened without a network, so that all must stand in it.
DOWNLOADED = {
    (rule, "src/liangcao/interfaces/web/templates/desk/passes/checker.html")
    for rule in ("script in the page", "style in the page")
}


@pytest.mark.parametrize("rule", list(ON_A_PAGE), ids=[name.replace(" ", "-") for name in ON_A_PAGE])
def test_no_template_has(rule: str) -> None:
    pages = [path for path in page_files() if path.suffix in (".html", ".svg", ".txt")]
    assert len(pages) > 40
    found = {(rule, short(path)) for path in pages if ON_A_PAGE[rule].search(path.read_text(encoding="utf-8"))}
    assert found == {each for each in DOWNLOADED if each[0] == rule}


def test_no_python_file_writes_style_or_handlers_into_a_page() -> None:
    found = [
        f"{short(path)}:{node.lineno}"
        for path in sorted(WEB.rglob("*.py"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", node.value)
    ]
    assert found == []


# A new line of a form is a copy of the <template> that the server has written, with its number put in.
COPIES_A_TEMPLATE = re.compile(
    r"^.*\.innerHTML = lines\.querySelector\(\"\[data-line-template\]\"\)\.innerHTML\.replace\(.*$", re.MULTILINE
)


def test_no_script_of_ours_makes_html_of_text() -> None:
    scripts = [path for path in page_files() if path.suffix == ".js"]
    found = [
        short(path)
        for path in scripts
        if IN_A_SCRIPT.search(COPIES_A_TEMPLATE.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []
