"""`liangcao`: finds the command, imports it only then, and turns every failure into one line and a non-zero exit
code."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import traceback
from dataclasses import dataclass
from typing import Any, NoReturn

from liangcao.foundation.database import outcome
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.commands.journalling import journal_refusal
from liangcao.interfaces.commands.words import in_words, language

REFUSED, WRONG_USAGE, BROKEN, INTERRUPTED = 1, 2, 70, 130
# A database or disk that does not take it now: nothing was written; or nobody knows, and the same command finds out.
NOT_NOW, UNKNOWN = 75, 76


@dataclass(frozen=True)
class Command:
    """Where a command lives and what it does, in both languages."""

    module: str
    zh: str
    en: str


_HERE = "liangcao.interfaces.commands"
COMMANDS = {
    "demo": Command(f"{_HERE}.demo.command", "装入演示数据并打开服务", "fill a database with the demo and serve it"),
    "init": Command(f"{_HERE}.init", "建立自己的局:首次设置", "set up one's own bureau: the first day"),
    "migrate": Command(
        f"{_HERE}.migrate", "建立数据库,或升级到本版本", "make the database, or bring it to this version"
    ),
    "serve": Command(f"{_HERE}.serve", "在前台提供网页和接口", "serve pages and API in the foreground"),
    "worker": Command(f"{_HERE}.worker", "办理后台任务", "do background jobs in the foreground"),
    "plan": Command(f"{_HERE}.plan", "由两张表格算分配方案,不用数据库", "two workbooks in, a plan out; no database"),
    "route": Command(
        f"{_HERE}.route", "由实例文件算车辆路线,不用数据库", "routes of vehicles for an instance file; no database"
    ),
    "flow": Command(f"{_HERE}.flow", "算最小费用流,不用数据库", "a flow at least cost; no database"),
    "read": Command(f"{_HERE}.read", "把消息或表格读成一条条物资", "a message or workbook into lines of goods"),
    "import": Command(
        f"{_HERE}.importing", "把来表或消息核对后整份导入", "a workbook or message checked and imported whole"
    ),
    "briefing": Command(f"{_HERE}.briefing", "写出某日通报", "write the briefing of a day"),
    "figures": Command(f"{_HERE}.figures", "列出某日全部数字", "print all figures of a day"),
    "trace": Command(f"{_HERE}.trace", "从来源到去向追溯", "follow goods from source to holder"),
    "export": Command(f"{_HERE}.export", "导出单据或登记表", "export documents or a register"),
    "verify": Command(f"{_HERE}.verify", "核验台账,或核验导出的文件", "verify the books, or an exported file alone"),
    "backup": Command(f"{_HERE}.backup", "备份数据库和附件,不停服务", "copy database and files while people work"),
    "restore": Command(f"{_HERE}.restore", "把备份恢复到空数据库并核验", "a backup into an empty database, verified"),
    "seal": Command(f"{_HERE}.seal", "封账:逐日签字,写出封条", "close days for good and write their seals"),
    "rebuild": Command(
        f"{_HERE}.rebuild", "由分录重算结存和按日的合计", "recompute balances and the sums of the days from postings"
    ),
    "replay": Command(
        f"{_HERE}.replay", "重放库存卡片,得出结存", "replay stock cards of the OpenLMIS shape into balances"
    ),
    "check-deploy": Command(
        f"{_HERE}.check_deploy", "检查设置能否对外提供服务", "check the settings before others may reach the server"
    ),
    "user": Command(f"{_HERE}.user", "添加用户,发放接口令牌", "add a user, make an API token"),
}
_VALUED = ("--db",)


class WrongUsage(Exception):
    """The command line cannot be understood; the message is one line."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the user's language and never prints more than one line of complaint."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Formatter, **options)
        self._positionals.title = in_words("参数", "arguments")
        self._optionals.title = in_words("选项", "options")
        self.add_argument("-h", "--help", action="help", help=in_words("显示本说明", "show this help"))

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage."""
        raise WrongUsage(f"{_complaint(message)}{in_words('用法见', ' See')} {self.prog} --help")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or in_words("用法:", "usage: "))


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 1 refused, 2 not understood, 70 a fault of ours, 75 not
    now, 76 nobody knows, 130 Ctrl-C."""
    counted = outcome.begin()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = _run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse after --help, granian after a failed start
        return int(stop.code or 0)
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong. Python must not complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _complain(error)
    finally:
        outcome.end(counted)


