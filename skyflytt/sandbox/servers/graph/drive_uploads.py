"""Upload sessions and downloads: addresses that are signed in advance, outside of Graph's own, where no token is wanted.

https://learn.microsoft.com/graph/api/driveitem-createuploadsession.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.drive_items import fields, of, place_of
from skyflytt.sandbox.servers.graph.drive_state import Drive, Upload
from skyflytt.sandbox.servers.graph.faults import Fault
from skyflytt.sandbox.servers.graph.state import State

STEP_BYTES = 320 * 1024
LARGEST_REQUEST = 60 * 1024 * 1024
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
Due = Callable[[str], Fault | None]


def create_session(state: State, asked: Asked, key: str, item_id: str, path: str) -> Answer:
    drive, body = of(state, key), asked.body if isinstance(asked.body, dict) else {}
    folder, name = place_of(drive, item_id, path)
    there = drive.child(folder, name)
    drive.require_writable(there)
    told = body.get("item") or {}
    conflict = str(told.get("@microsoft.graph.conflictBehavior") or "fail")
    if there is not None and (there.is_folder or conflict == "fail"):
        raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists under the parent")
    life = timedelta(seconds=drive.rules.session_life_s)
    upload = Upload(secrets.token_urlsafe(24), folder.id, name, conflict, datetime.fromisoformat(asked.now) + life)
    drive.uploads[upload.key] = upload
    base = asked.base.removesuffix("/v1.0")
    return Answer(200, {
        "uploadUrl": f"{base}/transfer/up/{key}?guid={upload.key}&tempauth=v1.{secrets.token_urlsafe(24)}",
        "expirationDateTime": upload.until.isoformat(), "nextExpectedRanges": ["0-"],
    })  # fmt: skip


class Transfers:
    """The pages of these addresses. `due` gives the fault that is due for `METHOD /transfer/…`, if any."""

    def __init__(self, state: State, clock: Clock, due: Due) -> None:
        self._state = state
        self._clock = clock
        self._due = due

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/transfer/up/{drive}", self.up, methods=["PUT", "GET", "DELETE"]),
            Route("/transfer/down/{drive}/{item}", self.down, methods=["GET"]),
        ]

    async def up(self, request: Request) -> Response:
        raw = await request.body()
        fault = self._due(f"{request.method} /transfer/up")
        if fault is not None and fault.kind == "status":
            return _plain(_of_fault(fault))
        if "authorization" in request.headers:
            return _plain(Refusal(401, "unauthenticated", "A token is not wanted here").answer)
        with self._state.lock:
            made = self._up(request, raw)
        if fault is not None and fault.kind == "lost":
            raise ConnectionAbortedError("the word of it is lost on demand")
        return _plain(made)

    def _up(self, request: Request, raw: bytes) -> Answer:
        try:
            drive = of(self._state, request.path_params["drive"])
            upload = self._found(drive, request.query_params.get("guid", ""))
            if request.method == "DELETE":
                del drive.uploads[upload.key]
                return Answer(204)
            if request.method == "GET":
                return Answer(200, _expected(upload))
            return self._taken(drive, upload, request.headers.get("content-range", ""), raw)
        except Refusal as refusal:
            return refusal.answer

    def _found(self, drive: Drive, key: str) -> Upload:
        upload = drive.uploads.get(key)
        if upload is None or upload.until <= self._clock.now():
            raise Refusal(404, "itemNotFound", "The upload session was not found")
        return upload

    def _taken(self, drive: Drive, upload: Upload, told: str, raw: bytes) -> Answer:
        begin, end, total = self._range(told, raw)
        drive.require_writable()
        if total > drive.rules.largest_bytes:
            raise Refusal(413, "maxFileSizeExceeded", "Max file size exceeded")
        if drive.used() + total > drive.start.total_bytes:
            raise Refusal(507, "quotaLimitReached", "Insufficient Space Available")
        if upload.total not in (-1, total) or begin != len(upload.content):
            raise Refusal(
                416, "fragmentOverlap", "The uploaded fragment overlaps with data that has already been received"
            )
        if end < total and len(raw) % STEP_BYTES:
            raise Refusal(400, "invalidRequest", "The fragment is no multiple of 320 KiB")
        upload.total = total
        upload.content += raw
        upload.until = self._clock.now() + timedelta(seconds=drive.rules.session_life_s)
        return Answer(202, _expected(upload)) if end < total else self._finished(drive, upload)

    def _range(self, told: str, raw: bytes) -> tuple[int, int, int]:
        found = RANGE.fullmatch(told)
        if found is None or int(found[2]) - int(found[1]) + 1 != len(raw) or len(raw) >= LARGEST_REQUEST:
            raise Refusal(400, "invalidRequest", "Invalid Content-Range header value")
        return int(found[1]), int(found[2]) + 1, int(found[3])

    def _finished(self, drive: Drive, upload: Upload) -> Answer:
        folder = drive.items.get(upload.parent)
        del drive.uploads[upload.key]
        if folder is None:
            raise Refusal(404, "itemNotFound", "The parent folder does not exist")
        there = drive.child(folder, upload.name)
        if there is not None and (there.is_folder or upload.conflict == "fail"):
            raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists under the parent")
        now = self._clock.now().isoformat()
        kept = there or drive.made(folder, upload.name, now, is_folder=False)
        drive.filled(kept, bytes(upload.content), now)
        answer = Answer(200 if there else 201, fields(drive, kept))
        kept.hash_after = max(0, kept.hash_after - 1)
        drive.alter()
        return answer

    async def down(self, request: Request) -> Response:
        fault = self._due("GET /transfer/down")
        if fault is not None and fault.kind == "status":
            return _plain(_of_fault(fault))
        key, item = request.path_params["drive"], request.path_params["item"]
        with self._state.lock:
            drive = self._state.drives.get(key)
            found = drive.items.get(item) if drive else None
            if found is None or request.query_params.get("tempauth") != f"{key}.{item}":
                return _plain(Refusal(404, "itemNotFound", "The resource could not be found.").answer)
            content = found.content
        return _bytes(content, request.headers.get("range", ""))


def _bytes(content: bytes, wanted: str) -> Response:
    begins = re.fullmatch(r"bytes=(\d+)-", wanted)
    if begins is None:
        return Response(content, media_type="application/octet-stream")
    begin = int(begins[1])
    if begin >= len(content):
        return Response(status_code=416)
    headers = {"Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
    return Response(content[begin:], 206, headers, media_type="application/octet-stream")


def _expected(upload: Upload) -> dict[str, Any]:
    return {"expirationDateTime": upload.until.isoformat(), "nextExpectedRanges": [f"{len(upload.content)}-"]}


def _of_fault(fault: Fault) -> Answer:
    made = Refusal(fault.status, fault.code, fault.message).answer
    return Answer(made.status, made.body, {**made.headers, "Retry-After": fault.retry_after or "1"})


def _plain(made: Answer) -> Response:
    if made.body is None:
        return Response(status_code=made.status, headers=dict(made.headers))
    return JSONResponse(made.body, status_code=made.status, headers=dict(made.headers))
