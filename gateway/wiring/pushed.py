"""The bus's way in and back, joined: profiles, signatures, store, and where an application stands when it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from adapters.assemble import Adapters
from adapters.ports import Deadline
from contracts.errors import NotFound
from contracts.intakes import IntakeProfile, load_intakes
from gateway.api.describe import HIDDEN
from gateway.api.routes import PDF
from gateway.api.standing import judge_standing
from gateway.clock import Clock
from gateway.core.calendar import ALMATY
from gateway.core.terms import LegalDate, Terms
from gateway.documents.composing import CaseFile
from gateway.documents.notices import OPEN
from gateway.documents.reasons import word_reasons
from gateway.documents.render import render_notice, render_notice_text
from gateway.documents.written import SPOKEN
from gateway.intake.submit import Submit
from gateway.office.files import Files
from gateway.office.told_dates import read_told
from gateway.pushed.messages import NoticeText, ToldEvent, ToldNotice
from gateway.pushed.settling import Settling
from gateway.pushed.taking import PushedIntake
from gateway.pushed.telling import BusTelling
from gateway.settings import Settings
from gateway.store.bus_clients import BusClients
from gateway.store.pushed import PushedStore
from gateway.store.rows import StoredApplication
from gateway.store.webhook_queue import Owed
from gateway.wiring.foundation import Foundation

_ENDS = frozenset({"decision", "application_withdrawn"})
"""Events that end an application: the chain's RESPONSE tells of them."""
_ISSUED = "notice_issued"
_FILE_SECONDS = 30.0
"""Total time of laying down one file."""


@dataclass(frozen=True)
class BusWay:
    intake: PushedIntake
    telling: BusTelling


def build_bus_way(
    settings: Settings,
    base: Foundation,
    adapters: Adapters,
    submit: Submit,
    files: Files,
    read_terms: Callable[[StoredApplication], Terms],
    clock: Clock,
    pool: Executor,
) -> BusWay:
    profiles: Mapping[str, IntakeProfile] = load_intakes(settings.passports)
    kept = PushedStore(base.database, base.sealer)
    clients = BusClients(base.database, base.sealer, clock)
    describer = _Describer(base, files, read_terms)
    settling = Settling(adapters.chains, profiles, kept, settings.organisation_bin, clock, pool)
    return BusWay(
        PushedIntake(adapters.chains, adapters.files, profiles, submit, clients, kept, settling, clock),
        BusTelling(
            adapters.chains,
            profiles,
            kept,
            describer.describe,
            describer.print_notice,
            lambda key, name, content: adapters.files.upload(key, name, PDF, content, deadline=Deadline(_FILE_SECONDS)),
            settings.organisation_bin,
            clock,
        ),
    )


@dataclass(frozen=True)
class _Describer:
    base: Foundation
    files: Files
    read_terms: Callable[[StoredApplication], Terms]

    def describe(self, owed: Owed) -> ToldEvent:
        stored = self.base.applications.read(owed.application_id)
        file = self.files.open_stored(stored)
        terms = self.read_terms(stored)
        told, standing = read_told(file.course, terms), judge_standing(stored.case)
        days: tuple[tuple[str, LegalDate | None], ...] = (
            ("promised", terms.promised),
            ("extension_until", told.extension_until),
            ("no_later_than", told.no_later_than),
            ("due", told.due),
        )
        ends = owed.event.kind in _ENDS
        decision = file.course.decision if ends else None
        reasons = word_reasons(decision.reasons, file.reasons.final) if decision is not None else ()
        return ToldEvent(
            application_id=stored.id,
            applicant_iin=stored.case.application.applicant.iin,
            number=stored.number,
            seq=owed.event.seq,
            previous=owed.previous,
            at=owed.event.at.astimezone(ALMATY),
            kind=owed.event.kind,
            status=standing.status,
            whose_move=standing.whose_move,
            until=standing.until,
            dates=tuple((what, day) for what, day in days if day is not None),
            notice=self._read_notice(file, owed.event.data.get("notice")) if owed.event.kind == _ISSUED else None,
            outcome=standing.status if ends else "",
            # As to any reader who is not the applicant, authenticated.
            reasons=tuple((one.code, one.clause) if one.sensitivity in OPEN else (HIDDEN, "") for one in reasons),
        )

    def print_notice(self, application_id: str, n: int) -> bytes:
        file = self.files.open(application_id)
        row = file.course.notice(n)
        if row is None:
            raise NotFound("there is no such notice")
        return render_notice(self.files.read_notice(file, row), "both", False)

    def _read_notice(self, file: CaseFile, n: object) -> ToldNotice | None:
        row = file.course.notice(n) if isinstance(n, int) else None
        if row is None:
            return None
        written = self.files.read_notice(file, row)
        texts = ((language, render_notice_text(written, language, False)) for language in SPOKEN)
        return ToldNotice(row.n, row.kind, tuple(NoticeText(language, *text) for language, text in texts))
