"""An FTPS server made of pyftpdlib, with one account: `python -m tests.real.pyftpdlib_server PORT CERTIFICATE_WITH_KEY PASSWORD`."""

from __future__ import annotations

import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import FTPServer

USER = "drop"


def serve(port: int, certificate: str, password: str) -> None:
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, password, "/", perm="elradfmwMT")

    class Handler(TLS_FTPHandler):
        certfile = certificate
        tls_control_required = True
        tls_data_required = True
        auth_failed_timeout = 0

    Handler.authorizer = authorizer
    FTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])
