"""What came of the year, as text: the sums that must add up, days, letters, and every day that was not kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.simulation.year.tally import SHOWN, Tally, percentiles

SHARES = (0.5, 0.9, 0.99, 1.0)
OUTCOMES = ("approved", "refused", "withdrawn", "open, and woken again", "lost")
_SHOWN_COUNTS = (
    "people asked about", "inquiries", "exchanges", "asks", "asks: timed out", "asks: registry down",
    "late replies lost", "looks", "registered complete", "registered with gaps", "registered by hand",
    "letters drafted", "letters sent", "applications with a letter sent", "extensions", "notices", "hearings set anew",
    "complaints", "under the amended law", "recounted", "dates moved by the calendar",
)  # fmt: skip


def is_kept(tally: Tally, applications: int) -> bool:
    """In = out, nothing lost, no fault, no day that passed in silence, at least one look for each."""
    counts = tally.counts
    ended = sum(counts[outcome] for outcome in OUTCOMES)
    silent = sum(count for name, count in counts.items() if name.startswith("late in silence"))
    whole = counts["in"] == counts["out"] == ended == applications
    return whole and not (counts["lost"] or silent or counts["faults"] or tally.troubles) and counts["looks"] > 0


def write_report(tally: Tally, facts: Mapping[str, str], applications: int) -> str:
    """Markdown; `facts` says where, with what and how long."""
    return "\n".join(_write(tally, facts, applications)) + "\n"


def _write(tally: Tally, facts: Mapping[str, str], applications: int) -> Iterator[str]:
    counts = tally.counts
    yield from (f"* {name}: {told}" for name, told in facts.items())
    yield ""
    verdict = "Every promise was kept" if is_kept(tally, applications) else "**Promises were broken**"
    silent = sum(count for name, count in counts.items() if name.startswith("late in silence"))
    yield f"{verdict}: {counts['lost']} lost, {silent} days passed in silence, {counts['faults']} faults."
    yield from ("", "| sum | applications |", "|---|---|")
    yield f"| came in | {counts['in']:,} |"
    yield from (f"| {outcome} | {counts[outcome]:,} |" for outcome in OUTCOMES)
    yield from ("", "| legal day not kept, its passing shown to the specialist and recorded | times | in silence |")
    yield "|---|---|---|"
    for kind in ("result", "extension", "notice", "complaint", "draft"):
        yield f"| {kind} | {counts[f'late, recorded: {kind}']:,} | {counts[f'late in silence: {kind}']:,} |"
    yield from ("", f"| calendar days | cases | {' | '.join(f'{share:.0%}' for share in SHARES)} |")
    yield f"|---|---|{'---|' * len(SHARES)}"
    for name, days in sorted(tally.days.items()):
        within = " | ".join(str(number) for number in percentiles(days, SHARES))
        yield f"| {name} | {sum(days.values()):,} | {within} |"
    yield from ("", "| what happened | times |", "|---|---|")
    yield from (f"| {name} | {counts[name]:,} |" for name in _SHOWN_COUNTS)
    yield from (f"| {name} | {count:,} |" for name, count in sorted(counts.items()) if name.startswith("channel: "))
    if tally.troubles:
        yield from ("", "What must not be, the first:", *(f"* {trouble}" for trouble in tally.troubles[:SHOWN]))
