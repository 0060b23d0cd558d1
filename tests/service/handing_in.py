"""Handing files in as applicants do."""

from __future__ import annotations

from typing import Any

import httpx

from tests.service import files
from tests.service.conftest import V1, Client

PATH = f"{V1}/materials"
PDF = files.pdf(text="户口簿")


def hand_in(
    client: Client, content: bytes = PDF, name: str = "户口簿.pdf", data: Any = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    return client.call("POST", PATH, files={"file": (name, content)}, data=data, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:miaopi:problem:")
