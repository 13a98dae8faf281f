"""Forms of acts."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from liangcao.foundation.kernel.errors import Conflict, Invalid, KeyReused
from liangcao.interfaces.web.forms import ActForm, LineForm, PieceField, line_forms


@pytest.mark.parametrize(
    ("text", "value"), [("1,240", 1240), ("1,240\u00a0", 1240), ("1240", 1240), (" 1 240 ", 1240), ("7", 7)]
)
def test_piece_field_reads_what_people_write(text: str, value: int) -> None:
    assert PieceField().clean(text) == value


@pytest.mark.parametrize("text", ["1.5", "1.0", "一百", "-3", "0", "1e3", "9999999999", "abc", "10²", "①", "٣", "1\n2"])
def test_piece_field_refuses_what_is_no_count(text: str) -> None:
    with pytest.raises(forms.ValidationError):
        PieceField().clean(text)


class _Line(LineForm):
    quantity = PieceField(label="数量")


class _Form(ActForm):
    store = forms.CharField(label="仓库")

    def build(self) -> None:
        self.lines = line_forms(self.request, _Line)


def _posted(rf: Any, **extra: str) -> _Form:
    posted = {
        "client_id": "0199aaaa-0000-7000-8000-000000000001", "store": "一号库", "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0",
        "lines-0-quantity": "5", "lines-1-quantity": "", "lines-2-quantity": "7",
    }  # fmt: skip
    return _Form(rf.post("/", posted | extra))


def test_values_leave_empty_rows_out(rf: Any) -> None:
    form = _posted(rf)
    assert form.is_valid()
    assert form.values()["lines"] == [{"quantity": 5}, {"quantity": 7}]


def test_new_form_has_an_id_and_a_posted_one_keeps_it(rf: Any) -> None:
    assert _Form(rf.get("/"))["client_id"].value()
    assert str(_posted(rf)["client_id"].value()) == "0199aaaa-0000-7000-8000-000000000001"


def test_refusal_goes_to_its_field(rf: Any) -> None:
    form = _posted(rf)
    form.is_valid()
    form.refuse(Conflict("X", "仓库已停用", "closed", field="store_id"))
    assert form.errors["store"] == ["仓库已停用"]
    assert form.status == 409


def test_refusal_goes_to_its_row_among_the_filled_ones(rf: Any) -> None:
    form = _posted(rf)
    form.is_valid()
    form.refuse(Invalid("X", "第 2 行太多", "too many", field="quantity", row=2))
    assert form.lines is not None
    assert form.lines.forms[2].errors["quantity"] == ["第 2 行太多"]
    assert not form.lines.forms[0].errors


def test_used_id_is_replaced(rf: Any) -> None:
    form = _posted(rf)
    form.is_valid()
    form.refuse(KeyReused("KEY_REUSED", "已用", "used"))
    assert str(form["client_id"].value()) != "0199aaaa-0000-7000-8000-000000000001"


def test_form_without_id_is_refused(rf: Any) -> None:
    form = _posted(rf, client_id="")
    assert not form.is_valid()
    assert form.status == 400
