"""What must not be in production, as Django checks: `liangcao check-deploy`, `liangcao serve` on an address that others
reach, and `check --deploy` run the same list. Each finding is one sentence and one way to mend it, in two languages."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from liangcao.config import environment
from liangcao.config.proxies import network_of
from liangcao.config.secret import FILE_NAME
from liangcao.interfaces.commands.words import in_words

KEY_SHORTEST, KEY_DIFFERENT = 50, 8
WIDEST_PROXIES = {4: 8, 6: 32}
WORLD = stat.S_IRWXO


def finding(code: str, said: tuple[str, str], mend: tuple[str, str], *, grave: bool = True) -> CheckMessage:
    """One finding; each text as (Chinese, English)."""
    kind = Error if grave else Warning
    return kind(in_words(*said), hint=in_words(*mend), id=f"liangcao.{code}")


def lenient(code: str, said: tuple[str, str], mend: tuple[str, str]) -> CheckMessage:
    """A finding that a local demonstration may live with, when it says that it is one."""
    return finding(code, said, mend, grave=not settings.IS_LOCAL_DEMO)


@register(Tags.security, deploy=True)
def check_settings(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """What the environment says."""
    return [*_debug(), *_key(), *_hosts(), *_transport(), *_proxies(), *_rates()]


@register(Tags.security, deploy=True)
def check_paths(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Who on this machine may read what we keep."""
    paths = [settings.HOME, settings.FILES_FOLDER, settings.HOME / FILE_NAME]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        paths.append(Path(settings.DATABASES["default"]["NAME"]))
    open_ones = [path for path in paths if path.exists() and _is_open(path)]
    return [
        finding(
            "E007",
            (f"本机任何用户都能读写 {path}", f"Every user of this machine can read or write {path}"),
            (f"运行 chmod o-rwx {path}", f"Run chmod o-rwx {path}"),
        )
        for path in open_ones
    ]


