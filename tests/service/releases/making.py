"""Keeps what this version leaves behind, for later ones to take up: `python -m tests.service.releases.making`, when it is released.

On SQLite, and on the PostgreSQL that `MIAOPI_TEST_POSTGRES` names: a backup of a service in which everybody has done something.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import __version__
from service.app import create_app
from service.demo import HE, LI, SUN, WU
from service.handlers import handlers
from service.operation.backups import back_up
from service.rulesets import load_rules
from service.settings import Settings
from service.starting import start
from service.state import Service
from service.work.actions import Worker
from tests.service.conftest import NOW, ROOT, V1, Client
from tests.service.databases import KINDS, drop_databases, new_database
from tests.service.handing_in import hand_in
from tests.service.policies.writing import cases, flat, writers
from tests.service.review.approvers import ALIVE, WITHOUT_RULESET, approvers

HERE = Path(__file__).parent


def live(service: Service) -> None:
    """A version of the ruleset is coming.

    李桂芳 is approved and hands a file in, 吴秀珍 is rejected and appeals, 孙国强 is approved by a person, 何振声 waits for a source.
    """
    client = Client(create_app(service))
    worker = Worker(service.database, handlers(service), service.now)
    li, wu, he, sun = (client.signed_in(each) for each in (LI, WU, HE, SUN))
    li.apply(key="first")
    wu.apply(key="first")
    wu.post(f"{V1}/cases/{wu.get(f'{V1}/cases').json()['cases'][0]['number']}/appeal", {"reason": "户口已经迁入深圳"})
    zheng, _ = approvers(client)
    he.apply(key="first")
    number = sun.apply(key="first").json()["number"]
    version = zheng.take(number)
    assert zheng.move(number, "approve", version, {"reason": "已电话核实", "settled": [ALIVE]}).status_code == 200
    li.apply(WITHOUT_RULESET, key="second")
    assert hand_in(li).status_code == 201
    writing = writers(service, client)
    while worker.do_due():
        pass
    writing.put_in_force(flat(500), cases("2026-12-01"), "2026-12-01")
    while worker.do_due():
        pass
    service.sealer.seal()


def main() -> None:
    for kind in KINDS:
        with TemporaryDirectory() as folder, new_database(kind, Path(folder, "data"), Path(folder)) as url:
            settings = Settings(ROOT / "rules", ROOT / "matters.yaml", url, Path(folder, "data"))
            service = start(settings, *load_rules(settings), now=lambda: NOW)
            live(service)
            service.close()
            back_up(settings, Path(folder, "backup"), NOW)
            kept = HERE / f"{__version__}-{kind}.backup.gz"
            kept.write_bytes(gzip.compress(Path(folder, "backup").read_bytes(), 9, mtime=0))
            print(kept, kept.stat().st_size)
    drop_databases()


if __name__ == "__main__":
    main()
