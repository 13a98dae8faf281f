"""The key is made once, kept for its owner alone, and never guessable."""

from __future__ import annotations

from pathlib import Path

import pytest

from liangcao.config.secret import FILE_NAME, secret_key


def test_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGCAO_SECRET_KEY", "named")
    assert secret_key(tmp_path) == "named" and not (tmp_path / FILE_NAME).exists()


def test_made_once_for_the_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANGCAO_SECRET_KEY", raising=False)
    made = secret_key(tmp_path / "home")
    assert len(made) >= 50 and secret_key(tmp_path / "home") == made
    assert (tmp_path / "home" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert secret_key(tmp_path / "other") != made


def test_where_nothing_can_be_written_it_lasts_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANGCAO_SECRET_KEY", raising=False)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert len(secret_key(blocked / "home")) >= 50
