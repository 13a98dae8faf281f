"""Settings that are unsafe for others are found, each with a way to mend it, in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from liangcao.config import checks
from tests.factories.accounts import make_office
from tests.rig.databases import TestDatabase

ORIGIN = "https://liangcao.example.org"


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings as docs/how-to/deploy.md writes them."""
    monkeypatch.setenv("LIANGCAO_LANGUAGE", "en")
    monkeypatch.delenv("LIANGCAO_RATES", raising=False)
    settings.DEBUG, settings.IS_LOCAL_DEMO = False, False
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["liangcao.example.org"], [ORIGIN]
    settings.HAS_TLS, settings.TRUSTED_PROXIES = True, ["127.0.0.1"]
    settings.RATE_LIMITS = {"login": (60, 600.0)}
    settings.SECRET_KEY = "kX9-" + "abcdefghijkl" * 5
    return settings


def codes() -> list[str]:
    found = checks.check_settings()
    assert all(message.hint and "\n" not in str(message.msg) + message.hint for message in found)
    return [f"{message.id}{'' if message.level >= 40 else ' warning'}".removeprefix("liangcao.") for message in found]


def test_nothing_to_mend(production: Any) -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "E001"),
        ("SECRET_KEY", "short", "E002"),
        ("SECRET_KEY", "ab" * 40, "E002"),
        ("SECRET_KEY", "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz0123456789", "E002"),
        ("ALLOWED_HOSTS", ["*", "liangcao.example.org"], "E003"),
        ("ALLOWED_HOSTS", [".example.org", "liangcao.example.org"], "E003"),
        ("CSRF_TRUSTED_ORIGINS", [], "E004"),
        ("CSRF_TRUSTED_ORIGINS", ["http://liangcao.example.org"], "E004"),
        ("CSRF_TRUSTED_ORIGINS", ["https://other.example.org"], "E005"),
        ("TRUSTED_PROXIES", [], "E006"),
        ("TRUSTED_PROXIES", ["0.0.0.0/0"], "E006"),
        ("TRUSTED_PROXIES", ["nginx"], "E006"),
        ("RATE_LIMITS", {}, "W101 warning"),
    ],
)
def test_each_setting(production: Any, name: str, value: Any, code: str) -> None:
    setattr(production, name, value)
    assert codes() == [code]


def test_allowances_that_say_nothing(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGCAO_RATES", "login=often")
    assert codes() == ["E008"]


def test_a_local_demonstration_lives_without_tls_but_not_with_debug(production: Any) -> None:
    production.CSRF_TRUSTED_ORIGINS, production.HAS_TLS = [], False
    production.IS_LOCAL_DEMO, production.DEBUG = True, True
    assert codes() == ["E001", "E004 warning"]


def test_files_that_everybody_reads(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a folder that everybody may walk through, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as folder:
        look_at_files(production, Path(folder), monkeypatch)


def look_at_files(production: Any, above: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    above.chmod(0o700)
    home = above / "home"
    home.mkdir(mode=0o755)
    database = home / "a.sqlite3"
    database.touch(mode=0o644)
    production.HOME, production.FILES_FOLDER = home, home / "files"
    monkeypatch.setitem(
        production.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    )
    assert checks.check_paths() == [], "nobody else gets through the folder above"
    above.chmod(0o755)
    assert [message.hint for message in checks.check_paths()] == [
        f"Run chmod o-rwx {home}",
        f"Run chmod o-rwx {database}",
    ]
    home.chmod(0o700)
    assert checks.check_paths() == []


def test_triggers_that_are_missing(fresh_database: TestDatabase, production: Any) -> None:
    """Somebody took a trigger off the ledger: the server is not opened to others before it is back."""
    kept = "ON ledger_move" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_move'::regclass AND NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_move'")
        name = cursor.fetchone()[0]
        cursor.execute(f'DROP TRIGGER "{name}" {kept}')
    found = checks.check_database(databases=["default"])
    assert "liangcao.E009" in [message.id for message in found]


@pytest.mark.django_db
def test_accounts_of_the_demo(production: Any) -> None:
    from liangcao.foundation.identity.actions import add_user
    from tests.factories.world import NOON

    make_office()
    assert "liangcao.E011" not in [message.id for message in checks.check_database(databases=["default"])]
    add_user(username="yk-cangguan", display_name="甲", password="liangcao-yk-2020", at=NOON)
    (found,) = [m for m in checks.check_database(databases=["default"]) if m.id == "liangcao.E011"]
    assert "yk-cangguan" in str(found.msg) and found.level >= 40
    production.IS_LOCAL_DEMO = True
    (found,) = [m for m in checks.check_database(databases=["default"]) if m.id == "liangcao.E011"]
    assert found.level < 40


@pytest.mark.django_db
def test_a_superuser_is_told_of(production: Any, engine: str) -> None:
    is_superuser = False
    if engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            (is_superuser,) = cursor.fetchone()
    found = [message.id for message in checks.check_database(databases=["default"])]
    assert ("liangcao.W102" in found) == is_superuser


def test_djangos_own_list_has_nothing_to_say(tmp_path: Path) -> None:
    """`check --deploy` under the settings of the how-to."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("LIANGCAO_", "DJANGO_"))
    } | {
        "DJANGO_SETTINGS_MODULE": "liangcao.config.settings",
        "LIANGCAO_HOME": str(tmp_path / "home"),
        "LIANGCAO_HOSTS": "liangcao.example.org",
        "LIANGCAO_ORIGINS": ORIGIN,
        "LIANGCAO_PROXIES": "127.0.0.1",
        "LIANGCAO_LANGUAGE": "en",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "identified no issues" in done.stdout
    probe = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=environment, check=True)
    assert shown.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "31536000", "True"]
