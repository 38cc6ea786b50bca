"""The packaged catalogue and its samples as the tests of contracts see them: keys by folder, all else read once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport, Payload
from contracts.tables import PACKAGED

PASSPORT_KEYS = sorted(file.parent.name for file in PACKAGED.glob("passports/*/passport.toml"))
SAMPLES = PACKAGED / "samples"
SAMPLE_FILES = sorted(
    f"{file.parent.name}/{file.name}"
    for key in PASSPORT_KEYS
    for file in (SAMPLES / key).glob("*.xml")
    if not file.stem.startswith("fault")
)


@cache
def packaged() -> Catalogue:
    return load_catalogue()


def read_passport(key: str) -> Passport:
    return packaged().passports[key]


def payloads(passport: Passport) -> dict[str, Payload]:
    """The payloads of a passport by direction."""
    there = {"request": passport.request, "reply": passport.reply, "interim": passport.interim}
    return {direction: payload for direction, payload in there.items() if payload is not None}


def direction_of(sample: str) -> str:
    """The direction that a sample's file name says: `no_record.xml` is a reply too."""
    stem = Path(sample).stem
    return next((d for d in ("request", "interim") if stem.startswith(d)), "reply")


def schema_path(passport: Passport, payload: Payload) -> Path | None:
    """The XSD or WSDL that holds a payload's shape; None for JSON."""
    folder = packaged().folders[passport.key]
    if payload.schema_file:
        return folder / payload.schema_file
    return folder / passport.soap.wsdl if passport.soap else None


def root_name(passport: Passport, payload: Payload) -> tuple[str, str]:
    """Namespace and name of the element that a sample starts with: the root, the wrapper, or SHEP's data."""
    if not payload.root:
        return "", "data"
    prefix, _, name = payload.root.rpartition(":")
    return (passport.namespaces[prefix] if prefix else ""), name


def split_path(path: str) -> list[tuple[str, str]]:
    """Steps of a field's path as (name without prefix, predicate); the predicate's slashes do not split."""
    steps = re.findall(r"(?:[^/\[]|\[[^\]]*\])+", path)
    return [(step.split("[")[0].rpartition(":")[2], step.partition("[")[2].rstrip("]")) for step in steps]
