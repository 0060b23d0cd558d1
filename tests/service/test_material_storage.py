"""One promise, whichever the storage: what was put is there whole, under its key alone, until it is removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from service.materials.settings import MaterialsSettings, read_settings
from service.materials.storage.folder import Folder
from service.materials.storage.interface import Missing, Storage, StorageFailed
from service.materials.storage.s3 import Bucket

KEY, OTHER = "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e62"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """An S3-compatible server; its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in {"AWS_ENDPOINT_URL_S3": s3, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
                        "AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="materials")
    for each in client.list_objects_v2(Bucket="materials").get("Contents", ()):
        client.delete_object(Bucket="materials", Key=each["Key"])
    client.put_object(Bucket="materials", Key="of-others/x", Body=b"not ours")
    return Bucket("materials", "longhua/")


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Folder(tmp_path / "materials")
    found: Bucket = request.getfixturevalue("bucket")
    return found


def test_what_was_put_is_there_until_it_is_removed(storage: Storage) -> None:
    storage.put(KEY, b"one")
    storage.put(OTHER, bytes(3_000_000))
    assert (storage.get(KEY), len(storage.get(OTHER))) == (b"one", 3_000_000)
    storage.remove(KEY)
    storage.remove(KEY)
    with pytest.raises(Missing):
        storage.get(KEY)
    assert len(storage.get(OTHER)) == 3_000_000


def test_everything_kept_is_told_with_its_time(storage: Storage) -> None:
    storage.put(KEY, b"one")
    [(key, put)] = storage.kept()
    assert key == KEY
    assert abs(datetime.now(UTC) - put) < timedelta(minutes=5)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageFailed):
        Folder(tmp_path / "taken" / "materials")


def test_a_store_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, bucket: Bucket) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(StorageFailed):
        Bucket("materials", "").put(KEY, b"one")


def test_a_bucket_that_is_not_there_is_told(bucket: Bucket) -> None:
    with pytest.raises(StorageFailed, match="NoSuchBucket"):
        Bucket("another", "").put(KEY, b"one")


def test_the_place_is_a_folder_or_a_bucket(tmp_path: Path) -> None:
    assert MaterialsSettings().folder(tmp_path) == tmp_path / "materials"
    assert read_settings({"MIAOPI_MATERIALS": str(tmp_path / "else")}).folder(tmp_path) == tmp_path / "else"
    assert read_settings({"MIAOPI_MATERIALS": "s3://longhua"}).bucket == ("longhua", "")
    assert read_settings({"MIAOPI_MATERIALS": "s3://longhua/a/b/"}).bucket == ("longhua", "a/b/")


@pytest.mark.parametrize(("variable", "value"), [
    ("MIAOPI_MATERIALS", "http://example.com"), ("MIAOPI_MATERIALS", "s3://"), ("MIAOPI_MATERIALS_LARGEST", "0"),
    ("MIAOPI_MATERIALS_LARGEST", "1e12"), ("MIAOPI_MATERIALS_DAILY", "many"), ("MIAOPI_MATERIALS_TOTAL", "-1"),
])  # fmt: skip
def test_a_setting_that_is_not_usable_is_named_and_its_value_is_not(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=rf"^not usable as they are set: {variable}$"):
        read_settings({variable: value})
