"""Handing in files: what is kept, for whom, and that of what is refused nothing is left."""

from __future__ import annotations

import asyncio
import hashlib
import resource
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import multipart
from service.app import create_app
from service.demo import APPROVER, LI, WU
from service.materials.actions import sweep
from service.materials.names import safe_name
from service.settings import Settings, sqlite_url
from service.starting import start
from service.state import Service
from tests.service import files
from tests.service.conftest import ROOT, Client
from tests.service.handing_in import PATH, PDF, hand_in, problem
from tests.service.rows import select

pytestmark = pytest.mark.either_database

HOUSEHOLD = {"situation": "senior-allowance-first-claim", "material": "household"}


def kept(settings: Settings) -> int:
    """Files that lie in the storage."""
    return sum(each.is_file() for each in (settings.data / "materials").rglob("*"))


def rows(settings: Settings) -> int:
    found: int = select(settings.database, "SELECT count(*) FROM upload")[0][0]
    return found


def nothing_is_kept(settings: Settings) -> bool:
    return (kept(settings), rows(settings)) == (0, 0)


def test_a_file_is_kept_and_handed_out_as_it_came(li: Client) -> None:
    answer = hand_in(li, data=HOUSEHOLD)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["name"], told["type"], told["size"]) == ("户口簿.pdf", "pdf", len(PDF))
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (told["situation"], told["material"]) == tuple(HOUSEHOLD.values())
    assert told["id"][14] == "7"
    assert answer.headers["location"] == told["link"]
    found = li.get(told["link"])
    assert found.content == PDF
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%88%B7%E5%8F%A3%E7%B0%BF.pdf"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-digest"] == f"sha-256=:{b64encode(hashlib.sha256(PDF).digest()).decode()}:"


def test_the_type_is_told_by_the_content_alone(li: Client) -> None:
    told = hand_in(li, files.picture("png"), "户口簿.pdf").json()
    assert (told["type"], told["name"]) == ("png", "户口簿.pdf.png")
    assert li.get(told["link"]).headers["content-type"] == "image/png"


def test_what_lies_in_the_storage_says_nothing_and_is_nobody_elses(li: Client, settings: Settings) -> None:
    hand_in(li)
    folder = settings.data / "materials"
    [file] = [each for each in folder.rglob("*") if each.is_file()]
    assert b"PDF" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (folder, file.parent)} == {0o700}


def test_a_file_changed_in_the_storage_is_not_handed_out(li: Client, settings: Settings) -> None:
    first, second = (hand_in(li, files.pdf(text=each)).json() for each in ("one", "two"))
    places = {each.name: each for each in (settings.data / "materials").rglob("*") if each.is_file()}
    places[first["id"]].write_bytes(places[second["id"]].read_bytes())
    assert li.get(first["link"]).status_code == 500
    assert li.get(second["link"]).status_code == 200


@pytest.mark.parametrize(("content", "fault"), [
    (b"", "empty"), (b"MZ" + bytes(99), "unknown-type"), (PDF[:-40], "damaged"),
    (files.ofd({"Doc_0/zeros": bytes(80_000_000)}), "expands-too-much"), (files.png_that_says(60_000, 60_000), "too-many-pixels"),
])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_that_may_not_be_taken_leaves_nothing(
    li: Client, settings: Settings, content: bytes, fault: str, lang: str
) -> None:
    answer = hand_in(li, content, headers={"Accept-Language": lang})
    assert problem(answer) == (422, "material-refused")
    assert answer.json()["fault"] == fault
    assert answer.json()["detail"].isascii() == (lang == "en")
    assert nothing_is_kept(settings)


@pytest.mark.parametrize(("content", "data", "fault"), [
    (files.ofd(), HOUSEHOLD, "wrong-format"), (PDF, HOUSEHOLD | {"material": "id-card"}, "not-uploadable"),
    (PDF, HOUSEHOLD | {"material": "passport"}, "unknown-material"), (PDF, {"situation": HOUSEHOLD["situation"]}, "unknown-material"),
])  # fmt: skip
def test_a_file_fits_the_material_it_is_for(li: Client, settings: Settings, content: bytes, data: Any, fault: str) -> None:
    answer = hand_in(li, content, data=data)
    assert problem(answer) == (422, "material-refused")
    assert answer.json()["fault"] == fault
    assert nothing_is_kept(settings)


