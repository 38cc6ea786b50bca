"""The tables of docs/scale.md, written from the unit costs and the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.simulation.country.costs import Costs
from tests.simulation.country.model import SECONDS_AN_HOUR, Night, Setup, count_needed, run_night, size_for_night

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scale.md"
_BEGIN = "<!-- tables: written by `make simulate-country` from tests/simulation/country/unit_costs.toml -->\n"
_END = "<!-- end of tables -->"
TODAY = Setup("one machine of 2 cores", cores=2, database_servers=1, connections=1_000)
_SHOWN_BUSY = 3
_DAY_HOURS = 24.0


def list_setups(costs: Costs) -> tuple[Setup, ...]:
    """From what there is to what the night needs, step by step."""
    sized = replace(size_for_night(costs, TODAY), name="machines enough, registries as they are")
    return (
        TODAY,
        sized,
        replace(sized, name="machines enough, ten times the quotas", quota_factor=10.0),
        replace(sized, name="machines enough, fifty persons a message", messages_factor=0.02),
        replace(sized, name="machines enough, only the twentieth that changed", share_asked=0.05),
        replace(sized, name="changed families alone, twice the quotas", share_asked=0.05, quota_factor=2.0),
        replace(TODAY, name="one machine, changed families, fifty a message", share_asked=0.05, messages_factor=0.02),
    )


def write_tables(costs: Costs) -> str:
    """Markdown: unit costs, what the night needs, what each set-up does with it."""
    return "\n".join((*_costs(costs), "", *_needs(costs), "", *_nights(costs))) + "\n"


def refresh(page: str, costs: Costs) -> str:
    """The page with its tables as they are now; raises ValueError where the page has no place for them."""
    before, found, rest = page.partition(_BEGIN)
    _, closed, after = rest.partition(_END)
    if not found or not closed:
        raise ValueError(f"the page has no marks like {_BEGIN.strip()}")
    return f"{before}{_BEGIN}\n{write_tables(costs)}\n{_END}{after}"


def _costs(costs: Costs) -> Iterator[str]:
    yield "| unit cost | value | of | measured or assumed by |"
    yield "|---|---|---|---|"
    for cost in costs.cost:
        yield f"| `{cost.key}` | {cost.value:g} | {cost.unit} | {cost.source}; {cost.date} |"
    yield f"| exchanges a family | {costs.messages:.1f} | counted by `decide` | ordinary families of the mock suite |"


def _needs(costs: Costs) -> Iterator[str]:
    families, hours = costs.night.families, costs.night.hours
    messages = families * costs.messages
    terabytes = messages * costs.value("database.kilobytes_per_exchange") / 1e9
    yield f"{families:,} families in {hours:g} hours are {families / hours / SECONDS_AN_HOUR:,.0f} families,"
    yield f"{messages / hours / SECONDS_AN_HOUR:,.0f} messages and as many answers written a second,"
    yield f"{messages / 1e6:,.0f} million messages and {terabytes:.1f} TB of evidence a night:"
    yield ""
    yield "| of this | one machine has | the night needs | that is times |"
    yield "|---|---|---|---|"
    needed = count_needed(costs, TODAY)
    servers = TODAY.database_servers
    has = {"gateway cores": TODAY.cores, "database": servers, "job queue": servers, "connections": TODAY.connections}
    quota = costs.value("registry.quota_per_second")
    for name, times in sorted(needed.items(), key=lambda item: -item[1]):
        own = has.get(name)
        told = f"{own:,}" if own is not None else f"{quota:g} a second"
        wanted = f"{own * times:,.1f}" if own is not None else f"{quota * times:,.0f} a second"
        yield f"| {_plain(name)} | {told} | {wanted} | {times:,.1f} |"


def _nights(costs: Costs) -> Iterator[str]:
    yield "| set-up | cores | database servers | connections | done after | gives way first | then |"
    yield "|---|---|---|---|---|---|---|"
    for setup in list_setups(costs):
        night = run_night(costs, setup)
        first, *others = sorted(night.busy, key=lambda name: -night.busy[name])[:_SHOWN_BUSY]
        then = ", ".join(f"{_plain(name)} ({night.busy[name]:.0%} busy)" for name in others)
        yield (
            f"| {setup.name} | {setup.cores} | {setup.database_servers} | {setup.connections:,} | {_duration(night)} "
            f"| {_plain(first)} | {then} |"
        )


def _plain(name: str) -> str:
    kind, _, key = name.partition(" ")
    return f"registry `{key}`" if kind == "registry" else name


def _duration(night: Night) -> str:
    return f"{night.hours:.1f} hours" if night.hours < 2 * _DAY_HOURS else f"{night.hours / _DAY_HOURS:.1f} days"
