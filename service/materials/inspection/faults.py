"""Why a file is not taken, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_PAGES = 500
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 << 20
"""Bytes of all that an OFD file holds."""
HIGHEST_RATIO = 200
"""How many times its packed size an entry of an OFD file may have, once it is over a MiB."""

FAULTS: Mapping[str, tuple[str, str]] = {
    "empty": ("文件是空的", "The file is empty"),
    "unknown-type": (
        "只接受 PDF、OFD、JPG 和 PNG 文件，按内容判断；请另存为其中一种再上传",
        "Only PDF, OFD, JPG and PNG files are taken, judged by their content; please save it as one of these"),
    "damaged": ("文件不完整或已损坏，请重新导出或扫描后再上传", "The file is incomplete or damaged; please export or scan it again"),
    "encrypted": ("文件设有密码或加密，请去掉密码后再上传", "The file is protected by a password; please remove it first"),
    "active-content": (
        "文件带有脚本或可执行的动作，请打印成新的 PDF 后再上传",
        "The file holds scripts or actions that run; please print it to a new PDF first"),
    "too-many-pages": (f"文件超过{MOST_PAGES}页", f"The file has more than {MOST_PAGES} pages"),
    "no-pages": ("文件没有任何页面", "The file has no page"),
    "too-many-pixels": (
        f"图片过大：最多{MOST_PIXELS // 10_000}万像素，每边最长{LONGEST_SIDE}像素",
        f"The picture is too large: at most {MOST_PIXELS // 1_000_000} megapixels, and {LONGEST_SIDE} pixels a side"),
    "expands-too-much": ("文件解压后过大", "The file is too large when unpacked"),
    "too-costly": ("文件过于复杂，无法检查；请重新导出后再上传", "The file is too complex to be checked; please export it again"),
    "wrong-format": ("这份材料只接受以下格式：{formats}", "This material is taken as {formats} only"),
    "not-uploadable": ("这份材料不需要上传", "This material is not to be uploaded"),
    "unknown-material": ("这个情形没有这份材料", "This situation has no such material"),
}  # fmt: skip


class Faulty(Exception):
    """A file that is not taken. `code` is one of `FAULTS`; `params` fill its text."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def texts(self) -> tuple[str, str]:
        """zh, en."""
        zh, en = FAULTS[self.code]
        return zh.format_map(self.params), en.format_map(self.params)
