"""What reading a file asks of the machine, seen from inside the process that reads: no Django here."""

from __future__ import annotations

import resource
import socket
import sys
from typing import Any

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.intake.importing.contents import Ask, read_contents

# What a workbook has no business with: the network, another program, a file of the machine.
FORBIDDEN = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "subprocess.Popen",
    "os.exec",
    "os.system",
    "urllib.",
)


def watched(tell: Any, ask: Ask) -> tuple[str, list[str], int]:
    """What reading a file in a child led to: the code of its refusal, what it asked of the machine, its highest
    resident memory."""
    seen: list[str] = []

    def notice(event: str, arguments: tuple[Any, ...]) -> None:
        is_of_machine = event == "open" and str(arguments[0]).startswith("/etc/")
        if event.startswith(FORBIDDEN) or is_of_machine:
            seen.append(event)

    sys.addaudithook(notice)
    try:
        read_contents(tell, ask)
        code = ""
    except Invalid as refusal:
        code = refusal.code
    return code, seen, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def calling(_tell: Any) -> list[str]:
    """What the watch sees of a call to another machine and of a file that is opened."""
    seen: list[str] = []
    sys.addaudithook(lambda event, _arguments: seen.append(event) if event in ("socket.connect", "open") else None)
    with socket.socket() as out:
        out.settimeout(0.1)
        out.connect_ex(("127.0.0.1", 9))
    with open("/etc/hostname", "rb"):
        pass
    return seen
