"""How a written name is compared: one key for full-width and half-width, spaces, brackets and the usual slips.

Pure Python: the catalogue's actions and the reader of texts use the same key.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 200
_DASH_FOR_ONE = re.compile(r"[-—–一ー_]\s*次[性牲姓]")
_SLIPS = (
    # What scanners and input methods make of 口罩: 口單, 口軍, ロ罩, 口置.
    (re.compile(r"[ロ囗][罩單軍置重照]|口[單軍]|(?<![进進出])口[置重照]"), "口罩"),
    (re.compile(r"额温[抢仓苍]"), "额温枪"),
    (re.compile(r"护目[境竟]"), "护目镜"),
    (re.compile(r"防护[福复](?!合)"), "防护服"),
    (re.compile(r"丁[晴睛清]"), "丁腈"),
    (re.compile(r"消毒[夜叶]"), "消毒液"),
    (re.compile(r"酒[清情]"), "酒精"),
    (re.compile(r"帐蓬"), "帐篷"),
    (re.compile(r"^八四|八四(?=消毒)"), "84"),
    (re.compile(r"百分之七十五"), "75"),
)
# A point between figures is kept: 2.5 is not 25.
_DROPPED = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.]|_")


def name_key(written: str) -> str:
    """The key under which a name is compared: 医用口罩 (一次性) → 医用口罩一次性, n 95 → N95; "" when nothing is left."""
    key = unicodedata.normalize("NFKC", written[:LONGEST_NAME]).upper()
    key = _DASH_FOR_ONE.sub("一次性", key)
    key = _DROPPED.sub("", "".join(key.split()))
    for slip, meant in _SLIPS:
        key = slip.sub(meant, key)
    return key[:LONGEST_NAME]
