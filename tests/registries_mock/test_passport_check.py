"""`passport check`: whatever is wrong with a user's passport is told with its place and with what would be right."""

from __future__ import annotations

import random
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.catalogue import load_catalogue
from contracts.tables import PACKAGED
from contracts.words import Protocol
from registries_mock.cli import main
from registries_mock.passports.check import compare
from registries_mock.passports.skeletons import write_skeleton

MISTAKES = tomllib.loads(Path(__file__).with_name("passport_mistakes.toml").read_text(encoding="utf-8"))["mistake"]
TYPED = (
    "",
    '"',
    "[",
    "}",
    "=",
    "card",
    "@x",
    "[a=b]",
    "/",
    "<x/>",
    "<xs:any/>",
    "group",
    "nil",
    "-1",
    "9" * 30,
    "\\u0000",
)
MUTATIONS = 50
NUMBER = '<xs:element name="number" type="xs:string"/>'


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A passport that is in order."""
    folder = tmp_path / "passports" / "card"
    write_skeleton(folder, "card", Protocol.SHEP_SYNC)
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["passport", *map(str, words)])


def test_each_mistake_is_told_with_its_place_and_what_would_be_right(made: Path) -> None:
    base = load_catalogue()
    for one in MISTAKES:
        file, told = made / one["file"], one["told"]
        before = file.read_text(encoding="utf-8")
        there = one["there"] if one.get("pattern") else re.escape(one["there"])
        written = one["written"] if one.get("pattern") else one["written"].replace("\\", "\\\\")
        after = re.sub(there, written, before)
        assert after != before, told
        file.write_text(after, encoding="utf-8")
        look, _ = compare(made, base)
        lines = [str(fault) for fault in look.faults]
        assert [line for line in lines if line.startswith(told)], f"not told: {told}; but: {lines}"
        file.write_text(before, encoding="utf-8")
    assert compare(made, base)[0].faults == []


def test_all_that_is_wrong_is_told_at_once(made: Path) -> None:
    for name, there, written in (
        ("passport.toml", "card/number", "card/numer"),
        ("passport.toml", "question.iin", "question.inn"),
        ("service.xsd", "<xs:element", "<xs:element foo:bar='' "),
    ):
        text = (made / name).read_text(encoding="utf-8")
        (made / name).write_text(text.replace(there, written, 1), encoding="utf-8")
    result = run("check", made)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["service.xsd", "passport.toml", "passport-invalid"]
    assert lines[-1] == "passport-invalid: 2 things are wrong, nothing was saved"


def test_what_is_missing_or_no_plain_file_is_told(made: Path) -> None:
    (made / "samples" / "reply.xml").unlink()
    (made / "samples" / "no_record.xml").unlink()
    lines = run("check", made).stderr.splitlines()
    assert lines[0] == "samples/reply.xml: there is no such sample; type one from the service's own documents"
    assert lines[1] == "samples/no_record.xml: there is no such sample; type one from the service's own documents"
    (made / "other.xsd").symlink_to("/etc/passwd")
    assert run("check", made).stderr.splitlines()[0].startswith("other.xsd: it is a link or no plain file; ")
    shutil.rmtree(made)
    made.mkdir()
    assert run("check", made).stderr.startswith("passport.toml: there is none in the folder; `passport new` writes one")


def test_a_new_passport_of_each_protocol_is_in_order_and_answers_about_everybody(tmp_path: Path) -> None:
    for protocol in Protocol:
        assert run("new", f"card-{protocol}", "--protocol", protocol, "--in", tmp_path).exit_code == 0
        result = run("check", tmp_path / f"card-{protocol}")
        assert result.exit_code == 0, result.stderr
        assert re.search(r"in order \(.*; 4 terms\); of (\d+) personas' applicants \1 have a record", result.stdout)
    again = run("new", "card-rest", "--protocol", "rest", "--in", tmp_path)
    assert (again.exit_code, again.stderr) == (1, f"passport-exists: {tmp_path / 'card-rest'} is there already\n")
    assert "lower-case Latin letters" in run("new", "../Card", "--protocol", "rest", "--in", tmp_path).stderr


def test_whatever_is_typed_is_told_and_never_a_crash(tmp_path: Path) -> None:
    base, draw = load_catalogue(), random.Random(6)  # noqa: S311 - mistakes, not secrets
    for number in range(MUTATIONS):
        folder = tmp_path / str(number) / "passports" / "card"
        write_skeleton(folder, "card", draw.choice(list(Protocol)))
        for _ in range(draw.randint(1, 3)):
            file = draw.choice([one for one in sorted(folder.rglob("*")) if one.is_file()])
            words = re.split(r"(\W+)", file.read_text(encoding="utf-8"))
            words[draw.randrange(len(words))] = draw.choice([*TYPED, *words])
            file.write_text("".join(words), encoding="utf-8")
        for fault in compare(folder, base)[0].faults:
            assert fault.sentence


def test_every_shipped_passport_passes_with_its_samples(tmp_path: Path) -> None:
    """What is asked of users holds for ourselves; the schemas shared by two of ours lie in each folder here."""
    base = load_catalogue()
    for key, passport in base.passports.items():
        folder = tmp_path / "passports" / key
        shutil.copytree(base.folders[key], folder)
        shutil.copytree(PACKAGED / "samples" / key, folder / "samples")
        if passport.soap and passport.soap.wsdl.startswith("../"):
            shutil.copy(base.folders[key] / passport.soap.wsdl, folder)
            text = (folder / "passport.toml").read_text(encoding="utf-8")
            name = Path(passport.soap.wsdl).name
            (folder / "passport.toml").write_text(text.replace(passport.soap.wsdl, name), encoding="utf-8")
        look, _ = compare(folder, base)
        assert look.faults == [], f"{key}: {[str(fault) for fault in look.faults]}"


def test_a_reply_that_the_schema_would_refuse_is_found_by_asking_about_people(made: Path) -> None:
    """The sample fits, and what the mock would answer does not: the schema knows numbers of the sample's form alone."""
    schema = made / "service.xsd"
    pattern = '<xs:restriction base="xs:string"><xs:pattern value="A-[0-9]+"/></xs:restriction>'
    narrow = f'<xs:element name="number"><xs:simpleType>{pattern}</xs:simpleType></xs:element>'
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace(NUMBER, narrow), encoding="utf-8")
    lines = run("check", made).stderr.splitlines()
    assert lines[0].startswith("passport.toml: reply: what the mock answers about ")
    assert "is refused by the schema: Element 'number'" in lines[0]
    assert lines[0].endswith("; a term of your own takes its `example` for a value")
    assert lines[1:] == ["passport-invalid: 1 thing is wrong, nothing was saved"]
    terms = made / "vocabulary.toml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace('en = "Number" }', 'en = "Number" }\nexample = "A-7"'), encoding="utf-8")
    assert run("check", made).exit_code == 0
