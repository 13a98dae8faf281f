"""Codes of goods and our own labels: read whole, or refused with the reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.foundation.kernel.codes import MakerCode, OwnLabel, label_link, label_tag, read_code
from liangcao.foundation.kernel.errors import Invalid

TODAY = date(2020, 2, 3)
GS = "\x1d"

# What is read → issuer, identifier, maker's lot, expiry, production, quantity.
READ = {
    # The example of the regulator's questions and answers on UDI, bracketed and as a scanner gives it.
    "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234": (
        "gtin", "06901234567892", "A213B1", date(2015, 7, 7), date(2014, 12, 31), None,
    ),
    f"0106901234567892111412311715070710A213B1{GS}211234": (
        "gtin", "06901234567892", "A213B1", date(2015, 7, 7), date(2014, 12, 31), None,
    ),
    # With the scanner's word for the carrier, a leading FNC1, and separators written out.
    f"]C1010690123456789217220630{GS}10L-7/A": ("gtin", "06901234567892", "L-7/A", date(2022, 6, 30), None, None),
    "]d2010690123456789210L7␝17220630": ("gtin", "06901234567892", "L7", date(2022, 6, 30), None, None),
    "010690123456789210L7<GS>17220630": ("gtin", "06901234567892", "L7", date(2022, 6, 30), None, None),
    # Typed while the input method was on: full-width digits and brackets.
    "(01)06901234567892(10)A1": ("gtin", "06901234567892", "A1", None, None, None),
    # Day 00 is the last day of the month.
    "(01)06901234567892(17)200200": ("gtin", "06901234567892", "", date(2020, 2, 29), None, None),
    # A pallet: what it holds and how many.
    "0010614141234567890802069012345678923748": ("gtin", "06901234567892", "", None, None, 48),
    "(01)16901234567899(30)480(10)B": ("gtin", "16901234567899", "B", None, None, 480),
    # Bar codes of the shop: EAN-13, EAN-8, UPC-A, ITF-14; leading zeros stay.
    "6901234567892": ("gtin", "06901234567892", "", None, None, None),
    "69012341": ("gtin", "00000069012341", "", None, None, None),
    "036000291452": ("gtin", "00036000291452", "", None, None, None),
    "16901234567899": ("gtin", "16901234567899", "", None, None, None),
    # Digital Link, on any host and with dates in the query.
    "https://id.gs1.org/01/06901234567892/10/A1?17=220630": (
        "gtin", "06901234567892", "A1", date(2022, 6, 30), None, None,
    ),
    "https://example.com/goods/01/06901234567892": ("gtin", "06901234567892", "", None, None, None),
    # The second of two bar codes on a box: no goods, but lot and expiry.
    "1722063010LOT9": ("gtin", "", "LOT9", date(2022, 6, 30), None, None),
    # MA: identifier, then serial, production, lot, sterilisation, expiry, last valid day, check.
    "MA.156.M0.100204.13351764": ("ma", "MA.156.M0.100204.13351764", "", None, None, None),
    "MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E220130.V220117.C3": (
        "ma", "MA.156.M0.100761.21234561", "20220117", date(2022, 1, 17), date(2022, 1, 17), None,
    ),
    "ma.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3": (
        "ma", "MA.156.M0.100350.01004YA10017", "AY21062803", date(2022, 6, 27), date(2021, 6, 28), None,
    ),
    "81234567890123456789": ("ahm", "81234567890123456789", "", None, None, None),
}  # fmt: skip
REFUSED = {
    "": "CODE_EMPTY",
    " \ufeff\u200b ": "CODE_EMPTY",
    "x" * 501: "CODE_TOO_LONG",
    "https://example.com/promotion?id=7": "CODE_FOREIGN",
    "https://u.wechat.com/abcdef": "CODE_FOREIGN",
    "weixin://wxpay/bizpayurl?pr=1": "CODE_FOREIGN",
    "hello": "CODE_FOREIGN",
    "13812345678": "CODE_FOREIGN",
    "110101201003074514": "CODE_FOREIGN",
    "WIFI:S:store;T:WPA;P:secret;;": "CODE_FOREIGN",
    "6901234567893": "CHECK_DIGIT_WRONG",
    "(01)06901234567893": "CHECK_DIGIT_WRONG",
    "https://id.gs1.org/01/06901234567893": "CHECK_DIGIT_WRONG",
    "00106141412345678909": "CHECK_DIGIT_WRONG",
    "(01)06901234567892(17)200230": "CODE_DATE_IMPOSSIBLE",
    "(01)06901234567892(17)201301": "CODE_DATE_IMPOSSIBLE",
    "(01)06901234567892(17)200001": "CODE_DATE_IMPOSSIBLE",
    "MA.156.M0.100204.13351764.E200230": "CODE_DATE_IMPOSSIBLE",
    "(01)06901234567892(11)200301(17)200203": "CODE_DATES_CROSSED",
    "(01)0690123456789": "CODE_DAMAGED",
    "(01)06901234567892(17": "CODE_DAMAGED",
    "(01)06901234567892(09)1": "CODE_DAMAGED",
    "(01)06901234567892(10)": "CODE_DAMAGED",
    "(01)06901234567892(10)A(10)B": "CODE_DAMAGED",
    "(01)06901234567892(02)06901234567892": "CODE_DAMAGED",
    "(01)06901234567892(10)" + "A" * 21: "CODE_DAMAGED",
    "]C101069012345678": "CODE_DAMAGED",
    f"010690123456789210{'A' * 21}": "CODE_DAMAGED",
    "(01)06901234567892(10)批号": "CODE_DAMAGED",
    "MA.156.M0.1002": "CODE_DAMAGED",
    "MA.156.M0.100204.13351764.E20": "CODE_DAMAGED",
    "MA.156.M0.100204.13351764.L1.L2": "CODE_DAMAGED",
    "2012345678903": "CODE_LOCAL",
    "(02)06901234567892(37)00": "CODE_QUANTITY_WRONG",
    "(410)6901234567892": "CODE_FOREIGN",
}


@pytest.mark.parametrize("text", list(READ))
def test_a_makers_code_is_read(text: str) -> None:
    read = read_code(text, today=TODAY)
    assert isinstance(read, MakerCode)
    assert READ[text] == (
        read.issuer, read.identifier, read.maker_lot, read.expires_on, read.produced_on, read.quantity,
    )  # fmt: skip


@pytest.mark.parametrize("text", list(REFUSED))
def test_what_is_not_understood_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_code(text, today=TODAY)
    assert refused.value.code == REFUSED[text]
    assert refused.value.zh and refused.value.en and refused.value.field == "code"


def check_digit(payload: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


DIGITS = "0123456789"
PAYLOADS = st.builds("{}69{}".format, st.sampled_from("01"), st.text(DIGITS, min_size=10, max_size=10))
# Letters that GS1 allows, without those that stand for something else in the bracketed form or in a written separator.
LOTS = st.text("ABCXYZabc0123456789-./_+", min_size=1, max_size=20)
DAYS = st.dates(date(2018, 1, 1), date(2060, 12, 31))


@settings(max_examples=40, deadline=None)
@given(PAYLOADS, LOTS, DAYS, st.booleans())
def test_element_string_bracketed_form_and_link_say_the_same(
    payload: str, lot: str, day: date, is_lot_first: bool
) -> None:
    gtin = payload + check_digit(payload)
    parts = [("10", lot), ("17", f"{day:%y%m%d}")]
    parts = parts if is_lot_first else parts[::-1]
    message = f"]d201{gtin}" + "".join(f"{ai}{value}{GS}" for ai, value in parts)
    bracketed = f"(01){gtin}" + "".join(f"({ai}){value}" for ai, value in parts)
    for text in (message, bracketed):
        read = read_code(text, today=TODAY)
        assert isinstance(read, MakerCode)
        assert (read.identifier, read.maker_lot, read.expires_on) == (gtin, lot, day)


@settings(max_examples=40, deadline=None)
@given(PAYLOADS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_never_passes(payload: str, place: int, change: int) -> None:
    gtin = payload + check_digit(payload)
    wrong = gtin[:place] + str((int(gtin[place]) + change) % 10) + gtin[place + 1 :]
    with pytest.raises(Invalid):
        read_code(f"(01){wrong}", today=TODAY)


@settings(max_examples=40, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)), st.integers(-49, 50))
def test_two_digits_of_a_year_mean_the_year_nearest_to_the_scan(today: date, away: int) -> None:
    year = today.year + away
    read = read_code(f"(01)06901234567892(17){year % 100:02d}0615", today=today)
    assert isinstance(read, MakerCode)
    assert read.expires_on == date(year, 6, 15)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert isinstance(read_code(text, today=TODAY), (MakerCode, OwnLabel))


@settings(max_examples=40, deadline=None)
@given(st.uuids(), st.sampled_from(["lot", "delivery", "count"]), st.integers(1, 10**6), st.integers(0, 999))
def test_a_label_leads_back_to_what_it_was_printed_for(id: UUID, kind: str, number: int, part: int) -> None:
    label = OwnLabel(kind, f"RK20200203-{number}" + (f"/{part}" if part else ""), label_tag(id))
    link = label_link("https://liangcao.example/", label)
    assert read_code(link, today=TODAY) == label


def test_a_label_is_short_and_says_nothing_but_its_number() -> None:
    label = OwnLabel("lot", "RK20200203-12/3", label_tag(uuid4()))
    link = label_link("https://10.0.0.7:8000", label)
    assert link.startswith("HTTPS://10.0.0.7:8000/Q/L/RK20200203-12/3/")
    assert len(link) <= 61


def test_a_typed_number_is_a_label_without_a_kind() -> None:
    assert read_code(" rk20200203-12/3 ", today=TODAY) == OwnLabel("", "RK20200203-12/3", "")
