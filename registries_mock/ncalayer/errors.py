"""What can end a request without a signature, and why the program cannot start with a key."""

from __future__ import annotations

from typing import ClassVar


class Unsigned(Exception):
    """Root of what ends a request; the two modules say each of them in their own words."""


class DialogueClosed(Unsigned):
    """The user closed the dialogue, or found no key in it that fits."""


class Mistyped(Unsigned):
    """An argument is of another kind than the method takes; the text says so in Java's words."""


class Impossible(Unsigned):
    """It cannot be done; the text says why, and is None where NCALayer says nothing."""

    def __init__(self, message: str | None) -> None:
        super().__init__(message)
        self.message = message


class ParametersInvalid(Unsigned):
    """The parameters of a signature exclude each other, or name what does not exist."""


class SocketDropped(Unsigned):
    """The program ends in the middle: there is no answer."""


class HolderError(Exception):
    """Root of why nobody's key can be used; no text holds personal data or keys."""

    code: ClassVar[str] = "holder-error"


class KeyIsReal(HolderError):
    """The key is certified by an authority of the Republic of Kazakhstan, and this program signs unasked."""

    code = "key-is-real"


class KeyFileUnusable(HolderError):
    """The file or its password does not give a key."""

    code = "key-unusable"


class PersonaMissing(HolderError):
    """Nobody is called so."""

    code = "persona-missing"
