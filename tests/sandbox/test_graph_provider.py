"""The simulated Graph as a program of its own: from a file, with its secrets in another, and it says what it is."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import httpx
import trustme

from skyflytt.graph import open_graph
from skyflytt.project.servers import Microsoft365Server
from tests.graph.simulator import APP, DOMAIN, SECRET, tenant
from tests.real.processes import free_port, running_module


def test_it_runs_by_itself(tmp_path: Path) -> None:
    authority, port = trustme.CA(), free_port()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    (tmp_path / "tenant.json").write_text(tenant().model_dump_json())
    (tmp_path / "secrets.json").write_text(json.dumps({"app": SECRET}))
    arguments = ("--port", str(port), "--cert", str(tmp_path / "server.pem"), "--tenant", str(tmp_path / "tenant.json"))
    url = f"https://localhost:{port}"
    settings = Microsoft365Server(
        kind="microsoft365", tenant=DOMAIN, client_id=APP, login_url=url, graph_url=url, ca_file=tmp_path / "ca.pem"
    )
    secrets = ("--secrets", str(tmp_path / "secrets.json"))
    with running_module("skyflytt.sandbox.servers.graph", *arguments, *secrets, port=port, log=tmp_path / "log"):
        with open_graph(settings, SECRET) as client:
            assert len(list(client.pages("/users"))) == 7
        told = httpx.get(f"{url}/sandbox/ready", verify=ssl.create_default_context(cafile=tmp_path / "ca.pem")).json()
        assert "simulator" in told["what"]
