"""Forms of the entrance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web.forms import RefusableForm


def _new_password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )


class LogInForm(RefusableForm):
    """Name and password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def refuse_password(self) -> None:
        """One sentence for a wrong name and a wrong password: which of the two it was is nobody's business."""
        self.add_error(None, _("用户名或密码不对,或账号已停用。忘记密码请联系系统管理员。"))

    def refuse_locked(self) -> None:
        """The same for every name, known or not."""
        self.status = 429
        self.add_error(
            None,
            _(
                "登录失败次数过多,请 15 分钟后再试。账号主人可以用动态验证码立即解锁,也可以请本局系统管理员在“人员”页解锁。"
            ),
        )


class CodeForm(RefusableForm):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        help_text=gettext_lazy("手机验证器上的 6 位数字;手机不在身边时填一个恢复码。"),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "number"}
        ),
    )


class ActivationForm(CodeForm):
    """The first code of the app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("扫码后,填手机验证器上显示的 6 位数字。")


class UnlockForm(RefusableForm):
    """Whose lock, and a code of the owner's app."""

    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=60, widget=forms.TextInput({"autocomplete": "username"})
    )
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "number"}),
    )

    def refuse_code(self) -> None:
        """One sentence for an unknown name, a name without an app, a wrong code and too many attempts."""
        self.add_error(None, _("没有解锁:用户名或验证码不对,或尝试过多。没有验证器的账号请找本局系统管理员解锁。"))


class PasswordAgainForm(RefusableForm):
    """The password once more, or instead of it a code of the app."""

    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=gettext_lazy("或者填验证码"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "number"}),
    )

    def __init__(self, *args: Any, has_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_app:
            del self.fields["code"]
            self.fields["password"].required = True

    def clean(self) -> dict[str, Any]:
        """Something must be given."""
        given: dict[str, Any] = super().clean() or {}
        given.setdefault("password", "")
        given.setdefault("code", "")
        if not self.errors and not (given["password"] or given["code"]):
            self.add_error("password", _("请填写密码或验证码"))
        return given

    def refuse_proof(self, *, is_locked: bool) -> None:
        """The password or the code is wrong."""
        if is_locked:
            self.add_error(None, _("失败次数过多,请 15 分钟后再试。"))
        else:
            self.add_error(None, _("密码或验证码不对,请重新填写。"))


class NewPasswordForm(RefusableForm):
    """A new password, twice."""

    password = _new_password(gettext_lazy("新密码"))
    repeated = _new_password(gettext_lazy("再输一次"))

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        given: dict[str, Any] = super().clean() or {}
        if "password" in given and "repeated" in given and given["password"] != given["repeated"]:
            self.add_error("repeated", _("两次输入的密码不一样"))
        return given

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("至少 12 个字符,不要用常见密码。几个不相干的词连起来最好记。")


class AcceptanceForm(NewPasswordForm):
    """Who accepts an invitation."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        help_text=gettext_lazy("登录时用,自己取一个。"),
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    field_order: tuple[str, ...] = ("name", "username", "password", "repeated")


class FirstStartForm(AcceptanceForm):
    """The bureau, and its first administrator."""

    bureau_name = forms.CharField(label=gettext_lazy("本局名称"), max_length=60)
    bureau_code = forms.SlugField(
        label=gettext_lazy("本局编码"),
        max_length=30,
        help_text=gettext_lazy("小写字母、数字和连字符,以后不能改。"),
    )
    region = forms.CharField(
        label=gettext_lazy("行政区划代码"), max_length=12, help_text=gettext_lazy("六位,如 330784。")
    )
    field_order: tuple[str, ...] = ("bureau_name", "bureau_code", "region", "name", "username", "password", "repeated")
