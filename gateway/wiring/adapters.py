"""The adapters over the settings: where the registries are, who asks them, whose signature counts."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import untouched
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid
from gateway.bus_signatures import Opener, load_bus_key, load_certificates, make_wrap
from gateway.chance import RandomBytes
from gateway.clock import Clock
from gateway.logs import log_crash
from gateway.own_keys import check_own_key
from gateway.payload_signatures import load_payload_key, make_check_payload, make_sign_payload
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy, make_message_policy
from gateway.traces import tell_traceparent
from gateway.virtual_clock import VirtualClock


def build_registry_adapters(settings: Settings, catalogue: Catalogue, policy: MakePolicy, clock: Clock) -> Adapters:
    key, payload_key = load_bus_key(settings), load_payload_key(settings, catalogue)
    messages = make_message_policy(policy)
    if key is not None:
        check_own_key(key, "ASP_SHEP_KEY_FILE", messages(clock()), production=settings.is_production)
    if payload_key is not None:
        check_own_key(payload_key, "ASP_PAYLOAD_KEY_FILE", policy(clock()), production=settings.is_production)
    opener = Opener(
        messages,
        load_certificates(settings),
        settings.shep_bin,
        settings.registry_bins,
        clock,
    )
    return build_adapters(
        describe_adapters(settings, catalogue),
        catalogue,
        clock=clock,
        monotonic=_make_monotonic(clock),
        # By a virtual clock nothing happens between two tries: a pause would only hold up the step.
        wait=(lambda _: 0.0) if isinstance(clock, VirtualClock) else None,
        new_id=_make_new_id(),
        wrap=make_wrap(key) if key is not None else untouched,
        unwrap=opener.open,
        bus_signs=key is not None,
        sign_payload=make_sign_payload(payload_key) if payload_key is not None else None,
        check_payload=make_check_payload(policy, settings.registry_bins, clock),
        report_crash=log_crash,
        tell_trace=tell_traceparent,
    )


def _make_new_id() -> Callable[[], str]:
    draw = RandomBytes()
    return lambda: str(uuid.UUID(bytes=draw(16), version=4))


def _make_monotonic(clock: Clock) -> Callable[[], float]:
    """What the rests of breakers are counted by: the virtual clock where there is one."""
    return (lambda: clock().timestamp()) if isinstance(clock, VirtualClock) else time.monotonic


def describe_adapters(settings: Settings, catalogue: Catalogue) -> AdapterConfig:
    """Where the registries are and who asks them; raises SettingInvalid where a file or a registry is not there."""
    registries = {passport.registry for passport in catalogue.passports.values()}
    for name, pairs in (("ASP_API_KEYS", settings.api_keys), ("ASP_REGISTRY_BINS", settings.registry_bins)):
        if not pairs.keys() <= registries:
            # Not repeated: what stands there by mistake may be a key.
            raise SettingInvalid(f"{name} names a registry that no passport has")
    alone = {one.registry for one in catalogue.passports.values() if one.signature == "registry"}
    if settings.is_production and not alone <= settings.registry_bins.keys():
        missing = ", ".join(sorted(alone - settings.registry_bins.keys()))
        raise SettingInvalid(f"ASP_REGISTRY_BINS must say in production whose signature counts for {missing}")
    if settings.ca_file is not None and not settings.ca_file.is_file():
        raise SettingInvalid("ASP_CA_FILE does not name a file")
    return AdapterConfig(
        shep_sync_url=settings.shep_sync_url,
        shep_async_url=settings.shep_async_url,
        soap_base=settings.soap_base,
        rest_base=settings.rest_base,
        sender_id=settings.sender_id,
        sender_password=settings.sender_password,
        organisation_name=settings.organisation_name,
        organisation_bin=settings.organisation_bin,
        responsible_name=settings.organisation_responsible,
        api_keys=settings.api_keys,
        sms_login=settings.sms_login,
        sms_password=settings.sms_password,
        files_login=settings.files_login,
        files_password=settings.files_password,
        sms_sender=settings.sms_sender,
        ca_file=str(settings.ca_file or ""),
        share=settings.quota_share,
    )
