"""A deployment's folder with services of 24 and of 72 requests, each of which is one call of a source of its own.

The passports are copies of the shipped one of a public schema, asked under the words of the application's consent: a
consent service would add calls that are not counted.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from contracts.tables import PACKAGED
from tests.support.deployment import add_row, write_file

SIZES: Final = (24, 72)
COPIED: Final = "gbdfl-universal"
RECORD: Final = "person.documents[]"
_GROUND: Final = 'consent_ground = { clause = "none", confidence = "assumed", words = { ru = "нет", kk = "жоқ" } }'


def name_copy(n: int) -> str:
    return f"bench-{n:02d}"


def name_service(size: int) -> str:
    return f"bench{size}"


def write_deployment(folder: Path) -> Path:
    """The folder for `ASP_PASSPORTS`."""
    shipped = PACKAGED / "passports" / COPIED
    text = (shipped / "passport.toml").read_text(encoding="utf-8")
    for n in range(1, max(SIZES) + 1):
        write_file(folder / "passports" / name_copy(n) / "passport.toml", _copy(text, name_copy(n)))
        for schema in shipped.glob("*.xsd"):
            write_file(folder / "passports" / name_copy(n) / schema.name, schema.read_text(encoding="utf-8"))
    service = (PACKAGED / "services" / "asp" / "service.toml").read_text(encoding="utf-8")
    for size in SIZES:
        name = name_service(size)
        own = _replace(service, r'^code = "asp"$', f'code = "{name}"')
        own = _replace(own, r"^egov_code = .*$", f'egov_code = "{name}"')
        write_file(folder / "services" / name / "service.toml", own)
        for n in range(1, size + 1):
            add_row(folder, name, n, f"row{n}", name_copy(n), RECORD)
    return folder


def _copy(text: str, name: str) -> str:
    text = _replace(text, r'^key = ".*"$', f'key = "{name}"')
    text = _replace(text, r'^registry = ".*"$', f'registry = "{name}"')
    text = _replace(text, r'^service_id = ".*"$', f'service_id = "{name}"')
    text = _replace(text, r'^consent = ".*"$', _GROUND)
    return re.sub(r'^  \{ path = "\w+", from = "consent\.\w+" \},\n', "", text, flags=re.MULTILINE)


def _replace(text: str, pattern: str, line: str) -> str:
    changed, count = re.subn(pattern, line, text, count=1, flags=re.MULTILINE)
    if not count:
        raise ValueError(f"no line {pattern}")
    return changed
