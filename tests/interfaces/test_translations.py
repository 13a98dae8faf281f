"""Every string that pages offer is translated into English, the catalogue holds nothing else, and in English no page
shows the Chinese name of a thing that has an English one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.architecture import messages
from tests.architecture.tree import page_files, short

# What a template says about itself, and what Django looks up in the catalogue.
OFFERED = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}|{% blocktranslate.*?endblocktranslate %}|{% translate .*?%}|_\(\"[^\"]*\"\)",
    re.DOTALL,
)


@pytest.fixture(scope="module")
def held() -> Catalog:
    """The English catalogue as it stands."""
    return messages.written()


def test_every_string_of_the_pages_is_translated(held: Catalog) -> None:
    left = messages.problems(messages.collect(), held)
    assert not left, "\n".join([*left, "Run python -m tests.architecture.messages, then fill in what is empty."])


def test_the_catalogue_compiles(held: Catalog, tmp_path: Path) -> None:
    with (tmp_path / "django.mo").open("wb") as file:
        write_mo(file, held)
    assert (tmp_path / "django.mo").stat().st_size > len(messages.strings(held))


def test_templates_and_code_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way that a page offers a string is found, whatever the function is called in its file."""
    (tmp_path / "page.html").write_text(
        """{% translate "入库" %}{% translate '出库' as word %}{{ name|default:_("无") }}
        {% blocktranslate with n=count trimmed %}
          共 {{ n }} 行
        {% endblocktranslate %}{% blocktranslate count n=count %}{{ n }} 张{% plural %}{{ n }} 张单据{% endblocktranslate %}
        {% translate "档" context "tier" %}{# 不译 #}""",
        encoding="utf-8",
    )
    (tmp_path / "page.py").write_text(
        "from django.utils.translation import gettext as _now, ngettext\n"
        "from django.utils.translation import (\n    gettext_lazy as _,\n    pgettext,\n)\n"
        '_("今日")\n_now("明天 %(n)s")\nngettext("一张", "%(n)s 张", 2)\npgettext("tier", "第一档")\nprint("不译")\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "PAGES", tmp_path)
    monkeypatch.setattr(messages, "short", str)
    monkeypatch.setattr(messages, "parsed", messages.parsed.__wrapped__)
    found = set(messages.strings(messages.collect()))
    plain = {"入库", "出库", "无", "共 %(n)s 行", "%(n)s 张", "今日", "明天 %(n)s", "一张"}
    assert found == {(None, text) for text in plain} | {("tier", "档"), ("tier", "第一档")}


def test_no_template_shows_chinese_that_is_not_offered_for_translation() -> None:
    found = [
        f"{short(path)}: {text}"
        for path in page_files()
        if path.suffix == ".html" and path.name != "_language.html"
        for text in messages.CHINESE.findall(OFFERED.sub("", path.read_text(encoding="utf-8")))
    ]
    assert not found


@pytest.mark.parametrize(
    ("english", "fault"),
    [
        ("", "not translated"),
        ("%(count)s 行", "Chinese in the English"),
        ("Rows", "other placeholders"),
        ("%(counts)s rows", "other placeholders"),
        ("Rows: %(count)s", None),
    ],
)
def test_what_is_wrong_with_a_translation(english: str, fault: str | None) -> None:
    wanted, held = Catalog(), Catalog()
    wanted.add("共 %(count)s 行", locations=[("page.html", 0)])
    held.add("共 %(count)s 行", english)
    left = messages.problems(wanted, held)
    assert [line.partition(":")[0] for line in left] == ([fault] if fault else [])


def test_strings_that_nobody_offers_do_not_stay() -> None:
    held = read_po(
        [b'msgid "\xe6\x97\xa7"\n', b'msgstr "old"\n', b'#~ msgid "\xe6\x9b\xb4\xe6\x97\xa7"\n', b'#~ msgstr "older"\n']
    )
    assert messages.problems(Catalog(), held) == ["no page offers: 旧", "obsolete: 更旧"]


# Pages are read as these: between them they open the lists, the papers, the forms and the portal.
READERS = ("cangguan", "fenpei", "zuzhang", "shenling")
# What people typed stays as they typed it: reasons in quotes, texts of forms, and the remarks that begin so.
TYPED = {"q", "textarea"}
REMARKS = ("公布数:",)
HIDDEN = {"script", "style", *TYPED}
SHOWN_ATTRIBUTES = {"title", "aria-label", "placeholder", "data-unit", "data-units"}
VOID = {"input", "br", "img", "meta", "link", "hr", "wbr"}


class Shown(HTMLParser):
    """The texts of a page that a reader sees, and its table headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.headings: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read aloud or shown on hover count too."""
        self.texts += [value for name, value in attrs if value and name in SHOWN_ATTRIBUTES]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Tags that nobody closes end with their parent."""
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text outside of scripts and of what people typed."""
        text = data.strip()
        if not text or HIDDEN & set(self._open):
            return
        self.texts.append(text)
        if self._open[-1:] == ["th"] and "thead" in self._open:
            self.headings.append(text)


def chinese_names() -> tuple[set[str], set[str], re.Pattern[str]]:
    """Names of what has an English one; base units that have one; the names of units, which have no other."""
    from liangcao.reference.catalog.models import Category, Item
    from liangcao.reference.parties.models import Bureau, Emergency, Organisation

    kinds: tuple[Any, ...] = (Item, Category, Bureau, Emergency)
    names = {name for kind in kinds for name in kind.objects.exclude(name_en="").values_list("name", flat=True)}
    proper = "|".join(re.escape(name) for name in Organisation.objects.values_list("name", flat=True))
    return names, set(Item.objects.exclude(base_unit_en="").values_list("base_unit", flat=True)), re.compile(proper)


@pytest.mark.slow
@pytest.mark.django_db
def test_names_of_things_are_english_on_english_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from liangcao.interfaces.commands.demo import pages as walk
    from liangcao.interfaces.commands.demo.fill import accounts_of, fill
    from liangcao.reference.catalog.models import ItemAlias

    read: dict[str, str] = {}

    class EnglishClient(Client):
        def get(self, path: str, *args: Any, **extra: Any) -> Any:  # type: ignore[override]
            self.cookies["language"] = "en"
            answer = super().get(path, *args, **extra)
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
                read[path] = answer.content.decode()
            return answer

    made = fill(
        scenario="seeds", books=("yongkang",), now=datetime(2026, 3, 5, 6, 0, tzinfo=UTC), say=lambda _text: None
    )
    monkeypatch.setattr(walk, "Client", EnglishClient)
    walk.ask_all(account for account in accounts_of(made) if account.username.endswith(READERS))
    names, units, proper = chinese_names()
    aliases = set(ItemAlias.objects.values_list("alias", flat=True))  # words that people write, in their language
    counted = re.compile(rf"\d\s*(?:{'|'.join(sorted(units))})(?!\w)")
    plural = re.compile(r"(?<![\d,.])(?:[2-9]|\d[\d,]*\d) (?:piece|set|pair|bottle|box|unit)\b")
    found = set()
    for path, page in read.items():
        shown = Shown(page)
        found |= {f"{path}: heading {text}" for text in shown.headings if text[0].islower()}
        said = (text for text in shown.texts if text not in aliases and not text.startswith(REMARKS))
        for text in (proper.sub("", text) for text in said):
            if text in units or counted.search(text) or plural.search(text) or any(name in text for name in names):
                found.add(f"{path}: {text[:120]}")
    assert len(read) > 60, "the walk found too few pages"
    assert not found, "\n".join(sorted(found))
