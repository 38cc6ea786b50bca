"""The time-lapse: a family whose registries are silent, slow, empty and late, day by day to the decision.

Mock suite and gateway run as processes with virtual clocks. Everything goes over HTTP; what people do here - letters
signed and sent, a paper brought, the decision - goes through the same API as a specialist's program would take.
"""

from __future__ import annotations

import base64
import json
import secrets
import sys
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

from gateway.clock import now
from gateway.core.calendar import ALMATY
from gateway.demo.folder import prepare_folder
from gateway.demo.processes import DemoFailed, Server, run_command
from gateway.demo.staging import CLERK, SENDER, describe_settings, sign_application, start_mock
from gateway.demo.timeline import Line, read_events, render_timeline
from gateway.http import GatewayClient
from gateway.settings import bare_environment
from signing.cms.making import sign_detached
from signing.keys import SigningKey, load_p12

TITLE = "An application whose registries are silent, slow, empty and late"
_PAPER = b"%PDF-1.4\n% an invented document of the demonstration\n%%EOF\n"
_BIN = "990140009992"
_HOUR = timedelta(hours=1)


@dataclass
class Story:
    """The course of the demonstration: who calls whom, where the clock stands, and what was told so far."""

    client: GatewayClient
    mock: GatewayClient
    out: TextIO
    plan: Mapping[str, Any]
    start: datetime
    submission: Mapping[str, Any] = field(repr=False)
    key: SigningKey = field(repr=False)
    id: str = ""
    seen: int = 0
    lines: list[Line] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)
    """Kinds of documents that were brought already."""

    @property
    def path(self) -> str:
        return f"/v1/applications/{self.id}"

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.client.get("/dev/clock").json()["now"])

    def step_to(self, moment: datetime) -> None:
        ahead = moment - self.now
        if ahead > timedelta():
            self.client.post("/dev/clock", {"step": f"P{ahead.days}DT{ahead.seconds}S"})
        self.tell()

    def do(self, text: str) -> None:
        """What a person does, as a line of its own."""
        self._say(Line(self.now, text, by_people=True))

    def tell(self) -> None:
        """Show what happened since the last look."""
        told = self.client.get(f"{self.path}/events?after={self.seen}").json()
        self.seen = told["next"]
        for line in sorted(read_events(told["events"]), key=lambda line: line.at):
            self._say(line)

    def _say(self, line: Line) -> None:
        self.lines.append(line)
        why = f"  [{line.rule}: {line.clause}]" if line.rule else ""
        sign = ">" if line.by_people else " "
        self.out.write(f"{line.at:%a %d.%m %H:%M} {sign} {line.text}{why}\n")
        self.out.flush()


def run_extension(folder: Path, out: TextIO = sys.stdout) -> int:
    """Exit code 0 where the course ends with a decision of which the applicant was told; raises GatewayError."""
    prepare_folder(folder)
    plan = tomllib.loads((files("gateway.demo") / "extension.toml").read_text(encoding="utf-8"))
    start = _next_monday(now())
    with ExitStack() as stack:
        story = _open_house(stack, folder, plan, start, out)
        _fail_registries(story)
        accepted = story.client.post("/v1/applications", story.submission).json()
        story.id = accepted["id"]
        story.tell()
        _live_through(story)
        return _report(story, folder, accepted["number"])


def _open_house(stack: ExitStack, folder: Path, plan: Mapping[str, Any], start: datetime, out: TextIO) -> Story:
    password = secrets.token_urlsafe(18)
    run_command(["registries-mock", "ca", "init", "--out", str(folder / "ca")], bare_environment())
    mock = stack.enter_context(
        start_mock(folder, password, 1, "--clock", "virtual", "--clock-start", start.isoformat())
    )
    mock_url = mock.wait_for_address()
    mock_client = GatewayClient(mock_url)
    stack.callback(mock_client.close)
    employee = mock_client.get(f"/_mock/people/{plan['specialist']}").json()["applicant"]
    environ = bare_environment() | describe_settings(folder, mock_url, password)
    environ |= {"ASP_CLOCK": "virtual", "ASP_CLOCK_START": start.isoformat(), "ASP_CLOCK_FOLLOWER": mock_url}
    key = json.loads(run_command(
        ["asp-gateway", "clients", "add", "--name", "Demo center", "--kind", "provider", "--channel", "center",
         "--employee", CLERK, "--employee-iin", employee["iin"], "--role", "specialist", "--json"],
        environ,
    ))["key"]  # fmt: skip
    gateway = stack.enter_context(Server(["asp-gateway", "serve", "--port", "0"], environ, folder / "gateway.log"))
    # While it starts: the keys of those who sign.
    body = mock_client.get(f"/_mock/people/{plan['persona']}").json()
    submission, own_key = sign_application(folder, body, clock=lambda: start), _issue_key(folder, employee)
    url = gateway.wait_for_address()
    client = GatewayClient(url, key)
    stack.callback(client.close)
    mock_client.post("/_mock/participants", {"sender_id": SENDER, "url": f"{url}/shep/async-client"})
    return Story(client, mock_client, out, plan, start, submission, own_key)