@register(Tags.security, deploy=True)
def check_seal_key(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Whoever reads the key can sign a rewritten book."""
    path = settings.SEAL_KEY_FILE
    if not path.exists() or not path.stat().st_mode & (stat.S_IRWXG | WORLD):
        return []
    return [
        finding(
            "E012",
            (f"封账密钥 {path} 可被其他用户读取", f"Other users can read the seal key {path}"),
            (
                f"运行 chmod 600 {path},并更换密钥(liangcao seal --rotate-key)",
                f"Run chmod 600 {path}, then change the key",
            ),
        )
    ]


@register(Tags.database, deploy=True)
def check_database(app_configs: Any = None, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """What the database itself must hold, and what must not be in it."""
    from django.db import DatabaseError

    if not databases:
        return []
    try:
        return [*_guards(), *_role(), *_demo_accounts()]
    except DatabaseError:
        return [
            finding(
                "E010",
                ("数据库打不开,或尚未建立", "The database cannot be read, or is not set up"),
                (
                    "检查 LIANGCAO_DATABASE_URL,再运行 liangcao migrate",
                    "Check LIANGCAO_DATABASE_URL, run liangcao migrate",
                ),
            )
        ]


def _is_open(path: Path) -> bool:
    """A folder that nobody else may enter keeps what lies in it."""
    if not path.stat().st_mode & WORLD:
        return False
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield finding(
            "E001",
            ("调试模式开着,出错页面会显示程序内部", "Debug is on: pages of faults show the inside"),
            ("去掉环境变量 LIANGCAO_DEBUG", "Take LIANGCAO_DEBUG out of the environment"),
        )


def _key() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < KEY_SHORTEST or len(set(key)) < KEY_DIFFERENT or key.startswith("django-insecure-"):
        yield finding(
            "E002",
            ("密钥太短或太简单,登录状态可被伪造", "The secret key is short or simple: sessions can be forged"),
            (
                f"去掉 LIANGCAO_SECRET_KEY(程序会在数据目录自行生成),或换成至少 {KEY_SHORTEST} 个随机字符",
                f"Take LIANGCAO_SECRET_KEY away (one is made by itself), or use {KEY_SHORTEST} random characters",
            ),
        )


def _hosts() -> Iterator[CheckMessage]:
    wide = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    if wide or not settings.ALLOWED_HOSTS:
        yield finding(
            "E003",
            (f"域名名单含通配符 {' '.join(wide)}", f"The list of hosts holds a wildcard {' '.join(wide)}"),
            ("在 LIANGCAO_HOSTS 中逐个写明域名", "Name each host in LIANGCAO_HOSTS"),
        )


def _transport() -> Iterator[CheckMessage]:
    origins = settings.CSRF_TRUSTED_ORIGINS
    plain = [origin for origin in origins if not origin.startswith("https://")]
    if plain or not origins:
        shown = " ".join(plain)
        yield lenient(
            "E004",
            (
                f"网页没有加密传输(HTTPS)。{shown}".rstrip("。") + "。",
                f"Pages do not travel over TLS. {shown}".strip(),
            ),
            (
                "把 LIANGCAO_ORIGINS 设为 https:// 开头的地址;仅限内部演示时设 LIANGCAO_LOCAL_DEMO=1",
                "Set LIANGCAO_ORIGINS to addresses with https://; for a local demonstration LIANGCAO_LOCAL_DEMO=1",
            ),
        )
    missing = [origin for origin in origins if (urlsplit(origin).hostname or "*") not in settings.ALLOWED_HOSTS]
    if missing:
        yield finding(
            "E005",
            (f"{' '.join(missing)} 的域名不在名单中", f"The host of {' '.join(missing)} is not on the list"),
            ("把该域名加入 LIANGCAO_HOSTS", "Add it to LIANGCAO_HOSTS"),
        )


def _proxies() -> Iterator[CheckMessage]:
    told = settings.TRUSTED_PROXIES
    if settings.HAS_TLS and not told:
        yield finding(
            "E006",
            (
                "没有写明反向代理:无法得知来访地址,也无法得知连接已加密,页面会不停跳转",
                "No proxy is named: callers' addresses stay unknown and pages would redirect for ever",
            ),
            ("设 LIANGCAO_PROXIES,例如 127.0.0.1", "Set LIANGCAO_PROXIES, for example 127.0.0.1"),
        )
    for text in told:
        network = network_of(text)
        if network is None or network.prefixlen < WIDEST_PROXIES[network.version]:
            yield finding(
                "E006",
                (f"反向代理“{text}”不是地址,或范围太大", f'The proxy "{text}" is no address, or far too many'),
                ("在 LIANGCAO_PROXIES 中写代理服务器自己的地址", "Name the proxy's own address in LIANGCAO_PROXIES"),
            )


def _rates() -> Iterator[CheckMessage]:
    wrong = environment.rates("LIANGCAO_RATES").unread
    if wrong:
        yield finding(
            "E008",
            (f"LIANGCAO_RATES 中的“{' '.join(wrong)}”看不懂", f'"{" ".join(wrong)}" in LIANGCAO_RATES says nothing'),
            ("写成 login=60/600,export=240/60(次数/秒)", "Write login=60/600,export=240/60 (events/seconds)"),
        )
    elif not settings.RATE_LIMITS:
        yield finding(
            "W101",
            ("访问频率不受限制", "Nothing limits how often somebody may ask"),
            ("去掉 LIANGCAO_RATES=off", "Take LIANGCAO_RATES=off away"),
            grave=False,
        )


def _guards() -> Iterator[CheckMessage]:
    from django.db import connection

    from liangcao.foundation.database.guards import expected_guards, installed_guards

    missing = expected_guards(connection) - installed_guards(connection)
    if missing:
        yield finding(
            "E009",
            (
                f"缺少 {len(missing)} 个防改触发器,台账可被改写",
                f"{len(missing)} triggers that keep the ledger are missing",
            ),
            ("运行 liangcao migrate,再运行 liangcao verify", "Run liangcao migrate, then liangcao verify"),
        )


def _role() -> Iterator[CheckMessage]:
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (is_superuser,) = cursor.fetchone()
    if is_superuser:
        yield finding(
            "W102",
            ("数据库账号是超级用户,可以停用触发器", "The database account is a superuser and may turn triggers off"),
            ("改用只拥有本库的普通账号", "Use an account that owns this database only"),
            grave=False,
        )


def _demo_accounts() -> Iterator[CheckMessage]:
    from liangcao.foundation.identity.models import User
    from liangcao.interfaces.commands.demo.fill import demo_usernames

    found = sorted(
        User.objects.filter(username__in=demo_usernames(), is_active=True).values_list("username", flat=True)
    )
    if found:
        shown = " ".join(found[:3])
        yield lenient(
            "E011",
            (
                f"库中有 {len(found)} 个演示账号,口令是公开的:{shown} …",
                f"{len(found)} accounts of the demo are here, and their passwords are public: {shown} …",
            ),
            ("换一个新库(liangcao migrate),不要在演示库上办公", "Use a new database (liangcao migrate)"),
        )
