"""What is wrong with a record, and where: every kind of finding with its text in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

KINDS: Mapping[str, tuple[str, str]] = {
    "row-changed": ("记录 {row}（位置 {position}）被改动", "row {row} (position {position}) was changed"),
    "row-removed": ("记录 {row}（位置 {position}）被删除", "row {row} (position {position}) was removed"),
    "row-inserted": (
        "记录 {row} 是后来插入的：它所在的一段早已封存", "row {row} was put in later: its part of the record had been sealed"),
    "row-lost": ("记录 {row} 未封存就被删除", "row {row} was removed before it was sealed"),
    "row-backdated": (
        "记录 {row} 的时间早于它之前已封存的第 {batch} 批", "the time of row {row} is before that of batch {batch}, which it comes after"),
    "leaf-changed": ("记录 {row}（位置 {position}）的哈希被改动", "the hash of row {row} (position {position}) was changed"),
    "leaf-removed": ("位置 {position} 的哈希被删除", "the hash at position {position} was removed"),
    "leaf-unsealed": ("有 {count} 个位置不属于任何一批", "{count} positions belong to no batch"),
    "batch-changed": (
        "第 {batch} 批（位置 {first} 至 {last}）与签名不符：有记录连同哈希被改动、增删或调换",
        "batch {batch} (positions {first} to {last}) is not what was signed: rows were changed, added, removed or exchanged along with "
        "their hashes"),
    "batch-unreadable": (
        "第 {batch} 批（位置 {first} 至 {last}）里有内容已无法读出",
        "something in batch {batch} (positions {first} to {last}) cannot be read"),
    "rows-unreadable": ("尚未封存的记录里有内容已无法读出", "something among the rows that are not sealed yet cannot be read"),
    "root-changed": ("第 {batch} 批的签名与整个记录不符", "the head of batch {batch} does not agree with the whole record"),
    "tile-changed": ("树的第 {level} 层第 {place} 个哈希被改动", "the hash of the tree at level {level}, place {place} was changed"),
    "seal-malformed": ("第 {batch} 批的签名被改动，已无法读出", "the head of batch {batch} was changed and cannot be read"),
    "seal-bad-signature": ("第 {batch} 批的签名不成立", "the signature of batch {batch} does not hold"),
    "seal-unknown-key": ("第 {batch} 批由不受信任的密钥签名", "batch {batch} is signed with a key that is not trusted"),
    "seal-removed": ("第 {batch} 批的签名被删除", "the head of batch {batch} was removed"),
    "seal-mismatch": ("第 {batch} 批的登记与其签名不符", "what is kept about batch {batch} is not what its head says"),
    "chain-broken": ("第 {batch} 批不是接着前一批签的", "batch {batch} does not follow the one before it"),
    "anchor-malformed": ("第 {line} 条锚定已无法读出，或签名不成立", "anchor {line} cannot be read, or its signature does not hold"),
    "anchor-missing": ("锚定里缺第 {batch} 批", "batch {batch} is missing among the anchors"),
    "anchor-differs": ("第 {batch} 批与锚定的不同：历史被改写", "batch {batch} is not the one that was anchored: history was rewritten"),
    "truncated": (
        "锚定到第 {batch} 批，而记录到此之前就结束了：历史被截断",
        "batch {batch} was anchored, but the record ends before it: history was cut short"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`where`: what its text names."""

    kind: str
    where: Mapping[str, int]

    def text(self, lang: Literal["zh", "en"]) -> str:
        return KINDS[self.kind][0 if lang == "zh" else 1].format_map(self.where)

    def as_json(self, lang: Literal["zh", "en"]) -> dict[str, Any]:
        return {"kind": self.kind, **self.where, "message": self.text(lang)}