def _issue_key(folder: Path, employee: Mapping[str, Any]) -> SigningKey:
    file, password = folder / "specialist.p12", secrets.token_urlsafe(12)
    run_command(
        ["registries-mock", "ca", "issue", "--ca", str(folder / "ca"), "--role", "organisation-employee",
         "--iin", employee["iin"], "--surname", employee["surname"], "--name", employee["name"], "--bin", _BIN,
         "--out", str(file), "--password", password],
        bare_environment(),
    )  # fmt: skip
    return load_p12(file.read_bytes(), password)


def _fail_registries(story: Story) -> None:
    members = story.mock.get(f"/_mock/people/{story.plan['persona']}").json()["family"]
    for one in story.plan["failure"]:
        row = {name: one[name] for name in ("passport", "kind", "code", "seconds") if name in one}
        if "of_member" in one:
            row["iin"] = members[one["of_member"] - 1]["iin"]
        if "until_hours" in one:
            row["until"] = (story.start + one["until_hours"] * _HOUR).isoformat()
        story.mock.post("/_mock/failures", row)


def _live_through(story: Story) -> None:
    """Each forenoon the specialist looks at the worklist and does what the plan says; then the day goes on."""
    for day in range(story.plan["longest_days"]):
        morning = story.start.replace(hour=11, minute=0) + timedelta(days=day)
        story.step_to(morning)
        if morning.weekday() < 5:
            _work(story, day)
        status = story.client.get(story.path).json()["status"]["code"]
        if status == "approved" and not _undelivered(story):
            return
    raise DemoFailed("the course did not come to its end")


def _work(story: Story, day: int) -> None:
    for letter in story.client.get(f"{story.path}/letters").json()["letters"]:
        if letter["state"] == "drafted":
            _send_letter(story, letter, day)
    for act in story.plan["act"]:
        if act["day"] <= day and act["kind"] not in story.brought:
            _bring(story, act)
    status = story.client.get(story.path).json()["status"]["code"]
    if status in ("package_registered", "incomplete"):
        story.do("the specialist decides")
        decision = {"outcome": "approved", "reasons": [], "number": "Р-1"}
        story.client.post(f"{story.path}/decision", decision)
    for notice in story.client.get(f"{story.path}/notices").json()["notices"]:
        for delivery in notice["deliveries"]:
            if delivery["channel"] == "paper" and delivery["state"] != "delivered":
                story.do(f"notice {notice['n']} is handed over on paper")
                story.client.post(
                    f"{story.path}/notices/{notice['n']}/delivered", {"channel": "paper", "receipt": "отрывной талон"}
                )
    story.step_to(story.now + timedelta(minutes=1))


def _send_letter(story: Story, letter: Mapping[str, Any], day: int) -> None:
    path = f"{story.path}/letters/{letter['n']}"
    pdf = story.client.get(path, "application/pdf").content
    cms = base64.b64encode(sign_detached(pdf, story.key, story.now)).decode()
    story.do(f"the specialist signs letter {letter['n']} with an EDS key and sends it")
    story.client.post(f"{path}/signature", {"signature": cms})
    story.client.post(f"{path}/sent", {"channel": "electronic", "number": f"ИСХ-{day}-{letter['n']}"})


def _bring(story: Story, act: Mapping[str, Any]) -> None:
    """A paper for what no register has, or a body's answer to its letter: each closes the cells of one letter."""
    sent = [one for one in story.client.get(f"{story.path}/letters").json()["letters"] if one["state"] == "sent"]
    if not sent:
        return
    letter = sent[0]
    cells = [cell["inquiry"] for cell in letter["cells"]]
    content = base64.b64encode(_PAPER + act["kind"].encode()).decode()
    document = {"kind": act["kind"], "name": f"{act['kind']}.pdf", "content": content, "inquiries": cells}
    story.brought.add(act["kind"])
    story.do(act["title"])
    if act["kind"] == "letter":
        story.client.post(f"{story.path}/letters/{letter['n']}/answered", {"documents": [document]})
    else:
        story.client.post(f"{story.path}/documents", document)


def _undelivered(story: Story) -> bool:
    notices = story.client.get(f"{story.path}/notices").json()["notices"]
    return any(all(d["state"] != "delivered" for d in notice["deliveries"]) for notice in notices)


def _report(story: Story, folder: Path, number: str) -> int:
    status = story.client.get(story.path).json()
    terms = {name: told for name, told in status["terms"].items() if isinstance(told, dict)}
    facts = {name.replace("_", " "): f"{told['on']} — {told['clause']}" for name, told in terms.items()}
    title = f"{TITLE}: No. {number}"
    told = [one["title"] for one in (*story.plan["failure"], *story.plan["act"])]
    page = folder / "timeline.html"
    page.write_text(render_timeline(title, told, story.lines, facts), encoding="utf-8")
    dossier = story.client.get(f"{story.path}/dossier")
    (folder / "dossier.json").write_bytes(dossier.content)
    # Questions for consent come from 1414 too: they are no notices.
    messages = [one for one in story.mock.get("/_mock/sms").json() if not one["id"].startswith("consent-")]
    days = (story.now - story.start).days
    story.out.write(f"{page} is written\n")
    story.out.write(
        f"{days} days, {len(story.lines)} lines, {len(messages)} text messages: {status['status']['code']}\n"
    )
    return 0 if status["status"]["code"] == "approved" and messages else 1


def _next_monday(today: datetime) -> datetime:
    local = today.astimezone(ALMATY)
    ahead = timedelta(days=7 - local.weekday())
    return (local + ahead).replace(hour=10, minute=0, second=0, microsecond=0)
