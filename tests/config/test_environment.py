"""What of the environment may be shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from liangcao.config.environment import without_secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("sqlite:////srv/liangcao/liangcao.sqlite3", "sqlite:////srv/liangcao/liangcao.sqlite3"),
        ("postgresql://desk:geheim@db:5432/liangcao", "postgresql://desk@db:5432/liangcao"),
        ("postgresql:///liangcao?host=/run/pg&sslpassword=geheim", "postgresql:///liangcao?host=/run/pg"),
        ("smtps://post%40example.cn:ge:heim@mail.example.cn:465", "smtps://post%40example.cn@mail.example.cn:465"),
        ("smtp://:geheim@mail.example.cn", "smtp://mail.example.cn"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


def test_what_the_journal_is_told_holds_no_secret(tmp_path: object) -> None:
    ours = {
        "LIANGCAO_HOME": str(tmp_path), "LIANGCAO_SECRET_KEY": "k" * 60, "LIANGCAO_SESSION_HOURS": "8",
        "LIANGCAO_DATABASE_URL": "postgresql://desk:geheim@db/liangcao", "LIANGCAO_MAIL": "smtp://a:geheim@mail:587",
    }  # fmt: skip
    script = "import json; from liangcao.config import settings as s; print(json.dumps(s.JOURNALLED))"
    told = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | ours, capture_output=True, text=True, check=True
    ).stdout
    assert "geheim" not in told
    assert "kkk" not in told
    assert json.loads(told)["session_hours"] == 8
