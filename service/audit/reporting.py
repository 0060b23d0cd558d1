"""What `miaopi audit` does and says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from engine.commands.session import Misuse, Session
from engine.decision.printable import printable
from engine.decision.problems import Gap
from engine.decision.strict_json import BadJSON, jsonable, read_json
from service.audit import checking, proofs, sealing, store
from service.audit.anchors import AnchorFile
from service.audit.proofs import CaseProof, Unproved
from service.audit.receipt_seal import check_seal
from service.command_database import opened
from service.database.beside import beside
from service.settings import Settings, find_settings
from service.signing_keys import BadSignature, PublicKeys, SigningKeys
from service.unusable import Unusable

T = TypeVar("T")
_LARGEST = 1 << 26  # bytes of a file that is checked


def verify(session: Session, database: str | None, keys: Path | None, anchors: Path | None) -> int:
    settings = _settings(session, database)
    trusted = _trusted(session, settings, keys)
    kept = _kept(anchors) if anchors else settings.record.anchored(settings.data).kept()

    def check() -> checking.Report:
        with beside(settings.database) as reading:
            return checking.verify(reading, trusted, kept)

    found = _usable(check)
    if session.json:
        session.answer({
            "whole": not found.findings,
            "findings": [each.as_json(session.lang) for each in found.findings],
            "batches": found.batches, "sealed": found.sealed, "anchored": found.anchored, "not_sealed": list(found.unsealed),
            "head": found.head.token if found.head else None,
        })  # fmt: skip
        return 1 if found.findings else 0
    for each in found.findings:
        session.out.print(each.text(session.lang), soft_wrap=True)
    count = len(found.unsealed)
    session.note(session.say(
        f"{found.sealed} 行已封存，共 {found.batches} 批，锚定到第 {found.anchored} 批；{count} 行尚未封存",
        f"{found.sealed} rows sealed in {found.batches} batches, anchored to batch {found.anchored}; {count} rows not sealed yet",
    ))  # fmt: skip
    if found.head:
        session.note(f"{found.head.head.at}  {found.head.head.root}")
    if not found.findings:
        session.out.print(session.say("记录完好", "the record is whole"))
    return 1 if found.findings else 0


def prove(session: Session, case: str, database: str | None) -> int:
    settings = _settings(session, database)

    def make() -> CaseProof:
        with beside(settings.database) as reading:
            return proofs.prove_case(reading, case)

    try:
        proof = _usable(make)
    except store.Damaged:
        raise Misuse(
            "记录已不完整，先用 miaopi audit verify 查明", "the record is not whole any more; miaopi audit verify says where"
        ) from None
    session.answer(proof.model_dump())
    return 0 if proof.rows or proof.not_sealed else 1


def check(session: Session, file: str, keys: Path | None, anchors: Path | None) -> int:
    document = _document(session, file)
    trusted = _trusted(session, None if keys else _settings(session, None), keys)
    try:
        said = _checked(session, document, trusted, None if anchors is None else _kept(anchors))
    except Unproved as unproved:
        if session.json:
            session.answer({"holds": False, "why": unproved.words[session.lang]})
        else:
            session.out.print(printable(unproved.words[session.lang]), soft_wrap=True)
        return 1
    if session.json:
        session.answer({"holds": True})
    else:
        session.out.print(printable(said), soft_wrap=True)
    return 0


def seal(session: Session, database: str | None) -> int:
    try:
        with opened(session, database) as (settings, found):
            keys, anchors = settings.record.keys(settings.data), settings.record.anchored(settings.data)
            count = sealing.seal_all(found, keys, datetime.now(UTC), anchors)
    except sealing.Broken as broken:
        session.note(str(broken))
        return 1
    if session.json:
        session.answer({"batches": count})
    else:
        session.out.print(session.say(f"封存了 {count} 批", f"{count} batches sealed"))
    return 0


def keys(session: Session, database: str | None) -> int:
    session.answer(_own_keys(_settings(session, database)).public())
    return 0


def rotate(session: Session, database: str | None) -> int:
    made = _own_keys(_settings(session, database)).rotate()
    if session.json:
        session.answer({"kid": made})
    else:
        session.out.print(made, soft_wrap=True)
    return 0


def _checked(session: Session, document: Any, trusted: PublicKeys, anchors: tuple[str, ...] | None) -> str:
    """What holds, in a sentence. Raises `Unproved`."""
    if isinstance(document, dict) and "conclusion" in document:
        try:
            check_seal(document, trusted)
        except BadSignature as bad:
            raise _unproved(bad) from None
        return session.say("签章成立", "the seal holds")
    proof = proofs.check_proof(document, trusted)
    heads = [proof.head] if isinstance(proof, CaseProof) else [proof.old, proof.new]
    if anchors is not None and not {*filter(None, heads)} <= {*anchors}:
        raise Unproved("签名不在锚定之中", "the signed head is not among the anchors")
    if isinstance(proof, CaseProof):
        rows, rest = len(proof.rows), len(proof.not_sealed)
        return session.say(
            f"证明成立：{proof.case} 的 {rows} 行在所签的记录里，另有 {rest} 行尚未封存",
            f"the proof holds: {rows} rows of {proof.case} are in the signed record, {rest} more are not sealed yet",
        )
    return session.say("证明成立：记录只有增加", "the proof holds: the record only grew")


def _unproved(bad: BadSignature) -> Unproved:
    match bad.code:
        case "unknown-key":
            return Unproved("签章所用的密钥不受信任", "the seal was made with a key that is not trusted")
        case "bad-signature":
            return Unproved("签章不成立：内容被改动", "the seal does not hold: the content was changed")
    return Unproved("没有可以核对的签章", "there is no seal that could be checked")


def _settings(session: Session, database: str | None) -> Settings:
    return _usable(lambda: find_settings(database, session.rules_folder))


def _own_keys(settings: Settings) -> SigningKeys:
    path = settings.record.keys_in(settings.data)
    if not path.exists():
        raise Misuse(f"没有密钥文件 {path}；用 --keys 指定公钥", f"there is no key file {path}; name public keys with --keys")
    return SigningKeys(path)


def _trusted(session: Session, settings: Settings | None, keys: Path | None) -> PublicKeys:
    if keys is None:
        assert settings is not None
        return PublicKeys(_own_keys(settings).public())
    try:
        return PublicKeys(_document(session, str(keys)))
    except ValueError:
        raise Misuse(f"{keys} 不是 Ed25519 公钥的 JWK Set", f"{keys} is no JWK set of Ed25519 keys") from None


def _kept(anchors: Path) -> tuple[str, ...]:
    """A file that is named has to be there."""
    with anchors.open("rb"):
        return AnchorFile(anchors).kept()


def _document(session: Session, file: str) -> Any:
    data = session.read(file, _LARGEST + 1)
    try:
        if len(data) > _LARGEST:
            raise Misuse(f"{file} 太大", f"{file} is too large")
        return jsonable(read_json(data))
    except BadJSON as bad:
        gap = Gap("", bad.code, "", bad.params)
        raise Misuse(f"{file}：{gap.message('zh')}", f"{file}: {gap.message('en')}") from None


def _usable(work: Callable[[], T]) -> T:
    try:
        return work()
    except Unusable as unusable:
        raise Misuse(str(unusable), str(unusable)) from None
