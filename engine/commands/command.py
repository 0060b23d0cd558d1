"""A command as every `miaopi` command is: help with an example and errors in the chosen language, the common options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from engine.commands.session import Language, Misuse, Session

SETTINGS = {"help_option_names": ["-h", "--help"]}
_USAGE = {"zh": "用法：", "en": "Usage: "}
_OPTIONS = {"zh": "选项", "en": "Options"}
_EXAMPLE = {"zh": "示例", "en": "Example"}


class Day(click.ParamType[date]):
    """A day such as 2026-05-01."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value) if len(value) == 10 else self._refuse(value)
        except ValueError:
            return self._refuse(value)

    def _refuse(self, value: Any) -> date:
        raise Misuse(f"“{value}”不是日期，应如 2026-05-01", f"“{value}” is no day such as 2026-05-01")


def actions_said(lang: Language, actions: Mapping[str, tuple[str, str]]) -> str:
    """What each action of a command does, for its help. `actions`: in Chinese and English, by name."""
    return ("；" if lang == "zh" else "; ").join(f"{name} {each[lang != 'zh']}" for name, each in actions.items())


class Command(click.Command):
    """`run` is called with the `Session` and the command's own parameters, and returns the exit code."""

    def __init__(
        self, lang: Language, name: str, run: Callable[..., int], *, help: str, example: str,
        params: Sequence[click.Parameter] = (),
    ) -> None:
        super().__init__(
            name,
            context_settings={**SETTINGS},
            callback=lambda rules, json, lang, **given: run(Session(lang, json, rules), **given),
            params=[*params, *_common(lang)],
            help=help,
        )
        self.lang = lang
        self.example = example

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _USAGE[self.lang])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        records = [record for each in options if (record := each.get_help_record(ctx))]
        with formatter.section(_OPTIONS[self.lang]):
            formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_EXAMPLE[self.lang]):
            for line in self.example.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return worded_help(super().get_help_option(ctx), self.lang)


def worded_help(option: click.Option | None, lang: Language) -> click.Option | None:
    """click's own `--help`, saying what it does in the chosen language."""
    if option is not None and lang == "zh":
        option.help = "显示本说明"
    return option


def lang_option(lang: Language) -> click.Option:
    text = "使用的语言（不写则看 LANG）" if lang == "zh" else "The language (by LANG unless given)"
    return click.Option(["--lang"], type=click.Choice(["zh", "en"]), default=lang, help=text)


def _common(lang: Language) -> list[click.Parameter]:
    rules, json = (
        ("规则所在文件夹（不写则向上找 matters.yaml）", "只在标准输出打印一个 JSON 文档")
        if lang == "zh"
        else ("The folder of the rules (found by walking up to matters.yaml unless given)", "One JSON document on stdout")
    )
    return [
        click.Option(["--rules"], metavar="DIR", type=click.Path(path_type=Path), help=rules),
        click.Option(["--json"], is_flag=True, help=json),
        lang_option(lang),
    ]


def sentence(error: click.ClickException, lang: Language) -> str:
    """click's error as a sentence in the chosen language."""
    if lang == "en":
        return error.format_message()
    match error:
        case click.NoSuchOption(option_name=name, possibilities=near):
            return f"没有选项 {name}" + (f"，是否为 {'、'.join(near)}？" if near else "")
        case click.MissingParameter(param=click.Parameter() as param):
            return f"缺少 {_name(param)}"
        case click.BadParameter(param=click.Option(type=click.Choice(choices=choices)) as param):
            return f"{_name(param)} 只能是：{'、'.join(choices)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} 的值不对"
        case click.BadOptionUsage(option_name=name):
            return f"选项 {name} 的用法不对：缺少值，或者不应有值"
        case click.NoSuchCommand(command_name=name, possibilities=near):
            return f"没有命令 {name}" + (f"，是否为 {'、'.join(near)}？" if near else "")
    return "多余的或缺少的参数（" + error.format_message().rstrip(".") + "）"


def _name(param: click.Parameter) -> str:
    return f"选项 {param.opts[-1]}" if isinstance(param, click.Option) else f"参数 {param.make_metavar(click.Context(click.Command('')))}"
