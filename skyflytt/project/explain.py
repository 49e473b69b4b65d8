"""pydantic's errors, said for a person who edits a project file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic_core import ErrorDetails
from yaml import ScalarNode

from skyflytt.project.part import quoted
from skyflytt.project.problems import Problem
from skyflytt.project.secret_keys import variable_of
from skyflytt.project.shape import Loc, Schema, Shape
from skyflytt.project.tree import Tree, dotted, kind_of

SECRET_WORDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "passphrase",
    "pass",
    "pwd",
    "secret_access_key",
    "private_key",
)
# What a boolean in place of a text was probably meant to be: YAML 1.1 reads the code of Norway, among others, as false.
MEANT = {"no": "nb"}


@dataclass(frozen=True)
class Finding:
    """One of pydantic's errors, its place in the data, and the schema there."""

    error: ErrorDetails
    place: Loc
    schema: Schema


class Explainer:
    """Turns the errors of one file into problems."""

    def __init__(self, file: str, tree: Tree) -> None:
        self._file = file
        self._tree = tree
        self._shape = Shape()

    def problem(self, error: ErrorDetails) -> Problem:
        at_key = "[key]" in error["loc"]
        place, schema = self._shape.follow(tuple(step for step in error["loc"] if step != "[key]"))
        explain = EXPLANATIONS.get(error["type"])
        if explain is not None:
            what, write = explain(self, Finding(error, place, schema))
        elif error["type"].endswith(("_type", "_parsing", "model_attributes_type")):
            what, write = self._wrong_type(Finding(error, place, schema))
        else:
            what, write = f"`{place[-1]}`: {error['msg'][0].lower()}{error['msg'][1:]}", self._fitting(schema)
        where = place
        if error["type"].startswith("union_tag") and isinstance(error["input"], Mapping):
            where = (*place, error["ctx"]["discriminator"].strip("'"))
        return self.at(where, what, write, at_key or error["type"] == "extra_forbidden")

    def at(self, place: Loc, what: str, write: str, at_key: bool = False) -> Problem:
        if place and place[-1] == "[key]":
            place, at_key = place[:-1], True
        return Problem(self._file, *self._tree.place(place, at_key), dotted(place), what, write)

    def _own(self, at: Finding) -> tuple[str, str]:
        what = at.error["ctx"]["what"]
        key = next((step for step in reversed(at.place) if isinstance(step, str)), "")
        return (f"`{key}`: {what}" if key and "[key]" not in at.error["loc"] else what), at.error["ctx"]["write"]

    def _missing(self, at: Finding) -> tuple[str, str]:
        around = f" in `{dotted(at.place[:-1])}`" if len(at.place) > 1 else ""
        return f"`{at.place[-1]}` is missing{around}", flow({at.place[-1]: self._shape.sample(at.schema)})

    def _unknown_key(self, at: Finding) -> tuple[str, str]:
        key = str(at.place[-1])
        around = f" in `{dotted(at.place[:-1])}`" if len(at.place) > 1 else ""
        known = list(self._shape.follow(at.error["loc"][:-1])[1].get("properties", {}))
        if key.lower() in SECRET_WORDS:
            where = variable_of("servers.<NAME>").replace("__NAME_", "_<NAME>")
            return (
                f"{quoted(key)} does not belong{around}: no secret is ever in this file",
                f"nothing here; set {where}, or use a secrets file",
            )
        near = get_close_matches(key.lower(), known, n=1, cutoff=0.5)
        return f"there is no key {quoted(key)}{around}", near[0] if near else "one of " + ", ".join(known)

    def _not_listed(self, at: Finding) -> tuple[str, str]:
        allowed = [str(value) for value in at.schema.get("enum", [at.schema.get("const")])]
        written = self._written(at.place)
        meant = MEANT.get(written.lower()) if isinstance(at.error["input"], bool) else None
        near = get_close_matches(str(at.error["input"]), allowed, n=1)
        best = meant if meant in allowed else next(iter(near), None)
        others = ", ".join(value for value in allowed if value != best)
        choice = f"{best}, or else one of {others}" if best and others else best or f"one of {others}"
        return self._not_fitting(at.error["input"], at.place, "one of the known values"), choice

    def _which_kind(self, at: Finding) -> tuple[str, str]:
        tag = at.error["ctx"]["discriminator"].strip("'")
        kinds = list(at.schema.get("discriminator", {}).get("mapping", {}))
        choice = f"{tag}: one of {', '.join(kinds)}"
        given = at.error["input"].get(tag) if isinstance(at.error["input"], Mapping) else None
        if given is None:
            return f"`{tag}` is missing in `{dotted(at.place)}`", choice
        near = get_close_matches(str(given), kinds, n=1)
        return f"there is no {tag} {quoted(given)}", f"{tag}: {near[0]}" if near else choice

    def _wrong_type(self, at: Finding) -> tuple[str, str]:
        wanted = wanted_of(at.schema)
        if at.place == ():
            return (
                f"the file holds {kind_of(at.error['input'])}, not a mapping of keys",
                "project: norrsken (and the other keys)",
            )
        what = self._not_fitting(at.error["input"], at.place, wanted)
        if wanted == "a text" and at.error["input"] is not None and not isinstance(at.error["input"], dict | list):
            return what, f'"{self._written(at.place)}" (in quotes)'
        if wanted == "a list" and isinstance(at.error["input"], str):
            return what, f"[{flow(at.error['input'])}]"
        if wanted == "a whole number" and isinstance(at.error["input"], str) and at.error["input"].isdecimal():
            return what, f"{int(at.error['input'])} (without quotes)"
        return what, self._fitting(at.schema)

    def _range(self, at: Finding) -> tuple[str, str]:
        limits = f"a whole number from {at.schema.get('minimum', '…')} to {at.schema.get('maximum', '…')}"
        return f"`{at.place[-1]}`: {quoted(at.error['input'])} is out of range", limits

    def _not_fitting(self, value: object, place: Loc, wanted: str) -> str:
        name = next((f"`{step}`" for step in reversed(place) if isinstance(step, str)), "the file")
        if value is None:
            return f"{name} has no value"
        if isinstance(value, bool):
            return f"{name}: YAML reads {quoted(self._written(place))} as {kind_of(value)}, but {wanted} is needed"
        if isinstance(value, str):
            return f"{name}: {quoted(value)} is not {wanted}"
        return f"{name}: this is {kind_of(value)}, but {wanted} is needed"

    def _written(self, place: Loc) -> str:
        node = self._tree.node(place)
        return str(node.value) if isinstance(node, ScalarNode) else ""

    def _fitting(self, schema: Schema) -> str:
        sample = self._shape.sample(schema)
        return f"{wanted_of(schema)}, such as {flow(sample)}"


def wanted_of(schema: Schema) -> str:
    if "oneOf" in schema:
        return "a mapping"
    words = {
        "string": "a text",
        "integer": "a whole number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping",
    }
    return words.get(str(schema.get("type")), "another value")


def flow(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        return f"{key}: {flow(inner)}"
    shown = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    return shown.removesuffix("\n").removesuffix("\n...").strip()


Explanation = Callable[[Explainer, Finding], tuple[str, str]]
EXPLANATIONS: dict[str, Explanation] = {
    "skyflytt": Explainer._own,
    "missing": Explainer._missing,
    "extra_forbidden": Explainer._unknown_key,
    "literal_error": Explainer._not_listed,
    "union_tag_invalid": Explainer._which_kind,
    "union_tag_not_found": Explainer._which_kind,
    "greater_than_equal": Explainer._range,
    "less_than_equal": Explainer._range,
}
