"""What a scanned code says: a maker's code (GS1, MA, AHM) or a label of ours. Strict: what is not understood is
refused with the reason, never guessed.

Chinese medical devices carry the codes of three issuers. GS1 numbers can be checked. The identifiers of the other two
are opaque here: MA (中关村工信二维码技术研究院, "MA.156.…", product identifier then parts that begin with a letter) and AHM
(阿里健康, 20 digits that begin with 8) have no public check that could be relied on.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from liangcao.foundation.kernel import gs1
from liangcao.foundation.kernel.errors import Invalid

LONGEST = 500
ISSUERS = {"gtin": ("GS1", "GS1"), "ma": ("MA", "MA"), "ahm": ("阿里健康 AHM", "AHM")}
# What our labels lead to: a lot, a delivery, a count sheet.
LABEL_KINDS = {"L": "lot", "D": "delivery", "C": "count"}
_LETTERS = {kind: letter for letter, kind in LABEL_KINDS.items()}
# How scanners and programs write a separator that no field of a page can hold.
_SEPARATORS = re.compile(r"␝|<GS>|\{GS\}|\[GS\]|\\x1d|\\u001d|<FNC1>|\{FNC1\}", re.IGNORECASE)
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
# AIM symbology identifiers: the first say that the data are GS1's, the others say nothing about them.
_GS1_CARRIER = re.compile(r"\](?:C1|d2|Q3|e\d|J1)")
_CARRIER = re.compile(r"\][A-Za-z]\d")
_MA = re.compile(
    r"MA\.156\.([A-Z]\d)\.([0-9A-Z]{6})\.([0-9A-Z]{6,20})((?:\.[A-Z][\x21-\x2d\x2f-\x7e]*)*)", re.IGNORECASE
)
_AHM = re.compile(r"8\d{19}")
# The address of a label, on whatever host: the tag tells ours from another installation's.
_OWN = re.compile(r"(?:/[^/]+)*?/q/([LDC])/([^?#]{1,60})/([A-Z2-7]{8})/?", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Z]{2}[0-9]{8}-[0-9]{1,9}(?:/[0-9]{1,5})?", re.IGNORECASE)
# What may be read as GS1 data without a scanner's word for it: an identification, or the second of two bar codes with
# dates and lot. Anything else would read telephone and identity numbers as goods.
_FIRST = re.compile(r"0[012]\d{14}")
_SECOND = re.compile(r"(?:1[157]\d{6}){1,2}10[!-z]{1,20}")


@dataclass(frozen=True)
class MakerCode:
    """What a maker's code says of goods. `identifier` is the DI in its issuer's normal form, "" where the code holds
    only lot and dates; `quantity` counts what the code itself says, in no unit that we know."""

    issuer: str
    identifier: str
    maker_lot: str = ""
    serial: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    quantity: int | None = None
    sscc: str = ""
    elements: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnLabel:
    """Our label: what it is of, its number, and eight characters that tell it from another bureau's. A number that
    was typed has neither kind nor tag."""

    kind: str
    number: str
    tag: str


def label_tag(id: UUID) -> str:
    """Eight characters out of the random part of an id."""
    return b32encode(id.bytes[-5:]).decode()


def label_link(base: str, label: OwnLabel) -> str:
    """The text of a label's QR under the address of the installation. In capitals, because a QR holds them in less
    space; host names do not mind, and the page does not either."""
    place = f"/Q/{_LETTERS[label.kind]}/{quote(label.number, safe='/-')}/{label.tag}"
    return base.rstrip("/").upper() + place


def read_code(text: str, *, today: date) -> MakerCode | OwnLabel:
    """What the code says. `today` is the day of the scan: it decides the century of two-digit years.

    Raises Invalid CODE_EMPTY, CODE_TOO_LONG, CODE_FOREIGN, CODE_DAMAGED, CODE_LOCAL, CHECK_DIGIT_WRONG,
    CODE_DATE_IMPOSSIBLE, CODE_DATES_CROSSED, CODE_QUANTITY_WRONG.
    """
    code = tidied(text)
    is_gs1 = bool(_GS1_CARRIER.match(code))
    code = _CARRIER.sub("", code, count=1) if _CARRIER.match(code) else code
    if "://" in code[:10]:
        return _own(code) or _from_link(code, today)
    if _AHM.fullmatch(code) and not is_gs1:
        return MakerCode("ahm", code)
    if code[:3].upper() == "MA.":
        return _from_ma(code, today)
    if code.startswith("("):
        return _from_elements(gs1.split_bracketed(code), today)
    if _NUMBER.fullmatch(code):
        return OwnLabel("", code.upper(), "")
    if is_gs1 or gs1.SEPARATOR in code or _is_message(code):
        return _from_elements(gs1.split_message(code), today)
    if code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14):
        return MakerCode("gtin", gs1.gtin14(code))
    raise foreign(code)


def _is_message(code: str) -> bool:
    # Eighteen digits in a row are an identity number.
    return bool(_FIRST.match(code) or (_SECOND.fullmatch(code) and not re.fullmatch(r"\d{18}", code)))


def tidied(text: str) -> str:
    """The text without what scanners, input methods and copying put in: blanks at the ends, zero-width characters,
    full-width digits and brackets, written-out separators. Raises Invalid CODE_EMPTY, CODE_TOO_LONG."""
    if len(text) > LONGEST:
        raise Invalid(
            "CODE_TOO_LONG",
            f"码有 {len(text)} 个字符,超过 {LONGEST} 个,不是物资码",
            f"The code has {len(text)} characters, more than {LONGEST}: no code of goods",
            field="code",
        )
    code = _SEPARATORS.sub(gs1.SEPARATOR, _UNSEEN.sub("", text))
    code = unicodedata.normalize("NFKC", code).replace("。", ".").strip(" \t\r\n")
    if not code.strip(gs1.SEPARATOR):
        raise Invalid(
            "CODE_EMPTY", "没有读到码,请再扫一次或手工输入", "No code was read: scan again, or type", field="code"
        )
    return code


def foreign(code: str) -> Invalid:
    """The refusal of what is neither ours nor a maker's code."""
    shown = code.replace(gs1.SEPARATOR, "␝")[:40]
    return Invalid(
        "CODE_FOREIGN",
        f"“{shown}”不是本系统的码,也不是物资码;请扫包装上的商品条码、UDI 码,或本系统打印的标签",
        f'"{shown}" is no code of this system and none of goods: scan the bar code or UDI on the pack, or our label',
        field="code",
    )


