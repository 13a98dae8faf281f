"""The page that checks passes offline: one file with its script, the public keys and the signed list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.templatetags.words import named, said
from liangcao.operations.passes import actions, queries
from liangcao.operations.passes.flow import KINDS, VERDICTS
from liangcao.operations.passes.plates import ENDS, PROVINCES


def page_of(request: Any) -> str:
    """The whole page as text."""
    revoked = actions.sign_revocations(bureau_id=request.bureau.pk, by=request.actor, at=request.at)
    data = {
        "keys": queries.public_keys(request.actor),
        "list": revoked,
        "provinces": {code: sign for sign, code in PROVINCES.items()},
        "ends": {letter: sign for sign, letter in ENDS.items()},
        "kinds": {letter: said(words) for letter, words in KINDS.items()},
        "words": _words(),
    }
    # Inside a script element only "<" could end it.
    told = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return render_to_string(
        "desk/passes/checker.html",
        {
            "bureau": named(request.bureau),
            "made": f"{request.at.astimezone(LOCAL):%Y-%m-%d %H:%M}",
            "script": SafeString(_static("web/offline/pass_checker.js")),
            "style": SafeString(_static("web/offline/pass_checker.css")),
            "data": SafeString(told),
        },
        request=request,
    )


def _static(name: str) -> str:
    found = finders.find(name)
    return Path(str(found)).read_text(encoding="utf-8")


def _words() -> dict[str, str]:
    """What the script says, in the language of who downloads the page."""
    return {
        **{word: said(words).capitalize() for word, words in VERDICTS.items()},
        "elsewhere": _("外单位签发,本名单不含"),
        "compare": _("请与车牌核对"),
        "forged_more": _("签字不符:不放行。请重扫一次;仍不符的,扣留证件并报指挥部"),
        "elsewhere_more": _("签字无误,但吊销与否要问签发单位"),
        "revoked_more": _("不放行,请报指挥部"),
        "days": _("有效期"),
        "number": _("单号"),
        "old": _("名单已超过 24 小时,可能不知道新近吊销的证。请重新下载本页"),
        "future": _("手机的时间早于名单,请先校准手机时间"),
        "list_bad": _("本页的吊销名单签字不符,本页不可用,请重新下载"),
        "today": _("手机日期"),
        "no_camera": _("此浏览器不能直接扫码:用微信或相机扫出文字,复制后粘贴到上面"),
    }
