"""The OpenAPI document is kept to: whatever is sent, the answer is one that it promises, and never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.catalogue import Catalogue
from service.app import create_app
from service.demo import APPROVER, LI, WRITER
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import NOW, ROOT, Client
from tests.service.databases import KINDS, new_database

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WHO = {"applicant": LI, "approver": APPROVER, "policy_writer": WRITER}


@pytest.fixture(params=KINDS)
def asked(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Path, rules: tuple[Catalogue, Rulesets]
) -> Iterator[Service]:
    """A service for all that is asked of it, which stops when the asking does."""
    folder = tmp_path / "asked"
    with new_database(request.param, folder, templates) as url:
        service = start(Settings(ROOT / "rules", ROOT / "matters.yaml", url, folder), *rules, now=lambda: NOW)
        yield service


@pytest.mark.parametrize("who", WHO)
def test_whatever_is_sent_the_answer_is_one_that_is_promised(asked: Service, who: str) -> None:
    app = create_app(asked)
    headers = {"Authorization": f"Bearer {Client(app).signed_in(WHO[who]).token}"}
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    tried = 0
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if "/sessions" not in operation.path:
            _try(operation, headers)
            tried += 1
    assert tried > 10


def _try(operation: Any, headers: dict[str, str]) -> None:
    @given(operation.as_strategy())
    @settings(max_examples=max(settings().max_examples // 10, 5), deadline=None, suppress_health_check=list(HealthCheck))
    def answered(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers, timeout=120)

    answered()


def test_no_answer_is_left_open(asked: Service) -> None:
    """Each is described, and an object holds what is declared or is a map of one kind of value."""
    document = create_app(asked).openapi()
    described = {
        f"{method} {path} {status}": content["schema"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if status != "default"
        for content in answer.get("content", {}).values()
    }
    assert [name for name, schema in described.items() if not schema] == []
    schemas = [*described.items(), *((name, each) for name, each in document["components"]["schemas"].items() if _goes_out(each))]
    assert [name for name, schema in schemas if _open(schema)] == []


def _goes_out(schema: dict[str, Any]) -> bool:
    return "properties" in schema and schema.get("title") not in ("HTTPValidationError", "ValidationError")


def _open(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object" and schema.get("additionalProperties", True) is True and schema.get("title") != "Body"
