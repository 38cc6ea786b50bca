"""Checks of what a person types, before an application is signed: IBAN, IIN, and whether an account is one's own."""

from __future__ import annotations

from flask import Response

from contracts import iban as ibans
from contracts import iin as iins
from contracts.errors import MalformedInput, Problem
from contracts.request import Service
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import (
    AccountCheckBody,
    AccountVerdictBody,
    BankBody,
    IbanCheckBody,
    IbanVerdictBody,
    IinCheckBody,
    IinVerdictBody,
)
from gateway.api.times import at_home
from gateway.intake.account_checks import AccountQuestion
from gateway.intake.model import read_body
from gateway.intake.rules import IIN_FAULTS
from gateway.logs import log_event


def check_iban(call: Call) -> Response:
    asked = read_body(IbanCheckBody, call.read_json_body())
    service = _find_service(call, asked.service)
    verdict = ibans.check_iban(asked.iban, [bank.code for bank in service.banks])
    bank = next((bank for bank in service.banks if bank.code == verdict.bank_code), None)
    named = BankBody(code=bank.code, bic=bank.bic, name=call.say(bank.name, bank.code)) if bank else None
    return answer_json(
        IbanVerdictBody(
            ok=not verdict.code, code=verdict.code, detail=verdict.detail, iban=verdict.iban, bank=named
        )
    )  # fmt: skip


def check_iin(call: Call) -> Response:
    asked = read_body(IinCheckBody, call.read_json_body())
    fault = iins.find_fault(asked.iin)
    born = None if fault else iins.birth_date(asked.iin)
    if born and asked.birth_date and born != asked.birth_date:
        code, detail = "iin-birth-date-mismatch", "the date of birth is not the one that the IIN carries"
    else:
        code, detail = fault, IIN_FAULTS.get(fault, "")
    sex = None if fault else iins.sex(asked.iin)
    return answer_json(IinVerdictBody(ok=not code, code=code, detail=detail, birth_date=born, sex=sex))


def check_account(call: Call) -> Response:
    """Of the two who were asked about, and of the answer, nothing is logged."""
    asked = read_body(AccountCheckBody, call.read_json_body())
    question = AccountQuestion(_find_service(call, asked.service), asked.iin, asked.iban, asked.consent)
    answer = call.parts.check_account(question, call.caller)
    log_event("account checked", client=call.caller.id, answered=not answer.cause, cause=answer.cause)
    return answer_json(
        AccountVerdictBody(
            owner=answer.owner,
            cause=answer.cause,
            retryable=answer.retryable,
            checked_at=at_home(answer.at),
            statement=answer.statement,
            valid_until=at_home(answer.until),
        )
    )


def _find_service(call: Call, code: str) -> Service:
    services = call.parts.catalogue.services
    if not code and len(services) == 1:
        return next(iter(services.values()))
    if code not in services:
        raise MalformedInput(problems=(Problem("service-unknown", "/service", "there is no such service here"),))
    return services[code]


ROUTES = (
    Route(
        "POST", "/v1/checks/iban", check_iban, Access.PORTAL,
        "Whether an IBAN is right and of a bank that the service pays to.",
        body=IbanCheckBody, answers={JSON: IbanVerdictBody}, refusals=(400, 413, 415),
    ),
    Route(
        "POST", "/v1/checks/iin", check_iin, Access.PORTAL,
        "Whether an IIN is right, and carries the date of birth.",
        body=IinCheckBody, answers={JSON: IinVerdictBody}, refusals=(400, 413, 415),
    ),
    Route(
        "POST", "/v1/checks/account", check_account, Access.PORTAL,
        "Whether an account is the applicant's own, as its bank says; with the person's consent, and counted a day.",
        body=AccountCheckBody, answers={JSON: AccountVerdictBody}, refusals=(400, 413, 415, 422, 429),
    ),
)  # fmt: skip
