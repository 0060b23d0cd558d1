"""The command line on rules: the commands, each imported when it is asked for, and exit codes 0, 1 and 2.

`service.cli` is the `miaopi` that people run: these commands and those of the service.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper

import click

from engine import __version__
from engine.commands.command import SETTINGS, lang_option, sentence, worded_help
from engine.commands.session import Language, Misuse, language_of, silence, unreadable
from engine.decision.printable import printable
from engine.ruleset.findings import Refused

COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "check": ("engine.commands.check", "检查规则、用例和事项目录", "Check rulesets, cases and the catalogue"),
    "decide": ("engine.commands.decide", "对一份申请或一批申请作出决定", "Decide an application, or many"),
    "explain": ("engine.commands.explain", "把决定回执写成文字", "A receipt in plain words"),
    "replay": ("engine.commands.replay", "按决定回执重新决定并比较", "Decide again from a receipt, and compare"),
    "test": ("engine.commands.test", "运行规则旁的用例，查看覆盖", "Run the cases beside rules, with coverage"),
    "schema": ("engine.commands.schema", "写出供编辑器使用的 JSON Schema", "Write the JSON Schemas for editors"),
    "demo": ("engine.commands.demo", "在终端上看三个决定", "A walk through three decisions"),
}
"""By name: the module with its `command(lang)`, and what it does."""


class Commands(click.Group):
    """Imports a command when it is asked for, so that each starts fast."""

    def __init__(
        self, lang: Language, commands: Mapping[str, tuple[str, str, str]], name: str, help: str, params: Sequence[click.Parameter] = ()
    ) -> None:
        super().__init__(
            name,
            context_settings={**SETTINGS},
            params=[lang_option(lang), *params],
            callback=lambda lang: None,
            help=help,
            no_args_is_help=True,
        )
        self.lang = lang
        self.named = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.named)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.named:
            return None
        command: click.Command = import_module(self.named[cmd_name][0]).command(self.lang)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self.named, ctx=ctx) from None

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "COMMAND …", "用法：" if self.lang == "zh" else "Usage: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令" if self.lang == "zh" else "Commands"):
            formatter.write_dl([(name, zh if self.lang == "zh" else en) for name, (_, zh, en) in self.named.items()])
        with formatter.section("选项" if self.lang == "zh" else "Options"):
            formatter.write_dl([record for each in self.get_params(ctx) if (record := each.get_help_record(ctx))])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write_text(f"{ctx.command_path} COMMAND --help")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return worded_help(super().get_help_option(ctx), self.lang)


def _miaopi(lang: Language, commands: Mapping[str, tuple[str, str, str]]) -> Commands:
    help = "秒批：按规则即时决定政务服务申请。" if lang == "zh" else "Decides government service applications by rules."
    return Commands(lang, commands, "miaopi", help, [_version(lang)])


def _version(lang: Language) -> click.Option:
    def answer(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
        if asked:
            click.echo(f"miaopi {__version__}")
            ctx.exit()

    text = "显示版本" if lang == "zh" else "Show the version"
    return click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=answer, help=text)


def run(arguments: Sequence[str], commands: Mapping[str, tuple[str, str, str]] = COMMANDS) -> int:
    """Runs one command and returns its exit code; 2 for wrong use or unreadable input, with a sentence on stderr."""
    lang = language_of(arguments, os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # on a terminal without Chinese: question marks, not a traceback
            stream.reconfigure(errors="replace")
    try:
        with _miaopi(lang, commands).make_context("miaopi", list(arguments)) as ctx:
            code: int = ctx.command.invoke(ctx)
            sys.stdout.flush()
            return code
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        problem = error.format_message()
    except click.ClickException as error:
        problem = "miaopi: " + sentence(error, lang)
    except Misuse as error:
        problem = "miaopi: " + error.words[lang]
    except BrokenPipeError:
        silence()
        problem = "miaopi: " + ("输出的接收方已关闭" if lang == "zh" else "whoever read the output has closed it")
    except OSError as error:
        problem = "miaopi: " + unreadable(error.filename or "stdout", error).words[lang]
    except Refused as refused:
        problem = "\n".join(each.line(lang) for each in refused.findings)
    except KeyboardInterrupt:
        return 130
    click.echo("\n".join(printable(line) for line in problem.split("\n")), err=True)
    return 2
