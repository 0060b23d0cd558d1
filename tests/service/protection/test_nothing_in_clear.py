"""After people have applied, withdrawn and been looked at, nothing of them lies anywhere in clear."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import URL

from service.demo import APPROVER, FIRM, HE, LI, PEOPLE, WU
from service.operation.backups import back_up
from service.settings import DATA, DATABASE, Settings
from tests.processes import free_port
from tests.service.conftest import CLAIM, NOW, ROOT, V1
from tests.service.files import pdf
from tests.service.plain_search import Dump, dumped, plain_search, plant
from tests.service.protection.conftest import on_postgres

EMPLOYEES = [{"name": "陈晓明", "id_number": "440309199703120014"}, {"name": "黄志强", "id_number": "44030919970313001X"}]
SUBSIDY = {"situation": "employment-creation-subsidy-claim", "form": {"employees": EMPLOYEES, "bank_account": "4000020000001"}}
BACKUPS: dict[str, bytes | None] = {"plain.backup": None, "enciphered.backup": "红色的自行车 17".encode()}
WITHDRAWN_FOR = "住院期间改由女儿何小燕办理"
SECRETS = [
    *(each[field] for each in PEOPLE for field in ("name", "number", "agent_number") if field in each),
    *(each[field] for each in EMPLOYEES for field in ("name", "id_number")),
    "6222000000000001", "4000020000001", WITHDRAWN_FOR, "何小燕", "1945-03-15",
]  # fmt: skip


def test_nothing_of_anybody_lies_in_clear(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    with _served(settings, log) as client:
        number = _all_sorts(client)
        live = _places(settings, log)  # the write-ahead log is still there
        assert plain_search(live, SECRETS) == []
    assert plain_search(_places(settings, log), SECRETS) == []
    assert plain_search(_places(settings, log), [number])  # it was searched where things are kept
    backups = [_backed_up(settings, tmp_path / name, passphrase) for name, passphrase in BACKUPS.items()]
    assert plain_search(backups, SECRETS) == []
    assert {Path(each.place.partition("!")[0]).name for each in plain_search(backups, [number])} == {"plain.backup"}  # it was looked into
    planted = plant(settings.data / "planted", "李桂芳")
    assert len({each.place for each in plain_search([settings.data], ["李桂芳"])}) >= len(planted)
    control = [_backed_up(settings, tmp_path / f"control-{name}", passphrase) for name, passphrase in BACKUPS.items()]
    assert {Path(each.place.partition("!")[0]).name for each in plain_search(control, ["李桂芳"])} == {"control-plain.backup"}


def _backed_up(settings: Settings, file: Path, passphrase: bytes | None) -> Path:
    back_up(settings, file, NOW, passphrase)
    return file


def _places(settings: Settings, log: Path) -> list[Path | Dump]:
    return [settings.data, log, *_dump(settings.database)]


def _dump(database: URL) -> list[Dump]:
    return [dumped(database)] if on_postgres(database) else []


def _all_sorts(client: httpx.Client) -> str:
    """Applications that are approved, rejected and left to a person, a withdrawal, looks, and calls that fail. A case number."""
    links = {number: _applied(client, number, CLAIM) for number in (LI, WU, HE)}
    _applied(client, FIRM, SUBSIDY)
    approver = _token(client, APPROVER)
    for each in links.values():
        assert client.get(f"{each['receipt']}?reason=register", headers=approver).status_code in (200, 404)
    withdrawn = client.post(f"{links[HE]['self']}/withdraw", json={"reason": WITHDRAWN_FOR}, headers=_token(client, HE))
    assert withdrawn.status_code == 200, withdrawn.text
    scan = pdf(text=LI)
    assert plain_search([Dump("scan", scan)], [LI])
    handed = client.post(f"{V1}/materials", files={"file": ("李桂芳的户口簿.pdf", scan)}, headers=_token(client, LI))
    assert handed.status_code == 201, handed.text
    file = client.get(f"{V1}/materials/{handed.json()['id']}", headers=_token(client, LI))
    assert file.content == scan
    facts = {"applicant": {"name": "李桂芳", "number": LI}, "form": CLAIM["form"], "evidence": {}}
    client.post(f"{V1}/situations/{CLAIM['situation']}/precheck", json=facts)
    client.get(f"{V1}/cases/{LI}", headers=approver)
    client.get(f"{V1}/licence-uses?before={LI}", headers=_token(client, LI))
    client.post(f"{V1}/applications", content=f'{{"situation": "{LI}", "李桂芳'.encode(), headers=_token(client, LI))
    client.post(f"{V1}/sessions", json={"number": "440309194503150029"})
    client.get(f"/{LI}?李桂芳")
    return str(links[LI]["self"]).rpartition("/")[2]


def _applied(client: httpx.Client, number: str, body: Any) -> dict[str, str]:
    headers = {**_token(client, number), "Idempotency-Key": f"key-{body['situation']}"}
    answer = client.post(f"{V1}/applications", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    links: dict[str, str] = answer.json()["links"]
    return links


def _token(client: httpx.Client, number: str) -> dict[str, str]:
    opened = client.post(f"{V1}/sessions", json={"number": number})
    client.cookies.clear()
    return {"Authorization": f"Bearer {opened.json()['token']}"}


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator[httpx.Client]:
    """`miaopi serve`, with what it prints kept."""
    port = free_port()
    database = settings.database.render_as_string(hide_password=False)
    environment = {**os.environ, DATABASE: database, DATA: str(settings.data)}
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--rules", str(ROOT)]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, stdout=written, stderr=written, env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            while process.poll() is None:
                try:
                    if client.get("/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            assert process.poll() is None, log.read_text()
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
