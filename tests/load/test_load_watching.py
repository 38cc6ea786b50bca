"""The suite's journal is read line by line: none is missed, none is read before it is known whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.load.watching import Watch
from tests.support.house import MockServer


@dataclass(frozen=True)
class Pages(MockServer):
    """Tells one page for each time that it is asked, and what it was asked for."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        self.asked.append(path)
        return self.pages.pop(0)


def tell(number: int, *, done: bool = True, channel: str = "sync", **words: str) -> dict[str, Any]:
    return {"number": number, "at": "2026-10-01T09:00:00+05:00", "done": done, "channel": channel} | words


def test_a_message_of_which_it_is_not_known_yet_whose_it_is_is_read_at_the_next_look() -> None:
    first = [tell(1, registry="mvd", request_digest="a"), tell(2, done=False), tell(3, registry="mvd")]
    later = [tell(2, done=False, registry="gbdrn", failure="slow"), tell(3, registry="mvd", request_digest="a")]
    suite, watch = Pages("http://suite", pages=[first, later, []]), Watch()
    watch.read_journal(suite)
    assert [one.registry for one in watch.messages] == ["mvd"]
    watch.read_journal(suite)
    assert [(one.registry, one.failure, one.digest) for one in watch.messages] == [
        ("mvd", "", "a"), ("gbdrn", "slow", ""), ("mvd", "", "a"),
    ]  # fmt: skip
    assert watch.missed == 0
    assert [path.split("&")[0].rpartition("=")[2] for path in suite.asked] == ["0", "1", "3"]


def test_lines_that_were_forgotten_before_they_were_read_are_counted_and_pushes_are_no_messages() -> None:
    page = [tell(5, registry="mvd"), tell(6, channel="push", registry="kgd"), tell(7)]
    watch = Watch()
    watch.read_journal(Pages("http://suite", pages=[page, []]))
    assert watch.missed == 4
    assert [one.registry for one in watch.messages] == ["mvd", ""]
