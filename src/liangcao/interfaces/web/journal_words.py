"""What the journal calls an act, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "add_bureau": _("设立本局"),
    "add_category": _("添加类别"),
    "add_item": _("添加物资"),
    "add_organisation": _("添加单位"),
    "add_pack": _("添加包装"),
    "add_store": _("添加仓库"),
    "add_substitute": _("添加替代品"),
    "announce_source": _("登记来源"),
    "appoint": _("登记任职"),
    "approve_requisition": _("审核通过"),
    "cancel_delivery": _("取消配送"),
    "cancel_source": _("取消来源"),
    "close_source": _("结清来源"),
    "confirm_delivery": _("签收"),
    "confirm_opening_stock": _("复核签字,启用台账"),
    "confirm_requisition_line": _("再次确认需求"),
    "discard_plan": _("作废方案"),
    "draft_plan": _("试算方案"),
    "draft_share": _("按权重下拨试算"),
    "emergency_issue": _("应急出库"),
    "enter_opening_stock": _("录入期初库存"),
    "file_requisition": _("提交申领"),
    "freeze_edition": _("定稿通报"),
    "hand_over": _("交接出库"),
    "make_token": _("生成接口令牌"),
    "note_fulfilment": _("登记兑现"),
    "open_book": _("建账"),
    "open_emergency": _("启动应急事件"),
    "override_line": _("调整分配"),
    "prepare_deliveries": _("生成配货单"),
    "publish_plan": _("签发方案"),
    "receive_direct": _("直达收货"),
    "receive_source": _("收货入库"),
    "receive_unannounced": _("收货入库(无通知)"),
    "record_fact": _("登记批次情况"),
    "regularise": _("补办手续"),
    "reject_requisition": _("退回申领"),
    "return_opening_stock": _("退回期初库存"),
    "reverse_move": _("冲红"),
    "reverse_receipt": _("冲红入库"),
    "review_plan": _("送会商"),
    "revoke_tokens": _("停用接口令牌"),
    "sign_opening_stock": _("签字:点库属实"),
    "settle_difference": _("处理差异"),
    "transfer": _("调拨"),
    "inspection": _("检验"),
    "load_rule_set": _("装入分配规则"),
    "mark_picks": _("配货"),
    "mark_released": _("释放配货"),
    "note_fulfilments": _("登记兑现"),
    "recompute_plan": _("重新试算"),
    "release_line": _("释放预留"),
    "withdraw_requisition": _("撤回申领"),
}


def act_word(action: str) -> str | Promise:
    """The words for an act; an act that nobody named is simply “handled”."""
    return ACTS.get(action, _("办理"))
