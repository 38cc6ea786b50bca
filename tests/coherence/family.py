"""A family as registries tell of it: found from one IIN by walking along acts, each member read from every part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import ContextWord, Protocol
from tests.coherence.payloads import Told
from tests.coherence.registries import MOMENT, Registries

TODAY: Final = MOMENT[:10]
_OF_PEOPLE: Final = frozenset({"person", "household", "account", "phone"})
"""Roots of the vocabulary that tell of people."""
_ADULT: Final = 18
_THREADS: Final = 4


@dataclass
class Family:
    """Records by IIN, each merged from all parts; where two parts tell one leaf otherwise, `differing` says so."""

    application: Told
    parts: dict[str, dict[str, Told]] = field(default_factory=dict)
    """What each part told, by IIN and passport."""
    people: dict[str, Told] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    chains: list[tuple[Passport, str, str]] = field(default_factory=list)

    @property
    def applicant(self) -> str:
        return str(self.application["applicant"]["iin"])

    def persons(self) -> Iterator[tuple[str, Told]]:
        for iin, record in self.people.items():
            yield iin, record.get("person", {})

    def person(self, iin: str) -> Told:
        person: Told = self.people.get(iin, {}).get("person", {})
        return person

    def put(self, iin: str, passport: Passport, told: Told) -> None:
        """Lay a part's answer beside what other parts have said."""
        self.parts.setdefault(iin, {})[passport.key] = told
        told = deepcopy(told)
        for word, path, other in _merge(self.people.setdefault(iin, {}), told, ""):
            self.differing.append(f"{path} of {iin}: {passport.key} tells {other!r}, another part {word!r}")


class Walk:
    """Reads families; a batch at a time, since late replies are fetched together."""

    def __init__(self, registries: Registries, catalogue: Catalogue) -> None:
        self._registries = registries
        told = [one for one in catalogue.passports.values() if {bind.split(".")[0] for bind in one.binds} & _OF_PEOPLE]
        self._passports = catalogue.passports
        self._now = [one for one in told if one.protocol is not Protocol.SHEP_ASYNC]
        self._later = [one for one in told if one.protocol is Protocol.SHEP_ASYNC]
        self._consent = next(one for one in catalogue.passports.values() if ContextWord.CONSENT_TOKEN in one.binds)
        self._base = next(one for one in self._now if "person.citizenship" in one.binds)

    def read(self, applications: Sequence[Told]) -> list[Family]:
        """Each from its applicant's IIN; of what applications say else, account and phone are asked about."""
        families = [Family(one) for one in applications]
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(self._walk, families))
        self._collect(families)
        return families

    def read_again(self, family: Family, iin: str, touched: Callable[[Passport], bool]) -> Family:
        """The same family, with one of its people read anew from those parts; from the others it is known."""
        again = Family(family.application)
        for other, parts in family.parts.items():
            for key, told in parts.items():
                if other != iin or not touched(self._passports[key]):
                    again.put(other, self._passports[key], told)
        self._read(again, iin, family.person(iin), "", touched)
        self._collect([again])
        return again

    def _walk(self, family: Family) -> None:
        """Along the acts; then those who are declared and stand in none."""
        todo, elders = [family.applicant], {family.applicant: ""}
        declared = [one["iin"] for one in family.application["family"] if "iin" in one]
        while todo or (todo := [iin for iin in declared if iin not in elders][:1]):
            elders.setdefault(todo[0], family.applicant)
            iin = todo.pop(0)
            self._read(family, iin, {}, elders[iin])
            for other, is_child in named_in(family.people[iin], iin):
                if other not in elders:
                    elders[other] = iin if is_child else ""
                    todo.append(other)

    def _read(
        self, family: Family, iin: str, known: Told, elder: str, wanted: Callable[[Passport], bool] = lambda _: True
    ) -> None:
        """Of a child, with the consent of the elder who led to it."""
        consent = self._allow(elder if elder and is_minor(iin) else iin)
        if not consent:
            family.people.setdefault(iin, {})
            return
        words = {
            "iin": iin,
            "iban": str(family.application["account"]["iban"]),
            "phone": str(family.application["applicant"]["phone"]),
            "period_from": "1950-01-01",
            "period_to": TODAY,
        } | consent
        names = known
        if wanted(self._base):
            told = self._registries.ask(self._base, words)
            family.put(iin, self._base, told)
            names = told.get("person", known)
        words |= {word: names[word] for word in ("surname", "name", "patronymic", "birth_date") if word in names}
        for passport in self._now:
            if passport is not self._base and wanted(passport):
                family.put(iin, passport, self._registries.ask(passport, words))
        for passport in filter(wanted, self._later):
            family.chains.append((passport, self._registries.send(passport, words), iin))

    def _allow(self, iin: str) -> dict[str, str]:
        """The consent of a person, as words of a question; {} where there is no such person."""
        consent = self._registries.ask(self._consent, {"iin": iin}).get("consent", {})
        if "token" not in consent:
            return {}
        return {ContextWord.CONSENT_TOKEN: consent["token"], ContextWord.CONSENT_PUBLIC_KEY: consent["public_key"]}

    def _collect(self, families: Sequence[Family]) -> None:
        """Time passes until all late replies are there; then the bus forgets them and need not look through them."""
        if not any(family.chains for family in families):
            return
        self._registries.control("POST", "/dev/clock", {"step": "PT1M"})
        for passport in self._later:
            told = self._registries.collect(passport)
            for family in families:
                for asked, chain, iin in family.chains:
                    if asked is passport:
                        family.put(iin, passport, told[chain])
        self._registries.control("POST", "/_mock/reset")


def named_in(record: Told, iin: str) -> Iterator[tuple[str, bool]]:
    """Whom a record names beside its own person, and whether as a child of that person."""
    person = record.get("person", {})
    for act in person.get("births", []):
        mine = iin in (act.get("mother_iin"), act.get("father_iin"))
        yield from ((act[f"{who}_iin"], mine and who == "child") for who in ("mother", "father", "child")
                    if f"{who}_iin" in act)  # fmt: skip
    for act in (*person.get("marriages", []), *person.get("divorces", [])):
        yield from ((act[f"{who}_iin"], False) for who in ("husband", "wife") if f"{who}_iin" in act)
    yield from ((one["iin"], False) for one in record.get("household", {}).get("members", []) if "iin" in one)
    guardianship, adoption = person.get("guardianship", {}), person.get("adoption", {})
    for told, elder in ((guardianship, guardianship.get("guardian_iin")), (adoption, None)):
        if "child_iin" in told:
            yield told["child_iin"], elder == iin
    if "guardian_iin" in guardianship:
        yield guardianship["guardian_iin"], False
    yield from ((one["iin"], False) for one in adoption.get("parents", []) if "iin" in one)


def is_minor(iin: str) -> bool:
    """Under 18 by the birth date that the number itself holds."""
    return age(born_by(iin), TODAY) < _ADULT


def born_by(iin: str) -> str:
    """The birth date in a number."""
    century = 18 + (int(iin[6]) - 1) // 2
    return f"{century}{iin[:2]}-{iin[2:4]}-{iin[4:6]}"


def age(born: str, day: str) -> int:
    """Full years."""
    return int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])


def _merge(whole: Told, told: Told, path: str) -> Iterator[tuple[Any, str, Any]]:
    """Put in what is new; tell where the two differ."""
    for word, value in told.items():
        here = f"{path}.{word}".lstrip(".")
        if isinstance(value, dict):
            yield from _merge(whole.setdefault(word, {}), value, here)
        elif whole.setdefault(word, value) != value:
            yield whole[word], here, value
