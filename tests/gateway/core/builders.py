"""Small catalogues and families made in code, and a shell without a database that carries steps out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from contracts.application import Application
from contracts.iin import calc_check_digit
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import Rules, load_rules
from contracts.passport import Passport
from contracts.request import RequestRow, Service
from contracts.vocabulary.terms import Coded, Record
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, ExchangeState
from gateway.core.law import Law
from gateway.core.subjects import freeze_subjects
from tests.gateway.core.paper_shell import carry_out as carry_out

T0 = datetime(2026, 10, 5, 10, 0, tzinfo=ALMATY)
"""A Monday morning inside working hours."""
NAMES = {"ru": "имя", "kk": "атау"}


def make_iin(born: date, sex: str = "male", serial: int = 9000) -> str:
    """A valid IIN of an invented person; the serial goes up to the next number that is issued."""
    century = {18: 1, 19: 3, 20: 5}[born.year // 100] + (sex == "female")
    while True:
        first = f"{born:%y%m%d}{century}{serial:04d}"
        check = calc_check_digit(first)
        if check is not None:
            return f"{first}{check}"
        serial += 1


HEAD = make_iin(date(1990, 3, 4), "female")
HUSBAND = make_iin(date(1988, 7, 1))
SON = make_iin(date(2015, 5, 6))
BABY_BORN = date(2026, 9, 1)
STRANGER = make_iin(date(1985, 1, 1))
OTHER_CHILD = make_iin(date(2018, 2, 2))


def coded(value: str | None, code: str = "7") -> Coded:
    return Coded(code, value, "слово", "сөз")


GROUND = {"clause": "none", "confidence": "assumed", "words": NAMES}


def make_passport(
    key: str,
    words: tuple[str, ...] = ("iin",),
    search: tuple[tuple[str, ...], ...] = (("iin",),),
    protocol: str = "shep-sync",
) -> Passport:
    return Passport.model_validate(
        {
            "key": key, "title": NAMES, "registry": key, "confidence": "assumed", "source": "invented",
            "protocol": protocol, "service_id": key, "consent_ground": GROUND, "search": search,
            "request": {"form": "inline", "fields": [{"path": w, "from": f"question.{w}"} for w in words]},
            "reply": {"form": "inline", "fields": []},
            "readings": [{"at": "status", "answer": ["SCSS001"]}],
        }
    )  # fmt: skip


def make_row(number: int, parts: tuple[tuple[str, str], ...], subject: Any = "applicant", **facts: Any) -> RequestRow:
    """A row whose parts are (passport, vocabulary path of the record)."""
    owner = facts.pop("owner", f"owner-{number}")
    return RequestRow.model_validate(
        {
            "number": number, "key": f"row_{number}", "title": NAMES, "system": "invented", "clause": "none",
            "subject": subject if isinstance(subject, dict) else {"rule": subject}, "wave": 1, "absence": "answer",
            "no_answer": "written_request", "confidence": {"owner": 1, "system": 1, "fields": 1, "transport": 1},
            "owner": {"key": owner, "name": NAMES, "letter_to": {"ru": f"{owner} ru", "kk": f"{owner} kk"}},
            "parts": [
                {"key": f"part-{n}", "title": NAMES, "passport": passport, "record": path, "answers": [f"{path}.*"]}
                for n, (passport, path) in enumerate(parts)
            ],
        }
        | facts
    )  # fmt: skip


ROWS = (
    make_row(
        1, (("people", "person.documents[]"),), owner="interior", absence="written_request",
        provides=["citizenship", "life_status", "document_validity"],
    ),
    make_row(2, (("people", "person.address"),), "each_member", owner="interior", provides=["co_registered"]),
    make_row(
        3, (("acts", "person.births[]"),), "each_child", owner="justice", absence="written_request",
        provides=["parents_in_family", "undeclared_children"],
    ),
    make_row(
        4, (("acts", "person.marriages[]"),), owner="justice", applies=["not_married_abroad"],
        absence="written_request_if_declared", absence_if_declared="marriage",
        provides=["marital_status", "undeclared_spouse", "undeclared_children"],
    ),
    make_row(5, (("medical", "person.disabilities[]"),), "each_member", provides=["disability", "able_bodied"]),
    make_row(6, (("bank", "account"),), absence="applicant_corrects"),
    make_row(
        7, (("wages", "person.wages[]"), ("benefits", "person.benefits[]")),
        {"rule": "members_of_age", "age_from": 16}, period="quarter_before",
    ),
    make_row(8, (("aid", "person.social_aid"),), "each_member", provides=["prior_aid"]),
    make_row(9, (("farms", "household"),), "household"),
    make_row(10, (("people", "person.repatriation"),), wave=2, applies=["not_citizen"], needs=["citizenship"]),
    make_row(
        11, (("guards", "person.guardianship"),), "each_child", wave=2, needs=["parents_in_family"],
        applies=["parents_not_in_family_or_guardianship_declared"], related="applicant",
    ),
    make_row(
        12, (("courts", "person.adoption"),), "each_child", wave=2, needs=["parents_in_family"],
        applies=["parents_differ_or_adoption_declared"], if_undetermined="ask_specialist",
    ),
    make_row(
        13, (("labour", "person.employments[]"),), "able_bodied_members", wave=2,
        applies=["in_employment_measures"], needs=["able_bodied", "employment_measures"], no_answer="keep_trying",
    ),
    make_row(
        14, (("debts", "person.enforcements[]"),), wave=2, applies=["single_parent_or_alimony_declared"],
        needs=["marital_status"], related="other_parent", period="quarter_before",
    ),
)  # fmt: skip
"""A service of 14 rows: each subject rule, predicate kind, absence and way of no answer is in it."""

_BY_NAME = (("iin",), ("surname", "name", "birth_date"))
_ALL_NAMES = ("iin", "surname", "name", "birth_date")
PASSPORTS = {
    passport.key: passport
    for passport in (
        make_passport("people", _ALL_NAMES, _BY_NAME),
        make_passport("acts", _ALL_NAMES, _BY_NAME),
        make_passport("medical"),
        make_passport("bank", ("iin", "iban"), (("iin", "iban"),)),
        make_passport("wages", ("iin", "period_from", "period_to"), protocol="shep-async"),
        make_passport("benefits", ("iin", "period_from")),
        make_passport("aid"),
        make_passport("farms", ("iin", "ar_code")),
        make_passport("guards", ("iin", "related_iin"), protocol="shep-async"),
        make_passport("courts", protocol="shep-async"),
        make_passport("labour", protocol="shep-async"),
        make_passport("debts", ("iin", "related_iin", "period_from", "period_to")),
    )
}
LAW = Law(load_rules("asp", T0.date()), load_calendar(), PASSPORTS)


def make_service(*rows: RequestRow) -> Service:
    channel = {
        "key": "center", "name": NAMES, "days": 15, "start_event": "package_registered", "ticket": True,
        "clause": "none", "confidence": 4,
    }  # fmt: skip
    bank = {"code": "563", "bic": "KPSTKZKA", "name": NAMES}
    return Service.model_validate(
        {
            "code": "asp", "egov_code": "x", "name": NAMES, "clause": "none", "channels": [channel], "banks": [bank],
            "requests": rows or ROWS,
        }
    )  # fmt: skip


def make_member(relation: str, iin: str | None, born: date, surname: str = "Ондасынов", name: str = "Ерен") -> Any:
    return {"relation": relation, "iin": iin, "birth_date": born, "surname": surname, "name": name}


WITH_HUSBAND = make_member("spouse", HUSBAND, date(1988, 7, 1), name="Болатбек")
WITH_SON = make_member("child", SON, date(2015, 5, 6))
WITH_BABY = make_member("child", None, BABY_BORN, name="Айша")


def make_application(*family: Any, **declared: Any) -> Application:
    """A woman of 36 with the family given."""
    return Application.model_validate(
        {
            "schema": "urn:asp-gateway:application:1",
            "service": "asp",
            "applicant": {
                "iin": HEAD, "surname": "Ондасынова", "name": "Гүлім", "birth_date": "1990-03-04",
                "phone": "+77000000001",
            },
            "family": family,
            "account": {"iban": "kz86 125k zt50 0410 0100"},
            "declared": declared,
            "consents": {"personal_data": True, "verification": True},
        }
    )  # fmt: skip


def make_case(*family: Any, rows: tuple[RequestRow, ...] = ROWS, at: datetime = T0, **declared: Any) -> Case:
    application = make_application(*family, **declared)
    return Case("case", make_service(*rows), application, "center", at, freeze_subjects(application, at))


def change(case: Case, exchange_id: str, **fields: Any) -> Case:
    exchange = replace(case.exchanges[exchange_id], **fields)
    return replace(case, exchanges=dict(case.exchanges) | {exchange_id: exchange})


def tell(case: Case, passport: str, ref: str, record: Record) -> Case:
    """The registry's answer about one subject; {} is "no record"."""
    state = ExchangeState.ANSWERED if record else ExchangeState.NO_RECORD
    ids = [x.id for x in case.gather(ref) if x.passport == passport]
    assert ids, f"{passport} is not asked about {ref}"
    for exchange_id in ids:
        case = change(case, exchange_id, state=state, record=record, since=case.accepted_at, next_try_at=None)
    return case


