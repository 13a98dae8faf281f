"""What goes to a browser: nothing from another host, no syntax that Chromium 86 does not read, the right assets."""

from __future__ import annotations

import json
import re

import pytest

from tests.architecture.tree import ROOT, WEB, page_files, short

HOST = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}""", re.IGNORECASE)
# Newer than ES2019: optional chaining, nullish operators, private fields, BigInt, top-level await.
NEW_SCRIPT = re.compile(r"\?\.[A-Za-z_\[(]|\?\?|(?<![\w'\"])this\.#|^\s*#\w+\s*[=(]|\b\d+n\b|^await ", re.MULTILINE)
NEW_STYLE = re.compile(
    r":(?:is|where|has)\(|\b(?:color-mix|light-dark|oklch|oklab)\(|\binset(?:-inline|-block)?:|@(?:layer|container)\b|aspect-ratio|\b[\d.]+[dsl]v[hw]\b"
)
# Rules for browsers that know them; others step over the whole block.
SUPPORTS = re.compile(r"@supports[^{]*\{(?:[^{}]|\{[^{}]*\})*\}")


def test_no_page_names_another_host() -> None:
    found = [
        f"{short(path)}: {match.group()}"
        for path in page_files()
        for match in HOST.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_our_scripts_are_es2019() -> None:
    scripts = [path for path in page_files() if path.suffix == ".js"]
    found = [
        f"{short(path)}: {match.group()!r}"
        for path in scripts
        for match in NEW_SCRIPT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_our_styles_are_read_by_chromium_86() -> None:
    styles = [path for path in page_files() if path.suffix == ".css"]
    found = [
        f"{short(path)}: {match.group()!r}"
        for path in styles
        for match in NEW_STYLE.finditer(SUPPORTS.sub("", path.read_text(encoding="utf-8")))
    ]
    assert not found


def test_the_bundled_style_keeps_its_colours_in_chromium_86() -> None:
    """A custom property takes any text, so an unknown colour in it would win and then mean nothing."""
    plain = SUPPORTS.sub("", (WEB / "static" / "vendor" / "app.css").read_text(encoding="utf-8"))
    palette = re.findall(r"--tblr-(?:primary|body-bg|body-color|border-color|danger|link-color): *([^;}]+)", plain)
    assert len(palette) >= 6
    assert not [value for value in palette if re.search(r"oklch|color-mix|light-dark", value)]
    assert ":where(" not in plain
    assert "inset-inline" not in plain


@pytest.mark.parametrize("name", ["app.js", "app.css"])
def test_the_bundle_is_built(name: str) -> None:
    assert (WEB / "static" / "vendor" / name).stat().st_size > 50_000


def test_the_npm_lock_names_no_host_and_pins_everything() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in text
    assert all(entry.get("integrity") for name, entry in json.loads(text)["packages"].items() if name)
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    assert all(
        re.fullmatch(r"[\d.]+", version)
        for group in ("dependencies", "devDependencies")
        for version in wanted[group].values()
    )