def _own(address: str) -> OwnLabel | None:
    found = _OWN.fullmatch(urlsplit(address).path)
    if found is None:
        return None
    letter, number, tag = found.groups()
    return OwnLabel(LABEL_KINDS[letter.upper()], unquote(number), tag.upper())


def _from_link(address: str, today: date) -> MakerCode:
    elements = gs1.split_link(address)
    if elements is None:
        raise foreign(address)
    return _from_elements(elements, today)


def _from_elements(elements: gs1.Elements, today: date) -> MakerCode:
    identifier, sscc, lot = gs1.gtin_of(elements), elements.get("00", ""), elements.get("10", "")
    expiry = next((ai for ai in ("17", "7003", "15") if ai in elements), "")
    read = MakerCode(
        "gtin",
        identifier,
        maker_lot=lot,
        serial=elements.get("21", ""),
        produced_on=_day(elements, "11", today) or _day(elements, "13", today),
        expires_on=_day(elements, expiry, today),
        quantity=_quantity(elements),
        sscc=sscc,
        elements=elements,
    )
    if not (identifier or sscc or lot or expiry):
        shown = "".join(f"({ai}){value}" for ai, value in elements.items())
        raise foreign(shown)
    return _checked(read)


def _day(elements: gs1.Elements, ai: str, today: date) -> date | None:
    return gs1.day_of(ai, elements[ai], today) if ai in elements else None


def _quantity(elements: gs1.Elements) -> int | None:
    given = elements.get("37", elements.get("30"))
    if given is None:
        return None
    if not given.strip("0"):
        raise Invalid(
            "CODE_QUANTITY_WRONG",
            "码里的数量是 0;请清点后手工填写",
            "The quantity in the code is 0: count, and type it",
            field="code",
        )
    return int(given)


def _from_ma(code: str, today: date) -> MakerCode:
    found = _MA.fullmatch(code)
    if found is None:
        raise gs1.damaged(code)
    industry, registrant, product, rest = found.groups()
    parts = [(part[0].upper(), part[1:]) for part in rest.split(".") if part]
    told = dict(parts)
    if len(told) != len(parts):
        raise gs1.damaged(rest)
    # E is the day of expiry, V the last day of validity; where a maker gives both, the earlier one counts.
    ends = [_ma_day(letter, told[letter], today) for letter in "EV" if told.get(letter)]
    made = next((_ma_day(letter, told[letter], today) for letter in "MP" if told.get(letter)), None)
    read = MakerCode(
        "ma",
        f"MA.156.{industry.upper()}.{registrant.upper()}.{product.upper()}",
        maker_lot=told.get("L", ""),
        serial=told.get("S", ""),
        produced_on=made,
        expires_on=min(ends, default=None),
        elements=told,
    )
    return _checked(read)


def _ma_day(letter: str, digits: str, today: date) -> date:
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise gs1.damaged(f".{letter}{digits}")
    return gs1.day_of(letter, digits, today)


def _checked(read: MakerCode) -> MakerCode:
    if read.produced_on and read.expires_on and read.expires_on < read.produced_on:
        raise Invalid(
            "CODE_DATES_CROSSED",
            f"码里的失效日 {read.expires_on} 早于生产日 {read.produced_on};请核对包装上的日期后手工填写",
            f"By the code the goods expire on {read.expires_on}, before they were made on {read.produced_on}: "
            "read the dates from the pack and type them",
            field="code",
        )
    return read
