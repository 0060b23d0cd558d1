"""What docs/record.md says of checking without this program is so: its lines of Python run alone, and tell right from wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from service.demo import APPROVER, AUDITOR
from service.state import Service
from tests.service.audit.history import whole_record
from tests.service.conftest import ROOT, V1, Client

[LINES] = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / "record.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)


def holds(folder: Path, document: bytes) -> bool:
    """`-I`: nothing of the project can be imported."""
    (folder / "document").write_bytes(document)
    command = [sys.executable, "-I", *(str(folder / each) for each in ("lines.py", "keys", "document"))]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return found.returncode == 0 and found.stdout == "it holds\n"


def test_proofs_receipts_and_copies_are_checked_by_thirty_lines(
    service: Service, client: Client, li: Client, tmp_path: Path
) -> None:
    assert "miaopi" not in LINES
    (tmp_path / "lines.py").write_text(LINES, "utf-8")
    (tmp_path / "keys").write_bytes(client.get(f"{V1}/keys").content)
    for _ in range(3):
        whole_record(service)
        number = li.apply(key="k").json()["number"]
    receipt = f"{V1}/cases/{number}/receipt?reason=register"
    complete, copy = client.signed_in(APPROVER).get(receipt).content, li.get(receipt).content
    whole_record(service)
    proof = client.signed_in(AUDITOR).get(f"{V1}/audit/cases/{number}").content
    for document, changed in ((proof, b"case.submitted"), (complete, b"300.00"), (copy, b"300.00")):
        assert holds(tmp_path, document)
        assert changed in document
        assert not holds(tmp_path, document.replace(changed, changed[:-1] + b"1"))
