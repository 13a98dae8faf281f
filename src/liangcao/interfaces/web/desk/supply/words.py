"""Words of sources that only the pages need."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Who can be the other side of a source of each kind; the usual kind first.
KIND_PARTIES: dict[str, tuple[str, ...]] = {
    "purchase": ("supplier", "producer", "enterprise", "reserve_holder"),
    "gift": ("donor", "enterprise", "producer", "supplier"),
    "allotment": ("upper_level", "reserve_holder"),
    "output": ("producer", "enterprise"),
}
ANNOUNCE_TITLES = {
    "purchase": _("登记采购"),
    "gift": _("登记捐赠"),
    "allotment": _("登记上级下拨"),
    "output": _("登记本地收储"),
}
ANNOUNCE_HINTS = {
    "purchase": _("合同或订单:供应商、单价、预计到货。"),
    "gift": _("捐物或捐款;经红十字会、慈善总会或直接联系;可定向给某个单位。"),
    "allotment": _("上级下拨的一批物资,记文号。"),
    "output": _("本地企业生产、由政府收储的物资。"),
}