def _run(arguments: list[str]) -> int:
    place = _place_of_command(arguments)
    if place is None:
        _overview().parse_args(arguments or ["--help"])
        raise WrongUsage(in_words("缺少命令。用法见 liangcao --help", "A command is missing. See liangcao --help"))
    name, rest = arguments[place], arguments[:place] + arguments[place + 1 :]
    if name not in COMMANDS:
        known = " ".join(COMMANDS)
        raise WrongUsage(in_words(f"没有命令“{name}”。可用:{known}", f'There is no command "{name}". Known: {known}'))
    command = COMMANDS[name]
    module = importlib.import_module(command.module)
    parser = Parser(prog=f"liangcao {name}", description=in_words(command.zh, command.en))
    _add_global_options(parser)
    module.add_arguments(parser)
    parsed = parser.parse_args(rest)
    if parsed.db:
        os.environ["LIANGCAO_DATABASE_URL"] = parsed.db
    try:
        code: int = module.run(parsed)
    except Refusal as refusal:
        journal_refusal(name, refusal)
        raise
    return code


def _place_of_command(arguments: list[str]) -> int | None:
    """Where the command's name stands: global options may come before it."""
    skip = False
    for place, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument in _VALUED:
            skip = True
        elif not argument.startswith("-"):
            return place
    return None


def _add_global_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db",
        metavar="URL",
        help=in_words("数据库:sqlite:///路径 或 postgresql://…", "database: sqlite:///path or postgresql://…"),
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help=in_words("输出一个 JSON 对象,或每行一个", "print one JSON object, or one a line"),
    )


def _overview() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {in_words(command.zh, command.en)}" for name, command in COMMANDS.items())
    parser = Parser(
        prog="liangcao",
        usage=in_words("liangcao [选项] 命令 …", "liangcao [options] COMMAND …"),
        description=in_words("粮草:应急物资,件件有账", "Liangcao: emergency supplies, every piece accounted for"),
        epilog=f"{in_words('命令', 'commands')}:\n{listed}\n\n"
        + in_words("每个命令都有 --help。", "Each command has its own --help."),
    )
    _add_global_options(parser)
    from liangcao import __version__

    parser.add_argument(
        "--version", action="version", version=__version__, help=in_words("显示版本", "show the version")
    )
    return parser


def _complain(error: Exception) -> int:
    """One line on stderr for any failure; the trace of an unforeseen one only with LIANGCAO_DEBUG=1."""
    from liangcao.interfaces.commands.failures import interruption, sentence_of

    broken_off = interruption(error)
    if isinstance(error, WrongUsage):
        sentence, code = str(error), WRONG_USAGE
    elif broken_off is not None and broken_off.applied is None and not isinstance(error, OSError):
        # A file that could not be written says nothing about the database.
        sentence, code = _unknown(), UNKNOWN
    else:
        known = sentence_of(error) or (broken_off and broken_off.message(language()))
        sentence = known or _unforeseen(error)
        code = NOT_NOW if broken_off else REFUSED if known else BROKEN
    print(" ".join(sentence.split()), file=sys.stderr)
    if code == BROKEN and os.environ.get("LIANGCAO_DEBUG") == "1":
        traceback.print_exception(error)
    return code


def _unknown() -> str:
    return in_words(
        "数据库中途断开,结果未知:可能已经写入,也可能没有。请再运行一次同一条命令,写过的不会重复",
        "The database broke off; it may have been written or not. Run the same command again: nothing is entered twice",
    )


def _unforeseen(error: Exception) -> str:
    shown = f"{type(error).__name__}: {error}"
    return in_words(
        f"程序内部出错({shown})。请加 LIANGCAO_DEBUG=1 再运行一次,把全部输出报给维护者",
        f"Internal error ({shown}). Run again with LIANGCAO_DEBUG=1 and report the whole output",
    )


# What argparse says, and how we say it in Chinese. Each pattern's groups go into the sentence.
_COMPLAINTS = (
    (r"the following arguments are required: (.+)", "缺少参数 {0}。"),
    (r"unrecognized arguments: (.+)", "不认识的参数 {0}。"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", "{0} 不能是 {1},只能是 {2} 之一。"),
    (r"argument (.+?): expected (?:one|at least one) argument", "{0} 后面要有一个值。"),
    (r"argument (.+?): invalid \w+ value: (.+)", "{0} 的值 {1} 不对。"),
    (r"argument (.+?): (.+)", "{0}:{1}。"),
)


def _complaint(message: str) -> str:
    if in_words("zh", "en") == "en":
        return message[:1].upper() + message[1:].rstrip(".") + "."
    for pattern, sentence in _COMPLAINTS:
        found = re.fullmatch(pattern, message)
        if found:
            return sentence.format(*found.groups())
    return f"命令写法不对:{message}。"


if __name__ == "__main__":
    raise SystemExit(main())
