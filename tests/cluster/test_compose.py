"""deployments/compose.yaml: valid, and everything that it names is there. No secret stands in it."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deployments.cluster.prefect_server import MESSAGES
from deployments.cluster.secret_files import make
from deployments.stack.settings import PATIENT_CLIENT

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deployments" / "compose.yaml"
SCHEMA = ROOT / "tests" / "data" / "compose-spec" / "compose-spec.json"
SECRET = ("PASSWORD", "AUTH_STRING", "_KEY", "CONNECTION_URL", "LEDGER_URL", "MESSAGING_URL")
OURS = ("server", "setting-up", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


def test_it_is_what_the_specification_wants(compose: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(compose)


def test_what_a_service_names_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if not volume.startswith("/")}
        assert named <= set(compose["volumes"]), name
        assert {config["source"] for config in service.get("configs", [])} <= set(compose["configs"]), name
        for other, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], f"{name} waits for {other}"


def test_the_secrets_are_files_that_the_command_makes(compose: dict[str, Any], tmp_path: Path) -> None:
    make(tmp_path, "postgresql:5432", "redis:6379")

    named = {name: FILE.parent / secret["file"] for name, secret in compose["secrets"].items()}
    assert {path.name for path in named.values()} <= {path.name for path in tmp_path.iterdir()}
    assert all(path.parent.name == "secrets" and path.name == name for name, path in named.items())
    text = FILE.read_text()
    assert [path.name for path in tmp_path.iterdir() if path.read_text().strip() in text] == []


def test_every_secret_of_the_environment_comes_from_a_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            else:
                assert not name.endswith(SECRET), f"{name}={value} has to be {name}_FILE"


def test_the_programs_are_there(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert find_spec(service["command"][0]), name
        assert (FILE.parent / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_server_and_clients_have_the_settings_of_the_local_cluster(compose: dict[str, Any]) -> None:
    assert compose["services"]["server"]["environment"].items() >= MESSAGES.items()
    assert all(compose["services"][name]["environment"].items() >= PATIENT_CLIENT.items() for name in OURS)


def test_a_worker_is_given_longer_than_it_gives_its_runs(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]
    grace = float(worker["command"][worker["command"].index("--grace") + 1])
    assert float(worker["stop_grace_period"].removesuffix("s")) > grace


def test_nobody_beyond_the_machine_reaches_it(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_has_everything_that_it_copies() -> None:
    dockerfile = (FILE.parent / "Dockerfile").read_text()
    copied = [word for line in dockerfile.splitlines() if line.startswith("COPY") for word in line.split()[1:-1]]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name
