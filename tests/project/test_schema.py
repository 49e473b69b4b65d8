"""The JSON Schema agrees with the loader, and tells an editor what every key means."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from skyflytt.project.model import project_schema

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


@pytest.fixture
def example() -> Any:
    # JSON has no dates: an editor sees the text.
    return json.loads(json.dumps(yaml.safe_load(EXAMPLE.read_text("utf-8")), default=str))


def test_it_is_a_2020_12_schema_and_accepts_the_example(example: Any) -> None:
    schema = project_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("playbok",), "x"),
        (("playbook",), "x"),
        (("time_zone",), "Europe/Stokholm"),
        (("project",), "Norrsken Bygg"),
        (("customer", "language"), False),
        (("contract", "notice", "rule"), "x"),
        (("contract", "notice", "days"), 2),
        (("contract", "retrieval_days"), "3"),
        (("servers", "old-mail", "kind"), "x"),
        (("servers", "old-mail", "port"), 70000),
        (("servers", "old-mail", "password"), "x"),
        (("servers", "Old Mail"), {"kind": "local", "root": "x"}),
        (("mailboxes", 0, "name"), "Anna Å"),
        (("shares", 0, "letter"), "z"),
        (("drops", 0, "contents"), []),
        (("applications", 0, "version"), 2026.1),
    ],
)
def test_it_refuses_what_the_loader_refuses(example: Any, path: tuple[Any, ...], value: object) -> None:
    changed = copy.deepcopy(example)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert not jsonschema.Draft202012Validator(project_schema()).is_valid(changed)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in {"Project": schema, **schema["$defs"]}.items():
        for key, field in part.get("properties", {}).items():
            yield f"{name}.{key}", field


def test_every_key_has_a_title_and_a_description() -> None:
    found = dict(fields(project_schema()))
    assert len(found) > 60
    assert [name for name, field in found.items() if not field.get("description")] == []
    assert [name for name, field in found.items() if not field.get("title")] == []
