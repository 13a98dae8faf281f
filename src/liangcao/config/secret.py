"""The key that signs sessions and cursors: named by the environment, else made once and kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE_NAME = "secret-key"


def secret_key(home: Path) -> str:
    """The key of this installation. Where the folder cannot be written, a key for this process alone."""
    named = os.environ.get("LIANGCAO_SECRET_KEY")
    if named:
        return named
    kept = home / FILE_NAME
    try:
        # Database, files and key lie in here: nobody else on this machine has business with them.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusive and for the owner only: of two processes that start at once, one makes the key and both read it.
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError:
        return secrets.token_urlsafe(50)
    return kept.read_text(encoding="ascii") or secrets.token_urlsafe(50)
