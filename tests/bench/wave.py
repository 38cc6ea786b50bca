"""A wave: many exchanges at once, ours in threads and as an application of the real gateway, against one bare loop."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from contracts.catalogue import load_catalogue
from contracts.words import Protocol
from gateway.http import GatewayClient
from tests.bench.deployment import COPIED, name_copy, name_service, write_deployment
from tests.bench.evidence import SOAP_HEADERS, Sent, find_sent
from tests.bench.floor import BareSignatures
from tests.bench.house import House, Setup, open_house, submit
from tests.bench.measuring import Batch, Section, Series, Way, divide, take_turns
from tests.bench.ours import BusKeys, adapters_at, ask
from tests.bench.processes import wait_until_idle
from tests.bench.raw import ask_at_once, connections, http_post
from tests.bench.registries import Registries
from tests.bench.stub import set_delay, stub_process
from tests.support.databases import SQLITE

DELAYS: Final = (0.005, 0.05, 0.5)
FLOOR, THREADS, DURABLE = "floor", "ours, threads, nothing kept", "ours, durable, by the gateway"
_POOL: Final = 128
"""As many threads as the gateway has for exchanges."""
_WHAT = (
    "floor: bytes made beforehand, open connections, one selector loop; signed: the bare operations of each exchange",
    "threads: our adapters alone, over as many services, nothing kept",
    "durable: from the 202 of an application of so many calls until its package is registered, every answer committed",
)


@dataclass(frozen=True)
class Stage:
    """A stub that answers for all copies of a source, and a gateway that asks it."""

    house: House
    plain: Sent
    keys: BusKeys | None = field(repr=False)
    folder: Path

    @property
    def bus(self) -> str:
        return self.house.setup.bus

    def messages(self, size: int) -> list[Sent]:
        """One of each copy, unsigned."""
        passports = load_catalogue([self.folder]).passports
        own = f"<serviceId>{self.plain.passport.service_id}</serviceId>".encode()
        wave = []
        for name in (name_copy(n) for n in range(1, size + 1)):
            request = self.plain.request.replace(own, f"<serviceId>{name}</serviceId>".encode())
            wave.append(replace(self.plain, passport=passports[name], request=request))
        return wave


@contextmanager
def open_stage(folder: Path, registries: Registries, sent: Sequence[Sent], setup: Setup) -> Iterator[Stage]:
    """With the database and the signatures of the set-up; the rest of it is the stage's own."""
    # About whom the application asks: an answer about another is none.
    iin = registries.signer.declared["applicant"]["iin"]
    plain = find_sent(sent, Protocol.SHEP_SYNC, COPIED, iin)
    keys = BusKeys.of(registries, setup.algorithm) if setup.algorithm else None
    reply = plain.signed(keys.ours, keys.bus).reply if keys else plain.reply
    folder.mkdir()
    deployment = write_deployment(folder / "deployment")
    with stub_process([(b"", reply)]) as bus:
        own = replace(setup, passports=deployment, bus=bus)
        with open_house(folder / "gateway", registries, own) as house:
            yield Stage(house, plain, keys, deployment)


@dataclass(frozen=True)
class DurableWaves:
    """Applications of so many calls, one after another, by the real gateway."""

    client: GatewayClient
    house: House
    service: str

    def run(self, calls: int) -> tuple[float, float]:
        """CPU of the gateway, intake included; of the clock, from 202 to the registered package."""
        pids, passed = self.house.gateway_pids, 0.0
        wait_until_idle(*pids)
        worked = self.house.cpu_seconds()
        for _ in range(calls):
            application = submit(self.client, self.house, self.house.sign(self.service))
            started = time.perf_counter()
            if not any(event["kind"] == "package_registered" for event in self.client.follow_events(application)):
                raise RuntimeError("the package was not registered")
            passed += time.perf_counter() - started
        wait_until_idle(*pids)
        return self.house.cpu_seconds() - worked, passed


def measure_wave(stage: Stage, rounds: int, size: int, delay: float) -> Section:
    """Wall and CPU of one wave, in milliseconds."""
    set_delay(stage.bus, delay)
    wave, keys, url = stage.messages(size), stage.keys, stage.bus
    signed = [each.signed(keys.ours, keys.bus) for each in wave] if keys else wave
    bare = BareSignatures(keys.ours, keys.bus) if keys else None
    posts = [http_post(url, each.request, SOAP_HEADERS) for each in signed]
    unsigned = iter_bodies(wave)
    with ExitStack() as stack:
        adapters = stack.enter_context(adapters_at(url, keys, load_catalogue([stage.folder])))
        opened = stack.enter_context(connections(url, size))
        pool = stack.enter_context(ThreadPoolExecutor(_POOL))
        client = stack.enter_context(GatewayClient(stage.house.gateway_url, stage.house.key))

        def floor() -> None:
            if bare is None:
                ask_at_once(opened, posts)
            else:
                ask_at_once(opened, posts, before=lambda _: bare.sign(next(unsigned)), behind=bare.verify)

        ways: dict[str, Way | Batch] = {
            FLOOR: floor,
            THREADS: lambda: list(pool.map(lambda each: ask(adapters, each), wave)),
            DURABLE: DurableWaves(client, stage.house, name_service(size)),
        }
        cpu, wall = take_turns(ways, rounds, 1)
    setup = stage.house.setup
    elsewhere = "" if setup.database == SQLITE else setup.database
    hold = "to hold: 1.5 or less" if keys and delay == DELAYS[1] else ""
    return Section(
        "-".join(word for word in ("wave", str(size), f"{delay * 1000:.0f}", setup.algorithm, elsewhere) if word),
        f"A wave of {size} exchanges at {delay * 1000:.0f} ms, {setup}",
        tuple(_milliseconds(each) for each in (*wall.values(), *cpu.values())),
        (
            divide("threads / floor, wall", wall[THREADS], wall[FLOOR]),
            divide("durable / floor, wall", wall[DURABLE], wall[FLOOR], hold),
        ),
        _WHAT,
    )


def iter_bodies(wave: Sequence[Sent]) -> Iterator[bytes]:
    """What is to be signed, again and again."""
    while True:
        yield from (each.request for each in wave)


def _milliseconds(series: Series) -> Series:
    values = tuple(value / 1000 for value in series.values)
    return Series(series.name, series.unit.replace("µs", "ms"), values)
