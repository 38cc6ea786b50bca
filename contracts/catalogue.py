"""The catalogue: services with their rows, passports, vocabulary and dictionaries, checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from contracts.application import Declared
from contracts.errors import CatalogueInvalid
from contracts.passport import DictionaryEntry, Passport
from contracts.request import Part, RequestRow, Service
from contracts.tables import PACKAGED, Row, read_row, read_toml
from contracts.vocabulary.terms import Term, load_vocabulary
from contracts.words import Absence


@dataclass(frozen=True)
class Catalogue:
    """All that is agreed on, by key. Passports carry the folder that holds their WSDL and XSD."""

    services: Mapping[str, Service]
    passports: Mapping[str, Passport]
    folders: Mapping[str, Path]
    vocabulary: Mapping[str, Term]
    dictionaries: Mapping[str, tuple[DictionaryEntry, ...]]

    def passport_of(self, part: Part) -> Passport:
        return self.passports[part.passport]

    def dictionary(self, passport: Passport, name: str) -> tuple[DictionaryEntry, ...]:
        """The passport's own dictionary of that name, else the shared one, else an empty one."""
        return passport.dictionaries.get(name) or self.dictionaries.get(name, ())

    def parts(self) -> Iterator[tuple[Service, RequestRow, Part]]:
        for service in self.services.values():
            for row in service.requests:
                for part in row.parts:
                    yield service, row, part


class _Dictionaries(Row):
    dictionary: dict[str, tuple[DictionaryEntry, ...]]


def load_catalogue(folders: Iterable[Path] = (), *, profiles: Mapping[str, str] = MappingProxyType({})) -> Catalogue:
    """The packaged catalogue with a deployment's folders laid over it.

    A folder may hold `services/<code>/service.toml` with `requests/*.toml` (without a service.toml the requests are
    added to the service that is there, one of the same number takes its place), `passports/<key>/passport.toml`,
    `vocabulary/*.toml` and `dictionaries/*.toml`; it may also be a folder of passports alone (`<key>/passport.toml`).
    Beside a passport.toml a vocabulary.toml may hold terms that the passport brings.
    A later row replaces an earlier one of the same key. `profiles` puts an alternative passport in the place of the
    one that it is an alternative to. What is packaged alone is read once a process. Raises CatalogueInvalid.
    """
    laid_over = tuple(folders)
    return _read_catalogue(laid_over, profiles) if laid_over or profiles else _read_packaged()


@cache
def _read_packaged() -> Catalogue:
    return _read_catalogue((), {})


def _read_catalogue(folders: tuple[Path, ...], profiles: Mapping[str, str]) -> Catalogue:
    roots = (PACKAGED, *folders)
    passports: dict[str, Passport] = {}
    places: dict[str, Path] = {}
    services: dict[str, Service] = {}
    dictionaries: dict[str, tuple[DictionaryEntry, ...]] = {}
    for root in roots:
        if not root.is_dir():
            raise CatalogueInvalid(f"{root.name} is not a folder")
        for file in sorted([*root.glob("passports/*/passport.toml"), *root.glob("*/passport.toml")]):
            passport = read_row(Passport, read_toml(file), f"passport {file.parent.name}")
            passports[passport.key], places[passport.key] = passport, file.parent
        for place in sorted(path for path in root.glob("services/*") if path.is_dir()):
            service = _read_service(place, services)
            services[service.code] = service
        for file in sorted(root.glob("dictionaries/*.toml")):
            dictionaries |= read_row(_Dictionaries, read_toml(file), file.name).dictionary
    for key, chosen in profiles.items():
        if chosen not in passports or passports[chosen].alternative_to != key:
            raise CatalogueInvalid(f"{chosen} is not an alternative to {key}")
        passports[key], places[key] = passports[chosen], places[chosen]
    catalogue = Catalogue(
        services=MappingProxyType(services),
        passports=MappingProxyType(passports),
        folders=MappingProxyType(places),
        vocabulary=load_vocabulary(folders),
        dictionaries=MappingProxyType(dictionaries),
    )
    faults = list(find_faults(catalogue))
    if faults:
        raise CatalogueInvalid("; ".join(faults[:5]))
    return catalogue


def find_faults(catalogue: Catalogue) -> Iterator[str]:
    """What contradicts itself, one sentence each: unknown passports, declarations and terms, numbers used twice."""
    for service in catalogue.services.values():
        numbers = [row.number for row in service.requests]
        keys = [row.key for row in service.requests]
        if len(set(numbers)) < len(numbers) or len(set(keys)) < len(keys):
            yield f"service {service.code}: a request number or key is used twice"
        for row in service.requests:
            if_declared = row.absence is Absence.WRITTEN_REQUEST_IF_DECLARED
            if if_declared and row.absence_if_declared not in Declared.model_fields:
                yield f"{service.code} {row.key}: an application cannot declare {row.absence_if_declared or 'nothing'}"
            if row.absence_if_declared and not if_declared:
                yield f"{service.code} {row.key}: absence_if_declared goes with {Absence.WRITTEN_REQUEST_IF_DECLARED}"
    for service, row, part in catalogue.parts():
        place = f"{service.code} {row.key}/{part.key}"
        passport = catalogue.passports.get(part.passport)
        if passport is None:
            yield f"{place}: there is no passport {part.passport}"
            continue
        for path in (*part.records, *part.answers):
            if not _is_filled(path, passport.binds):
                yield f"{place}: {path} is not filled by the passport {passport.key}"
        yield from _find_where_faults(place, part, passport)
    for passport in catalogue.passports.values():
        for bind in passport.binds:
            if not bind.endswith("[]") and not _is_known(bind, catalogue.vocabulary):
                yield f"passport {passport.key}: {bind} is not in the vocabulary"


def _find_where_faults(place: str, part: Part, passport: Passport) -> Iterator[str]:
    for leaf in part.where:
        path = f"{part.records[0]}.{leaf}"
        if path not in passport.binds:
            yield f"{place}: {path} is not filled by the passport {passport.key}"


def _is_known(path: str, vocabulary: Mapping[str, Term]) -> bool:
    return path in vocabulary or any(term.startswith(f"{path}.") for term in vocabulary)


def _is_filled(path: str, binds: tuple[str, ...]) -> bool:
    stem = path.removesuffix(".*")
    return any(bind == stem or bind.startswith(f"{stem}.") for bind in binds)


def _read_service(folder: Path, known: Mapping[str, Service]) -> Service:
    """A service with its rows; without a `service.toml` the rows are added to the service that is known already."""
    rows = [
        read_row(RequestRow, read_toml(file), f"{folder.name}/{file.stem}")
        for file in sorted((folder / "requests").glob("*.toml"))
    ]
    head = folder / "service.toml"
    if head.is_file():
        return read_row(Service, read_toml(head) | {"requests": _sort(rows)}, folder.name)
    if folder.name not in known:
        raise CatalogueInvalid(f"{folder.name}: there is no service.toml, and no such service to add to")
    service, replaced = known[folder.name], {row.number for row in rows}
    kept = [row for row in service.requests if row.number not in replaced]
    return service.model_copy(update={"requests": _sort([*kept, *rows])})


def _sort(rows: Iterable[RequestRow]) -> tuple[RequestRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.number))
