"""What people do to one application from its intake to its end; who comes back looks at what is there, and acts on it.

Three courses, so that every kind of step and act has its place: one with letters signed by hand, until nothing is
missing; one signed automatically, that the applicant withdraws; one answered at once, up to a complaint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts.legal.rules import Rules
from gateway.core.proceedings import DecisionOutcome, DeliveryChannel
from gateway.office.papers import judge_document
from gateway.store.acting import Actor
from gateway.store.course_rows import Course
from gateway.store.decision_acts import DecisionActs
from gateway.store.document_acts import DocumentActs
from gateway.store.incident_acts import IncidentActs, Sending
from gateway.store.letter_acts import LetterActs
from gateway.store.rows import ClientKind, NewApplication
from tests.gateway.core.builders import LAW, T0, lay, make_application
from tests.kills.boundaries import ACCEPT
from tests.kills.program import Program, open_program

BY_HAND, AUTOMATIC, PROMPT = "by-hand", "automatic", "prompt"
BY_HAND_WHY = LAW.why("package.without_extension")
CLERK = Actor("client", "Ахметова А. Б.")
PDF = b"%PDF-1.7\nan invented page\n%%EOF\n"
Do = Callable[[Program, str], object]
_BRISK = lay(
    "letter.tries_at", ("11:00",), lay("patience.minutes.synchronous", 120, lay("rounds.minutes", (5, 30, 60)))
)
"""Options of the rules by which a course has the fewest tries."""


@dataclass(frozen=True)
class Entry:
    """One act, and the event by which it is seen to be done."""

    at: datetime
    act: Callable[..., object] | None
    """Of the store; None where nobody acts, but the bus."""
    do: Do
    event: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def is_done(self, program: Program, application_id: str) -> bool:
        events = program.applications.read_events(application_id)
        return any(e.kind == self.event and self.data.items() <= e.data.items() for e in events)


def at(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{hour:02}:{minute:02}:00+05:00")


def sign_letter(program: Program, app: str) -> None:
    cells = course_of(program, app).letters[0].cells
    program.office.letter_acts.sign_letter(app, 1, CLERK, "specialist", PDF, b"a detached signature", cells)


def send_letter(n: int, channel: str) -> Do:
    return lambda program, app: program.office.letter_acts.send_letter(
        app, n, CLERK, channel, f"15-{n}", program.clock()
    )


def send_incident(program: Program, app: str) -> None:
    """The grouped letter of the outage that the second letter is of."""
    incident = course_of(program, app).letters[1].incident
    now = program.clock()
    program.office.incident_acts.send_letters(str(incident), CLERK, Sending("paper", "15-2", now, now))


def answer_letter(program: Program, app: str) -> None:
    acts = program.office.document_acts
    answer = judge_document("letter", "answer.pdf", PDF + b"letter", [cell(program, app, 2)], 1)
    program.office.letter_acts.answer_letter(app, 1, CLERK, [acts.keeping(app, answer, CLERK, [])])


def bring_paper(program: Program, app: str) -> None:
    program.office.papers.bring(app, "paper", "account.pdf", PDF, [cell(program, app, 4)], CLERK)


def hand_over(program: Program, app: str) -> None:
    acts = program.office.document_acts
    acts.deliver_notice(app, 1, DeliveryChannel.PAPER, CLERK, "signed for")


def reply_late(program: Program, app: str) -> None:
    """The bus replies to every question that it has."""
    for exchange, chain in program.outside.asked_late():
        program.gathering.arrivals.receive(json.dumps([exchange, chain]).encode())


def decide(hearing_on: date | None) -> Do:
    return lambda program, app: program.office.decision_acts.decide(
        app, DecisionOutcome.REFUSED, ["income-above-line"], CLERK, number="7", hearing_on=hearing_on
    )


def cell(program: Program, app: str, number: int) -> str:
    inquiries = program.applications.read(app).case.inquiries
    return next(inquiry.id for inquiry in inquiries if inquiry.number == number)


def course_of(program: Program, app: str) -> Course:
    return program.office.files.course.read(app)


SCRIPTS: Mapping[str, tuple[Entry, ...]] = {
    BY_HAND: (
        Entry(at("10-06", 11), LetterActs.sign_letter, sign_letter, "letter_signed"),
        Entry(
            at("10-06", 11, 30), LetterActs.send_letter, send_letter(1, "documentolog"), "letter_sent", {"letter": 1},
        ),
        Entry(
            at("10-07", 10), DocumentActs.deliver_notice, hand_over, "notice_delivered",
            {"notice": 1, "channel": "paper"},
        ),
        Entry(
            at("10-08", 12), DocumentActs.ask_again,
            lambda p, app: p.office.document_acts.ask_again(app, cell(p, app, 1), CLERK), "inquiry_asked_again",
        ),
        Entry(at("10-09", 12), IncidentActs.send_letters, send_incident, "letter_sent", {"letter": 2}),
        Entry(at("10-09", 13), DocumentActs.add_document, bring_paper, "document_added", {"kind": "paper"}),
        Entry(at("10-12", 12), None, reply_late, "inquiry_closed", {"number": 3}),
        Entry(at("10-13", 17), LetterActs.answer_letter, answer_letter, "letter_answered"),
        Entry(at("10-14", 10), None, lambda p, app: None, "nothing"),
    ),
    PROMPT: (
        Entry(at("10-06", 10), DecisionActs.decide, decide(date(2026, 10, 8)), "decision_preliminary"),
        Entry(
            at("10-09", 9), DecisionActs.set_hearing,
            lambda p, app: p.office.decision_acts.set_hearing(app, date(2026, 10, 8), date(2026, 10, 9), CLERK),
            "hearing_set_anew",
        ),
        Entry(
            at("10-09", 10), DecisionActs.hold_hearing,
            lambda p, app: p.office.decision_acts.hold_hearing(app, "what was said", CLERK), "hearing_held",
        ),
        Entry(at("10-12", 10), DecisionActs.decide, decide(None), "decision"),
        Entry(
            at("10-13", 10), DecisionActs.complain,
            lambda p, app: p.office.decision_acts.complain(app, "it is wrong", "paper", CLERK), "complaint_registered",
        ),
        Entry(
            at("10-14", 10), DecisionActs.answer_complaint,
            lambda p, app: p.office.decision_acts.answer_complaint(app, 1, "it is right", CLERK), "complaint_answered",
        ),
        Entry(at("10-15", 10), None, lambda p, app: None, "nothing"),
    ),
    AUTOMATIC: (
        Entry(
            at("10-06", 11, 30), LetterActs.send_letter, send_letter(1, "documentolog"), "letter_sent", {"letter": 1},
        ),
        Entry(
            at("10-08", 12), LetterActs.withdraw_letter,
            lambda p, app: p.office.letter_acts.withdraw_letter(app, 2, CLERK), "letter_withdrawn", {"letter": 2},
        ),
        Entry(
            at("10-09", 11), DecisionActs.register,
            lambda p, app: p.office.decision_acts.register(app, BY_HAND_WHY, CLERK, complete=False), "registered_by",
        ),
        Entry(
            at("10-09", 12), DecisionActs.withdraw,
            lambda p, app: p.office.decision_acts.withdraw(app, CLERK), "application_withdrawn",
        ),
        Entry(at("10-12", 12), None, reply_late, "answer_after_end"),
        Entry(at("10-13", 10), None, lambda p, app: None, "nothing"),
    ),
}  # fmt: skip


def run(url: str, folder: Path, course: str, aim: str = "") -> None:
    """From wherever the application stands to the end of the script; what came of it is left in `result.json`."""
    law = lay("letter.signing", "automatic", _BRISK) if course == AUTOMATIC else _BRISK
    with open_program(url, folder, aim, prompt=course == PROMPT) as program:
        app = submit(program, law.rules)
        for entry in SCRIPTS[course]:
            program.move_to(entry.at)
            if not entry.is_done(program, app):
                with program.passing.do(*([entry.act.__qualname__] if entry.act else [])):
                    entry.do(program, app)
                program.move_to(program.clock())
        result = {
            "dossier": program.assemble(app),
            "course": asdict(course_of(program, app)),
            "texts": program.outside.texts(),
            "applications": program.count_applications(),
        }
        (folder / "result.json").write_text(json.dumps(result, default=str, ensure_ascii=False))


def submit(program: Program, rules: Rules) -> str:
    """The same submission under the same key, however often it is sent."""
    known = program.applications.list_clients()
    client = known[0] if known else program.applications.add_client("Center", ClientKind.PROVIDER, "center")[0]
    body = make_application().model_dump_json(by_alias=True).encode()
    new = NewApplication(
        service="asp", client=client, body=body, signature=b"s", verdict={}, received_at=T0, accepted_at=T0,
        rules_version=rules.version, rules=rules, idempotency_key="one", request_sha256="a" * 64,
    )  # fmt: skip
    with program.passing.do(ACCEPT):
        app = program.applications.accept(new)[0].id
    program.move_to(program.clock())
    return app
