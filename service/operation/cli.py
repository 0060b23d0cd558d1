"""`miaopi backup` and `miaopi restore`. What they import of the service is imported when they run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option


def _options(lang: Language) -> list[click.Parameter]:
    zh = lang == "zh"
    return [
        database_option(lang),
        click.Option(
            ["--passphrase-file"], metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
            help="口令所在文件的第一行" if zh else "The passphrase is the first line of this file",
        ),
    ]  # fmt: skip


def backup(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "backup", run_backup,
        params=[
            click.Argument(["place"], metavar="FILE|DIR", type=click.Path(path_type=Path)),
            *_options(lang),
            click.Option(["--no-keys"], is_flag=True, help="不含密钥文件，另行备份" if zh else "Without the key files, kept elsewhere"),
        ],
        example="miaopi backup backups --passphrase-file backup.pass\nmiaopi backup monday.backup --no-keys",
        help="把数据库、密钥、锚定和材料写成一个新文件（权限 0600）；服务运行时也可以使用。"
        if zh else "Writes database, keys, anchors and materials into one new file (mode 0600), also while the service runs.",
    )  # fmt: skip


def restore(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "restore", run_restore,
        params=[click.Argument(["file"], metavar="FILE", type=click.Path(path_type=Path)), *_options(lang)],
        example="miaopi restore monday.backup --passphrase-file backup.pass\nmiaopi audit verify",
        help="核对备份的每一部分，然后恢复到空的数据文件夹和空的数据库；已有数据时拒绝。"
        if zh else "Checks every part of a backup and restores it into an empty data folder and database; refuses where there is anything.",
    )


def run_backup(session: Session, place: Path, database: str | None, passphrase_file: Path | None, no_keys: bool) -> int:
    from service.operation.backups import back_up
    from service.settings import Unusable, find_settings

    now = datetime.now(UTC)
    file = place / f"miaopi-{now:%Y%m%dT%H%M%SZ}.backup" if place.is_dir() else place
    try:
        settings = find_settings(database, session.rules_folder)
        made = back_up(settings, file, now, _passphrase(passphrase_file), not no_keys)
    except Unusable as error:
        raise Misuse(f"不能备份：{error}", str(error)) from None
    if session.json:
        session.answer({"file": str(file), "parts": dict(made.parts), "apart": list(made.apart)})
        return 0
    session.note(session.say(f"已备份到 {file}（{len(made.parts)}个部分）", f"Backed up to {file} ({len(made.parts)} parts)"))
    if passphrase_file is None and not no_keys:
        session.note(session.say("注意：这个文件没有加密而且含有密钥，谁拿到它就能读出全部内容",
                                 "Note: this file has the keys in it and is not enciphered: whoever has it can read everything"))
    if "materials" in made.apart:
        session.note(session.say("材料在存储桶里，没有备份在内", "Materials are in a bucket, and are not in it"))
    return 0


def run_restore(session: Session, file: Path, database: str | None, passphrase_file: Path | None) -> int:
    from service.operation.backups import restore as restored_from
    from service.settings import Unusable, find_settings

    try:
        found = restored_from(find_settings(database, session.rules_folder), file, _passphrase(passphrase_file))
    except Unusable as error:
        raise Misuse(f"不能恢复：{error}", str(error)) from None
    if session.json:
        session.answer({"made": found.made, "version": found.version, "parts": dict(found.parts), "apart": list(found.apart)})
    else:
        session.note(session.say(f"已恢复 {found.made} 的备份；请运行 miaopi audit verify",
                                 f"Restored the backup of {found.made}; now run miaopi audit verify"))
    return 0


def _passphrase(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        found = file.read_bytes().split(b"\n")[0].strip()
    except OSError as error:
        raise Misuse(f"不能读取 {file}：{error.strerror}", f"cannot read {file}: {error.strerror}") from None
    if not found:
        raise Misuse(f"{file} 的第一行没有口令", f"the first line of {file} holds no passphrase")
    return found
