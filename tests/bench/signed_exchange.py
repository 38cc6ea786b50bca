"""One signed synchronous exchange against the signed floor and beside other SOAP stacks that sign and verify too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from adapters.ports import HttpReply
from adapters.shep.sync import read_reply
from adapters.trust import Trust
from contracts.words import Protocol
from gateway.bus_signatures import make_wrap
from tests.bench.evidence import Sent, find_sent
from tests.bench.exchange import OURS, PASSPORT
from tests.bench.floor import BareSignatures, curl_post
from tests.bench.measuring import Batch, Section, Series, Way, count_calls, divide, take_turns
from tests.bench.ours import BusKeys, adapters_at, ask
from tests.bench.peers.running import StartPeer
from tests.bench.stub import stub_process

FLOOR: Final = "signed floor"
SIGNING, OPENING, READING = "ours, signing alone", "ours, verifying alone", "ours, reading the verified reply alone"
UNSIGNED: Final = "ours, unsigned"
_WHAT = (
    "floor: bytes made beforehand over libcurl; each way one parse, exclusive c14n, digest, bare operation",
    "ours: written, signed, posted, verified with chain and roles, read into the vocabulary, evidence recorded",
    "the reply is signed beforehand; peers get the payload ready as text and read nothing out of the reply's payload",
)


def measure_signed(
    sent: Sequence[Sent], keys: BusKeys, algorithm: str, rounds: int, calls: int, peers: Mapping[str, StartPeer]
) -> Section:
    """CPU of this process, or of the peer's, and wall time of one exchange, each way in turn."""
    plain = find_sent(sent, Protocol.SHEP_SYNC, PASSPORT)
    one = plain.signed(keys.ours, keys.bus)
    bare, sign = BareSignatures(keys.ours, keys.bus), make_wrap(keys.ours)
    with (
        ExitStack() as stack,
        stub_process([(b"", one.reply)]) as url,
        stub_process([(b"", plain.reply)]) as plain_url,
        adapters_at(url, keys) as adapters,
        adapters_at(plain_url) as unsigned,
    ):
        curl = curl_post(url, one.request)
        bus = adapters.shep_sync
        prepared, open_message = bus.preparations.of(one.passport), bus.trust.unwrap
        opened = HttpReply(200, "text/xml; charset=utf-8", open_message(one.reply, "").content)

        def floor() -> None:
            bare.sign(plain.request)
            bare.verify(curl())

        ways: dict[str, Way | Batch] = {
            FLOOR: floor,
            OURS: lambda: ask(adapters, one),
            UNSIGNED: lambda: ask(unsigned, plain),
            SIGNING: lambda: sign(plain.request),
            OPENING: lambda: open_message(one.reply, ""),
            READING: lambda: read_reply(prepared, opened, Trust()),
            **{name: stack.enter_context(start(url, plain, keys)) for name, start in peers.items()},
        }
        cpu, wall = take_turns(ways, rounds, calls)
        called = count_calls(lambda: ask(adapters, one))
    ratios = [
        divide("ours / floor, CPU", cpu[OURS], cpu[FLOOR], "to hold: 2 or less"),
        divide("ours / floor, wall", wall[OURS], wall[FLOOR]),
        divide("signing / ours, CPU", cpu[SIGNING], cpu[OURS]),
        divide("verifying / ours, CPU", cpu[OPENING], cpu[OURS]),
        divide("reading / ours, CPU", cpu[READING], cpu[OURS]),
        divide("ours / ours unsigned, CPU", cpu[OURS], cpu[UNSIGNED]),
    ]
    ratios += [divide(f"ours / {name}, CPU", cpu[OURS], cpu[name]) for name in peers]
    title = f"One signed exchange, {algorithm} ({PASSPORT}: request {len(one.request)}, reply {len(one.reply)} bytes)"
    series: tuple[Series, ...] = (*cpu.values(), *wall.values(), called)
    return Section(f"exchange-{algorithm}", title, series, tuple(ratios), _WHAT)
