"""All looks of the doctor, in the order in which they are told."""

from __future__ import annotations

from typing import Final

from gateway.cli.doctoring.findings import Look
from gateway.cli.doctoring.house import (
    look_at_database,
    look_at_disk,
    look_at_sealing_key,
    look_at_settings,
    look_at_unknown_settings,
    look_at_workers,
)
from gateway.cli.doctoring.keys import (
    look_at_bus_certificates,
    look_at_bus_key,
    look_at_gost,
    look_at_letters,
    look_at_payload_key,
    look_at_revocation,
    look_at_trust,
)
from gateway.cli.doctoring.reach import look_at_authorities, look_at_registries

LOOKS: Final[tuple[Look, ...]] = (
    look_at_settings,
    look_at_unknown_settings,
    look_at_gost,
    look_at_trust,
    look_at_bus_key,
    look_at_payload_key,
    look_at_sealing_key,
    look_at_letters,
    look_at_bus_certificates,
    look_at_revocation,
    look_at_disk,
    look_at_database,
    look_at_workers,
    look_at_registries,
    look_at_authorities,
)
