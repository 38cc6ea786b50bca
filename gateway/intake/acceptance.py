"""What makes an application sound, who accepted it, and what is committed of it: whatever it is signed by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.application import Application
from contracts.errors import InvalidInput, MalformedInput, NotAllowed, Problem
from contracts.request import Channel, Service
from gateway.core.calendar import local_day, moment_of_acceptance
from gateway.core.law import FindLaw, Law
from gateway.core.terms import promise
from gateway.intake.envelope import Envelope
from gateway.intake.model import read_application, sort_problems
from gateway.intake.rules import find_problems
from gateway.intake.signature import VALUE_SHA256
from gateway.store.rows import Client, ClientKind, NewApplication

FindMore = Callable[[Application, datetime], Iterable[Problem]]
"""Port: faults that no pure rule can see."""


@dataclass(frozen=True)
class SoundApplication:
    """Content without a fault, and what it is judged by on the day of filing."""

    application: Application
    service: Service
    channel: Channel
    law: Law


def check_content(
    content: bytes,
    client: Client,
    received: datetime,
    services: Mapping[str, Service],
    find_law: FindLaw,
    find_more: FindMore,
    *,
    phone_needed: bool = True,
) -> SoundApplication:
    """The application in the bytes; raises MalformedInput, InvalidInput with every fault, NotAllowed.

    `phone_needed` is False where the form that carried it has no place for a phone.
    """
    on = local_day(received)
    application = read_application(content)
    service = services.get(application.service)
    law = find_law(service.code, on) if service is not None else None
    adult_age = law.rules.number("ages.adult") if law else 0
    problems = find_problems(application, service, on, adult_age, phone_needed=phone_needed)
    problems = sort_problems((*problems, *find_more(application, received)))
    if problems or service is None or law is None:
        raise InvalidInput(problems=problems)
    channel = service.channel(client.channel)
    if channel is None:
        raise NotAllowed("the service has no such channel as the caller's key is for")
    return SoundApplication(application, service, channel, law)


def name_clerk(envelope: Envelope, client: Client, channel: Channel) -> str:
    """Who accepted it. A ticket bears that name; a notice of processing has nobody to name. Raises MalformedInput."""
    name = envelope.accepted_by or (client.employee if channel.ticket else "")
    if channel.ticket and not name:
        code, detail = "accepted-by-missing", "in this channel a person accepts the application, and must be named"
    elif name and not channel.ticket:
        code, detail = "accepted-by-misplaced", "in this channel no person accepts the application"
    else:
        return name
    raise MalformedInput(problems=(Problem(code, "/accepted_by", detail),))


def check_paper(client: Client, channel: Channel) -> None:
    """What is signed by hand is taken by a person of the provider; raises NotAllowed."""
    if client.kind is not ClientKind.PROVIDER or not channel.ticket:
        detail = "only a provider takes applications that are signed on paper, in a channel where a person accepts them"
        raise NotAllowed(problems=(Problem("signature-method-not-allowed", "/signature/method", detail),))


def build_new(
    sound: SoundApplication,
    envelope: Envelope,
    client: Client,
    received: datetime,
    find_law: FindLaw,
    verdict: dict[str, Any],
) -> NewApplication:
    """What is committed of a signed application."""
    law = sound.law
    outside, hours = law.rules.word("acceptance.outside_hours"), law.rules.hours("working_hours")
    accepted_at = moment_of_acceptance(received, outside, hours, law.calendar)
    # From T0 on the case is judged by the rules of that day; those of the filing said which day it is.
    law = find_law(sound.service.code, local_day(accepted_at))
    return NewApplication(
        service=sound.service.code,
        client=client,
        body=envelope.content,
        signature=envelope.signature,
        signed_once=verdict.get(VALUE_SHA256, ""),
        verdict=verdict,
        received_at=received,
        accepted_at=accepted_at,
        promised=promise(accepted_at, received, sound.channel, law),
        rules_version=law.rules.version,
        rules=law.rules,
        channel_row=sound.channel,
        accepted_by=name_clerk(envelope, client, sound.channel),
    )
