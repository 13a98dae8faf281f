"""serve: a port in use, a wrong address; it answers, and SIGTERM ends it in time."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.commands.serve import address_of, url_of
from tests.interfaces.commands.conftest import Shell
from tests.interfaces.commands.test_worker import connected, is_worker, workers_of


@pytest.mark.parametrize(
    "text", ["nowhere", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x", "127.0.0.1:٨٠", "127.0.0.1:²", ":0"]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as told:
        address_of(text)
    assert told.value.code == "BIND_INVALID"


def test_addresses() -> None:
    assert address_of("0.0.0.0:80") == ("0.0.0.0", 80)
    assert address_of("8000") == ("127.0.0.1", 8000)
    assert address_of("[::1]:8000") == ("::1", 8000)
    assert url_of("::1", 8000) == "http://[::1]:8000"


def test_a_port_in_use_is_one_line(shell: Shell) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        assert f"端口 {port} 已被占用" in shell.refused("serve", "--bind", f"127.0.0.1:{port}")


def test_no_worker_is_refused(shell: Shell) -> None:
    assert "至少为 1" in shell.refused("serve", "--threads", "0")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


IDLE = 60


def left_open(port: int) -> list[HTTPConnection]:
    """Connections that were answered once and stay open, as those of ten browsers do."""
    idle = []
    for _ in range(IDLE):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/readyz")
        connection.getresponse().read()
        idle.append(connection)
    return idle


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_ends_in_time(ending: signal.Signals, shell: Shell) -> None:
    from liangcao.foundation.journal.models import JournalEntry

    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-m", "liangcao.interfaces.console", "serve", "--bind", f"127.0.0.1:{port}"],
        env=shell.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 40
        while not answers(port) and child.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        assert answers(port)
        idle = left_open(port)
        assert answers(port), "idle browsers lock nobody out"
        beside = workers_of(child.pid)
        started = time.monotonic()
        child.send_signal(ending)
        printed, complained = child.communicate(timeout=12)
        assert time.monotonic() - started < 10
        for connection in idle:
            connection.close()
    finally:
        child.kill()
    assert child.returncode == 0
    assert len(beside) == 1
    assert not is_worker(beside[0])
    assert f"正在服务 http://127.0.0.1:{port}" in printed
    assert "Traceback" not in complained
    with connected(shell):
        # The second start finds what the first one told.
        assert JournalEntry.objects.filter(object_kind="settings", object_ref="serve").count() == 1
