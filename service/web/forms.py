"""What a page's form sends: read within limits, held against forgery first. The only way a page takes a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as Header
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from service.access import row_for
from service.accounts.actions import Caller
from service.multipart import FormFile, is_multipart, receive_form
from service.problems import Problem
from service.requests import StrictRequest
from service.state import Anyone, Running
from service.web.forgery import FIELD, WHOSE, refuse_forged

MOST_FIELDS = 5_000


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and values as they were sent, in order; the form's token is left out."""

    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """The last value of that name: what a later part of the form says counts."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def below(self, prefix: str) -> Iterator[tuple[str, str]]:
        """The fields whose names begin so."""
        return ((key, value) for key, value in self.pairs if key.startswith(prefix))

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _ in self.pairs)

    def as_mapping(self) -> Mapping[str, str]:
        return dict(self.pairs)


@dataclass(frozen=True, slots=True)
class FieldsAndFiles:
    fields: Fields
    files: tuple[FormFile, ...]


async def _posted(request: Request) -> Fields:
    header = Header()
    header["content-type"] = request.headers.get("content-type", "")
    if header.get_content_type() != "application/x-www-form-urlencoded":
        raise Problem("form-unreadable")
    body = await StrictRequest(request.scope, request.receive).body()
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:  # not UTF-8, not a form, or too many fields
        raise Problem("form-unreadable") from None
    return _ours(request, pairs)


async def _posted_with_files(request: Request, service: Running, caller: Anyone) -> FieldsAndFiles:
    """Files are taken from whoever is signed in alone."""
    if not is_multipart(request):
        return FieldsAndFiles(await _posted(request), ())
    pairs, files = await receive_form(request, service.materials.settings.largest, MOST_FIELDS, keep_files=caller is not None)
    return FieldsAndFiles(_ours(request, pairs), tuple(files))


def _ours(request: Request, pairs: Sequence[tuple[str, str]]) -> Fields:
    """What a page of ours sent. Raises `Problem` for what did not come from one."""
    if any("\x00" in part for pair in pairs for part in pair):
        raise Problem("form-unreadable")
    fields = Fields(tuple((key, value.replace("\r\n", "\n")) for key, value in pairs if key not in (FIELD, WHOSE)))
    token = next((value for key, value in pairs if key == FIELD), None)
    whose = next((value for key, value in reversed(pairs) if key == WHOSE), "")
    request.state.fields, request.state.whose = fields, whose  # so that a page that asks to sign in first can carry them
    refuse_forged(request, token)
    _refuse_anothers(request, whose)
    return fields


def _refuse_anothers(request: Request, whose: str) -> None:
    """Raises `Problem` where the form was opened for somebody else's affairs: another tab may have switched meanwhile."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or row_for(request).act in ("any", "self"):
        return
    if whose != (str(caller.acting.mandate) if caller.acting else ""):
        raise Problem("acting-changed")


async def remember(request: Request) -> None:
    """Reads the form of whoever has to sign in first, so that the page that says so can carry it. Raises `Problem`."""
    if request.method == "POST" and not hasattr(request.state, "fields"):
        await _posted_with_files(request, request.app.state.service, None)


Posted = Annotated[Fields, Depends(_posted)]
PostedWithFiles = Annotated[FieldsAndFiles, Depends(_posted_with_files)]
"""For a form with `enctype="multipart/form-data"`; where it has none, as a page that carries it on, it is taken too."""
