"""Writes docs/performance.md from the figures in bench/results: `python -m bench.report`. No figure is typed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench import scale, test_engine, test_peers
from bench.figures import saved
from bench.pages.__main__ import SLOWEST
from bench.pages.district import MATTERS, SITUATIONS
from bench.submit.__main__ import CONNECTIONS, MOST_CPU, TIMES_THE_ORDINARY

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
TOP = """\
# Performance

Written by `python -m bench.report` from `bench/results`; each table names the command that makes its figures. They say how
things compare on one machine. Figures of one table were taken in one run; those of different tables need not agree to the digit.

- Latencies are of single calls, one thread, with the garbage collector on. *Median* is over 1,000 documents; where a run has
  several passes, the median of the passes' medians, and *lowest–highest* are the passes' medians.
- Nothing is remembered between decisions, and every receipt of a timed pass of the comparison is decided again from the facts
  it states, by a ruleset compiled anew, and compared byte by byte.
- On a virtual machine, cores and caches are shared with strangers: differences under a tenth mean nothing there. A load
  average well above 1 says that something else was running during the measurement, which is then one to repeat.
"""

_STEPS = ("The same workload, each step by itself. Typing the facts includes their canonical JSON, which the receipt holds, so it "
          "is no part of “typed facts → hashed receipt”; “JSON bytes → hashed receipt” has everything.")


def main() -> None:
    sections = [_peers(), _engine(), _submit(), _pages(), _scale(), _memory()]
    PAGE.write_text("\n".join([TOP, *(each for each in sections if each)]), encoding="utf-8")


def _peers() -> str:
    kept = saved("peers")
    if kept is None:
        return ""
    figures = kept["figures"]
    ratios = figures["times faster than ZEN with trace"]
    latencies = {**figures["latency"], **figures.get("drools", {})}
    rows = [
        (name, _us(each["median"]), f"{_us(each['min'])}–{_us(each['max'])}", _us(each["slow"]) if "slow" in each else "",
         f"{ratios[name]:.1f}" if name in ratios else "")
        for name, each in latencies.items()
    ]
    bars = [
        (test_peers.RECEIPT, test_peers.TIMES_FASTER_WITH_RECEIPT),
        (test_peers.DECISION, test_peers.TIMES_FASTER_WITHOUT),
    ]
    told = [f"- {name}: at least {bar:.0f} times faster than ZEN with trace: {_verdict(ratios[name] >= bar)} ({ratios[name]:.1f})."
            for name, bar in bars]
    return _section(
        "Beside other engines",
        "One workload: twelve conditions over a nested document of about 900 bytes, 1,000 seeded documents, three conclusions "
        "(`bench/peers`). Every engine gives the same conclusion and the same twelve outcomes on all of them before anything "
        "is timed; then all are timed in turn, five times over. ZEN is called as `engine.evaluate(key)`, the fastest way it "
        "has. Drools, where its jars are, runs in a Java process of its own, after Java has compiled what is hot, on objects "
        "that need no reading; it keeps no record but of the rules that fired.",
        ("µs a decision", "median", "lowest–highest", "99 %", "× ZEN with trace"), rows, kept, told,
    )


def _engine() -> str:
    kept = saved("engine")
    if kept is None:
        return ""
    figures = dict(kept["figures"])
    shell = figures.pop("miaopi check, one file, from the shell", None)
    reading = {name: figures.pop(name) for name in list(figures) if name.startswith(("ruleset ", "compile alone"))}
    steps = [(name, _us(each["median"]), _us(each["min"])) for name, each in figures.items()]
    rulesets = [(name, _us(each["median"]), _us(each["min"])) for name, each in reading.items()]
    longest = max(each["min"] for name, each in reading.items() if name.startswith("ruleset "))
    told = [f"- A ruleset is read, checked and compiled within {test_engine.LONGEST_COMPILING:.0f} ms: "
            f"{_verdict(longest <= test_engine.LONGEST_COMPILING)} (the longest takes {longest:.1f} ms at best)."]
    if shell:
        told.append(f"- `miaopi check` of one changed file within {test_engine.LONGEST_CHECK:.0f} s, start of Python included: "
                    f"{_verdict(shell['median'] <= test_engine.LONGEST_CHECK)} ({shell['median']:.2f} s).")
    return "\n".join([
        _section("The steps of a decision", _STEPS, ("µs", "median", "lowest"), steps, kept, []),
        _section(
            "Reading rulesets",
            "From its file to ready to decide, fragments included; evidence.yaml is read once while it does not change and "
            "the grammar once a process.",
            ("ms", "median", "lowest"), rulesets, kept, told,
        ),
    ])


def _submit() -> str:
    kept = saved("submit")
    if kept is None:
        return ""
    figures = dict(kept["figures"])
    times, left = figures.pop("times the ordinary stack"), figures.pop("work it leaves behind")
    rows = [
        (name, f"{each['rate']:.0f}", f"{each['cpu']:.2f}", f"{each['median']:.0f}", f"{each['p99']:.0f}")
        for name, each in figures.items()
    ]
    cpu = figures["whole submission"]["cpu"]
    told = [
        f"- At least {TIMES_THE_ORDINARY} times the rate at which the ordinary stack does its one insert: "
        f"{_verdict(times >= TIMES_THE_ORDINARY)} ({times:.2f}).",
        f"- At most {MOST_CPU} ms of processor time a submission: {_verdict(cpu <= MOST_CPU)} ({cpu:.2f}).",
        "- What a submission leaves to be done after its answer (result licence, notices, figures) takes "
        f"{left['cpu']:.1f} ms of processor time more.",
    ]
    return _section(
        "Whole submissions",
        f"Sent over {CONNECTIONS} connections to one process on SQLite with `synchronous=FULL`: signed in, form held to the ruleset, "
        "evidence from the embedded provider, decision, sealed receipt, and every row encrypted and committed before the answer. "
        "Beside it, in turn in the same run: FastAPI with an ORM session in the thread pool, one bare insert and commit a request. "
        "The load is made on the same two cores.",
        ("", "a second", "ms of processor", "median ms", "99 % ms"), rows, kept, told,
    )


def _pages() -> str:
    kept = saved("pages")
    if kept is None:
        return ""
    figures = kept["figures"]
    rows = [(name, *(f"{each[key]:.1f}" for key in ("median", "p95", "p99", "cpu"))) for name, each in figures.items()]
    slowest = max(figures, key=lambda name: figures[name]["p95"])
    most = figures[slowest]["p95"]
    told = [f"- 95 of 100 within {SLOWEST:.0f} ms, each kind of page: {_verdict(most <= SLOWEST)} (the slowest, {slowest}: {most:.1f} ms)."]
    return _section(
        "The hall's pages",
        f"With {MATTERS} matters of {SITUATIONS} situations, made from the starter ones, on SQLite; asked of a process of its own over "
        "HTTP, one after the other, by somebody who is signed in, in Chinese and English, mostly something else each time. From the "
        "request to the last byte of the page, compressed.",
        ("ms", "median", "95 %", "99 %", "of processor"), rows, kept, told,
    )


def _scale() -> str:
    kept = saved("scale")
    if kept is None:
        return ""
    figures = kept["figures"]
    latency = figures["latency"]
    last = f"spread over {scale.RULESETS}"
    rows = [
        ("all read, checked and compiled, s", f"{figures['seconds']:.1f}"),
        ("memory of all, MB", f"{figures['megabytes']:.0f}"),
        *((f"facts to receipt, {name}, µs", _us(each)) for name, each in latency.items()),
    ]
    hundred = latency[last] / latency["spread over 100"]
    told = [
        f"- All ready within {scale.LONGEST_LOADING:.0f} s: {_verdict(figures['seconds'] <= scale.LONGEST_LOADING)}; "
        f"within {scale.MOST_MEMORY:.0f} MB: {_verdict(figures['megabytes'] <= scale.MOST_MEMORY)}.",
        f"- Spread over all at most a tenth slower than one after the other: {_verdict(figures['slower'] <= scale.MOST_SLOWER)} "
        f"(× {figures['slower']:.2f}). Nothing is searched: × {hundred:.2f} from 100 rulesets to all. What costs is that a "
        "ruleset just decided by lies in the core's own cache, and others do not.",
    ]
    return _section(
        f"{scale.RULESETS} rulesets in one process",
        f"675 matters of a district have {scale.RULESETS} rulesets. They are generated, no two alike, twelve conditions each; "
        "each decides on the same documents, typed just before and not timed.",
        ("", ""), rows, kept, told,
    )


def _memory() -> str:
    kept = saved("memory")
    if kept is None:
        return ""
    figures = kept["figures"]
    rows = [(f"after {count} decisions", f"{size:.1f}") for count, size in figures["megabytes"].items()]
    growth = figures["growth"]
    told = [f"- At most {scale.MOST_GROWTH:.0f} MB more: {_verdict(growth <= scale.MOST_GROWTH)} ({growth:+.1f} MB)."]
    return _section("Memory over a million decisions", "Facts typed, decided, receipt written.", ("MB held by the process", ""),
                    rows, kept, told)


def _section(title: str, text: str, head: Iterable[str], rows: Iterable[Iterable[str]], kept: Mapping[str, Any],
             told: Iterable[str]) -> str:
    head = list(head)
    lines = [f"## {title}", "", text, "", _row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows), ""]
    machine = kept["machine"]
    made = (f"`{kept['command']}` on {machine['day']}: {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} "
            f"GiB, {machine['system']}, Python {machine['python']}; load average at the end {machine['load']}.")
    return "\n".join([*lines, *told, *([""] if told else []), made, ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _us(value: float) -> str:
    return f"{value:.1f}"


def _verdict(kept: bool) -> str:
    return "met" if kept else "**not met here**"


if __name__ == "__main__":
    main()
