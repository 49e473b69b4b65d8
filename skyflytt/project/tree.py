"""A YAML text as plain data that remembers where everything stands."""

from __future__ import annotations

import re
from datetime import date
from types import NoneType, UnionType
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.constructor import ConstructorError, SafeConstructor

from skyflytt.project.part import quoted
from skyflytt.project.syntax import Flaw

Loc = tuple[str | int, ...]
KINDS: tuple[tuple[type | UnionType, str], ...] = (
    (NoneType, "nothing"),
    (int | float, "a number"),
    (date, "a date"),
    (dict, "a mapping"),
    (list, "a list"),
)
UNREADABLE = {"timestamp": ("a date", "a day that exists, as year-month-day, such as 2026-08-08")}
TAG = "tag:yaml.org,2002:"
PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def dotted(loc: Loc) -> str:
    """`('mailboxes', 0, 'name')` as `mailboxes[0].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")


class Tree:
    """`data` holds the text's plain values; `flaws` what is wrong with the YAML itself, such as a key that is there twice."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._constructor = SafeConstructor()
        self._open: set[int] = set()
        self.flaws: list[Flaw] = []
        self.data = self._plain(root, ())

    def node(self, loc: Loc) -> Node:
        """The node at `loc`, or the nearest one around it that exists."""
        node = self._root
        for step in loc:
            found = self._child(node, step)
            if found is None:
                return node
            node = found[1]
        return node

    def place(self, loc: Loc, at_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `loc`, or of its key: where asked for, or where there is no value."""
        node = self.node(loc)
        at_key = at_key or (isinstance(node, ScalarNode) and node.value == "" and node.style is None)
        if at_key and loc and (found := self._child(self.node(loc[:-1]), loc[-1])) is not None:
            node = found[0]
        return node.start_mark.line + 1, node.start_mark.column + 1

    @staticmethod
    def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step]
        if isinstance(node, MappingNode):
            return next(((key, value) for key, value in reversed(node.value) if key.value == step), None)
        return None

    def _flaw(self, node: Node, loc: Loc, what: str, write: str) -> None:
        self.flaws.append(Flaw(node.start_mark.line + 1, node.start_mark.column + 1, what, write, dotted(loc)))

    def _plain(self, node: Node, loc: Loc) -> Any:
        if id(node) in self._open:
            self._flaw(node, loc, "an anchor (`&`) contains itself", "the values in full")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, MappingNode | SequenceNode) and node.tag not in (f"{TAG}map", f"{TAG}seq"):
                self._unknown_tag(node, loc)
            if isinstance(node, MappingNode):
                return self._mapping(node, loc)
            if isinstance(node, SequenceNode):
                return [self._plain(entry, (*loc, index)) for index, entry in enumerate(node.value)]
            return self._scalar(node, loc)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, Any]:
        self._check_keys(node, loc)
        try:
            self._constructor.flatten_mapping(node)
        except ConstructorError:
            self._flaw(node, loc, "`<<` can only take in a mapping", "`<<: *anchor` with an anchor on a mapping")
        node.value = [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]
        return {key.value: self._plain(value, (*loc, key.value)) for key, value in node.value}

    def _check_keys(self, node: MappingNode, loc: Loc) -> None:
        first: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                self._flaw(key, loc, "a key must be a single text", "key: value")
            elif key.value in first:
                what = f"the key {quoted(key.value)} is there twice; the first is in line {first[key.value]}"
                self._flaw(key, (*loc, key.value), what, "each key once")
            else:
                first[key.value] = key.start_mark.line + 1

    def _scalar(self, node: Node, loc: Loc) -> Any:
        sort = node.tag.removeprefix(TAG)
        if sort in ("str", "value"):
            return node.value
        if sort == "null":
            return None
        if sort not in ("bool", "int", "float", "timestamp"):
            self._unknown_tag(node, loc)
            return node.value
        try:
            value = getattr(self._constructor, f"construct_yaml_{sort}")(node)
        except (ValueError, KeyError):
            words, write = UNREADABLE.get(sort, (f"YAML's {sort}", "the value without a tag"))
            self._flaw(node, loc, f"{quoted(node.value)} is not {words}", write)
            return node.value
        if sort in ("int", "float") and not PLAIN_NUMBER.fullmatch(node.value):
            self._odd_number(node, loc, value)
        return value

    def _unknown_tag(self, node: Node, loc: Loc) -> None:
        self._flaw(
            node, loc, f"the tag {quoted(node.tag.replace(TAG, '!!'))} means nothing here", "the value without it"
        )

    def _odd_number(self, node: Node, loc: Loc, value: Any) -> None:
        plain = node.value.lstrip("0") if node.value.isdigit() else str(value)
        what = f"YAML reads {quoted(node.value)} as the number {value}"
        self._flaw(node, loc, what, f'{plain or value}, or "{node.value}" in quotes if it is a text')


def kind_of(value: object) -> str:
    """What YAML made of a value, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return next((words for sorts, words in KINDS if isinstance(value, sorts)), "a text")
