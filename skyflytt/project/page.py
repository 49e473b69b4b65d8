"""The page of the documentation that lists every key of the project file; docs/reference/project-file.md is this function's answer.

It is made from the same JSON Schema that editors get, so that the two cannot tell different things.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from skyflytt.project.model import project_schema

HEAD = """# The project file

One customer's move as data: a YAML file, without secrets. [An example](../examples/project.yaml) shows it whole. `skyflytt project check FILE`
tells every error with its line, `skyflytt project schema` gives this page to editors, as JSON Schema.

Keys in **bold** have to be there. Unknown keys are errors. Days are written `2026-08-08`, hours `"08:00"` (with quotes), names of your own in
small letters and digits with `-`, `.` or `_` between them.

This page is made by `skyflytt project schema --markdown` from the models themselves.
"""
SERVER = "Server of kind "
LONG = 25
"""Lists of so many values are not told (time zones, which differ from one machine to another)."""

Schema = Mapping[str, Any]


def markdown() -> str:
    """The whole page: the top of the file first, then each part in the order in which it is first named."""
    schema = project_schema()
    parts = schema["$defs"]
    order = list(dict.fromkeys(_named_in(schema["properties"], parts)))
    lines = [HEAD, "## Top level", "", *_table(schema, parts)]
    for name in order:
        lines += ["", f"## {_title(name, parts[name])}", "", _text(parts[name].get("description", "")), ""]
        lines += _table(parts[name], parts)
    return "\n".join(lines) + "\n"


def _named_in(value: object, parts: Schema, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Names of parts in the order of reading, each followed by those that it names."""
    if isinstance(value, Mapping):
        if isinstance(reference := value.get("$ref"), str) and (name := _name(reference)) not in above:
            yield name
            yield from _named_in(parts[name].get("properties", {}), parts, (*above, name))
        # The mapping of a union repeats what its branches say.
        for key, one in value.items():
            if key not in {"$ref", "discriminator"}:
                yield from _named_in(one, parts, above)
    elif isinstance(value, list):
        for one in value:
            yield from _named_in(one, parts, above)


def _table(schema: Schema, parts: Schema) -> list[str]:
    if "properties" not in schema:
        return [f"One of: {_kind(schema, parts)}."]
    required = schema.get("required", [])
    rows = [_row(key, field, parts, required=key in required) for key, field in schema["properties"].items()]
    return ["| key | what is written | without it | meaning |", "|---|---|---|---|", *rows]


def _row(key: str, field: Schema, parts: Schema, *, required: bool) -> str:
    name = f"**`{key}`**" if required else f"`{key}`"
    without = "" if required else _default(field.get("default"))
    meaning = _text(field.get("description", ""))
    return f"| {name} | {_kind(field, parts)} | {without} | {meaning}{_examples(field)} |"


def _kind(field: Schema, parts: Schema) -> str:
    """What is written there, in words; parts are links to their tables."""
    if "$ref" in field:
        return _reference(field["$ref"], parts)
    if "const" in field:
        return _code(field["const"])
    if "enum" in field:
        values = field["enum"]
        return "a known name" if len(values) >= LONG else " or ".join(map(_code, values))
    if choices := field.get("anyOf") or field.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one, parts) for one in choices if one.get("type") != "null"))
    return _plain(field, parts)


def _plain(field: Schema, parts: Schema) -> str:
    kind = field.get("type")
    if kind == "array":
        return f"list of: {_kind(field.get('items', {}), parts)}"
    if kind == "object":
        each: Schema = field.get("additionalProperties") or next(iter(field.get("patternProperties", {}).values()), {})
        return f"names of your own, each with: {_kind(each, parts)}"
    words = {
        "string": "text",
        "integer": "number",
        "number": "number, also with a point",
        "boolean": "`true` or `false`",
    }
    what = {"date": "day", "time": "hour", "date-time": "instant"}.get(
        field.get("format", ""), words.get(str(kind), "text")
    )
    return f"{what}{_limits(field)}"


def _limits(field: Schema) -> str:
    least = field.get("minimum")
    most = field.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    if (above := field.get("exclusiveMinimum")) is not None:
        return f", more than {above}"
    return f", {least} or more" if least is not None else f", at most {most}" if most is not None else ""


def _reference(reference: str, parts: Schema) -> str:
    name = _name(reference)
    if "enum" in parts[name]:
        return _kind(parts[name], parts)
    title = _title(name, parts[name])
    anchor = "".join(c for c in title.lower() if c.isalnum() or c in " -_").replace(" ", "-")
    return f"[{title.removeprefix(SERVER)}](#{anchor})"


def _title(name: str, part: Schema) -> str:
    """`Server of kind imap`; else the model's name in words: `Mailbox place`."""
    kind = part.get("properties", {}).get("kind", {}).get("const")
    if kind:
        return f"{SERVER}{kind}"
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[0].upper() + words[1:]


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _default(value: object) -> str:
    if value in (None, [], {}, ""):
        return "nothing"
    if isinstance(value, Mapping):
        return "as below"
    return _code(value)


def _examples(field: Schema) -> str:
    examples = field.get("examples")
    return f" Such as {_code(examples[0])}." if examples else ""


def _code(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`".replace("|", "\\|")


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<").replace("*", "\\*")
