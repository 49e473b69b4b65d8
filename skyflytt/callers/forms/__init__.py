"""The forms of log that are read. Each is a file here and a line in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skyflytt.callers.event import Form
from skyflytt.callers.forms.apache import ApacheLog
from skyflytt.callers.forms.device_list import DeviceList
from skyflytt.callers.forms.dovecot import Dovecot, DovecotLog
from skyflytt.callers.forms.http_proxy import HttpProxyLog
from skyflytt.callers.forms.iis import IisLog
from skyflytt.callers.forms.postfix import postfix
from skyflytt.callers.forms.proftpd import ProftpdLog, proftpd
from skyflytt.callers.forms.pureftpd import pureftpd
from skyflytt.callers.forms.rd_gateway import RdGatewayCsv, RdGatewayXml
from skyflytt.callers.forms.said import Reader
from skyflytt.callers.forms.sshd import Sshd
from skyflytt.callers.forms.syslog import Syslog
from skyflytt.callers.forms.vsftpd import VsftpdLog, vsftpd
from skyflytt.callers.stamps import Stamps

PROGRAMS: Mapping[str, tuple[bytes, Callable[[], Reader]]] = {
    "dovecot": (b"dovecot", Dovecot),
    "postfix": (b"postfix", lambda: postfix),
    "proftpd": (b"proftpd", lambda: proftpd),
    "pure-ftpd": (b"pure", lambda: pureftpd),
    "sshd": (b"sshd", Sshd),
    "vsftpd": (b"vsftpd", lambda: vsftpd),
}
"""Programs that write to syslog: the first part of the name that they write under, and what reads them."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a log is written. `ends` is what ends a record."""

    name: str
    recognises: Callable[[bytes], bool]
    make: Callable[[Stamps], Form]
    ends: bytes = b"\n"


def _syslog(*programs: str) -> Way:
    def make(stamps: Stamps) -> Form:
        return Syslog(stamps, {PROGRAMS[name][0]: PROGRAMS[name][1]() for name in programs})

    return Way("syslog", Syslog.recognises, make)


KINDS: Mapping[str, Sequence[Way]] = {
    "iis": (Way("iis", IisLog.recognises, IisLog),),
    "exchange-http-proxy": (Way("exchange-http-proxy", HttpProxyLog.recognises, HttpProxyLog),),
    "activesync-devices": (Way("activesync-devices", DeviceList.recognises, DeviceList),),
    "rd-gateway": (
        Way("rd-gateway-xml", RdGatewayXml.recognises, RdGatewayXml, b"</Event>"),
        Way("rd-gateway-csv", RdGatewayCsv.recognises, RdGatewayCsv),
    ),
    "apache": (Way("apache", ApacheLog.recognises, ApacheLog),),
    "dovecot": (Way("dovecot", DovecotLog.recognises, DovecotLog), _syslog("dovecot")),
    "proftpd": (Way("proftpd", ProftpdLog.recognises, ProftpdLog), _syslog("proftpd")),
    "vsftpd": (Way("vsftpd", VsftpdLog.recognises, VsftpdLog), _syslog("vsftpd")),
    "postfix": (_syslog("postfix"),),
    "pure-ftpd": (_syslog("pure-ftpd"),),
    "sshd": (_syslog("sshd"),),
    "syslog": (_syslog(*PROGRAMS),),
}
"""What `kind` of a log may be, and the ways in which such a log is written."""


def ways_of(kind: str | None) -> Sequence[Way]:
    """The ways in which logs of a kind, or of any, are written."""
    if kind:
        return KINDS[kind]
    return [*(way for ways in KINDS.values() for way in ways if way.name != "syslog"), *KINDS["syslog"]]


def way_of(head: Sequence[bytes], kind: str | None) -> Way | None:
    """The way in which a log that begins with these lines is written; of the given kind, or of any."""
    return next((way for way in ways_of(kind) if any(way.recognises(line) for line in head)), None)


def way_named(name: str, kind: str | None) -> Way | None:
    """The way that an earlier part of the same log was found to be written in."""
    return next((way for way in ways_of(kind) if way.name == name), None)
