"""What a name that its target cannot keep is called there.

A new name is made from the old one alone and carries a digest of the source's path: whatever else is in the share, on whichever
day, the same path gets the same name, and two paths never the same.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Callable, Container
from itertools import count
from posixpath import dirname

from skyflytt.files.names.check import Namespace, broken_by_length, broken_by_name, must_change
from skyflytt.files.names.rule import Severity, Unit, length
from skyflytt.files.paths import join

MARK_LETTERS = 8
ENDING = re.compile(r"(?<=.)\.[^. /]{1,15}$", re.DOTALL)
FILE_ROOM = 48
"""As long a name as a file that is shortened gets at least; where the path leaves less, it goes into a folder further up."""
FOLDER_NAME = 64
"""As long a name as a folder gets that goes further up, so that there is room for what it holds."""

Taken = Container[str] | Callable[[str], bool]
"""Places of the target, folded (`Namespace.fold`), that are not free."""


def target_path(path: str, space: Namespace, taken: Taken = (), *, folder: bool = False) -> str:
    """Where a path of the source goes: itself, when its target keeps every name of it and nothing else is there.

    The folders above are named as they would be for themselves. The same path has the same answer, but for what is `taken`.
    """
    place, walked = "", ""
    names = path.split("/")
    for name in names[:-1]:
        walked = join(walked, name)
        place = place_below(place, walked, space, (), folder=True)
    return place_below(place, path, space, taken, folder=folder)


def place_below(above: str, path: str, space: Namespace, taken: Taken, *, folder: bool) -> str:
    """Where an entry goes whose folder has the place `above`."""
    plain = join(above, path.rpartition("/")[2])
    if is_kept(plain, space) and not _is_taken(plain, space, taken):
        return plain
    return marked_place(above, path, space, taken, folder=folder)


def marked_place(above: str, path: str, space: Namespace, taken: Taken, *, folder: bool) -> str:
    """A place under another name, which tells of this path alone."""
    for attempt in count():
        place = _marked(above, path, space, _mark(path, attempt), folder=folder)
        if not _is_taken(place, space, taken):
            return place
    raise AssertionError("count() has no end")


def is_kept(place: str, space: Namespace) -> bool:
    """Whether the target keeps the last name of a place, and the place is not too long."""
    name = place.rpartition("/")[2]
    return not must_change([*broken_by_name(name, space, top=name == place), *broken_by_length(place, space)])


def _is_taken(place: str, space: Namespace, taken: Taken) -> bool:
    folded = space.fold(place)
    return taken(folded) if callable(taken) else folded in taken


def _mark(path: str, attempt: int) -> str:
    """Letters and digits in small, which every target keeps apart and none reads as anything."""
    told = f"{path}\0{attempt}" if attempt else path
    return b32encode(hashlib.sha256(told.encode()).digest()).decode().lower()[:MARK_LETTERS]


def _marked(above: str, path: str, space: Namespace, mark: str, *, folder: bool) -> str:
    name = path.rpartition("/")[2]
    stem, ending = _cleaned(name, space, folder=folder)
    cramped = any(
        bool(must_change([*broken_by_length(join(above, one), space)])) for one in (name, f"{stem}-{mark}{ending}")
    )
    for place in _upwards(above):
        room = _room(place, space, cramped=cramped, folder=folder)
        if room is not None and (found := _cut(stem, f"-{mark}{ending}", room, space, top=not place)) is not None:
            return join(place, found)
    return mark


def _upwards(place: str) -> list[str]:
    """The folder, and those above it up to the share's own."""
    places = [place]
    while places[-1]:
        places.append(dirname(places[-1]))
    return places


def _cleaned(name: str, space: Namespace, *, folder: bool) -> tuple[str, str]:
    """Stem and ending without what breaks a rule."""
    for _ in range(5):
        for rule, pattern in space.rules.each:
            if rule.severity is not Severity.AWKWARD and not rule.whole:
                name = pattern.sub(rule.instead, name)
    found = None if folder else ENDING.search(name)
    return (name[: found.start()], found[0]) if found else (name, "")


def _room(above: str, space: Namespace, *, cramped: bool, folder: bool) -> list[tuple[int, Unit]] | None:
    """How long a name may be in the folder `above`; None where that is too little for an entry that found no room in its own folder."""
    room: list[tuple[int, Unit]] = [(rule.most, rule.unit) for rule in space.room("name")]
    for rule in space.room("path"):
        left = rule.most - length(space.prefix + (f"{above}/" if above else ""), rule.unit)
        if cramped and above and left < (rule.most // 2 if folder else FILE_ROOM):
            return None
        room.append((min(left, FOLDER_NAME) if cramped and folder else left, rule.unit))
    return room


def _cut(stem: str, rest: str, room: list[tuple[int, Unit]], space: Namespace, *, top: bool) -> str | None:
    """The stem's beginning with the rest, in all limits; without a stem, the rest without its dash."""
    for most, unit in room:
        while stem and (over := length(stem + rest, unit) - most) > 0:
            stem = stem[: -max(1, over // 4)]
    stem = stem.rstrip(" .")
    for name in (f"{stem}{rest}" if stem else rest[1:], rest[1:], rest[1 : 1 + MARK_LETTERS]):
        fits = all(length(name, unit) <= most for most, unit in room)
        if fits and not must_change(broken_by_name(name, space, top=top)):
            return name
    return None
