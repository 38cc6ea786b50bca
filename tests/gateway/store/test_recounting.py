"""A calendar that changes wakes what it bears on, once: cases that run and complaints, and nothing that is over."""

from __future__ import annotations

from datetime import timedelta

from gateway.core.proceedings import DecisionOutcome
from gateway.store.acting import Acting, Actor
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.decision_acts import DecisionActs
from gateway.store.recounting import wake_recount
from gateway.store.rows import Client
from gateway.store.sealing import Sealer
from gateway.store.wakeups import Wakeups
from tests.gateway.core.builders import LAW
from tests.gateway.store.conftest import NOW, new_application

LATER = NOW + timedelta(days=1)
CLERK = Actor("client", "Ахметова А. Б.")


def sleep_all(wakeups: Wakeups) -> None:
    for claim in wakeups.claim_due(LATER, 100, timedelta(minutes=1)):
        wakeups.hand_back(claim, None, "")


def test_each_version_wakes_the_cases_that_run_once(
    applications: Applications, database: Database, client: Client
) -> None:
    asleep, ahead = (applications.accept(new_application(client))[0].id for _ in range(2))
    wakeups = Wakeups(database)
    for claim in wakeups.claim_due(NOW, 5, timedelta(minutes=1)):
        wakeups.hand_back(claim, None if claim.application_id == asleep else LATER + timedelta(days=9), "")
    assert wake_recount(database, "first", NOW) == 2
    assert {claim.application_id for claim in wakeups.claim_due(NOW, 5, timedelta(minutes=1))} == {asleep, ahead}
    assert wake_recount(database, "first", LATER) == 0
    assert wake_recount(database, "second", LATER) == 2
    assert wake_recount(database, "first", LATER) == 2, "an earlier calendar that comes back is another one again"


def test_what_is_decided_sleeps_on_unless_a_complaint_has_its_term(
    applications: Applications, database: Database, client: Client, sealer: Sealer
) -> None:
    decided, complained = (applications.accept(new_application(client))[0].id for _ in range(2))
    acts = DecisionActs(Acting(database, sealer, lambda: NOW, lambda: None))
    for one in (decided, complained):
        acts.register(one, LAW.why("package.without_extension"), CLERK, complete=False)
        acts.decide(one, DecisionOutcome.APPROVED, [], CLERK, number="1", hearing_on=None)
    n = acts.complain(complained, "it is late", "electronic", CLERK)
    wakeups = Wakeups(database)
    sleep_all(wakeups)
    assert wake_recount(database, "first", NOW) == 1
    assert [claim.application_id for claim in wakeups.claim_due(NOW, 5, timedelta(minutes=1))] == [complained]
    acts.answer_complaint(complained, n, "it is right", CLERK)
    sleep_all(wakeups)
    assert wake_recount(database, "second", LATER) == 0
