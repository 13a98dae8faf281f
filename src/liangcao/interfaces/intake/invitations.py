"""The workbook of organisations to invite: 单位名称 统一社会信用代码 所属区县 地址 联系人岗位, headers in either language,
any order; only the name must be there."""

from __future__ import annotations

from liangcao.foundation.identity.actor import PORTAL_ROLES
from liangcao.foundation.identity.guard import role_name
from liangcao.foundation.kernel.errors import raise_all
from liangcao.interfaces.intake.sheets import signs_removed, table_of
from liangcao.operations.allocation.solver.round import Notice
from liangcao.operations.allocation.solver.workbook.cells import name_key
from liangcao.operations.allocation.solver.workbook.tables import Column
from liangcao.reference.parties.actions import InvitedRow

SHEET = ("单位", "organisations")
COLUMNS = (
    Column("单位名称", "name", header_needed=True, value_needed=True),
    Column("统一社会信用代码", "uscc"),
    Column("所属区县", "region"),
    Column("地址", "address"),
    Column("联系人岗位", "role"),
)


def read_invitations(content: bytes, *, name: str) -> tuple[list[InvitedRow], Notice | None]:
    """The rows of a workbook, and what was mended on the way. Raises Invalid with all problems of the file
    at once, each with sheet, row and column."""
    table = table_of(content, name, sheet=SHEET, columns=COLUMNS)
    roles = {name_key(role_name(role, language)): role for role in PORTAL_ROLES for language in ("zh", "en")}
    rows = []
    for row in table.rows:
        written = row.cells.get("role") or ""
        role = roles.get(name_key(written), "") if written else "organisation_administrator"
        if not role:
            table.refuse(
                "ROLE_UNKNOWN",
                f"第 {row.number} 行“联系人岗位”:没有岗位“{written}”,可填:"
                + "、".join(sorted(role_name(each, "zh") for each in PORTAL_ROLES)),
                f'row {row.number}, role: there is no role "{written}"; write one of '
                + ", ".join(sorted(role_name(each, "en") for each in PORTAL_ROLES)),
                row=row.number,
                column="联系人岗位",
            )
        rows.append(
            InvitedRow(
                name=row.cells.get("name") or "",
                uscc=row.cells.get("uscc") or "",
                region=row.cells.get("region") or "",
                address=row.cells.get("address") or "",
                role=role or "organisation_administrator",
                row=row.number,
                sheet=table.sheet,
            )
        )
    raise_all(table.problems)
    return rows, signs_removed(table)