def tell_rest(case: Case, records: Mapping[tuple[str, str], Record] | None = None) -> Case:
    """Every exchange that is not over is answered: as given by (passport, subject), else with "no record"."""
    for exchange in case.gather():
        if exchange.state in (ExchangeState.WAITING, ExchangeState.PENDING):
            record = (records or {}).get((exchange.passport, exchange.subject_ref), {})
            state = ExchangeState.ANSWERED if record else ExchangeState.NO_RECORD
            case = change(case, exchange.id, state=state, record=record, since=case.accepted_at, next_try_at=None)
    return case


def silence(case: Case, passport: str, ref: str, at: datetime = T0, **fields: Any) -> Case:
    """A source that was asked and is silent: to be tried again in a minute, unless told otherwise."""
    fields = {"state": ExchangeState.WAITING, "next_try_at": at + timedelta(minutes=1), "tries": 1} | fields
    for exchange in case.gather(ref):
        if exchange.passport == passport:
            case = change(case, exchange.id, since=at, cause="registry-timed-out", **fields)
    return case


def birth(child: str | None, mother: str | None = HEAD, father: str | None = None, **leaves: Any) -> Record:
    return {"child_iin": child, "mother_iin": mother, "father_iin": father} | leaves


CITIZEN: Record = {"person": {"documents": [{"number": "1", "status": coded("valid")}], "citizenship": coded("KAZ")}}
OPEN_ACCOUNT: Record = {"account": {"exists": True, "belongs_to_holder": True, "status": coded("open")}}


def lay(rule_id: str, value: Any, law: Law = LAW) -> Law:
    """The law with another value of one rule."""
    rules = law.rules
    changed = rules.rule(rule_id).model_copy(update={"value": value})
    return replace(law, rules=Rules(f"{rules.version}+laid", {**rules.by_id, rule_id: changed}))