def test_of_an_unknown_situation_nothing_is_handed_in(li: Client) -> None:
    assert problem(hand_in(li, data={"situation": "none", "material": "x"})) == (404, "unknown-situation")


NAMES = {
    "../../../etc/passwd": "passwd.pdf", "C:\\windows\\证.pdf": "证.pdf", "a\r\nSet-Cookie: x.pdf": "a Set-Cookie_ x.pdf",
    "": "material.pdf", ".": "material.pdf", "..": "material.pdf", ".htaccess": "htaccess.pdf", "x.PDF": "x.PDF",
    "run\u202efdp.exe": "runfdp.exe.pdf", "a" * 5_000 + ".pdf": "a" * 120 + ".pdf", "x.exe": "x.exe.pdf", "a/b/": "material.pdf",
    "\u0000": "material.pdf", "e\u0301.pdf": "é.pdf",
}  # fmt: skip


@pytest.mark.parametrize(("written", "safe"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_made_safe(written: str, safe: str) -> None:
    assert safe_name(written, "pdf") == safe


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(written: str) -> None:
    name = safe_name(written, "pdf")
    assert name.lower().endswith(".pdf")
    assert 5 <= len(name) <= 124
    assert not {"/", "\\", "\0", "\n", "\r", '"'} & set(name)
    assert safe_name(name, "pdf") == name


@pytest.mark.parametrize("name", ["../../x.pdf", "名" * 255 + ".pdf", 'a";b=".pdf', "\u202egnp.pdf"])
def test_any_name_can_be_sent(li: Client, name: str) -> None:
    answer = hand_in(li, name=name)
    assert answer.status_code == 201
    assert li.get(answer.json()["link"]).status_code == 200


def test_a_file_over_the_limit_is_refused_whether_its_length_is_told_or_not(service: Service, settings: Settings) -> None:
    small = replace(service.materials, settings=service.materials.settings.model_copy(update={"largest": 1_000}))
    li = Client(create_app(replace(service, materials=small))).signed_in(LI)
    assert problem(hand_in(li, bytes(1_001))) == (413, "too-large")
    assert problem(hand_in(li, bytes(100_000))) == (413, "too-large")
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert problem(li.call("POST", PATH, content=_endless(), headers=form)) == (413, "too-large")
    assert nothing_is_kept(settings)


async def _endless() -> AsyncIterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for _ in range(1_000):
        yield bytes(1_000)
    raise AssertionError("it was read to its end")


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no part": b"--x--\r\n",
    "a field alone": b'--x\r\nContent-Disposition: form-data; name="situation"\r\n\r\ny\r\n--x--\r\n',
    "a file of another name": PART.replace(b'"file"', b'"files"') + PDF + b"\r\n--x--\r\n",
    "two files": (PART + PDF + b"\r\n") * 2 + b"--x--\r\n",
    "no end": PART + PDF,
    "no name": b"--x\r\nContent-Disposition: form-data\r\n\r\ny\r\n--x--\r\n",
    "file as a field": b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-1.7\r\n--x--\r\n',
    "unknown field": PART + PDF + b'\r\n--x\r\nContent-Disposition: form-data; name="owner"\r\n\r\n1\r\n--x--\r\n',
    "another boundary": (PART + PDF).replace(b"--x", b"--y") + b"\r\n--y--\r\n",
    "many fields": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ny\r\n' * 1_000 + b"--x--\r\n",
    "a long field": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"y" * 10_000 + b"\r\n--x--\r\n",
    "a long header": b"--x\r\n" + b"X-A: " + b"y" * 12_000 + b"\r\n\r\ny\r\n--x--\r\n",
    "no multipart": b"\x00\xff" * 500,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_bad_body_is_a_problem_and_keeps_nothing(li: Client, settings: Settings, body: bytes) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert problem(li.call("POST", PATH, content=body, headers=form)) == (422, "bad-multipart")
    assert nothing_is_kept(settings)


@given(body=st.binary(max_size=300) | st.lists(st.sampled_from([PART, b"--x", b"--x--", b"\r\n", b":", b"a", b'"', PDF[:50]]))
       .map(b"".join))  # fmt: skip
def test_no_body_at_all_makes_a_server_error(shared: Client, body: bytes) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert shared.call("POST", PATH, content=body, headers=form).status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "application/pdf", "text/plain", "", "multipart/mixed; boundary=x"])
def test_only_a_form_with_a_file_is_taken(li: Client, kind: str) -> None:
    assert problem(li.call("POST", PATH, content=PDF, headers={"Content-Type": kind})) == (415, "not-multipart")


