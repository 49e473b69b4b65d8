"""Broken project files: where each is wrong, what is said, and what to write instead."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from skyflytt.project.load import load_project
from skyflytt.project.problems import Problem, ProjectFileInvalid

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


def problems_in(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(path)
    return caught.value.problems


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """The valid example with one piece exchanged."""
    text = EXAMPLE.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} must be in the example exactly once"
    file = tmp_path / "broken.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return file


def place_of(file: Path, old: str, sign: str) -> tuple[int, int]:
    """Line and column of `sign`, looked for from the start of the line where `old` was exchanged."""
    changed_at = EXAMPLE.read_text("utf-8").index(old)
    text = file.read_text("utf-8")
    at = text.index(sign, text.rfind("\n", 0, changed_at) + 1)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


# piece of the example, what replaces it, where the problem is pointed at, what is said, what to write instead
BROKEN_VALUES = [
    ("playbook: hosted", "playbok: hosted", "playbok", "there is no key `playbok`", "playbook"),
    ("rule: started-months", "rule: started-month", "started-month", "no rule `started-month`", "started-months"),
    ("months: 2", "moths: 2", "moths", "no key `moths` in `contract.notice`", "months"),
    ("project: norrsken", "project: Norrsken Bygg", "Norrsken Bygg", "not a project's name", "norrsken-bygg"),
    ("project: norrsken", "project: 2026", "2026", "this is a number, but a text is needed", '"2026" (in quotes)'),
    ("project: norrsken", "project:", "project:", "`project` has no value", "a text, such as norrsken"),
    ("Europe/Stockholm", "Europe/Stokholm", "Europe/Stokholm", "not a time zone", "Europe/Stockholm"),
    ("playbook: hosted-office-exit", "playbook: hosted", "hosted", "no playbook `hosted`", "hosted-office-exit"),
    ("  language: sv\n", "  language: no\n", "no\n", "YAML reads `no` as false", "nb"),
    ("  language: sv\n", "  language: on\n", "on\n", "YAML reads `on` as true", "one of sv, nb, sr, en"),
    ("  language: sv\n", "  language: se\n", "se\n", "`se` is not one of the known values", "sv"),
    ("role: owner", "role: boss", "boss", "not one of the known values", "one of owner, administrator, approver, team"),
    ("email: bengt.oberg@norrskenbygg.example", "email: bengt.oberg", "bengt.oberg,", "not an e-mail address", "@"),
    ("notice_given: 2026-08-08", "notice_given: 2026-8-8", "2026-8-8", "not a date", "2026-08-08"),
    ("notice_given: 2026-08-08", "notice_given: 2026-02-30", "2026-02-30", "not a date", "2026-08-08"),
    ("notice_given: 2026-08-08", 'notice_given: "2026-02-30"', '"2026-02-30"', "not a day of the calendar", "2026-08-08"),
    ("notice_given: 2026-08-08", "notice_given: 20260808", "20260808", "not a date", "year-month-day"),
    ("notice_given: 2026-08-08", "notice_given: 2026-08-08 12:00:00", "2026-08-08 12", "not a date", "year-month-day"),
    ("retrieval_days: 3", 'retrieval_days: "3"', '"3"', "not a whole number", "3 (without quotes)"),
    ("retrieval_days: 3", "retrieval_days: true", "true", "YAML reads `true` as true", "a whole number"),
    ("erasure_days: 7", "erasure_days: -7", "-7", "`-7` is out of range", "from 0 to 3660"),
    ("data_act: true", 'data_act: "yes"', '"yes"', "`yes` is not true or false", "true or false"),
    ("kind: smtp", "kind: smpt", "smpt", "no kind `smpt`", "kind: smtp"),
    ("{kind: local, root", "{root", "{root: archive", "`kind` is missing in `servers.archive-folder`", "kind: one of"),
    ("port: 40143", "port: 0143", "0143", "YAML reads `0143` as the number 99", "143"),
    ("port: 40143", "port: 22:30", "22:30", "YAML reads `22:30` as the number 1350", '"22:30"'),
    ("port: 40143", "port: 70000", "70000", "out of range", "from 1 to 65535"),
    ("host: localhost, port: 40143", 'host: "localhost:40143"', '"localhost:40143"', "not a host", "`port` is a key"),
    ("port: 40143, security: tls", "port: 40143, security: ssl", "ssl", "not one of the known values", "tls"),
    ("host: localhost, port: 40143", "password: hunter2, host: localhost", "password", "no secret is ever", "SKYFLYTT_SECRET_"),
    ("https://localhost:40190", "https://a:b@localhost", '"https://a:b', "carries a user name or a password", "address alone"),
    ("40122, user: migration,", "40122,", "{kind: sftp", "`user` is missing", "user: migration"),
    ("archive-folder:", "Archive Folder:", "Archive Folder:", "`Archive Folder` is not a name", "archive-folder"),
    ("- name: anna", "- name: Anna Åström", "Anna Åström\n", "is not a name", "anna-astrom"),
    ('letter: "Z:"', "letter: z", "z\n", "not a drive letter", '"Z:"'),
    ("Visma/Backup", "Visma\\Backup", "Visma\\Backup", "has backslashes", "Visma/Backup"),
    ("Visma/Backup", "../Backup", "../Backup", "not a path below", "Visma/Backup"),
    ("Visma/Backup", "/Visma", "/Visma", "starts at the top", "Visma"),
    ('version: "2026.1"', "version: 2026.1", "2026.1", "a number, but a text is needed", '"2026.1" (in quotes)'),
    ("name: norrskenbygg.example", "name: https://norrskenbygg.example", "https://norrskenbygg", "not a domain", "bare domain"),
    ("uses: [smtp]", "uses: smtp", "smtp}", "`smtp` is not a list", "[smtp]"),
    ("contents: [mailboxes]", "contents: [mailboxes, mailboxes]", "{name: handover-s3", "same thing twice", "[mailboxes]"),
    ("contents: [mailboxes]", "contents: []", "[]", "at least 1", "[mailboxes]"),
    ('exclude: ["Junk"]', 'exclude: ["Gammalt"]', '{rename: {"Gammalt"', "both renamed and excluded", "one of the two"),
    ("accounts_dir: drop", 'accounts_dir: ""', '""', "it is empty", "a path"),
]  # fmt: skip

BROKEN_REFERENCES = [
    ("source: {server: old-mail, login: anna", "source: {server: old-male, login: anna", "old-male", "no server `old-male`", "old-mail"),
    ("source: {server: old-mail, login: anna", "source: {server: old-files, login: anna", "old-files, login", "is of kind `sftp`", "old-mail"),
    ("days: 3, contents: [mailboxes]", "days: 3, server: post", "server: post", "the key `server` is there twice", "each key once"),
    ("server: handover-s3, days", "server: post, days", "post, days", "of kind `smtp`, but drops need ftps or s3", "handover"),
    ("share: company", "share: compny", "compny", "no share `compny`", "company"),
    ("- name: bengt", "- name: anna", "anna\n", "two mailboxes called `anna`", "name of its own"),
    ("- {name: Annas telefon", "- {name: skrivaren på lagret", "skrivaren", "two devices called", "name of its own"),
    ("- {name: handover-s3", "- {name: handover", "handover, server: handover-s3", "two drops called", "name of its own"),
    ("role: approver, language: nb}", "role: x}\n    - {name: A, email: team@nyamolnet.example, role: team}", "x}", "known values", "approver"),
    ("login: info@norr", "login: Anna.Astrom@norr", "Anna.Astrom", "`info` goes into the same place as `anna`", "no other"),
    ("server: new-files, path: company", "server: new-files, path: homes/all/", "homes/all/", "the same place as `homes`", "no other"),
    ("server: new-files, path: company", "server: old-files, path: homes", "homes}\n", "lies on the source of `homes`", "another server"),
    ("server: new-files, path: company", "server: old-files, path: .", ".}", "must stay untouched", "another server"),
    ("{server: new-mail, login: bengt", "{server: old-mail, login: bengt", "bengt.oberg", "lies on the source of `bengt`", "another server"),
    ("  archive-folder:", "  old_mail:", "old_mail", "would both be looked up as SKYFLYTT_SECRET_SERVERS_OLD_MAIL", "differ in more"),
]  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_VALUES + BROKEN_REFERENCES, ids=lambda case: f"{case[0]} -> {case[1]}"[:70])
def test_a_mistake_is_pointed_at(tmp_path: Path, case: tuple[str, str, str, str, str]) -> None:
    old, new, sign, what, write = case
    file = broken(tmp_path, old, new)
    said_at(file, place_of(file, old, sign), what, write)


def said_at(file: Path, place: tuple[int, int], what: str, write: str) -> None:
    found = problems_in(file)
    here = [problem for problem in found if (problem.line, problem.column) == place and what in problem.what]
    assert len(here) == 1, f"nothing about {what!r} at {place}; found:\n" + "\n".join(map(str, found))
    assert write in here[0].write_instead
    assert str(here[0]).startswith(f"{file}:{place[0]}:{place[1]}: ")


def test_one_mistake_is_one_problem(tmp_path: Path) -> None:
    for old, new, *_ in [
        BROKEN_VALUES[0],
        BROKEN_VALUES[4],
        BROKEN_VALUES[24],
        BROKEN_REFERENCES[0],
        BROKEN_REFERENCES[9],
    ]:
        assert len(problems_in(broken(tmp_path, old, new))) == 1


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    for new in ("password: hunter2, host: localhost", "host: localhost, passwrd: hunter2"):
        shown = "\n".join(map(str, problems_in(broken(tmp_path, "host: localhost, port: 40143", new))))
        assert "hunter2" not in shown
    assert "hunter2" not in str(
        problems_in(broken(tmp_path, "https://localhost:40190", "https://me:hunter2@localhost"))[0]
    )


def test_everything_is_told_at_once_and_in_order(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(
        "project: Norrsken\n"
        "customer: {name: A, language: no}\n"
        "servers:\n"
        "  files: {kind: sftp, host: h}\n"
        "mailboxes:\n"
        "  - name: Anna Å\n"
        "    source: {server: files, login: a}\n"
        "    target: {server: nowhere, login: a}\n"
    )
    found = problems_in(file)
    assert [(p.line, p.path) for p in found] == [
        (1, "contract"),
        (1, "time_zone"),
        (1, "project"),
        (2, "customer.language"),
        (4, "servers.files.user"),
        (6, "mailboxes[0].name"),
        (7, "mailboxes[0].source.server"),
        (8, "mailboxes[0].target.server"),
    ]
    contract = found[0]
    assert "`contract` is missing" in contract.what
    assert re.search(
        r"contract: \{provider: .*notice_given: .*notice: \{rule: started-months, months: 2\}", contract.write_instead
    )


def test_nothing_in_a_value_reaches_the_terminal_unescaped(tmp_path: Path) -> None:
    file = broken(tmp_path, "project: norrsken", 'project: "a\\e[31mred\\x07"')
    shown = str(problems_in(file)[0])
    assert shown.isprintable()
    assert "\\x1b[31mred" in shown


def test_the_failure_survives_a_trip_to_another_process(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(tmp_path / "missing.yaml")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)
    assert "missing.yaml" in again.sentence
