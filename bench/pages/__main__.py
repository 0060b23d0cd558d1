"""Measures the hall's pages, asked of a service of its own over HTTP, and keeps the figures: `python -m bench.pages [ROUNDS]`."""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import orjson

from bench.figures import save
from bench.pages.district import write_district
from bench.pages.serving import Served, serving_district
from engine.catalogue import Catalogue, read_catalogue

COMMAND = "python -m bench.pages"
SLOWEST = 50.0
"""Milliseconds within which 95 of 100 pages are answered."""
WARM, ROUNDS = 5, 200
_PART = {"HX-Request": "true"}
_ENGLISH = ("subsidy", "allowance", "permit", "food per", "senior", "card", "registration", "ride-hail", "rent", "certificate")

Ask = Callable[[], tuple[str, Mapping[str, str]]]
"""The next address of a kind of page, with headers."""


def main(rounds: int = ROUNDS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_district(Path(folder))
        catalogue = read_catalogue("matters.yaml", (Path(folder) / "matters.yaml").read_bytes())
        with serving_district(Path(folder)) as served:
            number = apply(served)
            figures = {name: measured(served, ask, rounds) for name, ask in kinds(catalogue, number).items()}
    for name, each in figures.items():
        print(f"{name:34} {each['median']:7.1f} {each['p95']:7.1f} {each['p99']:7.1f} {each['cpu']:7.1f}")
    save("pages", COMMAND, figures)


def measured(served: Served, ask: Ask, rounds: int) -> dict[str, float]:
    """Milliseconds from the request to the last byte of the answer; `cpu`: of the server's processor, a page."""
    connection = HTTPConnection("127.0.0.1", served.port)
    times: list[float] = []
    for each in range(rounds + WARM):
        if each == WARM:
            before = cpu(served.pid)
        path, headers = ask()
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip", "Cookie": served.cookie, **headers})
        answer = connection.getresponse()
        body = answer.read()
        if each >= WARM:
            times.append((time.perf_counter() - began) * 1e3)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body.decode(errors='replace')[:300]}")
    spent = (cpu(served.pid) - before) / rounds * 1e3
    connection.close()
    times.sort()
    return {"least": round(times[0], 1), "median": round(statistics.median(times), 1), "p95": round(times[len(times) * 95 // 100], 1),
            "p99": round(times[len(times) * 99 // 100], 1), "cpu": round(spent, 1)}  # fmt: skip


def cpu(pid: int) -> float:
    """Seconds of processor time, of the process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kinds(catalogue: Catalogue, number: str) -> dict[str, Ask]:
    """Every kind of page of the hall, each asked for by something else every time where there is something to choose."""
    draw = random.Random(0)
    matters, situations = list(catalogue.matters.values()), list(catalogue.situations.values())
    asking = [each for each in matters if each.questions]
    decided = [each for each in situations if each.ruleset and catalogue.matters[each.matter].audience == ("person",)]

    def words() -> str:
        """A part of what some matter is called, as somebody types it."""
        name = draw.choice([(each := draw.choice(matters)).name, *each.keywords])
        start = draw.randrange(len(name))
        return quote(name[start : start + draw.randint(1, 4)])

    def sounds() -> str:
        """Some letters of how some matter sounds."""
        sound = draw.choice(catalogue.sounds[draw.choice(matters).id])
        return draw.choice([sound.initials, sound.endings[0]])[: draw.randint(2, 6)] if sound.endings else "lnbt"

    def filtered() -> str:
        event, department = draw.choice(list(catalogue.life_events)), draw.choice(matters).department
        return draw.choice([f"life_event={event}", f"department={department}", "instant=yes", "audience=organisation"])

    def page(path: Callable[[], str] | str, **headers: str) -> Ask:
        return lambda: (path if isinstance(path, str) else path(), {"Accept-Language": draw.choice(["zh", "en"]), **headers})

    chinese, english = {"Accept-Language": "zh"}, {"Accept-Language": "en"}
    return {
        "start": page("/"),
        "list of matters": page(lambda: f"/matters?page={draw.randint(1, 34)}"),
        "list, filtered": page(lambda: f"/matters?{filtered()}"),
        "search": page(lambda: f"/matters?query={words()}"),
        "search while one types": page(lambda: f"/matters?query={words()}", **_PART),
        "search by pinyin": page(lambda: f"/matters?query={sounds()}", **chinese),
        "search in English": page(lambda: f"/matters?query={quote(draw.choice(_ENGLISH))}", **english),
        "matter": page(lambda: f"/matters/{draw.choice(matters).id}"),
        "questions to the situation": page(lambda: f"/matters/{draw.choice(asking).id}/questions"),
        "guide to a situation": page(lambda: f"/situations/{draw.choice(situations).id}"),
        "guide, with what one holds": page(lambda: f"/situations/{draw.choice(decided).id}?held=yes"),
        "precheck": page(lambda: f"/situations/{draw.choice(decided).id}/precheck"),
        "application form, prefilled": page(lambda: f"/situations/{draw.choice(decided).id}/apply"),
        "answer page": page(f"/my/cases/{number}"),
        "my cases": page("/my/cases"),
        "drafts": page("/my/drafts"),
        "wallet": page("/my/licences"),
        "uses of my licences": page("/my/licence-uses"),
        "inbox": page("/my/inbox"),
        "preferences": page("/my/preferences"),
        "sign in": page("/sign-in"),
    }


def apply(served: Served) -> str:
    """The senior allowance of a made-up person, approved."""
    body = orjson.dumps({"situation": "senior-allowance-first-claim", "form": {"bank_account": "6222000000000001"}})
    answer = served.post("/api/v1/applications", body, {"Idempotency-Key": "bench"})
    return str(orjson.loads(answer)["number"])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
