"""What was uploaded comes to its name, in one step and with its time, and is then compared: its hash, its name, whether it is there.

Dropbox keeps a file as it is when what is committed has the same bytes, and then keeps its old time too (WriteMode); so such a file
makes room first. Nothing is overwritten that was not looked at: whatever came meanwhile is a conflict, and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from dropbox import files

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.connection import ServerBusy, ends_the_pass
from skyflytt.errors.files import CopyAltered, FileChanging, PathMissing, PathRefused, TargetOccupied
from skyflytt.files.dropbox.connect import WITHOUT_WORD_S, Calls
from skyflytt.files.dropbox.failures import api_failure, tags
from skyflytt.files.dropbox.listing import as_dropbox_has_it, entries_of
from skyflytt.files.dropbox.upload import Held
from skyflytt.files.each import LISTED_FROM, attempt
from skyflytt.files.paths import parent

AT_ONCE = 1_000
"""Entries of one upload_session/finish_batch_v2."""


@dataclass(frozen=True, slots=True)
class Naming:
    """`held` is to come to `at` (a path at Dropbox), which is called `to` in failures; `there` is the metadata of what is there."""

    held: Held
    to: str
    at: str
    modified: datetime | None
    there: Any = None


def commit_each(calls: Calls, namings: Sequence[Naming]) -> list[Failure | None]:
    """One answer for each; a failure that concerns all is raised. One request, and one for each folder to see that they are there."""
    answers: list[Failure | None] = [_refused(naming) for naming in namings]
    left = [index for index, answer in enumerate(answers) if answer is None]
    for begin in range(0, len(left), AT_ONCE):
        some = left[begin : begin + AT_ONCE]
        for index, answer in zip(some, _batch(calls, [namings[index] for index in some]), strict=True):
            answers[index] = answer
    for index, missing in _not_shown(calls, [(i, namings[i]) for i in left if answers[i] is None]):
        answers[index] = missing
    return answers


def _refused(naming: Naming) -> Failure | None:
    return PathRefused(naming.to, "it is a folder") if isinstance(naming.there, files.FolderMetadata) else None


def _batch(calls: Calls, namings: list[Naming]) -> list[Failure | None]:
    """Too many writes at the same time are what Dropbox answers for an entry; that entry is committed again after a pause."""
    answers = [attempt(lambda naming=naming: _make_room(calls, naming)) for naming in namings]  # type: ignore[misc]
    left, tries = [index for index, answer in enumerate(answers) if answer is None], 0
    while left:
        tries += 1
        entries = [_argument(namings[index]) for index in left]
        result = calls.ask(namings[left[0]].to, lambda one: one.files_upload_session_finish_batch_v2(entries))  # noqa: B023
        if len(result.entries) != len(left):
            raise CopyAltered(namings[left[0]].to, f"{len(left)} files were committed, {len(result.entries)} answered")
        again: list[int] = []
        for index, entry in zip(left, result.entries, strict=True):
            answer = _answered(calls, namings[index], entry)
            if isinstance(answer, ServerBusy):
                again.append(index)
            elif answer is not None and ends_the_pass(answer):
                raise answer
            else:
                answers[index] = answer
        if again:
            wait = WITHOUT_WORD_S * 2 ** (tries - 1)
            if not calls.patience.waits(wait, tries):
                raise ServerBusy(calls.server, "too_many_write_operations")
            calls.patience.wait(calls.server, wait)
        left = again
    return answers


def _make_room(calls: Calls, naming: Naming) -> None:
    """What has the same bytes would stay as it is, with its old time and spelling."""
    there = naming.there
    if isinstance(there, files.FileMetadata) and there.content_hash == naming.held.content_hash:
        try:
            calls.ask(naming.to, lambda one: one.files_delete_v2(naming.at, parent_rev=there.rev))
        except PathMissing:
            return
        except PathRefused as refused:
            raise FileChanging(naming.to, f"it changed when it was to be replaced ({refused.detail})") from refused


def _argument(naming: Naming) -> Any:
    there, mode = naming.there, files.WriteMode.add
    if isinstance(there, files.FileMetadata) and there.content_hash != naming.held.content_hash:
        mode = files.WriteMode.update(there.rev)
    commit = files.CommitInfo(
        naming.at,
        mode=mode,
        autorename=False,
        client_modified=None if naming.modified is None else as_dropbox_has_it(naming.modified),
        mute=True,
    )
    return files.UploadSessionFinishArg(files.UploadSessionCursor(naming.held.session, naming.held.size_bytes), commit)


def _answered(calls: Calls, naming: Naming, entry: Any) -> Failure | None:
    """What an entry of the answer means: an answer of success has errors inside."""
    if entry.is_success():
        return _wrong(calls, naming, entry.get_success())
    if not entry.is_failure():
        return CopyAltered(naming.to, "Dropbox did not say what became of it")
    error = entry.get_failure()
    named = tags(error)
    if "conflict" in named and named[-1] == "file":
        if naming.there is None:
            return TargetOccupied(naming.to, "it came while the copy was made")
        return FileChanging(naming.to, "it changed when it was to be replaced")
    return api_failure(naming.to, calls.server, error)


def _wrong(calls: Calls, naming: Naming, kept: Any) -> Failure | None:
    """A copy that is not what was sent is thrown away at once."""
    if kept.content_hash != naming.held.content_hash or kept.size != naming.held.size_bytes:
        why = "Dropbox's content hash of it is another one"
    elif kept.name.casefold() != naming.at.rpartition("/")[2].casefold():
        why = f"Dropbox kept it as {kept.name}"
    elif naming.modified is not None and kept.client_modified != as_dropbox_has_it(naming.modified):
        why = f"Dropbox kept another time of modification, {kept.client_modified.isoformat()}"
    else:
        return None
    with suppress(Permanent):
        calls.ask(naming.to, lambda one: one.files_delete_v2(kept.path_lower or naming.at, parent_rev=kept.rev))
    return CopyAltered(naming.to, why)


def _not_shown(calls: Calls, committed: list[tuple[int, Naming]]) -> list[tuple[int, Failure]]:
    """What Dropbox took and does not show. A listing may be a little old, so what it leaves out is asked for by itself."""
    missing: list[tuple[int, Failure]] = []
    ordered = sorted(committed, key=lambda one: parent(one[1].at))
    for folder, group in groupby(ordered, key=lambda one: parent(one[1].at)):
        inside = list(group)
        shown: dict[str, str] = {}
        if len(inside) >= LISTED_FROM:
            found = entries_of(calls, "" if folder == "/" else folder, inside[0][1].to)
            shown = {one.name.casefold(): one.content_hash for one in found if isinstance(one, files.FileMetadata)}
        for index, naming in inside:
            if shown.get(naming.at.rpartition("/")[2].casefold()) == naming.held.content_hash:
                continue
            if not _is_there(calls, naming):
                missing.append(
                    (index, CopyAltered(naming.to, "Dropbox said that it took the file, and does not show it"))
                )
    return missing


def _is_there(calls: Calls, naming: Naming) -> bool:
    try:
        found = calls.wait_and_ask(naming.to, lambda one: one.files_get_metadata(naming.at))
    except PathMissing:
        return False
    return isinstance(found, files.FileMetadata) and found.content_hash == naming.held.content_hash
