"""What the journal holds, in words: objects, the verbs of access.toml, fields, results, doors."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liangcao.foundation.identity.access import words
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.flow import Flow
from liangcao.interfaces.intake.flow import IMPORT_FLOW
from liangcao.interfaces.web.templatetags.words import UNKNOWN, full_day, quantity, role_said, said
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.demand.flow import REQUISITION_FLOW
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.duty.flow import TASK_FLOW
from liangcao.operations.supply.flow import SOURCE_FLOW

Words = dict[str, str | Promise]


def _from_access(kind: str) -> Words:
    """The words of access.toml, each in the reader's language when it is shown."""
    lazily: Any = lazy(said, str)
    return {name: lazily(told) for name, told in words(kind).items()}


OBJECTS: Words = {
    **_from_access("objects"),
    "alert_days": _("告急天数"),
    "outbound_trip": _("送货车次"),
    "trip_proposal": _("排车建议"),
    "appointment": _("任职"),
    "book": _("台账"),
    "call": _("接口"),
    "category": _("类别"),
    "command": _("命令"),
    "duty_shift": _("班次"),
    "edition": _("定稿"),
    "line": _("明细行"),
    "lot": _("批次"),
    "move": _("单据"),
    "notice_setting": _("提醒设置"),
    "page": _("页面"),
    "person": _("人员"),
    "receipt": _("入库单"),
    "refusal": _("拒绝"),
    "register": _("登记表"),
    "requisition_line": _("申领明细"),
    "roster": _("值班表"),
    "seal_address": _("封条外送地址"),
    "pass_key": _("通行证密钥"),
    "seal_key": _("封账密钥"),
    "settings": _("运行设置"),
    "installation": _("整个系统"),
    "user": _("账号"),
    "working_group": _("工作组"),
}
VERBS: Words = {
    **_from_access("acts"),
    "delete": _("删除"),
    "get": _("查看"),
    "head": _("查看"),
    "manage": _("管理"),
    "options": _("查看"),
    "patch": _("修改"),
    "put": _("修改"),
    "revoke": _("收回"),
}
FIELDS: Words = {
    "again": _("再次导入"),
    "alias": _("别名"),
    "amount_fen": _("金额(分)"),
    "attempts": _("次数"),
    "base_unit": _("基本单位"),
    "beds": _("床位"),
    "by": _("凭"),
    "carried": _("结转"),
    "carrier": _("承运人"),
    "carrier_organisation": _("承运单位"),
    "channel": _("途径"),
    "category": _("类别"),
    "code": _("编码"),
    "columns": _("列数"),
    "content": _("内容"),
    "count": _("数量"),
    "counterparty": _("对方单位"),
    "daily_use": _("日用量"),
    "database": _("数据库"),
    "database_secret": _("数据库地址和密码的记号"),
    "days": _("天数"),
    "debug": _("调试方式"),
    "deliveries": _("配送单"),
    "digest": _("摘要"),
    "gap": _("缺口"),
    "with_keys": _("含私钥"),
    "version": _("版本"),
    "made_at": _("制作时间"),
    "due_at": _("限期"),
    "ends_at": _("结束时间"),
    "dispute": _("异议"),
    "documents": _("单据数"),
    "door": _("签收方式"),
    "entries": _("条数"),
    "excel": _("Excel 文件摘要"),
    "exchange_for": _("换回的班次"),
    "basis": _("召回依据"),
    "fact": _("情况"),
    "factor": _("每包数量"),
    "identifier": _("条码"),
    "issuer": _("发码机构"),
    "failures_per_address": _("同一地址最多登录失败次数"),
    "field": _("字段"),
    "first_bad": _("第一处不符"),
    "figures": _("数字摘要"),
    "file": _("文件"),
    "filters": _("筛选条件"),
    "final": _("是否结清"),
    "first": _("起始日期"),
    "follow_up": _("后续"),
    "format": _("格式"),
    "from": _("原来"),
    "groups": _("工作组"),
    "headcount": _("人数"),
    "occasion": _("缘由"),
    "units": _("单位数"),
    "begins_on": _("开始日"),
    "follows": _("接替哪一条"),
    "per": _("按什么"),
    "every": _("每多少"),
    "valid_from": _("起用日"),
    "holders": _("持有单位"),
    "home": _("数据目录"),
    "hosts": _("可用的主机名"),
    "hsts_seconds": _("强制加密的秒数"),
    "invitations": _("邀请"),
    "item": _("物资"),
    "key": _("密钥编号"),
    "kind": _("类别"),
    "last": _("截止日期"),
    "last_day": _("最后一天"),
    "leader": _("批准领导"),
    "limit": _("放行限制"),
    "limit_note": _("授权的范围和上限"),
    "line": _("行"),
    "lines": _("明细"),
    "local_demo": _("本机演示"),
    "location": _("地址"),
    "place": _("经纬度"),
    "hours": _("时间"),
    "stops": _("站数"),
    "trips": _("车次"),
    "service_minutes": _("卸货分钟"),
    "weight_grams": _("每基本单位重量(克)"),
    "volume_ml": _("每基本单位体积(毫升)"),
    "kept_cold": _("须冷藏运输"),
    "plate": _("车牌"),
    "load_kg": _("核定载重(千克)"),
    "is_cold": _("能冷藏"),
    "takes_hazard": _("可运危险品"),
    "driver": _("驾驶员"),
    "escort": _("押运人"),
    "phone": _("电话"),
    "pass": _("通行证"),
    "log": _("运行记录格式"),
    "lot": _("批次"),
    "lots": _("批次"),
    "mail": _("邮件服务器"),
    "mail_from": _("发件人"),
    "mail_secret": _("邮件地址和密码的记号"),
    "measure": _("写入"),
    "move": _("单据"),
    "moves": _("单据"),
    "name": _("名称"),
    "no_lot_reason": _("无批号的原因"),
    "note": _("备注"),
    "number": _("编号"),
    "on_hand": _("现有"),
    "open": _("未了事项"),
    "organisation": pgettext_lazy("list", "单位"),
    "organisation_id": _("单位编号"),
    "organisation_kind": _("单位类别"),
    "organisations": pgettext_lazy("list", "单位"),
    "origins": _("对外网址"),
    "owner_id": _("承办人编号"),
    "papers_ref": _("手续编号"),
    "person": _("人员"),
    "person_id": _("人员编号"),
    "population": _("人口"),
    "position": _("职务"),
    "postings": _("分录"),
    "profile": _("分离规定"),
    "proof_minutes": _("再次验证有效分钟数"),
    "proxies": _("可信的代理"),
    "quantity": _("数量"),
    "rates": _("频率限制"),
    "reason": _("原因"),
    "receipt": _("入库单"),
    "receipt_status": _("入库单状态"),
    "region": _("所在地区"),
    "replaces": _("替换"),
    "reversal": _("冲红单"),
    "role": _("岗位"),
    "roles": _("岗位"),
    "row": _("行"),
    "rows": _("行数"),
    "rule": _("规定"),
    "scope": _("令牌可做的事"),
    "seals": _("封条"),
    "secret_key": _("签名密钥的记号"),
    "seconds_behind": _("落后秒数"),
    "seq": _("账内序号"),
    "session_hours": _("登录最长小时数"),
    "session_idle_minutes": _("无操作退出分钟数"),
    "shift": _("班次"),
    "shifts": _("班次"),
    "signatures": _("验收签字"),
    "signed_name": _("签收人"),
    "source": _("来源"),
    "source_kind": _("来源类别"),
    "starts_at": _("开始时间"),
    "state": _("状态"),
    "status": _("状态"),
    "store": _("仓库"),
    "substitute": _("替代品"),
    "template": _("模板"),
    "tier": _("档"),
    "to": _("改为"),
    "to_person_id": _("接班人编号"),
    "token": _("令牌编号"),
    "unit": _("计量单位"),
    "until": _("至"),
    "urgency": _("缓急"),
    "url": _("地址"),
    "uscc": _("统一社会信用代码"),
    "value": _("值"),
    "webhook_hosts": _("网络回调可去的主机"),
    "webhook_networks": _("网络回调可去的内网"),
    "what": _("情况"),
    "word": _("Word 文件摘要"),
    "written": _("逐条记录"),
}
RESULTS: Words = {
    "ok": _("完成"),
    "bad": _("用户名、密码或验证码不对"),
    "conflict": _("现在不能办理"),
    "counted": _("只计数"),
    "differs": _("核验不符"),
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
# How a unit signed, as the pages of deliveries call it.
DOOR_NAMES: Words = {"link": _("扫码签收"), "portal": _("单位页面"), "desk": _("代录"), "program": _("接口")}
FLOWS: dict[str, Flow] = {
    "delivery": DELIVERY_FLOW,
    "import": IMPORT_FLOW,
    "plan": PLAN_FLOW,
    "requisition": REQUISITION_FLOW,
    "source": SOURCE_FLOW,
    "task": TASK_FLOW,
}
COUNTED = frozenset(
    {
        "amount_fen", "count", "daily_use", "entries", "factor", "moves", "on_hand", "postings", "quantity", "rows",
        "seals", "written",
    }
)  # fmt: skip


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
    if field == "door":
        return str(DOOR_NAMES.get(text, text))
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
