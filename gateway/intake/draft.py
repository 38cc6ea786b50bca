"""A draft: what will be signed, in the forms in which it is signed; nothing is kept, nobody is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.clock import Clock
from gateway.intake.acceptance import SoundApplication
from gateway.intake.wrapper import write_wrapper
from gateway.store.rows import Client


@dataclass(frozen=True)
class Draft:
    application: bytes = field(repr=False)
    """The exact bytes to sign, as the caller wrote them."""
    xml: bytes = field(repr=False)
    """The document to sign where the signing software wants XML."""
    sound: SoundApplication = field(repr=False)


@dataclass(frozen=True)
class MakeDraft:
    check: Callable[[bytes, Client, datetime], SoundApplication]
    clock: Clock

    def __call__(self, content: bytes, client: Client) -> Draft:
        """Raises what a submission of the same content would, but for its signature."""
        sound = self.check(content, client, self.clock())
        return Draft(content, write_wrapper(content), sound)
