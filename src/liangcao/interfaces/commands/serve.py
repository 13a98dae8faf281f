"""`liangcao serve`: pages, API and one background worker from one process tree in the foreground. SIGTERM lets running
requests and the job at hand end, for 10 s at most."""

from __future__ import annotations

import argparse
import errno
import os
import socket
from ipaddress import ip_address
from typing import Any

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import is_whole_number
from liangcao.interfaces.commands import check_deploy, database, init
from liangcao.interfaces.commands.companion import WorkerCompanion
from liangcao.interfaces.commands.journalling import journal_settings
from liangcao.interfaces.commands.words import in_words

# A request holds a thread while the database works; one lock lets one of them compute at a time, so twice the
# processors is enough.
THREADS = 2 * (os.cpu_count() or 1)
# A browser keeps up to six connections open while nobody clicks. They count here although they cost no thread: a limit
# near the number of threads let three idle browsers lock everybody else out.
CONNECTIONS = 1000
DRAIN_SECONDS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and with how many processes and threads."""
    parser.add_argument(
        "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help=in_words("监听地址", "where to listen")
    )
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help=in_words("进程数(SQLite 默认 1,PostgreSQL 默认 2)", "processes (1 on SQLite, 2 on PostgreSQL)"),
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=THREADS,
        metavar="N",
        help=in_words("每个进程的线程数", "threads of each process"),
    )
    add_no_worker(parser)


def add_no_worker(parser: argparse.ArgumentParser) -> None:
    """The option --no-worker."""
    parser.add_argument(
        "--no-worker",
        action="store_true",
        help=in_words(
            "不随带后台任务进程(另行运行 liangcao worker)",
            "no background worker beside it (run liangcao worker yourself)",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C. Refuses a database that is missing or of another version, a port in use, and an
    address that others reach while something must be mended."""
    database.open_database()
    from django.db import connection

    host, port = address_of(args.bind)
    workers = args.workers or (1 if connection.vendor == "sqlite" else 2)
    if min(workers, args.threads) < 1:
        raise Invalid("WORKERS_INVALID", "进程数和线程数至少为 1", "Workers and threads must be at least 1")
    check_port(host, port)
    if not is_loopback(host) and not is_fit_for_others():
        return 1
    _resume_writing(connection)
    journal_settings("serve")
    _keep_seal_key()
    first_start = _first_start_address(host, port)
    connection.close()
    if first_start:
        print(
            in_words(
                f"还没有账号。请在 24 小时内打开这个一次性链接完成首次设置:{first_start}",
                f"Nobody can log in yet. Open this one-time link within 24 hours to set up: {first_start}",
            ),
            flush=True,
        )
    print(
        in_words(f"正在服务 {url_of(host, port)} ,按 Ctrl-C 停止", f"Serving {url_of(host, port)}, Ctrl-C stops"),
        flush=True,
    )
    serve(host, port, workers=workers, threads=args.threads, with_worker=not args.no_worker)
    return 0


def _resume_writing(connection: Any) -> None:
    """A start is what an administrator does after looking at a disk that lost a write: from now on SQLite writes again,
    on what it recovers from its log."""
    path = database.sqlite_path(connection)
    if path is not None:
        from liangcao.foundation.database.sqlite3.base import resume

        resume(path)


def _keep_seal_key() -> None:
    """The first start makes the key that signs seals. A key that others may read stops the start."""
    from liangcao.ledger.seals_keys import keep_key

    keep_key()


def _first_start_address(host: str, port: int) -> str:
    """The one-time address that sets an empty system up; "" when somebody can log in."""
    from django.conf import settings

    secret = init.first_start_secret()
    # Behind a proxy the people's address is the named one, not where this process listens.
    public = next(iter(settings.CSRF_TRUSTED_ORIGINS), url_of(host, port))
    return init.first_start_address(public, secret) if secret else ""


def serve(host: str, port: int, *, workers: int, threads: int, with_worker: bool) -> None:
    """Run the server, and beside it one background worker, until it is told to stop. Django's settings must be named
    in the environment."""
    with WorkerCompanion(is_wanted=with_worker) as companion:
        _server(host, port, workers=workers, threads=threads, companion=companion).serve()


def _server(host: str, port: int, *, workers: int, threads: int, companion: WorkerCompanion) -> Any:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liangcao.config.settings")

    class Server(Granian):  # type: ignore[misc,valid-type]
        def shutdown(self, exit_code: int = 0) -> None:
            """The worker drains while the requests do."""
            companion.tell()
            super().shutdown(exit_code)

    return Server(
        "liangcao.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=CONNECTIONS,
        websockets=False,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_fit_for_others() -> bool:
    """Say on stderr, one line each, what must be mended first; a local demonstration is told what it lives with."""
    found = check_deploy.findings()
    check_deploy.complain(found)
    return all(finding.level != "error" for finding in found)


def address_of(text: str) -> tuple[str, int]:
    """HOST:PORT, [IPv6]:PORT or a port alone. Raises Invalid BIND_INVALID."""
    host, _, port = text.rpartition(":")
    if is_whole_number(port) and 0 < int(port) < 65536:
        return host.strip("[]") or "127.0.0.1", int(port)
    raise Invalid(
        "BIND_INVALID",
        f"监听地址“{text}”不对,要写成 127.0.0.1:8000",
        f'"{text}" is no address; write 127.0.0.1:8000',
        field="bind",
    )


def url_of(host: str, port: int) -> str:
    """The address to open in a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise Conflict PORT_IN_USE, or Invalid HOST_UNKNOWN, before anything starts: workers could only say it in a
    trace."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Conflict(
                    "PORT_IN_USE",
                    f"端口 {port} 已被占用。请用 --bind {host}:{port + 1} 换一个,或先停掉占用它的程序",
                    f"Port {port} is in use. Choose another with --bind {host}:{port + 1}, or stop what holds it",
                ) from None
            raise Invalid(
                "HOST_UNKNOWN",
                f"本机不能监听 {host}:{port}({error.strerror})",
                f"Cannot listen on {host}:{port} ({error.strerror})",
                field="bind",
            ) from None
