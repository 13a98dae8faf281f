"""`liangcao check-deploy`: what must be mended before others may reach this installation. `serve` asks the same."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from liangcao.interfaces.commands import database
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words


@dataclass(frozen=True)
class Finding:
    """One thing to mend."""

    code: str
    level: str
    message: str
    mend: str

    @property
    def line(self) -> str:
        """As one line for a person."""
        kind = in_words("必须处理", "must") if self.level == "error" else in_words("建议处理", "should")
        return " ".join(f"[{kind}] {self.code} {self.message} → {self.mend}".split())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(args: argparse.Namespace) -> int:
    """Print every finding; 0 only when nothing must be mended."""
    database.open_database()
    found = findings()
    grave = [finding for finding in found if finding.level == "error"]
    if args.json:
        print_json({"ok": not grave, "findings": [vars(finding) for finding in found]})
    else:
        for finding in found:
            print(finding.line)
        print(summary(len(grave), len(found) - len(grave)))
    return 1 if grave else 0


def findings() -> list[Finding]:
    """What Django's checks and ours say of this installation, the grave ones first. Needs an open database."""
    from django.core import checks

    told = checks.run_checks(include_deployment_checks=True, databases=["default"])
    spoken = sorted((message for message in told if not message.is_silenced()), key=lambda message: -message.level)
    return [
        Finding(
            message.id or "",
            "error" if message.level >= checks.ERROR else "warning",
            str(message.msg),
            str(message.hint or ""),
        )
        for message in spoken
        if message.level >= checks.WARNING and not _said_by_ours(message.id or "", spoken)
    ]


# Django's sentence about the same thing, in English only: ours is shown instead.
_SAME = {
    "security.W004": "liangcao.E004",
    "security.W005": "liangcao.E004",
    "security.W008": "liangcao.E004",
    "security.W009": "liangcao.E002",
    "security.W012": "liangcao.E004",
    "security.W016": "liangcao.E004",
    "security.W018": "liangcao.E001",
    "security.W020": "liangcao.E003",
}


def _said_by_ours(code: str, told: Sequence[object]) -> bool:
    ours = _SAME.get(code)
    return ours is not None and any(getattr(message, "id", None) == ours for message in told)


def summary(errors: int, warnings: int) -> str:
    """The last line."""
    if not errors and not warnings:
        return in_words("检查通过,可以对外提供服务", "Nothing to mend: this installation may be opened to others")
    return in_words(f"{errors} 项必须处理,{warnings} 项建议处理", f"{errors} must be mended, {warnings} should be")


def complain(found: list[Finding]) -> None:
    """Each finding as one line on stderr."""
    for finding in found:
        print(finding.line, file=sys.stderr)
