"""One asynchronous exchange: the question out, the acceptance, the late reply pushed to us, our receipt for it."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from contracts.words import Protocol
from tests.bench.evidence import Sent, find_sent
from tests.bench.exchange import FLOOR as PYCURL
from tests.bench.exchange import OURS
from tests.bench.floor import BareSignatures, curl_post
from tests.bench.measuring import Batch, Section, Way, count_calls, divide, take_turns
from tests.bench.ours import BusKeys, adapters_at, ask_later
from tests.bench.signed_exchange import FLOOR as SIGNED
from tests.bench.stub import stub_process

_WHAT = (
    "ours: written, posted, the acceptance read, the pushed reply read into the vocabulary, the receipt written",
    "floor: bytes made beforehand over libcurl, what comes is parsed and no more; signed: four messages, the bare",
    "operations of each (two made, two verified); who takes the pushed message in over HTTP is counted in neither",
)


def measure_asynchronous(
    sent: Sequence[Sent], keys: BusKeys | None, algorithm: str, rounds: int, calls: int
) -> Section:
    """CPU of this process and wall time of the whole of one exchange; without keys, on an unsigned bus."""
    plain = find_sent(sent, Protocol.SHEP_ASYNC)
    one = plain.signed(keys.ours, keys.bus) if keys else plain
    bare = BareSignatures(keys.ours, keys.bus) if keys else None
    with stub_process([(b"", one.reply)]) as url, adapters_at(url, keys) as adapters:
        curl = curl_post(url, one.request)
        receipt = adapters.shep_async.answer_push(adapters.shep_async.read_pushed(one.pushed))  # type: ignore[arg-type]

        def floor() -> None:
            if bare is None:
                etree.fromstring(curl())
                etree.fromstring(one.pushed)
                return
            bare.sign(plain.request)
            bare.verify(curl())
            bare.verify(one.pushed)
            bare.sign(receipt)

        name = SIGNED if keys else PYCURL
        ways: dict[str, Way | Batch] = {name: floor, OURS: lambda: ask_later(adapters, one)}
        cpu, wall = take_turns(ways, rounds, calls)
        called = count_calls(lambda: ask_later(adapters, one))
    ratios = (
        divide("ours / floor, CPU", cpu[OURS], cpu[name]),
        divide("ours / floor, wall", wall[OURS], wall[name]),
    )
    how, key = f"signed, {algorithm}" if keys else "unsigned", one.passport.key
    title = f"One asynchronous exchange, {how} ({key}: request {len(one.request)}, late reply {len(one.pushed)} bytes)"
    word = "-".join(["asynchronous", *([algorithm] if keys else [])])
    return Section(word, title, (*cpu.values(), *wall.values(), called), ratios, _WHAT)
