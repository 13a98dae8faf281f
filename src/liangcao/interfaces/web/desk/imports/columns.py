"""The form in which a person says what the columns of a file mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.actions import READ_AT_ONCE_BYTES
from liangcao.interfaces.intake.importing.columns import ColumnChange, change_columns, meanings
from liangcao.interfaces.intake.importing.jobs import read_now
from liangcao.interfaces.intake.importing.samples import samples_of
from liangcao.interfaces.intake.reading.tables.cells import letter
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.imports.acts import back_to
from liangcao.interfaces.web.desk.imports.forms import VersionForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import headed


class ColumnsForm(VersionForm):
    """One choice for each column of each table."""

    def __init__(self, request: Any, *, run: Any) -> None:
        self.run = run
        super().__init__(request, initial={"version": run.version})

    def build(self) -> None:
        """A select for each column, named by table and column."""
        choices = [(key, headed(words)) for key, words in meanings(self.run.kind).items()]
        known = dict(choices)
        for number, table in enumerate(self.run.layout.get("tables", ())):
            for use in table["columns"]:
                name = _name(number, use)
                own = [] if use["key"] in known else [(use["key"], use["key"])]
                self.fields[name] = forms.ChoiceField(
                    label=_("%(letter)s 列 %(header)s") % {"letter": letter(use["column"]), "header": use["header"]},
                    choices=own + choices,
                    initial=use["key"],
                    required=False,
                )

    def tables(self, samples: list[dict[int, str]]) -> list[dict[str, Any]]:
        """The tables with their columns, for the template."""
        return [
            {
                "sheet": table["sheet"],
                "title": table["title"],
                "rows": [
                    {
                        "letter": letter(use["column"]),
                        "header": use["header"],
                        "sample": samples[number].get(use["column"], "") if number < len(samples) else "",
                        "field": self[_name(number, use)],
                    }
                    for use in table["columns"]
                ],
            }
            for number, table in enumerate(self.run.layout.get("tables", ()))
        ]

    def changes(self, values: dict[str, Any]) -> list[ColumnChange]:
        """The columns that mean something else now."""
        return [
            ColumnChange(number, use["column"], values[_name(number, use)])
            for number, table in enumerate(self.run.layout.get("tables", ()))
            for use in table["columns"]
            if values.get(_name(number, use)) not in ("", None, use["key"])
        ]


def _name(table: int, use: dict[str, Any]) -> str:
    return f"table{table}-column{use['column']}"


@desk_page("import", "enter")
def columns(request: Any, import_id: int) -> HttpResponse:
    """Say what columns mean; the file is read anew."""
    run = queries.run(request.actor, import_id)
    form = ColumnsForm(request, run=run)
    is_small = run.file.size_bytes <= READ_AT_ONCE_BYTES

    def do(values: dict[str, Any]) -> Any:
        changed = change_columns(
            run_id=import_id,
            changes=form.changes(values),
            version=values["version"],
            is_queued=not is_small,
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        )
        return read_now(changed, at=request.at) if is_small else changed

    return act_page(
        request,
        form,
        title=_("列的含义"),
        button=_("按此重读"),
        summary=_("改了就整份重读,已做的更正从头来。导入后记住,下次同样表头照此读。"),
        do=do,
        to=lambda _run: back_to(import_id),
        message=_("已按新的含义重读。"),
        back=back_to(import_id),
        template="desk/imports/columns.html",
        tables=form.tables(_samples(run) if is_small and request.method == "GET" else []),
    )


def _samples(run: Any) -> list[dict[int, str]]:
    try:
        return samples_of(run)
    except Refusal:
        return []
