"""check-deploy and serve on an address that others reach: one line each, what is wrong and how to mend it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core import checks

from liangcao.interfaces.commands.check_deploy import findings
from liangcao.interfaces.commands.serve import is_loopback
from tests.interfaces.commands.conftest import Shell


@pytest.fixture(autouse=True)
def _as_a_person_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rig's own switch for its browser is a finding of Django's."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")


def test_it_fails_with_debug_on(own_shell: Shell, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    done = own_shell("check-deploy", "--json")
    read = json.loads(done.stdout)
    assert done.returncode == 1 and read["ok"] is False
    assert {"liangcao.E001", "liangcao.E004"} <= {finding["code"] for finding in read["findings"]}
    assert all(finding["message"] and finding["mend"] for finding in read["findings"])


def test_every_finding_is_a_line(own_shell: Shell) -> None:
    done = own_shell("check-deploy", language="en")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert all(line.startswith(("[must] liangcao.E", "[should] liangcao.W")) and " → " in line for line in lines[:-1])
    assert lines[-1].endswith("should be") and "security.W" not in done.stdout


def test_serve_refuses_an_address_that_others_reach(own_shell: Shell) -> None:
    """Somebody opens the demonstration of his desk to the whole network: nothing starts, and he reads why."""
    done = replace(own_shell, spawned=True)("serve", "--bind", "0.0.0.0:8975")
    assert done.returncode == 1 and done.stdout == ""
    assert "liangcao.E004" in done.stderr and "LIANGCAO_LOCAL_DEMO=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_finding_without_a_code_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [checks.Warning("甲"), checks.Warning("乙", id="other.W001")]
    monkeypatch.setattr(checks, "run_checks", lambda **_: told)
    assert [finding.message for finding in findings()] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.3.4.5", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_addresses_of_this_machine_alone(host: str, own: bool) -> None:
    assert is_loopback(host) is own
