"""The S3 keeper against moto's server: links that work, an end that is measured, a closing that removes."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.drop import lifecycle
from skyflytt.drop.place import Place, login_of, place_of
from skyflytt.drop.presigned_index import PresignedIndex, open_presigned_index
from skyflytt.drop.s3 import policy
from skyflytt.errors.connection import ServerUnreachable
from skyflytt.errors.drop import DropStillOpen
from skyflytt.files.local import open_local
from skyflytt.files.s3 import open_s3
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.project.model import Project
from skyflytt.project.servers import LocalServer, S3Server

START = datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/Stockholm"))
PLACE = Place("s3", "127.0.0.1", 0, "norrsken/handover", "norrsken-handover")
CONTENTS = {"shares/homes/Åsa & Bo.txt": b"avtal", "manifest.csv": b"path\n"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("moto") / "log").open("wb")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log, subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=log, stderr=log) as running:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and running.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield S3Server.model_validate(
            {
                "kind": "s3",
                "endpoint_url": f"http://127.0.0.1:{port}",
                "bucket": "handover",
                "region": "eu-north-1",
                "prefix": "drops/",
                "access_key_id": "key",
            }
        )
        running.terminate()


@pytest.fixture
def keeper(server: S3Server) -> Iterator[PresignedIndex]:
    with open_presigned_index(server, "secret half", MovableClock(START)) as opened:
        bucket = {"Bucket": "handover"}
        opened.client.create_bucket(**bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})  # type: ignore[arg-type]
        for key in ("drops/norrsken/other/keep.txt", *(f"drops/norrsken/handover/{path}" for path in CONTENTS)):
            body = CONTENTS.get(key.removeprefix("drops/norrsken/handover/"), b"keep")
            opened.client.put_object(**bucket, Key=key, Body=body)
        yield opened
        for item in opened.client.list_objects_v2(**bucket).get("Contents", []):
            opened.client.delete_object(**bucket, Key=item["Key"])
        opened.client.delete_bucket(**bucket)


def project_with(server: S3Server) -> Project:
    return Project.model_validate(
        {
            "project": "norrsken",
            "time_zone": "Europe/Stockholm",
            "customer": {"name": "N", "language": "sv"},
            "contract": {
                "provider": "G",
                "notice_given": "2026-08-08",
                "notice": {"rule": "days", "days": 30},
                "retrieval_days": 90,
                "erasure_days": 7,
            },
            "servers": {"s": server.model_dump(mode="json")},
            "drops": [{"name": "handover", "server": "s", "days": 3}],
        }
    )


def grant(keeper: PresignedIndex) -> str:
    return keeper.grant(PLACE, opens=START, closes=START + timedelta(days=3))


def test_the_link_leads_to_every_file(keeper: PresignedIndex) -> None:
    page = httpx.get(grant(keeper)).text
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', page)
    fetched = {unescape(name): httpx.get(unescape(link)).content for link, name in links}
    assert fetched.pop("fetch.txt").count(b"url = ") == len(CONTENTS)
    assert fetched == CONTENTS
    assert all("X-Amz-Expires=259200" in unescape(link) for link, _ in links)


def test_a_drop_of_a_month_has_links_for_seven_days_and_gets_new_ones(keeper: PresignedIndex) -> None:
    secret = keeper.grant(PLACE, opens=START, closes=START + timedelta(days=30))
    assert "X-Amz-Expires=604800" in secret
    assert httpx.get(secret).status_code == 200


def test_closing_removes_the_drops_objects_and_no_others(keeper: PresignedIndex) -> None:
    link = grant(keeper)
    with pytest.raises(DropStillOpen):
        keeper.prove_closed(PLACE, link)
    keeper.close(PLACE)
    keeper.close(PLACE)
    for secret in (link, None):
        proof = json.loads(keeper.prove_closed(PLACE, secret))
        # 403, where the bucket's policy is asked before the object is looked for.
        assert (proof["answer"] in ("HTTP 403", "HTTP 404"), proof["objects left"]) == (True, 0)
        assert link not in str(proof)
    left = [item["Key"] for item in keeper.client.list_objects_v2(Bucket="handover")["Contents"]]
    assert left == ["drops/norrsken/other/keep.txt"]


def test_what_the_service_enforces_is_measured(keeper: PresignedIndex) -> None:
    assert keeper.enforcement.ends_by_itself is None
    grant(keeper)
    measured = keeper.measure(PLACE)
    # This service checks neither; a production one does both (that is what the measuring is for).
    assert (measured.ends_by_itself, measured.checks_secret) == (False, False)
    assert "does not enforce" in keeper.enforcement.words


def test_a_service_that_is_away_proves_nothing(server: S3Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    away = server.model_copy(update={"endpoint_url": f"http://127.0.0.1:{port}"})
    with (
        open_presigned_index(away, "secret half", MovableClock(START)) as keeper,
        pytest.raises(ServerUnreachable) as raised,
    ):
        keeper.prove_closed(PLACE, f"http://127.0.0.1:{port}/handover/x?X-Amz-Signature=abc")
    assert "Signature" not in str(raised.value)


def test_long_names_make_a_login_that_is_short_and_their_own() -> None:
    first, second = login_of("a" * 80, "handover"), login_of("a" * 80, "handover2")
    assert len(first) == len(second) == 64
    assert first != second
    assert login_of("norrsken", "handover") == "norrsken-handover"


def test_a_drop_on_s3_has_its_place() -> None:
    project = project_with(S3Server(kind="s3", endpoint_url="https://localhost:40190", bucket="handover"))
    assert place_of(project, "handover") == Place("s3", "localhost", 40190, "norrsken/handover", "norrsken-handover")
    with pytest.raises(LookupError):
        place_of(project, "other")


def test_links_are_signed_by_the_projects_key_not_the_environments(
    monkeypatch: pytest.MonkeyPatch, server: S3Server, keeper: PresignedIndex
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    with open_presigned_index(server, "secret half", MovableClock(START)) as opened:
        assert "X-Amz-Credential=key%2F" in grant(opened)


def test_a_drop_on_s3_lives_and_ends_like_any_other(server: S3Server, keeper: PresignedIndex, tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", keeper.clock)
    ensure_project(ledger, "norrsken")
    keeper.close(PLACE)
    keeper.bucket.unlock(PLACE)
    (tmp_path / "contents" / "mailboxes").mkdir(parents=True)
    (tmp_path / "contents" / "mailboxes" / "anna.mbox").write_bytes(b"From anna")
    with (
        open_s3(server, "secret half") as store,
        open_local(LocalServer(kind="local", root=tmp_path / "contents")) as contents,
    ):
        work = lifecycle.DropWork(ledger, project_with(server), "handover", store, keeper, "test")
        lifecycle.fill(work, contents)
        opened = lifecycle.open_drop(work)
        page = httpx.get(opened.secret or "").text
        links = {unescape(name): unescape(link) for link, name in re.findall(r'<a href="([^"]+)">([^<]+)</a>', page)}
        assert httpx.get(links["mailboxes/anna.mbox"]).content == b"From anna"
        assert hashlib.sha256(httpx.get(links["manifest.csv"]).content).hexdigest() == opened.manifest_digest
        lifecycle.close_drop(work)
        assert json.loads(lifecycle.prove_closed(work, opened.secret))["objects left"] == 0
    ledger.engine.dispose()


def test_statements_and_rules_of_others_stay(keeper: PresignedIndex) -> None:
    theirs = {"Sid": "Theirs", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}
    theirs |= {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::handover/public/*"]}
    rule = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 7}}
    client = keeper.client
    client.put_bucket_policy(Bucket="handover", Policy=policy.document([theirs]))
    client.put_bucket_lifecycle_configuration(Bucket="handover", LifecycleConfiguration={"Rules": [rule]})  # type: ignore[list-item]

    def found() -> tuple[list[str], dict[str, Any]]:
        statements = json.loads(client.get_bucket_policy(Bucket="handover")["Policy"])["Statement"]
        rules = client.get_bucket_lifecycle_configuration(Bucket="handover")["Rules"]
        return [one["Sid"] for one in statements], {one["ID"]: one["Expiration"] for one in rules}

    try:
        grant(keeper)
        keeper.close(PLACE)
        sids, rules = found()
        assert (sids[0], sids[1][:12], len(sids)) == ("Theirs", "SkyflyttDrop", 2)
        [ours] = (expiration["Date"] for name, expiration in rules.items() if name != "theirs")
        # A day after the drop's end at the service, at the next midnight there.
        left = ours - datetime.now(UTC)
        assert timedelta(days=4) <= left < timedelta(days=5)
        keeper.bucket.unlock(PLACE)
        assert found() == (["Theirs"], {"theirs": {"Days": 7}})
    finally:
        client.delete_bucket_policy(Bucket="handover")
        client.delete_bucket_lifecycle(Bucket="handover")
