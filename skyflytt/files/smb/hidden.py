"""Names that a server hides: in place of one that Windows does not allow, Samba shows a short name of its own making."""

from __future__ import annotations

import re
import struct

from skyflytt.errors.base import Permanent
from skyflytt.errors.files import NameHidden, PathMissing
from skyflytt.files.paths import readable
from skyflytt.files.smb import messages
from skyflytt.files.smb.failures import MISSING, Refusal
from skyflytt.files.smb.names import SEPARATOR
from skyflytt.files.smb.share import Share, output

SHORT_NAME = re.compile(r"[^a-z.]{1,7}~[0-9A-Z]{1,2}(\.[^a-z.]{1,3})?")
"""As Samba makes them (`mangling method`); a file may also be called so."""
NAME_AT = 96
"""Where FileAllInformation ([MS-FSCC] section 2.4.2) has the length of the name and the name."""


def hidden_name(share: Share, path: str, wire_path: str) -> Permanent | None:
    """What is wrong with a name that was listed; None when the file is really called so. Moved under the other name it would be
    another file. Raises `Refusal`."""
    name = wire_path.rpartition(SEPARATOR)[2]
    if not SHORT_NAME.fullmatch(name):
        return None
    try:
        answer = output(share.ask(messages.look(wire_path), messages.query_all(), messages.close())[1])
    except Refusal as refusal:
        if refusal.status in MISSING:
            return PathMissing(
                path, "the server lists this name but knows nothing by it; it may stand for one that Windows forbids"
            )
        raise
    (size,) = struct.unpack_from("<I", answer, NAME_AT)
    real = answer[NAME_AT + 4 : NAME_AT + 4 + size].decode("utf-16-le", "surrogatepass")
    if real == name or real.endswith(SEPARATOR + name):
        return None
    folders = wire_path.count(SEPARATOR)
    return NameHidden(path, f"it is called `{readable(real.lstrip(SEPARATOR).split(SEPARATOR, folders)[-1])}`")
