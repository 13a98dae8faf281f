"""What the journal holds, in words: objects, the verbs of access.toml, fields, results, doors."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.flow import Flow
from liangcao.interfaces.web.templatetags.words import UNKNOWN, full_day, quantity, role_said, said
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.duty.flow import TASK_FLOW
from liangcao.operations.supply.flow import SOURCE_FLOW

Words = dict[str, str | Promise]
OBJECTS: Words = {
    "account": _("账号"),
    "appointment": _("任职"),
    "book": _("台账"),
    "briefing": _("通报"),
    "bureau": _("本局"),
    "call": _("接口"),
    "category": _("类别"),
    "command": _("命令"),
    "delivery": _("配送"),
    "duty": _("值班"),
    "duty_post": _("值班岗位"),
    "duty_shift": _("班次"),
    "edition": _("定稿"),
    "emergency": _("应急事件"),
    "given": _("捐赠与去向"),
    "hand_over": _("交班单"),
    "invitation": _("邀请"),
    "item": _("物资"),
    "job": _("后台任务"),
    "journal": _("操作日志"),
    "ledger": _("台账"),
    "line": _("明细行"),
    "lot": _("批次"),
    "move": _("单据"),
    "notice_setting": _("提醒设置"),
    "opening_stock": _("期初库存"),
    "organisation": pgettext_lazy("list", "单位"),
    "page": _("页面"),
    "person": _("人员"),
    "plan": _("分配方案"),
    "receipt": _("入库单"),
    "refusal": _("拒绝"),
    "region": _("区划"),
    "register": _("登记表"),
    "requisition": _("申领"),
    "requisition_line": _("申领明细"),
    "roster": _("值班表"),
    "rule_set": _("分配规则"),
    "separation": _("分离规定"),
    "source": _("来源"),
    "store": pgettext_lazy("list", "仓库"),
    "task": _("交办事项"),
    "user": _("账号"),
    "webhook": _("网络回调"),
    "working_group": _("工作组"),
}
VERBS: Words = {
    "announce": _("登记"),
    "approve": _("审核"),
    "cancel": _("取消"),
    "close": _("结清"),
    "confirm": _("确认"),
    "delete": _("删除"),
    "discard": _("作废"),
    "draft": _("试算"),
    "edit": _("修改"),
    "edit_outside": _("修改单位人员"),
    "emergency": _("应急办理"),
    "end": _("结束"),
    "enter": _("录入"),
    "fact": _("登记批次情况"),
    "file": _("提交"),
    "freeze": _("定稿"),
    "fulfil": _("兑现"),
    "get": _("查看"),
    "give": _("交办"),
    "hand_over": _("交接"),
    "head": _("查看"),
    "inspect": _("检验"),
    "make": _("发出"),
    "make_many": _("批量发出"),
    "manage": _("管理"),
    "options": _("查看"),
    "override": _("调整"),
    "patch": _("修改"),
    "post": _("提交"),
    "prepare": _("配货"),
    "publish": _("签发"),
    "put": _("修改"),
    "receive": _("收货"),
    "regularise": _("补办手续"),
    "release": _("释放预留"),
    "retry": _("重新办理"),
    "reverse": _("冲红"),
    "review": _("送会商"),
    "revoke": _("收回"),
    "set": _("设定"),
    "settle": _("处理差异"),
    "sign": _("签字"),
    "swap": _("换班"),
    "take": _("接班"),
    "transfer": _("调拨"),
    "verify": _("核验"),
    "view": _("查看"),
    "withdraw": _("撤回"),
}
FIELDS: Words = {
    "amount_fen": _("金额(分)"),
    "attempts": _("次数"),
    "base_unit": _("基本单位"),
    "by": _("凭"),
    "carried": _("结转"),
    "carrier": _("承运人"),
    "channel": _("途径"),
    "code": _("编码"),
    "content": _("内容"),
    "count": _("数量"),
    "counterparty": _("对方单位"),
    "daily_use": _("日用量"),
    "deliveries": _("配送单"),
    "due_at": _("限期"),
    "ends_at": _("结束时间"),
    "entries": _("条数"),
    "excel": _("Excel 文件摘要"),
    "exchange_for": _("换回的班次"),
    "fact": _("情况"),
    "factor": _("每包数量"),
    "field": _("字段"),
    "figures": _("数字摘要"),
    "file": _("文件"),
    "filters": _("筛选条件"),
    "final": _("是否结清"),
    "first": _("起始日期"),
    "follow_up": _("后续"),
    "format": _("格式"),
    "from": _("原来"),
    "groups": _("工作组"),
    "invitations": _("邀请"),
    "kind": _("类别"),
    "last": _("截止日期"),
    "last_day": _("最后一天"),
    "leader": _("批准领导"),
    "line": _("行"),
    "lines": _("明细"),
    "move": _("单据"),
    "name": _("名称"),
    "on_hand": _("现有"),
    "organisation": pgettext_lazy("list", "单位"),
    "organisation_id": _("单位编号"),
    "organisations": pgettext_lazy("list", "单位"),
    "owner_id": _("承办人编号"),
    "papers_ref": _("手续编号"),
    "person": _("人员"),
    "person_id": _("人员编号"),
    "position": _("职务"),
    "profile": _("分离规定"),
    "quantity": _("数量"),
    "receipt": _("入库单"),
    "receipt_status": _("入库单状态"),
    "replaces": _("替换"),
    "reversal": _("冲红单"),
    "role": _("岗位"),
    "roles": _("岗位"),
    "rows": _("行数"),
    "rule": _("规定"),
    "shift": _("班次"),
    "shifts": _("班次"),
    "signed_name": _("签收人"),
    "source": _("来源"),
    "starts_at": _("开始时间"),
    "state": _("状态"),
    "status": _("状态"),
    "substitute": _("替代品"),
    "template": _("模板"),
    "to": _("改为"),
    "to_person_id": _("接班人编号"),
    "token": _("令牌编号"),
    "until": _("至"),
    "url": _("地址"),
    "value": _("值"),
    "word": _("Word 文件摘要"),
    "written": _("逐条记录"),
}
RESULTS: Words = {
    "ok": _("完成"),
    "bad": _("用户名、密码或验证码不对"),
    "conflict": _("现在不能办理"),
    "counted": _("只计数"),
    "forbidden": _("岗位不允许"),
    "invalid": _("填写有误"),
    "key_reused": _("编号重复使用"),
    "locked": _("账号已锁定"),
    "method": _("方式不对"),
    "not_found": _("没有这个对象"),
    "out_of_scope": _("在范围之外"),
    "refused": _("拒绝"),
    "too_large": _("内容过大"),
    "too_many": _("请求过多"),
    "unauthenticated": _("未登录或令牌无效"),
}
DOORS: Words = {"page": _("网页"), "api": _("接口"), "command": _("命令行"), "strangers": _("未登录")}
FLOWS: dict[str, Flow] = {
    "delivery": DELIVERY_FLOW,
    "plan": PLAN_FLOW,
    "requisition": REQUISITION_FLOW,
    "source": SOURCE_FLOW,
    "task": TASK_FLOW,
}
COUNTED = frozenset({"amount_fen", "count", "daily_use", "entries", "factor", "on_hand", "quantity", "rows", "written"})


def object_word(kind: str) -> str | Promise:
    """The word for a kind of object; one that nobody named stands as it is."""
    return OBJECTS.get(kind, kind)


def result_word(result: str) -> str | Promise:
    """How it ended."""
    return RESULTS.get(result, result)


def door_of(origin: str) -> str:
    """The door of an origin, in words."""
    door = origin.partition(" ")[0]
    return str(DOORS.get(door, door)) or UNKNOWN


def value_words(value: Any, *, field: str = "", kind: str = "") -> str:
    """A value of `before` or `after` for a person."""
    if value is None or value == "" or value in ([], {}):
        return UNKNOWN
    if isinstance(value, bool):
        return _now("是") if value else _now("否")
    if isinstance(value, int):
        return quantity(value) if field in COUNTED else str(value)
    if isinstance(value, dict):
        return ";".join(f"{FIELDS.get(key, key)} {value_words(held, field=key)}" for key, held in value.items())
    if isinstance(value, list):
        nested = any(isinstance(held, (list, dict)) for held in value)
        return (";" if nested else "、").join(value_words(held, field=field, kind=kind) for held in value)
    return _text_words(str(value), field, kind)


def _text_words(text: str, field: str, kind: str) -> str:
    if field in ("role", "roles"):
        return "、".join(role_said(role) for role in text.replace(",", " ").split())
    if field.endswith("_at"):
        with suppress(ValueError):
            local = datetime.fromisoformat(text).astimezone(LOCAL)
            return f"{full_day(local)} {local:%H:%M}"
    flow = FLOWS.get(kind, {}) if field in ("status", "state") else {}
    return said(flow[text]) if text in flow else text


def compared(before: Any, after: Any, *, kind: str) -> list[dict[str, Any]]:
    """Rows of a table side by side: field, before, after, and whether they differ."""
    before, after = before or {}, after or {}
    rows = []
    for name in dict.fromkeys([*before, *after]):
        was, now = (value_words(side.get(name), field=name, kind=kind) for side in (before, after))
        rows.append(
            {"field": FIELDS.get(name, name), "before": was, "after": now, "differs": bool(before) and was != now}
        )
    return rows
