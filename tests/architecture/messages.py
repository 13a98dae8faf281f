"""Every string that pages offer for translation, and the English catalogue kept in step with them.

``python -m tests.architecture.messages`` rewrites the catalogue: new strings come in empty, strings that no page uses
any more go, translations stay. With ``--check`` it only lists what differs.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

from tests.architecture.tree import ROOT, SOURCE, parsed, short

PAGES = SOURCE / "interfaces"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
# The name that a file gives a function decides nothing: what it was imported as is looked up file by file.
FUNCTIONS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
HEADER = "English of the pages. The source strings are Chinese; docs/glossary.md holds the words of the trade."


def keywords(path: Path) -> dict[str, Any]:
    """What the translation functions are called in this file: `gettext_lazy as _` makes `_` one of them."""
    return FUNCTIONS | {
        alias.asname or alias.name: FUNCTIONS[alias.name]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }


def of_python(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """(path, context, message) of a Python file; the message of a plural is a pair."""
    yield from _read(path, path.read_text(encoding="utf-8"), keywords(path))


def of_template(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """The same of a template, through Django's own rewriting into lines that gettext reads."""
    from django.utils.translation.template import templatize

    rewritten = templatize(path.read_text(encoding="utf-8"), origin=short(path))
    # A template's indentation means nothing, Python's does: the reader would stumble over it.
    flat = "\n".join(line.lstrip() for line in rewritten.splitlines())
    yield from _read(path, flat, {"_": None, **FUNCTIONS})


def _read(path: Path, source: str, known: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    calls = extract_python(BytesIO(source.encode()), list(known), [], {"encoding": "utf-8"})
    for _line, function, found, _comments in calls:
        texts = list(found) if isinstance(found, tuple) else [found]
        places = known[function] or (1,)
        context = next((texts[place[0] - 1] for place in places if isinstance(place, tuple)), None)
        words = tuple(texts[place - 1] for place in places if not isinstance(place, tuple))
        if all(words):
            yield short(path), context, words if len(words) > 1 else words[0]


def collect() -> Catalog:
    """A catalogue of all strings that pages offer, without translations."""
    catalogue = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for path in sorted(PAGES.rglob("*")):
        reader = {".py": of_python, ".html": of_template, ".txt": of_template}.get(path.suffix)
        if reader is None or "vendor" in path.parts:
            continue
        for place, context, message in reader(path):
            catalogue.add(message, context=context, locations=[(place, 0)])
    return catalogue


def written() -> Catalog:
    """The English catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def strings(catalogue: Catalog) -> dict[tuple[str | None, str], Message]:
    """Its messages by context and source string, without the header."""
    return {(message.context, _first(message.id)): message for message in catalogue if message.id}


def problems(wanted: Catalog, held: Catalog) -> list[str]:
    """What keeps English pages from being English, one line each."""
    offered, translated = strings(wanted), strings(held)
    found = [f"no page offers: {key[1]}" for key in translated if key not in offered]
    found += [f"obsolete: {_first(message.id)}" for message in held.obsolete.values()]
    for key, message in offered.items():
        if key not in translated:
            found.append(f"missing: {key[1]} ({_places(message)})")
        else:
            found += [f"{reason}: {key[1]} ({_places(message)})" for reason in faults(message, translated[key])]
    return found


def faults(wanted: Message, held: Message) -> list[str]:
    """What is wrong with one translation."""
    texts = held.string if isinstance(held.string, (tuple, list)) else [held.string]
    sources = wanted.id if isinstance(wanted.id, (tuple, list)) else [wanted.id]
    if not all(texts) or len(texts) != len(sources):
        return ["not translated"]
    found = []
    if held.fuzzy:
        found.append("marked as a guess")
    if any(CHINESE.search(text) for text in texts):
        found.append("Chinese in the English")
    # The last form is the general one; the form for one thing may leave the number out.
    if placeholders(texts[-1]) != placeholders(sources[-1]):
        found.append("other placeholders")
    return found


def placeholders(text: str) -> list[str]:
    """%(name)s, %s and {name} in a string, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def merged() -> Catalog:
    """The strings that pages offer with the translations that there are."""
    wanted, translated = collect(), strings(written())
    for key, message in strings(wanted).items():
        if key in translated:
            message.string = translated[key].string
    return wanted


def as_text(catalogue: Catalog) -> bytes:
    """The file: in the order of the pages, places without line numbers, no dates, so that a change shows alone."""
    file = BytesIO()
    write_po(file, catalogue, width=120, sort_by_file=True, omit_header=True, include_lineno=False)
    head = (
        f"# {HEADER}\n"
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    return head.encode() + file.getvalue().strip() + b"\n"


def _first(text: Any) -> str:
    return str(text[0]) if isinstance(text, (tuple, list)) else str(text)


def _places(message: Message) -> str:
    return ", ".join(sorted({place for place, _line in message.locations}))


def main(arguments: list[str]) -> int:
    """Rewrite the catalogue, then list what is left to do."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    if "--check" not in arguments:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_bytes(as_text(merged()))
    left = problems(collect(), written())
    print("\n".join([*left, f"{len(left)} to do in {CATALOGUE.relative_to(ROOT)}"]))  # noqa: T201
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
