"""docs/reports/profile.md: the rooms of one exchange, and the threads of applications under load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.measuring import show_figure
from tests.bench.profile.rooms import Profile
from tests.bench.profile.threads import Spent

_ROOMS: Final = {
    "adapters/payloads": "the question into XML, the reply into the vocabulary",
    "adapters/shep": "envelopes of the bus, written and read",
    "adapters/http": "the message handed to libcurl, the reply taken from it",
    "adapters": "tries, deadlines, turns, evidence",
    "signing/wsse": "headers of WS-Security, written and read",
    "signing/xmldsig": "canonical form and digests",
    "signing": "the message parsed, chains, roles",
    "gateway": "which key signs, who is believed",
    "contracts": "what passports and replies are",
    "tests/bench": "the benchmark's own call",
}
_ROLES: Final = {
    "exchange": "exchanges, their evidence and log lines",
    "store-writer": "every write, in groups",
    "round": "what is to be asked and decided next",
    "waitress": "the API: signature, acceptance, answers",
    "MainThread": "the web server's look at its sockets",
    "webhooks": "looks for what portals are to be told",
    "scheduler": "looks for what is due",
    "names": "this measurement's own",
}
_DEAREST: Final = 15


@dataclass(frozen=True)
class Load:
    """Applications of one set-up, under load: what one of them costs, by thread."""

    title: str
    applications: int
    spent: Spent
    """Of one application."""


def render(run: Mapping[str, str], command: str, exchange: Profile, loads: Sequence[Load]) -> str:
    """The page."""
    total, dearest = sum(exchange.rooms.values()), dict(list(exchange.functions.items())[:_DEAREST])
    lines = [
        "# Where the time goes",
        "",
        "```console",
        f"$ {command}",
        "```",
        "",
        f"Measured on {run['date']} (commit {run['commit']}): {run['machine']}; load at the start {run['load']}; "
        f"{run['versions']}.",
        "",
        "It explains what falls short in [benchmarks.md](../benchmarks.md); shares are to be quoted, not times.",
        "",
        "## One signed exchange (RSA)",
        "",
        f"{show_figure(exchange.plain)} µs of CPU, {show_figure(exchange.calls)} functions called. A folder's time is",
        "of its own functions, without what they call elsewhere; what they call in C is theirs, but for libcurl and",
        "operations of keys. What the profiler adds to a call is taken off, the same of each call: where there are",
        "many small ones it is told roughly.",
        "",
        "| room | what it does | µs | share |",
        "|---|---|---|---|",
        *(f"| {name} | {_ROOMS.get(name, '')} | {_row(took, total)} |" for name, took in exchange.rooms.items()),
        "",
        f"The {len(dearest)} dearest functions are {_share(sum(dearest.values()), total)} of it:",
        "",
        "| function, with what it calls in C | µs | share |",
        "|---|---|---|",
        *(f"| {name} | {_row(took, total)} |" for name, took in dearest.items()),
        "",
        "## Applications of 24 calls, eight at once",
        "",
        "CPU of the gateway's process by thread, as the kernel counts it, for one application, intake included. A",
        "switch is a thread that gave way (for the interpreter's lock, a socket, a commit) or was put aside.",
    ]
    for load in loads:
        lines += ["", *_tell_load(load)]
    return "\n".join(lines) + "\n"


def _tell_load(load: Load) -> list[str]:
    spent, total = load.spent, sum(load.spent.milliseconds.values())
    switches = sum(spent.switches.values())
    rows = sorted(spent.milliseconds.items(), key=lambda each: -each[1])
    return [
        f"**{load.title}** ({load.applications} applications): {show_figure(total)} ms, of which the kernel has "
        f"{_share(spent.in_kernel, total)}; {switches:.0f} switches.",
        "",
        "| threads | what they do | CPU ms | share | switches |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {_ROLES.get(name, '')} | {_row(took, total)} | {spent.switches.get(name, 0):.0f} |"
            for name, took in rows
            if took / total >= 0.001
        ),
    ]


def _row(took: float, total: float) -> str:
    return f"{show_figure(took)} | {_share(took, total)}"


def _share(part: float, total: float) -> str:
    return f"{part / total:.1%}"
