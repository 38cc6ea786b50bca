"""A reply in the service's other envelope: the same document under another root, within elements around it."""

from __future__ import annotations

from contracts.passport import Passport, Payload
from contracts.words import DataForm


def inner_payload(passport: Passport) -> Payload:
    """The reply as it stands at the end of the first path that it may also come within."""
    *_, root = passport.reply.also_within[0].split("/")
    return passport.reply.model_copy(update={"root": root, "form": DataForm.ELEMENT, "qualified": "all"})


def put_within(body: bytes, passport: Passport) -> bytes:
    """The written (and signed) document with the elements around it; its own bytes stay as they are."""
    *outer, _ = passport.reply.also_within[0].split("/")
    prefixes = {step.partition(":")[0] for step in outer if ":" in step}
    spaces = "".join(f' xmlns:{prefix}="{passport.namespaces[prefix]}"' for prefix in sorted(prefixes))
    begin = "".join(f"<{step}{spaces if n == 0 else ''}>" for n, step in enumerate(outer))
    end = "".join(f"</{step}>" for step in reversed(outer))
    return begin.encode() + body + end.encode()
