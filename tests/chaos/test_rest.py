"""A run comes to rest, or it is said what did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.chaos.rest import wait_for_rest


def look_of(*looks: Sequence[str] | None) -> Callable[[], Sequence[str] | None]:
    """One after the other, and the last one for ever."""
    left = list(looks)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_a_rest_that_comes_is_waited_for() -> None:
    assert wait_for_rest(look_of(["a lease of app_1"], None, [], ["a lease of app_1"], []), 20) == ""


def test_a_rest_that_does_not_come_is_said_with_what_is_under_way() -> None:
    told = wait_for_rest(look_of(["a lease of app_1", "a lease of app_1", "an exchange of app_2"]), 0.1)
    assert told == "there was no rest within 0 s; still under way: a lease of app_1, an exchange of app_2"


def test_of_much_that_is_under_way_the_first_few_are_named() -> None:
    told = wait_for_rest(look_of([f"a lease of app_{n}" for n in range(8)]), 0.1)
    assert told.endswith("a lease of app_4, and 3 more")


def test_a_database_that_cannot_be_asked_is_no_rest() -> None:
    assert "cannot be asked" in wait_for_rest(look_of(None), 0.1)
