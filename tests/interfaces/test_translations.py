"""Every string that pages offer is translated into English, and the catalogue holds nothing else."""

from __future__ import annotations

import re
from pathlib import Path

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
