"""Files in a bucket of an S3-compatible store, for many machines. Needs the extra `s3`.

Endpoint, region and credentials come from where every S3 client has them: `AWS_ENDPOINT_URL_S3`, `AWS_REGION`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, the shared configuration file, or the machine's role.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.materials.storage.interface import Missing, StorageFailed

_ABSENT = frozenset({"404", "NoSuchKey"})


class Bucket:
    """`prefix`: what keys begin with in the bucket, with its slash, or nothing."""

    def __init__(self, bucket: str, prefix: str) -> None:
        settings = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
        self._client: Any = boto3.client("s3", config=settings)
        self._bucket = bucket
        self._prefix = prefix

    def put(self, key: str, content: bytes) -> None:
        """The store checks what arrives by a checksum of its own."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=self._prefix + key, Body=content, ContentType="application/octet-stream"
            )
        except (BotoCoreError, ClientError) as error:
            raise StorageFailed(_told(error)) from None

    def get(self, key: str) -> bytes:
        try:
            found: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"].read()
        except ClientError as error:
            raise (Missing(key) if _told(error) in _ABSENT else StorageFailed(_told(error))) from None
        except BotoCoreError as error:
            raise StorageFailed(_told(error)) from None
        return found

    def remove(self, key: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)
        except (BotoCoreError, ClientError) as error:
            raise StorageFailed(_told(error)) from None

    def kept(self) -> Iterator[tuple[str, datetime]]:
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for each in page.get("Contents", ()):
                    yield each["Key"].removeprefix(self._prefix), each["LastModified"].astimezone(UTC)
        except (BotoCoreError, ClientError) as error:
            raise StorageFailed(_told(error)) from None


def _told(error: Exception) -> str:
    """The store's code, or the kind of error: its text may name what should stay in the configuration."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
