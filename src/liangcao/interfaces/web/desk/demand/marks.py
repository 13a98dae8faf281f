"""The mark of over-asking, in words: 请求偏高 with the numbers that it rests on."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.interfaces.web.templatetags.words import chip_of, said
from liangcao.operations.demand.over_asking import marks_of


def over_words(line: Any) -> str:
    """The marks of a line as sentences, for exports and for reading aloud."""
    marks = marks_of(line)
    told = "；".join(said(mark) for mark in marks)
    return f"{_('请求偏高')}:{told}" if any(mark.is_over for mark in marks) else told


def over_marks(line: Any) -> SafeString | str:
    """A chip and the sentences below it; where the daily use was not told, only that."""
    marks = marks_of(line)
    over = [mark for mark in marks if mark.is_over]
    if not over:
        return format_html('<span class="quiet">{}</span>', _("日用量未报")) if marks else ""
    reasons = format_html_join("", '<span class="over-why">{}</span>', ((said(mark),) for mark in over))
    return format_html('<span class="over">{}{}</span>', chip_of(_("请求偏高"), "wait"), reasons)
