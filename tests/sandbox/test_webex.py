"""The sandbox's Webex as a process of its own: it says what it is, and lets in only who has its token."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import trustme

from skyflytt.sandbox import ports
from skyflytt.sandbox.processes import python
from tests.directory.company import company


def test_it_runs_from_its_files(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    (tmp_path / "held.json").write_text(company().model_dump_json())
    (tmp_path / "secrets.json").write_text(json.dumps({"servers.webex": "t-7719"}))
    port = ports.choose(())
    line = [
        *python("skyflytt.sandbox.servers.webex", "--port", str(port), "--cert", str(tmp_path / "server.pem")),
        *("--settings", str(tmp_path / "held.json"), "--secrets", str(tmp_path / "secrets.json")),
        *("--secret-key", "servers.webex"),
    ]
    trust = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with (
        subprocess.Popen(line) as process,
        httpx.Client(base_url=f"https://localhost:{port}", verify=trust, trust_env=False) as http,
    ):
        try:
            assert "not Webex" in ready(http, process)["simulator"]
            refused = http.get("/v1/organizations")
            assert (refused.status_code, "trackingId" in refused.json()) == (401, True)
            answer = http.get("/v1/organizations", headers={"Authorization": "Bearer t-7719"})
            assert [one["displayName"] for one in answer.json()["items"]] == ["Norrsken Bygg"]
            wrong = http.post("/sandbox/faults", content='[{"kind": "no such"}]')
            assert wrong.status_code == 400
        finally:
            process.terminate()


def ready(http: httpx.Client, process: subprocess.Popen[bytes]) -> dict[str, str]:
    while process.poll() is None:
        try:
            found: dict[str, str] = http.get("/sandbox/ready").json()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return found
    raise AssertionError("it did not start")
