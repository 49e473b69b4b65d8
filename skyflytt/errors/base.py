"""What can go wrong, as four kinds of failure (docs/reference/errors.md is generated from the classes).

The kind decides what happens next: `Transient` is tried again, `Permanent` is recorded against one item while the rest goes on,
`NeedsPerson` stops the step and names who must do what, `AcceptedLoss` is a permanent failure that a named person took responsibility for.

The first line of a concrete class's docstring is its sentence, with `{item}` and `{detail}` filled in when it is raised.
"""

from __future__ import annotations

import inspect
from typing import ClassVar, Literal

Kind = Literal["transient", "permanent", "needs-person", "accepted-loss"]


class Failure(Exception):
    """Something went wrong with {item}: {detail}

    `item` is the key of what failed (a message, a path, a mailbox, a server); `detail` is the server's or the system's own
    words, and never contains a secret. `retry_after_s` is the server's back-off in seconds, where it named one.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str] = ""
    advice: ClassVar[str] = ""

    def __init__(self, item: str, detail: str = "", *, retry_after_s: float | None = None) -> None:
        self.item = item
        self.detail = detail
        self.retry_after_s = retry_after_s
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What happened, to which item, in one line."""
        template = (inspect.cleandoc(type(self).__doc__ or "").splitlines() or ["{item}: {detail}"])[0]
        return template.format(item=self.item, detail=self.detail).rstrip(": ")

    def __str__(self) -> str:
        return self.sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.item, self.detail, self.retry_after_s)


def _rebuild(cls: type[Failure], item: str, detail: str, retry_after_s: float | None) -> Failure:
    return cls(item, detail, retry_after_s=retry_after_s)


class Transient(Failure):
    """{item} is not available at the moment: {detail}"""

    kind: ClassVar[Kind] = "transient"


class Permanent(Failure):
    """{item} failed: {detail}"""

    kind: ClassVar[Kind] = "permanent"


class BadInput(Permanent):
    """{item} cannot be used: {detail}

    What somebody handed to a command or an import is not what it has to be; a command ends with status 2.
    """


class NeedsPerson(Failure):
    """{item} needs a person: {detail}"""

    kind: ClassVar[Kind] = "needs-person"


class AcceptedLoss(Failure):
    """{item} is left behind: {detail}"""

    kind: ClassVar[Kind] = "accepted-loss"
