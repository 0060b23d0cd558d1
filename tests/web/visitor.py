"""A browser without a window, for turns that need no scripts: it asks for pages and posts their forms."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
from fastapi import FastAPI

from service.web.forgery import FIELD

HTML = {"Accept": "text/html,application/xhtml+xml"}
"""As a browser asks."""


class Visitor:
    """A browser without a window: it keeps its cookies, and follows nothing by itself."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 50_000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8000", headers=HTML, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **options)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.call("POST", path, **options)


def token(page: httpx.Response) -> str:
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', page.text)
    assert found
    return found[1]
