"""Valid project files: what is in the model afterwards."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from skyflytt.project.contract import NoticeInDays
from skyflytt.project.load import load_project, one_per_place, problems_of
from skyflytt.project.model import Project
from skyflytt.project.problems import ProjectFileInvalid
from skyflytt.project.servers import ImapServer, LocalServer, SmtpServer
from skyflytt.project.tree import Tree

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(EXAMPLE)


def plain() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    return data


def load_data(tmp_path: Path, data: object) -> Project:
    file = tmp_path / "p.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return load_project(file)


def test_the_example_is_read_in_full(project: Project) -> None:
    assert project.customer.name == "Norrsken Bygg AB"
    assert project.contract.notice_given == date(2026, 8, 8)
    assert (project.contract.notice.rule, project.contract.notice.length) == ("started-months", 2)
    assert project.zone.key == "Europe/Stockholm"
    assert project.mailbox("anna").folders.rename == {"Gammalt": "Arkiv/Gammalt"}
    assert project.share("homes").exclude == ("*.tmp", "Thumbs.db")
    assert project.application("visma").version == "2026.1"
    assert project.drop("handover").contents == ("mailboxes", "applications", "shares")
    ingrid = project.customer.contacts[3]
    assert project.customer.language_of(ingrid) == "nb"
    assert project.customer.language_of(project.customer.contacts[1]) == "sv"
    assert [contact.name for contact in project.customer.contacts_as("approver")] == ["Anna Åström", "Ingrid Solberg"]


def test_local_paths_are_absolute_wherever_the_command_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(EXAMPLE.parent)
    project = load_project("project.yaml")
    monkeypatch.chdir(tmp_path)
    server = project.server("old-mail")
    assert isinstance(server, ImapServer)
    assert server.ca_file == EXAMPLE.parent / "ca.pem"
    folder = project.server("archive-folder")
    assert isinstance(folder, LocalServer)
    assert folder.root == EXAMPLE.parent / "archive"


def test_absolute_and_home_paths_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    data = plain()
    data["servers"]["old-mail"]["ca_file"] = "~/ca.pem"
    data["servers"]["new-mail"]["ca_file"] = "/etc/ca.pem"
    servers = load_data(tmp_path, data).servers
    assert [str(servers[name].ca_file) for name in ("old-mail", "new-mail")] == ["/home/someone/ca.pem", "/etc/ca.pem"]  # type: ignore[union-attr]


def test_unknown_names_say_what_there_is(project: Project) -> None:
    with pytest.raises(LookupError, match="no server nowhere; it has old-mail, new-mail"):
        project.server("nowhere")
    with pytest.raises(LookupError, match="no mailbox carl; it has anna, bengt, info"):
        project.mailbox("carl")


def test_ports_follow_the_encryption() -> None:
    ports = {
        security: ImapServer.model_validate({"kind": "imap", "host": "a", "security": security}).port
        for security in ("tls", "starttls")
    }
    assert ports == {"tls": 993, "starttls": 143}
    smtp = [
        SmtpServer.model_validate({"kind": "smtp", "host": "::1", "sender": "a@b.example", "security": s}).port
        for s in ("tls", "starttls", "none")
    ]
    assert smtp == [465, 587, 25]


def test_nothing_changes_after_loading(project: Project) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        project.project = "other"  # type: ignore[misc]


def test_a_small_project_needs_only_four_keys(tmp_path: Path) -> None:
    data = {key: value for key, value in plain().items() if key in ("project", "time_zone", "customer", "contract")}
    data["contract"]["notice"] = {"rule": "days", "days": 30}
    project = load_data(tmp_path, data)
    assert project.playbook is None
    assert project.mailboxes == ()
    assert isinstance(project.contract.notice, NoticeInDays)


def test_a_bom_and_merge_keys_are_fine(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    text = text.replace("old-mail:  {", "old-mail: &mail {").replace(
        "new-mail:  {kind: imap, host: localhost, port: 40144, security: tls, ca_file: ca.pem}",
        "new-mail: {<<: *mail, port: 40144}",
    )
    file = tmp_path / "p.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    server = load_project(file).server("new-mail")
    assert isinstance(server, ImapServer)
    assert (server.host, server.port) == ("localhost", 40144)


def test_the_same_file_as_json_works_and_a_dump_loads_again(project: Project, tmp_path: Path) -> None:
    assert load_data(tmp_path, project.model_dump(mode="json")) == project
    assert Project.model_validate_json(project.model_dump_json()) == project


def test_a_project_made_in_python_is_checked_as_well() -> None:
    data = plain()
    data["mailboxes"][0]["source"]["server"] = "nowhere"
    with pytest.raises(ValidationError, match="no server `nowhere`"):
        Project.model_validate(data)


def test_two_accounts_of_one_file_server_are_two_places(tmp_path: Path) -> None:
    data = plain()
    data["servers"]["new-files"] = data["servers"]["old-files"] | {"user": "new-home"}
    load_data(tmp_path, data)


def test_two_names_of_one_file_server_are_one_place(tmp_path: Path) -> None:
    data = plain()
    data["servers"]["new-files"] = data["servers"]["old-files"] | {"host": "LOCALHOST"}
    with pytest.raises(ProjectFileInvalid) as caught:
        load_data(tmp_path, data)
    assert [p.path for p in caught.value.problems] == ["shares[0].target.path", "shares[1].target.path"]


JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "  ",
    "x\ny",
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    {"kind": []},
]


def every_place(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield from every_place(data[key], (*path, key))


def test_whatever_stands_anywhere_is_a_problem_in_the_file_or_fine() -> None:
    """Junk of every type at every place of the example: never another exception, and problems always have a place."""
    refused = 0
    small = {key: value[:1] if isinstance(value, list) else value for key, value in plain().items()}
    small["customer"]["contacts"] = small["customer"]["contacts"][:1]
    for path in every_place(small):
        for junk in JUNK:
            data = put(copy.deepcopy(small), path, junk)
            tree = Tree(yaml.CSafeLoader(json.dumps(data, default=str)).get_single_node())
            try:
                Project.model_validate(tree.data)
            except ValidationError as error:
                found = one_per_place(list(problems_of("p", tree, error)))
                assert found, (path, junk)
                assert all(p.line >= 1 and p.column >= 1 and p.what and p.write_instead for p in found)
                refused += 1
    assert refused > 1000


def put(data: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    data[path[0]] = put(data[path[0]], path[1:], junk)
    return data
