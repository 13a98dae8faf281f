"""Blank forms on paper: what each asks for, and the PDF of as many as are wanted, each with its own number and QR."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

import segno

from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.kernel.text import check_text
from liangcao.interfaces.intake.paper_numbers import new_number
from liangcao.oversight.briefing.typeset import set_in_type

MOST_COPIES = 100
ROWS = 16
LONGEST_WRITTEN = 20
Words = tuple[str, str]  # Chinese, English


@dataclass(frozen=True)
class PaperForm:
    """A kind of form. `act`: (object, action) of access.toml that whoever enters it must hold. `heads`: columns with
    their share of the width. The first of `fields` is what may be printed beforehand."""

    kind: str
    title: Words
    act: tuple[str, str]
    fields: tuple[Words, ...]
    heads: tuple[tuple[Words, int], ...]
    signs: tuple[Words, ...]


_GOODS: tuple[tuple[Words, int], ...] = (
    (("物资", "Item"), 10),
    (("规格", "Model"), 6),
    (("单位", "Unit"), 3),
    (("数量", "Quantity"), 4),
)
_LOT: tuple[tuple[Words, int], ...] = ((("生产批号", "Lot"), 5), (("失效日期", "Expiry"), 4))
_REMARK: tuple[Words, int] = (("备注", "Remark"), 5)
_DAY: Words = ("日期时间", "Day and time")
_PHONE: Words = ("联系电话", "Telephone")

FORMS = {
    form.kind: form
    for form in (
        PaperForm(
            "requisition", ("物资申领单", "Requisition"), ("requisition", "file"),
            (("申请单位", "Unit"), _DAY, ("联系人", "Contact"), _PHONE, ("需要日期", "Needed by"), ("缓急", "Urgency")),
            (*_GOODS, (("现有", "On hand"), 4), (("日用量", "Daily use"), 4), _REMARK),
            (("申请人", "Asked by"), ("受理人", "Taken by")),
        ),
        PaperForm(
            "gift", ("捐赠意向登记单", "Offer of a gift"), ("source", "announce"),
            (("捐赠单位或个人", "Donor"), _DAY, ("联系人", "Contact"), _PHONE, ("渠道", "Channel"), ("预计到货", "Expected"),
             ("定向单位", "Earmarked for"), ("文号", "Document")),
            (*_GOODS, *_LOT, _REMARK),
            (("捐赠人", "Donor"), ("受理人", "Taken by")),
        ),
        PaperForm(
            "receipt", ("入库单", "Receipt"), ("source", "receive"),
            (("仓库", "Store"), _DAY, ("来源单位", "Source"), ("来源类别", "Kind of source"), ("送货人及车牌", "Driver, plate"),
             ("文号或合同号", "Document")),
            (*_GOODS, (("损坏", "Damaged"), 4), *_LOT, _REMARK),
            (("送货人", "Delivered by"), ("清点人", "Counted by"), ("验收人", "Inspected by"), ("仓管员", "Storekeeper")),
        ),
        PaperForm(
            "emergency", ("应急出库单(先发后补)", "Emergency issue"), ("delivery", "emergency"),
            (("仓库", "Store"), _DAY, ("领用单位", "To"), ("下令的负责人", "Ordered by"), ("原因", "Reason"),
             ("授权范围", "Limit of the order"), ("承运人及车牌", "Carrier, plate"), _PHONE),
            (*_GOODS, (("生产批号", "Lot"), 5), _REMARK),
            (("发货人", "Issued by"), ("承运人", "Carrier"), ("领用人", "Received by")),
        ),
    )
}  # fmt: skip


def form_of(kind: str) -> PaperForm:
    """The form of a kind. Raises NotFound."""
    if kind not in FORMS:
        raise NotFound("没有这种纸单", "There is no such paper form", field="kind")
    return FORMS[kind]


def check_copies(copies: int) -> None:
    """Raises Invalid COPIES_OUT_OF_RANGE."""
    if not 1 <= copies <= MOST_COPIES:
        raise Invalid(
            "COPIES_OUT_OF_RANGE",
            f"份数须为 1–{MOST_COPIES},现为 {copies}",
            f"Between 1 and {MOST_COPIES} copies, not {copies}",
            field="copies",
        )


def forms_pdf(
    form: PaperForm,
    *,
    copies: int,
    written: str,
    bureau: str,
    address: Callable[[str], str],
    at: datetime,
    language: str,
) -> bytes:
    """As many blank forms, each on a sheet of A4. `written` stands in the first field; `address` gives the text of the
    QR for a number. Raises Invalid COPIES_OUT_OF_RANGE, TEXT_TOO_LONG."""
    check_copies(copies)
    written = check_text(written, field="written", zh="预先印上的内容", en="written", longest=LONGEST_WRITTEN)
    is_english = language.startswith("en")
    numbers = [new_number(form.kind, business_date(at)) for _ in range(copies)]

    def said(words: Words) -> str:
        return words[is_english]

    paper = {
        "lang": "en" if is_english else "zh",
        "title": said(form.title),
        "bureau": bureau,
        "number_label": said(("编号", "Number")),
        "line_label": said(("序", "No.")),
        "how": said(_HOW),
        "afterwards": said(_AFTERWARDS),
        "fields": [
            {"label": said(words), "written": "" if place else written} for place, words in enumerate(form.fields)
        ],
        "heads": [{"label": said(words), "width": width} for words, width in form.heads],
        "signs": [said(words) for words in form.signs],
        "rows": ROWS,
        "forms": [
            {"number": number, "qr": _drawn(address(number)), "place": f"{place}/{copies}"}
            for place, number in enumerate(numbers, start=1)
        ],
    }
    return set_in_type(_drawing(), paper, moment=at)


_HOW = (
    "断网断电时手工填写,字迹清楚,数量写明单位(只、箱…,一箱几只)。",
    "Filled in by hand while the network is down: write clearly, and each quantity with its unit.",
)
_AFTERWARDS = (
    "恢复后扫右上角二维码,或在“导入 › 空白纸单”输入编号,照纸录入;纸单留存备查。",
    "Afterwards scan the code on the top right, or type the number under Imports › Paper forms. Keep the paper.",
)


def _drawn(text: str) -> str:
    """The QR as a document of SVG of its own, which the drawing takes in."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=2, light="#fff")
    return drawn.getvalue().decode()


@cache
def _drawing() -> bytes:
    return files(__package__).joinpath("paper_form.typ").read_bytes()
