"""The breaker under asks that come, end and overlap in any order: it promises the same as in order."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from adapters.breakers import Entry
from contracts.errors import RegistryResting, RegistryTimedOut
from tests.adapters.breaker_desk import RULE, Desk


class AnyOrder(RuleBasedStateMachine):
    """Asks that come, end and overlap in any order, beside a model that only remembers what the promises speak of."""

    inside = Bundle("inside")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.probes: list[Entry] = []
        """Out at this moment, and not overtaken by an answer."""

    @rule(target=inside)
    def enter(self) -> object:
        state = self.desk.breakers.state("small")
        try:
            entry = self.desk.breakers.enter("small")
        except RegistryResting:
            assert state == "open" or self.probes  # nobody is refused for nothing
            return multiple()
        assert state != "open" and entry.is_probe == (state == "half-open")
        if entry.is_probe:
            self.probes.append(entry)
        return entry

    @rule(entry=consumes(inside))
    def answer(self, entry: Entry) -> None:
        was, told = self.desk.breakers.state("small"), len(self.desk.told)
        entry.hear()
        self.desk.breakers.leave("small", entry)
        self.probes.clear()
        assert self.desk.breakers.state("small") == "closed"
        assert len(self.desk.told) - told == (was != "closed")

    @rule(entry=consumes(inside), learnt=st.booleans())
    def fail(self, entry: Entry, learnt: bool) -> None:
        was = self.desk.breakers.snapshot()[0]
        if learnt:
            entry.hear(RegistryTimedOut())
        self.desk.breakers.leave("small", entry)
        now = self.desk.breakers.snapshot()[0]
        is_probe = entry in self.probes
        self.probes = [probe for probe in self.probes if probe is not entry]
        if is_probe and learnt:
            assert now.state == "open"
        elif was.state == "closed":
            assert now.failures - was.failures in (0, 1)
            assert (now.state == "open") == (now.failures >= RULE.failures)
        else:
            assert now == was
        if not learnt:
            assert now == was

    @rule(seconds=st.sampled_from([0.5, 5.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.desk.now += seconds

    @invariant()
    def one_probe_at_a_time(self) -> None:
        assert len(self.probes) <= 1

    @invariant()
    def no_rest_is_longer_than_the_longest(self) -> None:
        assert all(reading.rests_for <= RULE.longest_rest for reading in self.desk.breakers.snapshot())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
