"""Failures of files, folders and the stores that hold them."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent, Transient


class AddressWrong(BadInput):
    """The address {item} names no files: {detail}"""

    code = "files.address-wrong"
    advice = (
        "Write file:///PATH, sftp://LOGIN@HOST/PATH, ftps://LOGIN@HOST/PATH, s3://BUCKET/PREFIX, smb://LOGIN@HOST/SHARE/PATH or "
        "webdavs://LOGIN@HOST/PATH, without any password: it is asked for, or taken from the environment or a secrets file."
    )


class TokensMissing(BadInput):
    """{item} keeps no token that changes with a file: {detail}"""

    code = "files.tokens-missing"
    advice = "Let changes be detected by size-mtime, or by digest where times are not to be trusted."


class RightsMissing(BadInput):
    """{item} does not tell who may do what: {detail}"""

    code = "files.rights-missing"
    advice = "Leave the report of permissions away, or read the folder over SMB or SFTP, or where it is mounted."


class PathMissing(Permanent):
    """There is nothing at {item}: {detail}"""

    code = "files.path-missing"
    advice = "Correct the path in the project file; if a scan had just seen it, the next pass settles it."


class PathEscapes(Permanent):
    """The path {item} leads out of its share: {detail}"""

    code = "files.path-escapes"
    advice = (
        "Absolute paths, `..` and links out of the share are never followed. Move the data below the share's folder."
    )


class PathRefused(Permanent):
    """The store refused {item}: {detail}"""

    code = "files.path-refused"
    advice = "Check the account's rights on this file or folder, and whether the target allows such a name."


class FileTooLarge(Permanent):
    """The target takes no file as large as {item}: {detail}"""

    code = "files.too-large"
    advice = "Split it, or leave it out with `exclude` and move it somewhere else by agreement with the customer."


class NameNotUtf8(Permanent):
    """The name {item} is not valid UTF-8: {detail}"""

    code = "files.name-not-utf8"
    advice = "Rename it at the source; other systems cannot store such a name."


class NameHidden(Permanent):
    """The server shows {item} in place of its real name: {detail}"""

    code = "files.name-hidden"
    advice = "Windows does not allow the real name, so an SMB server hides it. Rename it at the server, or move the share over SFTP."


class KindNotCopied(Permanent):
    """{item} is neither file nor folder: {detail}"""

    code = "files.kind-not-copied"
    advice = "Links, sockets and devices are listed and left behind. Copy what a link points to, if it is needed, by its real path."


class FileChanging(Transient):
    """The file {item} changed while it was read: {detail}"""

    code = "files.changing"
    advice = "Somebody is working in it. It is tried again; the last pass, when the source is read-only, takes it."


class FileInUse(Transient):
    """The file {item} is in use: {detail}"""

    code = "files.in-use"
    advice = "It is tried again. If it lasts, close the program that holds it; the last pass, when nobody works any more, takes it."


class ProtectionMissing(NeedsPerson):
    """{item} does not protect the connection as it must: {detail}"""

    code = "files.protection-missing"
    advice = (
        "Ask the server's operator to enable SMB 3 with encryption. Only where the line is protected in another way, such as a "
        "tunnel, set `protection: signed` for this server."
    )


class CopyAltered(Transient):
    """The target's copy of {item} is not what was sent: {detail}"""

    code = "files.copy-altered"
    advice = "The copy was thrown away and is made again. If it lasts, the connection or the target damages data."


class TargetOccupied(Permanent):
    """The target already holds another file at {item}: {detail}"""

    code = "files.target-occupied"
    advice = "This project did not put it there, so it is not overwritten. Rename or remove it at the target, then run the pass again."


class TargetFull(NeedsPerson):
    """There is no room left for {item}: {detail}"""

    code = "files.target-full"
    advice = "Free room or raise the quota, then start the run again; it goes on with what is left."


class WorkspaceFull(NeedsPerson):
    """This machine's disk is full at {item}: {detail}"""

    code = "files.workspace-full"
    advice = "Free room on the disk that holds the workspace, then start the run again; it goes on with what is left."