def test_a_form_without_a_boundary_is_a_problem(li: Client) -> None:
    assert problem(li.call("POST", PATH, content=PDF, headers={"Content-Type": "multipart/form-data"})) == (422, "bad-multipart")


def test_a_body_that_does_not_come_is_not_waited_for(li: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "LONGEST_WAIT", 0)
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert problem(li.call("POST", PATH, content=_slowly(), headers=form)) == (408, "too-slow")


async def _slowly() -> AsyncIterator[bytes]:
    yield PART
    await asyncio.sleep(60)


@pytest.fixture(scope="module")
def shared(rules: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One signed-in client for all generated bodies: none of them may change anything."""
    folder = tmp_path_factory.mktemp("shared")
    settings = Settings(ROOT / "rules", ROOT / "matters.yaml", sqlite_url(folder / "miaopi.db"), folder)
    service = start(settings, *rules)
    yield Client(create_app(service)).signed_in(LI)
    assert nothing_is_kept(settings)
    service.close()


def _form() -> tuple[bytes, str]:
    request = httpx.Request("POST", "http://x", files={"file": ("a.pdf", PDF)})
    return request.read(), request.headers["content-type"]


@pytest.mark.parametrize(("algorithm", "name"), [("sha-256", "sha256"), ("sha-512", "sha512")])
def test_a_digest_of_the_body_is_checked(li: Client, settings: Settings, algorithm: str, name: str) -> None:
    body, kind = _form()
    for content, status in ((body + b" ", 400), (body, 201)):
        right = b64encode(hashlib.new(name, body).digest()).decode()
        headers = {"Content-Type": kind, "Content-Digest": f"unixsum=:AA==:, {algorithm}=:{right}:"}
        assert li.call("POST", PATH, content=content, headers=headers).status_code == status
    assert rows(settings) == 1


@pytest.mark.parametrize("digest", ["sha-256=abc", "sha-256=:$$:", "sha-256=:AA==:", "none", "sha-256=:A:"])
def test_a_digest_that_is_not_the_bodys_is_refused(li: Client, settings: Settings, digest: str) -> None:
    assert problem(hand_in(li, headers={"Content-Digest": digest})) == (400, "digest-mismatch")
    assert nothing_is_kept(settings)


def test_a_checksum_of_the_file_is_checked(li: Client, settings: Settings) -> None:
    assert problem(hand_in(li, data={"sha256": "0" * 64})) == (400, "digest-mismatch")
    assert nothing_is_kept(settings)
    assert hand_in(li, data={"sha256": hashlib.sha256(PDF).hexdigest().upper()}).status_code == 201


def test_nobody_reads_or_removes_what_is_anothers(client: Client, li: Client) -> None:
    link = hand_in(li).json()["link"]
    for other in (client.signed_in(WU), client.signed_in(APPROVER)):
        assert problem(other.get(link)) == (404, "unknown-upload")
        assert problem(other.call("DELETE", link)) == (404, "unknown-upload")
        assert other.get(PATH).json()["materials"] == []
    assert client.get(link).status_code == 401
    assert li.get(link).status_code == 200


@pytest.mark.parametrize("id_", ["0", "..%2f..%2fmiaopi.db", "%00", "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", "019AAF2E" * 4])
def test_an_id_that_is_none_is_not_found(li: Client, id_: str) -> None:
    assert problem(li.get(f"{PATH}/{id_}"))[0] == 404
    assert problem(li.call("DELETE", f"{PATH}/{id_}"))[0] == 404


def test_only_who_is_signed_in_is_read_from(client: Client) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=x"}

    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield PDF

    assert client.call("POST", PATH, content=body(), headers=form).status_code == 401
    assert not read


def test_the_vault_shows_ones_own_the_newest_first(li: Client) -> None:
    ids = [hand_in(li, files.pdf(text=str(each))).json()["id"] for each in range(3)]
    page = li.get(f"{PATH}?limit=2").json()
    assert [each["id"] for each in page["materials"]] == ids[:0:-1]
    assert [each["id"] for each in li.get(page["next"]).json()["materials"]] == ids[:1]


def test_what_is_removed_is_gone_with_its_file(li: Client, settings: Settings) -> None:
    link = hand_in(li).json()["link"]
    assert li.call("DELETE", link).status_code == 204
    assert li.get(link).status_code == 404
    assert nothing_is_kept(settings)
    assert select(settings.database, "SELECT size, uploads FROM upload_usage") == [(0, 1)]


def test_a_file_sent_again_is_one_upload(li: Client, settings: Settings) -> None:
    first, again = hand_in(li), hand_in(li)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = hand_in(li, data=HOUSEHOLD)
    assert other.status_code == 201
    assert (kept(settings), rows(settings)) == (2, 2)


def test_many_at_once_of_one_file_are_one_upload(li: Client, settings: Settings) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: hand_in(li), range(6)))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert len({each.json()["id"] for each in answers}) == 1
    assert (kept(settings), rows(settings)) == (1, 1)


def _limited(service: Service, **limits: int) -> Client:
    limited = replace(service.materials, settings=service.materials.settings.model_copy(update=limits))
    return Client(create_app(replace(service, materials=limited))).signed_in(LI)


def test_an_account_hands_in_so_many_a_day(service: Service, settings: Settings) -> None:
    li = _limited(service, daily=2)
    assert [hand_in(li, files.pdf(text=str(each))).status_code for each in range(3)] == [201, 201, 429]
    assert kept(settings) == 2
    tomorrow = replace(service, now=lambda: service.now() + timedelta(hours=20))
    assert hand_in(_limited(tomorrow, daily=2), files.pdf(text="x")).status_code == 201


def test_an_account_keeps_so_many_bytes(service: Service, settings: Settings) -> None:
    li = _limited(service, total=len(PDF) + 10)
    first = hand_in(li)
    assert first.status_code == 201
    assert problem(hand_in(li, files.pdf(text="another"))) == (409, "vault-full")
    li.call("DELETE", first.json()["link"])
    assert hand_in(li, files.pdf(text="x")).status_code == 201
    assert kept(settings) == 1


def test_uploads_at_once_do_not_go_past_the_quota_together(service: Service, settings: Settings) -> None:
    li = _limited(service, daily=3)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: hand_in(li, files.pdf(text=str(each))), range(6)))
    assert sorted(each.status_code for each in answers) == [201] * 3 + [429] * 3
    assert (kept(settings), rows(settings)) == (3, 3)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow past 100 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_nothing_is_kept_and_nothing_breaks(service: Service, settings: Settings, li: Client) -> None:
    storage = service.materials.storage

    class Full:
        """The storage, on a disk that is full."""

        def put(self, key: str, content: bytes) -> None:
            with full_disk():
                storage.put(key, content)

        def __getattr__(self, name: str) -> Any:
            return getattr(storage, name)

    full: Any = Full()
    app = create_app(replace(service, materials=replace(service.materials, storage=full)))
    answer = hand_in(Client(app, li.token))
    assert problem(answer) == (503, "storage-failed")
    assert answer.headers["retry-after"] == "60"
    assert nothing_is_kept(settings)
    assert hand_in(li).status_code == 201


def test_files_of_which_nothing_came_are_swept_away(service: Service, settings: Settings, li: Client) -> None:
    link = hand_in(li).json()["link"]
    service.materials.storage.put("019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", b"left by a crash")
    half = settings.data / "materials" / "61" / "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61.x1.new"
    half.write_bytes(b"half")
    assert sweep(service) == 0  # it may still be about to get its row
    assert sweep(service, datetime.now(UTC) + timedelta(seconds=5)) == 2
    assert kept(settings) == 1
    assert li.get(link).status_code == 200


def test_too_many_at_once_are_asked_to_wait(li: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "AT_ONCE", 0)
    answer = hand_in(li)
    assert problem(answer) == (503, "busy")
    assert "retry-after" in answer.headers
