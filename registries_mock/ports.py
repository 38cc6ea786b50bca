"""What the suite needs of its population, and of time that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from contracts.vocabulary.terms import Record

if TYPE_CHECKING:
    from registries_mock.people.facts import Family


class Persona(Protocol):
    """A documented person of the population."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def shows(self) -> str: ...

    @property
    def failures(self) -> Sequence[Mapping[str, Any]]:
        """What befalls whoever asks about these people, at all times: rows of failures, without the persona."""
        ...


class People(Protocol):
    """The synthetic population, as far as registries look into it."""

    @property
    def today(self) -> date:
        """The day on which they are as they are."""
        ...

    def find(self, words: Mapping[str, str]) -> Sequence[Any]:
        """Who fits the question's words (`iin`, or `birth_date` with names), as keys for `record`; nobody is empty."""
        ...

    def record(self, citizen: Any) -> Record:
        """All that registries know of one, in the vocabulary: roots `person`, `household`, `account`; never changed."""
        ...

    def as_of(self, days: int) -> People:
        """The same people, as registries knew them so many days before."""
        ...

    def account(self, iban: str) -> Record | None:
        """Root `account` of an IBAN, and `person.iin` of its holder; None where no bank has it."""
        ...

    def phone(self, iin: str) -> str:
        """The number that the citizens' phone base has for this person."""
        ...

    def personas(self) -> Sequence[Persona]:
        """The documented people."""
        ...

    def iins_of(self, persona: str) -> frozenset[str]:
        """Those of the people of a persona who have one; raises LookupError."""
        ...

    def family_of(self, citizen: str) -> Family:
        """The facts of the family of who bears this IIN; raises LookupError where nobody does."""
        ...

    def describe_application(self, whose: str | Family) -> dict[str, Any]:
        """The application that the persona of this name, or the family, declares; raises LookupError."""
        ...


class Timer(Protocol):
    """Lets work be done later, on a thread of its own."""

    def after(self, seconds: float, work: Callable[[], None]) -> None: ...

    def reset(self) -> None:
        """Forget what has not begun."""
        ...

    def close(self) -> None:
        """Forget, and stop."""
        ...


NewId = Callable[[], str]
"""A new UUID as text, without braces."""
