"""WsgiDAV over TLS: a WebDAV server that cannot go on with a file and takes Windows' times of modification.

Run as `python -m tests.real.wsgidav_server PORT CERTIFICATE FOLDER PASSWORD [nextcloud]`; with the last word it has those parts of
Nextcloud's dialect that the adapter uses: `oc:id`, PROPPATCH of `lastmodified`, PATCH with X-Recalculate-Hash, OC-Checksum verified,
and a quota of 1 MB for each folder.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from wsgidav.dav_error import HTTP_BAD_REQUEST, HTTP_FORBIDDEN, DAVError
from wsgidav.fs_dav_provider import FileResource, FilesystemProvider, FolderResource
from wsgidav.wsgidav_app import WsgiDAVApp

USER = "överlämning"
QUOTA_BYTES = 1_000_000
FEATURES = "1, 3, extended-mkcol, nextcloud-checksum-update, 2"
Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class NextcloudFile(FileResource):
    def get_property_names(self, *, is_allprop: bool) -> list[str]:
        return [*super().get_property_names(is_allprop=is_allprop), "{http://owncloud.org/ns}id"]

    def get_property_value(self, name: str) -> Any:
        return "42" if name == "{http://owncloud.org/ns}id" else super().get_property_value(name)

    def set_property_value(self, name: str, value: Any, dry_run: bool = False) -> Any:
        if name != "{DAV:}lastmodified":
            return super().set_property_value(name, value, dry_run=dry_run)
        if not dry_run:
            seconds = int(value.text)
            os.utime(self._file_path, (seconds, seconds))
        return True

    def begin_write(self, *, content_type: str | None = None) -> Any:  # noqa: ARG002 (WsgiDAV's name)
        told = self.environ.get("HTTP_OC_CHECKSUM", "")
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        body = self.environ["wsgi.input"].read(length) if length else b""
        if told != f"SHA1:{hashlib.sha1(body).hexdigest()}":
            raise DAVError(HTTP_BAD_REQUEST, f"the checksum is {told}")
        if length > QUOTA_BYTES:
            raise DAVError(HTTP_FORBIDDEN)
        Path(self._file_path).write_bytes(body)
        self.environ["CONTENT_LENGTH"] = "0"
        return Path(self._file_path).open("ab")


class NextcloudFolder(FolderResource):
    def get_property_names(self, *, is_allprop: bool) -> list[str]:
        more = ["{http://owncloud.org/ns}id", "{DAV:}quota-available-bytes"]
        return [*super().get_property_names(is_allprop=is_allprop), *more]

    def get_property_value(self, name: str) -> Any:
        own = {"{http://owncloud.org/ns}id": "41", "{DAV:}quota-available-bytes": str(QUOTA_BYTES)}
        return own.get(name) or super().get_property_value(name)

    def get_member(self, name: str) -> Any:
        return _as_nextclouds(super().get_member(name))

    def create_empty_resource(self, name: str) -> Any:
        return _as_nextclouds(super().create_empty_resource(name))


class NextcloudProvider(FilesystemProvider):
    def get_resource_inst(self, path: str, environ: Environ) -> Any:
        return _as_nextclouds(super().get_resource_inst(path, environ))


def _as_nextclouds(resource: Any) -> Any:
    if resource is not None:
        resource.__class__ = NextcloudFolder if resource.is_collection else NextcloudFile
    return resource


def nextcloud(app: Application, folder: Path) -> Application:
    """What is no method or header of WebDAV's own."""

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [(name, FEATURES if name == "DAV" else value) for name, value in headers], *more)

        written = environ["HTTP_DESTINATION"] if environ["REQUEST_METHOD"] == "MOVE" else environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] in ("PUT", "MOVE") and written.endswith((".part", ".filepart")):
            # FileInfo::BLACKLIST_FILES_REGEX, as an answer of Sabre's InvalidPath.
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start("400 Bad Request", [("Content-Length", "0")])
            return []
        if environ["REQUEST_METHOD"] != "PATCH":
            return app(environ, started)
        path = folder / environ["PATH_INFO"].encode("latin-1").decode().lstrip("/")
        digest = hashlib.new(environ["HTTP_X_RECALCULATE_HASH"], path.read_bytes()).hexdigest()
        name = environ["HTTP_X_RECALCULATE_HASH"].upper()
        start("204 No Content", [("OC-Checksum", f"{name}:{digest}"), ("Content-Length", "0")])
        return []

    return answer


def freeing(app: Application) -> Application:
    """An upload that failed holds its file open, by way of its own exception, until the collector comes by."""

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "DELETE":
            gc.collect()
        return app(environ, start)

    return answer


def main(port: str, certificate: str, folder: str, password: str, dialect: str = "") -> None:
    provider = NextcloudProvider if dialect else FilesystemProvider
    app: Any = WsgiDAVApp(
        {
            "provider_mapping": {"/": provider(folder)},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": password}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "dir_browser": {"enable": False},
            "property_manager": True,
            "lock_storage": True,
            "mutable_live_props": ["{DAV:}getlastmodified"],
            "hotfixes": {"emulate_win32_lastmod": True},
            "verbose": 1,
        }
    )
    server = wsgi.Server(("127.0.0.1", int(port)), freeing(nextcloud(app, Path(folder)) if dialect else app))
    server.ssl_adapter = BuiltinSSLAdapter(certificate, certificate)
    server.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
