"""`liangcao --help` is quick and needs no framework."""

from __future__ import annotations

import json
import subprocess
import sys

LIMIT_SECONDS = 0.3
PROBE = """
import sys, time, io, contextlib, json
before = time.process_time()
from liangcao.interfaces import console
with contextlib.redirect_stdout(io.StringIO()) as printed:
    try:
        code = console.main(["--help"])
    except SystemExit as stop:
        code = stop.code
seconds = time.process_time() - before
heavy = sorted({"django", "numpy", "docx", "xlsxwriter", "python_calamine", "pypinyin"} & set(sys.modules))
print(json.dumps({"seconds": seconds, "heavy": heavy, "code": code or 0, "text": printed.getvalue()}))
"""


def probe() -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_help_needs_no_framework_and_is_quick() -> None:
    """Processor time of the best of three: another program on the machine does not count."""
    answers = [probe() for _ in range(3)]
    assert answers[0]["code"] == 0
    assert answers[0]["heavy"] == []
    assert min(float(str(answer["seconds"])) for answer in answers) < LIMIT_SECONDS


def test_help_names_every_command() -> None:
    text = str(probe()["text"])
    for command in (
        "demo",
        "serve",
        "worker",
        "plan",
        "trace",
        "verify",
        "rebuild",
        "export",
        "briefing",
        "figures",
        "user",
    ):
        assert command in text
