"""A wave: many exchanges at once with registries that take 50 ms, ours over threads against one bare selector loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice, zip_longest

from contracts.words import Protocol
from tests.bench.evidence import SOAP_HEADERS, Sent
from tests.bench.exchange import adapters_at, ask_ours
from tests.bench.measuring import Section, Series, divide, take_turns
from tests.bench.raw import ask_at_once, connections, http_post
from tests.bench.stub import stub_process

DELAY = 0.05
_POOL = 128
"""As many threads as the gateway has for exchanges."""
_WHAT = (
    "ours: the application's own questions to the bus, over all its registries in turn; threads and pycurl",
    "floor: request bytes made beforehand, open connections, one selector loop, nothing built and nothing parsed",
)


def measure_wave(sent: Sequence[Sent], rounds: int, size: int) -> Section:
    """Wall and CPU of one wave, in milliseconds."""
    wave = list(islice(cycle(_spread(sent)), size))
    replies = [(each.mark, each.reply) for each in {each.passport.key: each for each in wave}.values()]
    with (
        stub_process(replies, DELAY) as url,
        adapters_at(url) as adapters,
        connections(url, size) as opened,
        ThreadPoolExecutor(_POOL) as pool,
    ):
        messages = [http_post(url, each.request, SOAP_HEADERS) for each in wave]
        ways = {
            "floor": lambda: ask_at_once(opened, messages),
            "ours": lambda: list(pool.map(lambda each: ask_ours(adapters, each), wave)),
        }
        cpu, wall = take_turns(ways, rounds, 1)
    return Section(
        f"wave-{size}",
        f"A wave of {size} unsigned exchanges at {DELAY * 1000:.0f} ms, over {len(replies)} services",
        tuple(_milliseconds(each) for each in (wall["floor"], wall["ours"], cpu["floor"], cpu["ours"])),
        (divide("ours / floor, wall p50", wall["ours"], wall["floor"], "to hold: 1.5 or less (signed and durable)"),),
        _WHAT,
    )


def _spread(sent: Sequence[Sent]) -> list[Sent]:
    """The application's synchronous messages on the bus, one of each registry after the other."""
    by_registry: dict[str, list[Sent]] = defaultdict(list)
    for each in sent:
        if each.passport.protocol is Protocol.SHEP_SYNC and not each.passport.auxiliary:
            by_registry[each.passport.registry].append(each)
    return [each for rank in zip_longest(*by_registry.values()) for each in rank if each is not None]


def _milliseconds(series: Series) -> Series:
    values = tuple(value / 1000 for value in series.values)
    return Series(series.name, series.unit.replace("µs", "ms"), values)
