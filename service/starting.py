"""Opens all that the service works with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from secrets import token_bytes

from engine.catalogue import Catalogue
from service import demo
from service.audit.sealer import Sealer
from service.cases import actions as on_cases
from service.cases.draw import Draw, kept_secret
from service.cases.numbers import CaseNumbers
from service.clients.keeping import CALLS
from service.database import open_database
from service.evidence.sources import open_sources
from service.licences.issuer import Issuer
from service.materials.opening import open_materials
from service.oidc.provider import Provider
from service.policies.importing import follow
from service.protection.actions import protect
from service.rate_limits import SharedWindow
from service.retention import actions as retention
from service.review import templates as review_templates
from service.revocations import follow_ups
from service.rulesets import Rulesets, licence_types
from service.settings import Settings
from service.state import Service, day_of

PRECHECKS, PRECHECK_WINDOW = 60, 60  # a client's calls in so many seconds
EXPORTS, EXPORT_WINDOW = 5, 3600
CALLS_WINDOW = 60
STARTS, STARTS_WINDOW = 600, 600  # sign-ins by the provider that begin, from one address
FAILURES, FAILURES_WINDOW = 20, 900  # wrong secrets of one machine client from one address


def _now() -> datetime:
    return datetime.now(UTC)


def start(settings: Settings, matters: Catalogue, rulesets: Rulesets, now: Callable[[], datetime] = _now) -> Service:
    """Opens the database, and fills a new one with the made-up people if there are to be any. Raises `Unusable`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = open_database(settings.database)
    try:
        keyring = protect(database, settings.key_file, now())
    except BaseException:
        database.close()
        raise
    if settings.made_up:
        database.write(lambda session: demo.seed(session, now(), day_of(now())))
    database.write(lambda session: review_templates.seed(session, now()))
    retention.schedule(database, now())
    record = settings.record
    issuer = Issuer(database, settings.data, settings.issuer)
    sealer = Sealer(database, record.keys(settings.data), record.anchored(settings.data), now, record.every)
    return Service(
        database=database,
        catalogue=matters,
        rulesets=follow(database, settings.rules, rulesets, now()),
        draw=Draw(kept_secret(settings.data / "draw.key", demo.DRAW_SECRET if settings.made_up else token_bytes(32))),
        numbers=CaseNumbers(partial(on_cases.set_aside, database)),
        prechecks=SharedWindow(database, "prechecks", PRECHECKS, PRECHECK_WINDOW, now),
        exports=SharedWindow(database, "exports", EXPORTS, EXPORT_WINDOW, now),
        client_calls=SharedWindow(database, "client-calls", CALLS, CALLS_WINDOW, now),
        token_failures=SharedWindow(database, "token-failures", FAILURES, FAILURES_WINDOW, now),
        oidc_starts=SharedWindow(database, "oidc-starts", STARTS, STARTS_WINDOW, now),
        sources=open_sources(database, settings.evidence, now, issuer),
        materials=open_materials(settings.materials, settings.data, keyring),
        evidence_types=rulesets.types,
        sealer=sealer,
        notifications=settings.notifications,
        commitments_closed=partial(follow_ups.commitments_closed, database),
        issuer=issuer,
        retention=settings.retention,
        licence_types=licence_types(settings.rules),
        data=settings.data,
        now=now,
        made_up=settings.made_up,
        metrics_token=settings.metrics_token,
        oidc=Provider(settings.oidc) if settings.oidc else None,
    )
