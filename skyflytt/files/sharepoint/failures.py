"""What Graph's refusals mean for a file. Codes: https://learn.microsoft.com/graph/errors and …/onedrive/developer/rest-api/concepts/errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.files import FileChanging, FileInUse, FileTooLarge, PathMissing, PathRefused, TargetFull
from skyflytt.graph import Refused

FULL = ("quotaLimitReached", "insufficientStorage")
TOO_LARGE = ("maxFileSizeExceeded", "maxStreamSizeExceeded", "fileTooLarge")
BY_STATUS: dict[int, type[Failure]] = {
    404: PathMissing,
    410: PathMissing,
    412: FileChanging,
    413: FileTooLarge,
    423: FileInUse,
    507: TargetFull,
}
BUSY = (408, 500, 502)
TAKEN = 409
LOCKED = (403, 423)


@contextmanager
def failures(path: str, server: str) -> Iterator[None]:
    """Turns a refusal into the port's failures; `path` is what was asked about."""
    try:
        yield
    except Refused as refused:
        raise failure(path, server, refused) from refused


def failure(path: str, server: str, refused: Refused) -> Failure:
    detail = str(refused)
    if refused.busy or refused.status in BUSY:
        return ServerBusy(server, detail, retry_after_s=refused.retry_after_s)
    if refused.code in FULL:
        return TargetFull(path, detail)
    if refused.code in TOO_LARGE:
        return FileTooLarge(path, detail)
    return BY_STATUS.get(refused.status, PathRefused)(path, detail)
