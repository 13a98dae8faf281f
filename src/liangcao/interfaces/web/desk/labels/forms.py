"""What a print of labels asks: the paper, where on the first sheet to begin, and for each lot how many boxes of how
many pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.forms import PieceField

MOST_LABELS = 1000


@dataclass(frozen=True)
class Paper:
    """Labels of one sheet: so many side by side, so many below each other."""

    key: str
    words: Any
    columns: int
    rows: int

    @property
    def places(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows


PAPERS = {
    paper.key: paper
    for paper in (
        Paper("3x8", _("A4 3 × 8(每枚 70 × 37 毫米)"), 3, 8),
        Paper("3x7", _("A4 3 × 7(每枚 70 × 42 毫米)"), 3, 7),
        Paper("2x7", _("A4 2 × 7(每枚 105 × 42 毫米)"), 2, 7),
        Paper("2x4", _("A4 2 × 4(每枚 105 × 74 毫米)"), 2, 4),
        Paper("60x40", _("标签机 60 × 40 毫米"), 1, 1),
    )
}


class LabelForm(forms.Form):
    """Read from the address: printing writes nothing. Fields of a lot are numbered like the lots."""

    paper = forms.ChoiceField(label=_("纸张"), choices=[(paper.key, paper.words) for paper in PAPERS.values()])
    start = forms.IntegerField(
        label=_("从第几枚开始"), min_value=1, max_value=24, help_text=_("一张不干胶已用掉几枚时,跳过前面的空位"),
        widget=forms.NumberInput(attrs={"class": "number"}),
    )  # fmt: skip

    def __init__(self, data: Any, *, defaults: list[tuple[int, int | None]]) -> None:
        initial = {"paper": "3x8", "start": 1}
        for number, (boxes, per_box) in enumerate(defaults):
            initial |= {f"boxes-{number}": boxes, f"per_box-{number}": per_box}
        # What the address does not say is as it stands by default: a link names the lots and nothing else.
        given = {name: data[name] for name in initial if name in data}
        super().__init__({**initial, **given}, label_suffix="")
        for number in range(len(defaults)):
            self.fields[f"boxes-{number}"] = PieceField(label=_("标签枚数"), least=0)
            self.fields[f"per_box-{number}"] = PieceField(label=_("每箱数量"), required=False)

    def clean(self) -> dict[str, Any]:
        """A start that the paper has, and no more labels than a person can mean."""
        values = super().clean() or self.cleaned_data
        paper = PAPERS.get(values.get("paper", ""))
        if paper and values.get("start", 1) > paper.places:
            self.add_error("start", _("这种纸一张只有 %(places)s 枚") % {"places": paper.places})
        wanted = sum(values.get(name) or 0 for name in values if name.startswith("boxes-"))
        if wanted > MOST_LABELS:
            message = _("一次最多打印 %(most)s 枚,现在是 %(wanted)s 枚;请分几次打印")
            self.add_error(None, message % {"most": MOST_LABELS, "wanted": wanted})
        return values

    def of_lot(self, number: int) -> tuple[Any, Any]:
        """The two fields of a lot, for the page."""
        return self[f"boxes-{number}"], self[f"per_box-{number}"]
