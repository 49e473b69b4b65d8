"""The form of a project's own deployment: its real mailboxes, shares, servers and domains to choose from.

The server holds every run to it: a name that is not in the list is refused before anything starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.project.model import Project

Schema = dict[str, Any]
Names = Callable[[Project], Sequence[str]]


def mailboxes(project: Project) -> Sequence[str]:
    return [one.name for one in project.mailboxes]


def shares(project: Project) -> Sequence[str]:
    return [one.name for one in project.shares]


def domains(project: Project) -> Sequence[str]:
    return [one.name for one in project.domains]


def drops(project: Project) -> Sequence[str]:
    return [one.name for one in project.drops]


def directories(project: Project) -> Sequence[str]:
    return [one.name for one in project.directories]


def servers(project: Project) -> Sequence[str]:
    return list(project.servers)


def manual_steps(project: Project) -> Sequence[str]:
    """Steps that a person settles."""
    if project.playbook is None:
        return []
    return [one.id for one in load_playbook(project.playbook).steps if one.kind is not StepKind.FLOW]


NAMES: Mapping[str, Names] = {
    "mailboxes": mailboxes,
    "shares": shares,
    "domain": domains,
    "domains": domains,
    "server": servers,
}
"""What a parameter of this name is chosen from, in whichever flow; one that is no name (a switch) keeps its form."""

NAMES_IN: Mapping[tuple[str, str], Names] = {
    ("step", "step"): manual_steps,
    ("domain", "only"): domains,
    ("mail-flow", "only"): domains,
    ("drop", "only"): drops,
    ("licences", "only"): directories,
}
"""What a parameter of one flow alone is chosen from."""


def form_for(flow: str, schema: Schema, project: Project) -> Schema:
    """The flow's form with the project's names filled in; `schema` stays as it is."""
    form = deepcopy(schema)
    for parameter, field in form.get("properties", {}).items():
        _flatten(field)
        names = NAMES_IN.get((flow, parameter)) or NAMES.get(parameter)
        if names:
            _choose_from(field, list(names(project)))
    return form


def _flatten(field: Schema) -> None:
    """A field that may be left empty is shown as what it is, instead of as two tabs of which one is `None`."""
    kinds = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
    if len(kinds) != 1 or len(kinds) == len(field["anyOf"]):
        return
    del field["anyOf"]
    if field.get("default", ...) is None:
        del field["default"]
    for key, value in kinds[0].items():
        field.setdefault(key, value)


def _choose_from(field: Schema, names: list[str]) -> None:
    if field.get("type") == "array" and field.get("items", {}).get("type", "string") == "string":
        field["items"] = {"type": "string", "enum": names}
        field["uniqueItems"] = True
    elif field.get("type") == "string":
        empty = [field["default"]] if field.get("default") == "" else []
        field["enum"] = [*empty, *names]
