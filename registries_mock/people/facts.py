"""What is true of a family, before any registry tells it; a persona file has this very shape.

One fact stands once (a marriage, a dwelling with its owners), so that registries told from it cannot differ.
People are named by `key` inside their family; all facts are facts of one day, `today`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from registries_mock.people.numbers import Sex
from registries_mock.people.occupations import Business, Detention, Disability, Job, Study

KAZAKHSTAN = "398"

EstateKind = Literal["house", "flat", "garage", "commercial", "dacha", "land_plot"]
PaperKind = Literal[
    "identity_card", "passport", "residence_permit", "stateless_certificate", "refugee_certificate", "foreign_passport",
    "birth_certificate",
]  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """A document that is not the usual one of a citizen of that age."""

    kind: PaperKind
    issued_on: date
    valid_until: date | None = None
    issuer: str = "002"
    invalid_since: date | None = None


@dataclass(frozen=True)
class Kandas:
    granted_on: date
    ended_on: date | None = None
    reason: str = "01"


@dataclass(frozen=True)
class Registers:
    """What the dispensary registers say, as sentences; the usual answer is that the person is in none."""

    narcology: str = "Не состоит на учёте"
    psychiatry: str = "Не состоит на учёте"
    tuberculosis: str = "Не состоит на учёте"


@dataclass(frozen=True)
class Bank:
    code: Literal["563", "601"] = "563"
    status: Literal["open", "closed", "blocked", "arrested"] = "open"
    kind: Literal["card", "current", "special_social"] = "card"


@dataclass(frozen=True)
class Person:
    key: str
    sex: Sex
    born: date
    surname: str
    name: str
    patronymic: str | None = None
    iin: str | None = None
    died: date | None = None
    home: str = "family"
    """Key of the home where the person is registered; "" for none."""
    home_since: date | None = None
    stays_at: str = ""
    """Key of a second home, of temporary registration."""
    nationality: str = "005"
    citizenship: str = KAZAKHSTAN
    birth_country: str = KAZAKHSTAN
    birth_region: str = "750000000"
    papers: tuple[Paper, ...] = ()
    kandas: Kandas | None = None
    jobs: tuple[Job, ...] = ()
    studies: tuple[Study, ...] = ()
    business: Business | None = None
    disabilities: tuple[Disability, ...] = ()
    detention: Detention | None = None
    registers: Registers | None = None
    bank: Bank | None = None


@dataclass(frozen=True)
class Home:
    """An address by real region codes (КАТО, top level), invented below them."""

    region: str
    city: str
    street: str
    building: str
    flat: str | None = None
    corpus: str | None = None
    since: date | None = None
    until: date | None = None
    rural: bool = False
    country: str = KAZAKHSTAN
    district: str = ""
    """Code of the district below the region; invented where empty."""


@dataclass(frozen=True)
class Marriage:
    husband: str
    wife: str
    registered_on: date
    divorced_on: date | None = None
    by_court: bool = False


@dataclass(frozen=True)
class Birth:
    child: str
    mother: str | None = None
    father: str | None = None
    stated_father: str | None = None
    """Given name of a father recorded by the mother's statement."""


@dataclass(frozen=True)
class Estate:
    kind: EstateKind
    owners: tuple[str, ...]
    """Owners in equal shares."""
    since: date
    home: str = ""
    """Key of the home that stands here; else the address is invented."""
    area: Decimal = Decimal("60.0")
    mortgaged: bool = False


@dataclass(frozen=True)
class Car:
    owner: str
    since: date
    until: date | None = None
    arrested: bool = False
    kind: Literal["car", "truck", "motorcycle"] = "car"


@dataclass(frozen=True)
class Income:
    """An income that is neither wage, benefit nor business: monthly rent, or one sale."""

    owner: str
    kind: Literal["rent", "property_sale"]
    since: date
    until: date
    amount: Decimal
    object: str


@dataclass(frozen=True)
class Farm:
    holder: str
    sheep: int = 0
    cows: int = 0
    poultry: int = 0
    potatoes_kg: int = 0


@dataclass(frozen=True)
class Aid:
    since: date
    until: date


@dataclass(frozen=True)
class Ward:
    child: str
    guardian: str
    decided_on: date
    reason: Literal["died", "deprived"] = "died"
    ended_on: date | None = None


@dataclass(frozen=True)
class Adoption:
    child: str
    parents: tuple[str, ...]
    decided_on: date
    cancelled_on: date | None = None


@dataclass(frozen=True)
class Writ:
    """A writ of execution for alimony."""

    debtor: str
    creditor: str
    issued_on: date
    amount: Decimal


@dataclass(frozen=True)
class Family:
    """Everything that is true of one family on `today`."""

    key: str
    people: tuple[Person, ...]
    homes: dict[str, Home]
    index: int | None = None
    """The number of an ordinary family; None for a persona's."""
    marriages: tuple[Marriage, ...] = ()
    births: tuple[Birth, ...] = ()
    estates: tuple[Estate, ...] = ()
    cars: tuple[Car, ...] = ()
    incomes: tuple[Income, ...] = ()
    farm: Farm | None = None
    aid: Aid | None = None
    wards: tuple[Ward, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    writs: tuple[Writ, ...] = ()
    applicant: str = ""
    _by_key: dict[str, Person] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key.update({person.key: person for person in self.people})

    def person(self, key: str) -> Person:
        return self._by_key[key]

    def household(self) -> tuple[Person, ...]:
        """The living who are registered at the family's address."""
        return tuple(person for person in self.people if person.home == "family" and person.died is None)
