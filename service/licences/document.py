"""A licence on paper: a PDF with what it says, and a QR code that leads to the page that verifies it.

The font lies in the file, less what the document does not write, so that it looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

from service.accounts.actions import Caller
from service.cases import actions as cases
from service.licences.models import HeldLicence
from service.licences.verifying import new_code
from service.licences.wallet import issued_to, result_of
from service.licences.wording import STATUSES, label, written
from service.problems import Problem
from service.protection.masking import veiled
from service.state import SHANGHAI, Service, day_of
from service.web import formats
from service.web.page import said
from service.web.translation import translations

_FONT = "text"
_LEFT, _WIDTH, _LABEL = 25, 160, 46
"""Millimetres, of an A4 page."""
_BLUE, _GREY, _LINE = (18, 63, 105), (90, 102, 114), (205, 214, 223)
_QR = 34
Row = tuple[str, str, str]
"""What something is called in Chinese and in English, and what it is."""


@dataclass(frozen=True, slots=True)
class Document:
    content: bytes
    name: str


def document(service: Service, caller: Caller, id_: str) -> Document:
    """Of a licence that the service issued to the caller. Each one has a code of its own. Raises `Problem`."""
    row = issued_to(service, caller, id_)
    held = result_of(service, caller, row.case_number)
    if held is None:
        raise Problem("unknown-licence")
    code = new_code(service, caller, id_, document=True)
    situation = service.catalogue.situations.get(cases.case_of(service, caller, row.case_number).situation)
    matter = service.catalogue.matters[situation.matter] if situation else None
    issuer = service.catalogue.departments[matter.department].name if matter else service.issuer.code
    address = f"{service.notifications.site}/verify/{code.code}"
    paper = _Paper(held.title, service.now())
    paper.head(held.title, issuer)
    paper.rows(_rows(service, caller, held, issuer))
    paper.proof(address, formats.day(code.expires_at, "zh"), formats.day(code.expires_at, "en"))
    return Document(bytes(paper.output()), f"{held.title}-{row.case_number}.pdf")


def _rows(service: Service, caller: Caller, held: HeldLicence, issuer: str) -> Sequence[Row]:
    english = translations("en").gettext
    declared = service.licence_types.get(held.type)
    status = STATUSES[held.status].label
    endless = ("长期", "no end")
    until = (formats.day(held.valid_until, "zh"), formats.day(held.valid_until, "en")) if held.valid_until else endless
    of_licence = [
        (label(name, "zh"), label(name, "en"), written(held.attributes[name], each.type, "zh"))
        for name, each in (declared.attributes.items() if declared else ())
        if held.attributes.get(name) is not None and name not in ("name", "number", "uscc")
    ]
    return [
        ("持有人", "Holder", caller.name),
        ("证件号码", "Number", veiled(caller.number)),
        *of_licence,
        ("状态", "Status", f"{status}（{day_of(service.now()).isoformat()}）  {english(status)}"),
        ("签发日期", "Issued on", f"{formats.day(held.issued_on, 'zh')}  {formats.day(held.issued_on, 'en')}"),
        ("有效期至", "Valid until", "  ".join(until)),
        ("签发机关", "Issued by", f"{issuer}  {said(issuer, 'en')}" if said(issuer, "en") != issuer else issuer),
        ("证照编号", "Licence number", held.id),
        ("办件编号", "Case", held.case_number or ""),
    ]


class _Paper(FPDF):
    def __init__(self, title: str, at: datetime) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(auto=True, margin=25)
        self.set_margins(_LEFT, 25, _LEFT)
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_creation_date(at.astimezone(SHANGHAI))
        self.set_creator("miaopi")
        self.add_font(_FONT, fname=sans_path())
        self.add_page()

    def head(self, title: str, issuer: str) -> None:
        self.set_draw_color(*_BLUE)
        self.set_line_width(0.7)
        self.rect(12, 12, 186, 273)
        self.set_line_width(0.2)
        self.rect(14, 14, 182, 269)
        self.set_y(32)
        self._line(issuer, 12, _GREY)
        self.ln(3)
        self._line(title, 25, _BLUE)
        if (english := said(title, "en")) != title:
            self._line(english, 11, _GREY)
        self.ln(8)

    def rows(self, rows: Sequence[Row]) -> None:
        self.set_draw_color(*_LINE)
        for zh, en, value in rows:
            top = self.get_y()
            self.line(_LEFT, top, _LEFT + _WIDTH, top)
            self._cell(_LEFT, top + 1.8, 11, _GREY, zh)
            self._cell(_LEFT, top + 6.3, 8, _GREY, en)
            self.set_xy(_LEFT + _LABEL, top + 2.6)
            self.set_text_color(0, 0, 0)
            self.set_font(_FONT, size=12)
            self.multi_cell(0, 6.5, text=value, align="L", new_x="LMARGIN", new_y="NEXT")
            self.set_y(max(self.get_y() + 2.2, top + 11.4))
        self.line(_LEFT, self.get_y(), _LEFT + _WIDTH, self.get_y())

    def proof(self, address: str, until_zh: str, until_en: str) -> None:
        """The code, with what it is for. Its page says what the licence is by then, so that a changed paper shows."""
        top = max(self.get_y() + 12, 215)
        self._code(address, _LEFT, top)
        beside = _LEFT + _QR + 8
        lines = [
            (11, _BLUE, "扫码核验  Scan to verify"),
            (9, (0, 0, 0), "核验页显示这份证照现在的状态和内容，应与本文书一致。"),
            (8, _GREY, "The page shows what this licence is and says now; it should be the same as here."),
            (9, (0, 0, 0), f"二维码有效至{until_zh}，过期请持有人重新下载。"),
            (8, _GREY, f"The code is good until {until_en}; after that the holder downloads the document again."),
            (7, _GREY, address),
        ]
        self.set_y(top)
        for size, colour, text in lines:
            self.set_x(beside)
            self.set_font(_FONT, size=size)
            self.set_text_color(*colour)
            self.multi_cell(_LEFT + _WIDTH - beside, size * 0.55, text=text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _code(self, address: str, left: float, top: float) -> None:
        matrix = segno.make(address, error="m", micro=False).matrix
        side = _QR / len(matrix)
        self.set_fill_color(0, 0, 0)
        for row, modules in enumerate(matrix):
            for column, dark in enumerate(modules):
                if dark:
                    self.rect(left + column * side, top + row * side, side, side, style="F")

    def _cell(self, left: float, top: float, size: int, colour: tuple[int, int, int], text: str) -> None:
        self.set_xy(left, top)
        self.set_font(_FONT, size=size)
        self.set_text_color(*colour)
        self.cell(_LABEL, size * 0.4, text=text)

    def _line(self, text: str, size: int, colour: tuple[int, int, int]) -> None:
        self.set_font(_FONT, size=size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.55, text=text, align="C", new_x="LMARGIN", new_y="NEXT")
