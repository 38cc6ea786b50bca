"""A run told as a section of the report: its loads, the outage, the backlog, the registries and the processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.bench.charts import Bar, draw_bars
from tests.bench.measuring import Series
from tests.chaos.promises import DATES, DOUBLED, LOST
from tests.chaos.report import judge_all
from tests.load.climbing import Stair
from tests.load.figures import PERCENTS, pick_looks, read_loads, tell_percentiles
from tests.load.judges import BUDGET, DRAINED, GATHERED, INTAKE, NO_STORM, PACED, allow, find_peak
from tests.load.passing import Passed
from tests.load.report import Section, Table
from tests.load.run import Result
from tests.load.sending import ACCEPTED
from tests.load.weather import AWAY, HANGS, HELD_SECONDS

CHART: Final = "load-backlog.svg"
_MOST_LOOKS: Final = 24
_NAMES: Final = [f"{percent} %" if percent < 100 else "most" for percent in PERCENTS]


def tell_run(title: str, facts: Mapping[str, str], result: Result, chart: str = CHART) -> Section:
    """`chart`: the name of the file in which its backlog is drawn, where a registry was away."""
    outages = [each for each in result.passed if each.returned is not None]
    of_outage = [DRAINED, NO_STORM if result.setup.has_quota else PACED] if outages else []
    promises = [INTAKE, LOST, GATHERED, DOUBLED, DATES, *of_outage, BUDGET]
    told = f"{result.accepted} applications were accepted, and {result.registered} packages are registered. "
    left = result.accepted - result.registered
    told += f"{left} wait for their next date. " if left else ""
    told += " ".join(_tell_outage(result, each) for each in outages)
    told += tell_limit(result.stairs) if result.stairs else ""
    tables = [
        Table(("load", "applications", "a second", "times the country's"), [_tell_load(one) for one in result.passed]),
        *([Table(_STAIRS, list(_tell_stairs(result.stairs)))] if result.stairs else []),
        Table(("seconds", "of", *_NAMES), [row for one in result.passed for row in _tell_seconds(one)]),
        *([Table(BACKLOG, list(_tell_backlog(result)))] if outages else []),
        Table(_LOADS, list(_tell_registries(result))),
        Table(("process", "CPU s", "MB at the end", "MB at most"), list(_tell_processes(result))),
    ]
    charts = {chart: draw_backlog(list(_tell_backlog(result)))} if outages else {}
    return Section(title, facts, told.strip(), tables, judge_all(promises, result.broken), charts)


def tell_limit(stairs: Sequence[Stair]) -> str:
    """At which rate a gateway gives way."""
    held, gave_way = [one.rate for one in stairs if one.has_held], [one.rate for one in stairs if not one.has_held]
    carried = f"It carries {held[-1]:.1f} applications a second" if held else "It carries none of these rates"
    return f"{carried}, and {f'gives way at {gave_way[0]:.1f}' if gave_way else 'was asked for no more'}."


_STAIRS: Final = ("applications a second", "came", "not gathered: second third", "last third", "the rate")


def _tell_stairs(stairs: Sequence[Stair]) -> Iterator[Sequence[str]]:
    for one in stairs:
        outcome = "has held" if one.has_held else "gave way"
        yield f"{one.rate:.2f}", str(one.came), f"{one.middle:.0f}", f"{one.last:.0f}", outcome


def draw_backlog(rows: Sequence[Sequence[str]]) -> str:
    """How many applications wait for the registry, by the rows of the backlog."""
    column = BACKLOG.index("wait for it")
    bars = [Bar(f"{row[0]} s", Series(row[0], "applications", (float(row[column]),))) for row in rows]
    return draw_bars("Applications that wait for the registry that is away", "by the second of the run", bars)


def _tell_outage(result: Result, one: Passed) -> str:
    down = result.setup.down
    assert one.returned is not None
    before = [look for look in result.watch.looks if look.at <= one.returned]
    there = [message for message in result.watch.messages if message.registry == down]
    closed = next((look.at for look in result.watch.looks if look.at > one.returned and look.breaker == "closed"), None)
    noticed = "was not noticed" if closed is None else f"was noticed {closed - one.returned:.0f} s later"
    drained = "did not drain" if one.drained is None else f"was gone {one.drained - one.returned:.0f} s after it"
    held = f", each held for {HELD_SECONDS:.0f} s" if one.part.how == HANGS else ""
    return (
        f"`{down}` answered nothing for {one.returned - one.began:.0f} s, in which "
        f"{sum(message.failure in AWAY for message in there)} messages went there in vain{held}. At its return "
        f"{before[-1].blocked} applications waited for it with {before[-1].waiting} exchanges; the return {noticed}, "
        f"and the backlog {drained}, while {one.part.behind} further applications came. {_tell_pace(result)}"
    )


def _tell_pace(result: Result) -> str:
    setup, late = result.setup, result.setup.late_seconds
    second, minute = (allow(window, setup.most_a_minute, late) for window in (1.0, 60.0))
    if setup.has_quota:
        return (
            f"Its quota is {setup.per_minute} a minute: at most {second} in any second, and {minute} in any minute, "
            f"{late:.1f} s of our own delay included."
        )
    there = [one for one in result.watch.messages if one.registry == setup.down]
    after = [one.at for one in there if one.is_after(result.watch.returned)]
    return (
        f"The gateway knows no quota of it, and asked at most {find_peak(after, 1.0)} times within a second and "
        f"{find_peak(after, 60.0)} times within a minute of its return. It wakes {setup.most_a_minute} a minute at "
        f"most then: {second} in any second, and {minute} in any minute, {late:.1f} s of our own delay included."
    )


def _tell_load(one: Passed) -> tuple[str, ...]:
    part = one.part
    rate = part.shape.a_second * part.factor
    return part.shape.title, str(part.count), f"{rate:.2f}", f"{part.factor:.1f}"


def _tell_seconds(one: Passed) -> Iterator[tuple[str, ...]]:
    first, title = one.part.count, one.part.shape.title
    for name, some in ((title, one.sent[:first]), ("behind the return of the registry", one.sent[first:])):
        accepted = [sent.seconds for sent in some if sent.status == ACCEPTED]
        complete = [one.complete[sent.id] for sent in some if sent.id in one.complete]
        if some:
            yield f"accepted: {name}", str(len(accepted)), *tell_percentiles(accepted)
            yield f"complete: {name}", str(len(complete)), *tell_percentiles(complete)


BACKLOG: Final = ("at, s", "accepted", "registered", "due", "carried", "wait for it", "its exchanges", "its breaker")


def _tell_backlog(result: Result) -> Iterator[Sequence[str]]:
    for look in pick_looks(result.watch.looks, _MOST_LOOKS):
        counts = (look.accepted, look.registered, look.due, look.carried, look.blocked, look.waiting)
        yield f"{look.at:.0f}", *map(str, counts), look.breaker or "–"


_LOADS: Final = (
    "registry", "messages", "most in a second", "most in a minute", "kept back", "failed", "retries", "came again",
    "most allowed", "budget at its lowest",
)  # fmt: skip


def _tell_registries(result: Result) -> Iterator[Sequence[str]]:
    for one in read_loads(result.watch):
        asked = one.asked
        counts = one.messages, one.in_a_second, one.in_a_minute, asked.turned_away, asked.failed
        retries = asked.retries, one.again, one.most_retries
        yield one.registry, *map(str, counts), *map(str, retries), f"{one.lowest_budget:.1f}"


def _tell_processes(result: Result) -> Iterator[Sequence[str]]:
    for name, figures in result.processes.items():
        yield name, *(f"{figure:.0f}" for figure in figures)
