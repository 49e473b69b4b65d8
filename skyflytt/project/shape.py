"""The file's JSON Schema, walked alongside an error: which keys and values belong at a place, and where that place is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from skyflytt.project.model import project_schema

Loc = tuple[str | int, ...]
Schema = Mapping[str, Any]


class Shape:
    """The project file's schema; read once per file that has errors."""

    @cached_property
    def root(self) -> Schema:
        return project_schema()

    def follow(self, loc: Loc) -> tuple[Loc, Schema]:
        """The place in the data that pydantic's `loc` means (without the tags of its unions), and the schema there."""
        schema = self._resolve(self.root)
        place: Loc = ()
        for step in loc:
            tags = schema.get("discriminator", {}).get("mapping", {})
            if step in tags:
                schema = self._resolve({"$ref": tags[step]})
                continue
            place = (*place, step)
            schema = self._resolve(self._child(schema, step))
        return place, schema

    def sample(self, schema: Schema) -> Any:
        """A value that fits, made of the schema's own examples."""
        schema = self._resolve(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if "oneOf" in schema:
            return self.sample(schema["oneOf"][0])
        if schema.get("type") == "object":
            return {key: self.sample(schema["properties"][key]) for key in schema.get("required", ())}
        if schema.get("type") == "array":
            return [self.sample(schema.get("items", {}))]
        return {"integer": schema.get("minimum", 1), "boolean": True}.get(str(schema.get("type")), "…")

    def _resolve(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self._resolve({**self.root["$defs"][name], **rest})
        options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
        if len(options) == 1:
            rest = {key: value for key, value in schema.items() if key != "anyOf"}
            return self._resolve({**options[0], **rest})
        return schema

    @staticmethod
    def _child(schema: Schema, step: str | int) -> Schema:
        if isinstance(step, int):
            items: Schema = schema.get("items", {})
            return items
        if step in schema.get("properties", {}):
            found: Schema = schema["properties"][step]
            return found
        patterns = list(schema.get("patternProperties", {}).values())
        other = schema.get("additionalProperties") or (patterns[0] if patterns else {})
        return other if isinstance(other, Mapping) else {}
