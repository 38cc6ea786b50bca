"""Small passports and catalogues of the tests' own, one for each form; and the shipped ones, without their rows."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from contracts.catalogue import Catalogue
from contracts.passport import DictionaryEntry, Passport
from contracts.tables import PACKAGED, read_row, read_toml
from contracts.vocabulary.terms import load_vocabulary

NAMESPACES = {"b": "urn:example:business", "o": "urn:example:other"}
SEXES = [
    {"code": "1", "value": "male", "ru": "Мужской", "kk": "Еркек"},
    {"code": "2", "value": "female", "ru": "Женский"},
]
REQUEST_FIELDS: list[dict[str, Any]] = [
    {"path": "messageId", "from": "message.id"},
    {"path": "messageDate", "type": "dateTime", "from": "message.date"},
    {"path": "iin", "card": "0..1", "from": "question.iin"},
    {"path": "surname", "card": "0..1", "from": "question.surname"},
    {"path": "birthDate", "type": "date", "card": "0..1", "from": "question.birth_date"},
]
REPLY_FIELDS: list[dict[str, Any]] = [
    {"path": "requestId", "from": "request.id"},
    {"path": "result/code", "value": "00"},
    {"path": "persons", "type": "group", "card": "0..1"},
    {"path": "persons/person", "type": "group", "card": "1..n"},
    {"path": "persons/person/iin", "bind": "person.iin"},
    {"path": "persons/person/surname", "card": "0..1", "bind": "person.surname"},
    {"path": "persons/person/birthDate", "type": "date", "card": "0..1", "bind": "person.birth_date"},
    {"path": "persons/person/gender", "type": "dict", "card": "0..1", "bind": "person.sex", "dictionary": "sexes"},
    {"path": "persons/person/documents", "type": "group", "card": "0..1"},
    {"path": "persons/person/documents/document", "type": "group", "card": "0..n", "bind": "person.documents[]"},
    {"path": "persons/person/documents/document/number", "bind": "person.documents[].number"},
    {"path": "persons/person/documents/document/endDate", "type": "date", "bind": "person.documents[].valid_until"},
]
READINGS: list[dict[str, Any]] = [
    {"at": "fault", "retry": ["999"], "refused": ["SCSE002"], "no_record": ["NOTHING"], "consent": ["NO_CONSENT"]},
    {"at": "status", "answer": ["SCSS001"], "no_record": ["SCSE001"], "retry": ["SCSE003"], "refused": ["SCSE002"]},
    {
        "at": "code",
        "path": "result/code",
        "answer": ["00"],
        "no_record": ["10"],
        "retry": ["20"],
        "refused": ["30"],
        "consent": ["40"],
        "ambiguous": ["50"],
    },
    {"at": "element", "path": "persons/person", "missing": "no_record", "many": "ambiguous"},
]
FORMS: Mapping[str, dict[str, Any]] = {
    "string": {"root": "b:answer"},
    "inline": {},
    "typed": {"xsi_type": "b:Answer"},
    "element": {"root": "b:answer"},
}


def passport(form: str = "inline", **changed: Any) -> Passport:
    """A SHEP passport of one form; `changed` replaces whole parts of it."""
    shape = {"form": form, **FORMS.get(form, {})}
    asked = {**shape, **({"root": "b:question"} if "root" in shape else {})}
    data: dict[str, Any] = {
        "key": f"small-{form}",
        "title": {"ru": "Малый", "kk": "Шағын"},
        "registry": "small",
        "confidence": "assumed",
        "source": "the tests",
        "protocol": "shep-sync",
        "service_id": f"SMALL_{form.upper()}",
        "consent_ground": {"clause": "the tests", "confidence": "assumed", "words": {"ru": "нет", "kk": "жоқ"}},
        "search": [["iin"], ["surname", "birth_date"]],
        "namespaces": NAMESPACES,
        "request": {**asked, "fields": REQUEST_FIELDS},
        "reply": {**shape, "fields": REPLY_FIELDS},
        "readings": READINGS,
        "dictionaries": {"sexes": SEXES},
    }
    return Passport.model_validate({**data, **changed})


def catalogue_of(*passports: Passport, folders: Mapping[str, Path] = MappingProxyType({})) -> Catalogue:
    """A catalogue of these passports alone."""
    return Catalogue(
        services={},
        passports={each.key: each for each in passports},
        folders=folders,
        vocabulary=load_vocabulary(),
        dictionaries={},
    )


def shipped() -> Catalogue:
    """The packaged passports and dictionaries, without services: adapters know no rows."""
    files = sorted((PACKAGED / "passports").glob("*/passport.toml"))
    rows = {file: read_row(Passport, read_toml(file), file.parent.name) for file in files}
    dictionaries: dict[str, tuple[DictionaryEntry, ...]] = {}
    for file in sorted((PACKAGED / "dictionaries").glob("*.toml")):
        for name, entries in read_toml(file)["dictionary"].items():
            dictionaries[name] = tuple(DictionaryEntry.model_validate(entry) for entry in entries)
    return Catalogue(
        services={},
        passports={row.key: row for row in rows.values()},
        folders={row.key: file.parent for file, row in rows.items()},
        vocabulary=load_vocabulary(),
        dictionaries=dictionaries,
    )
