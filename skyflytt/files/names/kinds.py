"""The rules of every kind of target. A new rule is a line here; docs/reference/names.md is made from it."""

from __future__ import annotations

from skyflytt.files.names import sources as of
from skyflytt.files.names.rule import LengthRule, NameRule, Severity, TargetRules

REFUSED, ALTERED, AWKWARD = Severity.REFUSED, Severity.ALTERED, Severity.AWKWARD
MICROSOFT = (of.WIN32, of.SHAREPOINT)

RESERVED_CHARACTER = NameRule(
    "reserved-character", 'hold one of " * : < > ? \\ |', r'["*:<>?\\|]', REFUSED, (*MICROSOFT, of.FSCC)
)
CONTROL_CHARACTER = NameRule(
    "control-character",
    "hold a control character, such as a tab",
    r"[\x00-\x1f]",
    REFUSED,
    (of.WIN32, of.RCLONE_ONEDRIVE),
)
DEVICE_NAME = NameRule(
    "device-name",
    "are those of devices (CON, PRN, AUX, NUL, COM0-9, LPT0-9)",
    r"^(?i:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)",
    REFUSED,
    (*MICROSOFT, of.CPYTHON_RESERVED),
    whole=True,
    remark="COM0 and LPT0 are on Microsoft's list for SharePoint; a Windows file server takes them, Explorer does not. Windows 11 "
    "takes most of these names with an ending, other versions and file servers do not.",
)
TRAILING_DOT = NameRule(
    "trailing-dot",
    "end in a full stop",
    r"\.+$",
    REFUSED,
    (of.WIN32, of.RCLONE_ONEDRIVE, of.ONEDRIVE_TRAILING_DOT, of.SHAREPOINT_TRAILING_DOT),
    instead="",
    remark="Microsoft's page on SharePoint does not name it; its interface refuses or removes the full stop.",
)
TRAILING_SPACE = NameRule("trailing-space", "end in a space", r" +$", REFUSED, MICROSOFT, instead="")
LEADING_SPACE = NameRule("leading-space", "begin with a space", r"^ +", REFUSED, (of.SHAREPOINT,), instead="")
LONG_NAME = LengthRule("long-name", "name", 255, "UTF-16 units", REFUSED, (of.WIN32, of.FSCC))

WINDOWS = TargetRules(
    "windows",
    "Windows file servers, Samba and network disks",
    (RESERVED_CHARACTER, CONTROL_CHARACTER, DEVICE_NAME, TRAILING_DOT, TRAILING_SPACE),
    (
        LONG_NAME,
        LengthRule("long-path", "path", 32_760, "UTF-16 units", REFUSED, (of.WIN32_LENGTH,)),
        LengthRule(
            "max-path",
            "path",
            259,
            "UTF-16 units",
            AWKWARD,
            (of.WIN32_LENGTH,),
            remark="The server keeps them; programs that were not made for long paths do not open them.",
        ),
    ),
    ignores_case=True,
    same_sources=(of.WIN32,),
)

SHAREPOINT = TargetRules(
    "sharepoint",
    "SharePoint and OneDrive",
    (
        RESERVED_CHARACTER,
        CONTROL_CHARACTER,
        DEVICE_NAME,
        TRAILING_DOT,
        TRAILING_SPACE,
        LEADING_SPACE,
        NameRule("office-lock-file", "begin with ~$, as Office's lock files do", r"^~\$", REFUSED, (of.SHAREPOINT,)),
        NameRule(
            "leading-tilde",
            "begin with a tilde",
            r"^~(?!\$)",
            REFUSED,
            (of.SHAREPOINT_NAMES, of.RCLONE_ONEDRIVE),
            remark="Sources disagree: Microsoft names folders only, rclone finds files refused too.",
        ),
        NameRule(
            "sharepoint-name",
            "are .lock or desktop.ini",
            r"^(?i:\.lock|desktop\.ini)$",
            REFUSED,
            (of.SHAREPOINT,),
            whole=True,
        ),
        NameRule("vti", "hold _vti_", r"(?i:_vti_)", REFUSED, (of.SHAREPOINT,), instead="-vti-"),
        NameRule(
            "forms-at-top",
            "are forms, at the top of a library",
            r"^(?i:forms)$",
            REFUSED,
            (of.SHAREPOINT,),
            whole=True,
            at_top=True,
        ),
    ),
    (
        LengthRule("long-name", "name", 255, "UTF-16 units", REFUSED, (of.SHAREPOINT,)),
        LengthRule(
            "long-path",
            "path",
            400,
            "UTF-16 units",
            REFUSED,
            (of.SHAREPOINT, of.SHAREPOINT_MIGRATION),
            remark="Of the decoded path: a space is one character, not %20; counted here in UTF-16 units, the stricter reading. Older "
            "pages and tools say 256 or 260, and 128 for a name.",
        ),
    ),
    ignores_case=True,
    ignores_form=True,
    same_sources=(of.RCLONE_ONEDRIVE,),
)

DROPBOX = TargetRules(
    "dropbox",
    "Dropbox",
    (
        NameRule("backslash", "hold a backslash", r"\\", REFUSED, (of.DROPBOX, of.RCLONE_DROPBOX)),
        NameRule(
            "control-character",
            "hold a control character, such as a tab",
            r"[\x00-\x1f\x7f]",
            REFUSED,
            (of.RCLONE_DROPBOX,),
        ),
        NameRule("trailing-space", "end in a space", r" +$", REFUSED, (of.DROPBOX, of.RCLONE_DROPBOX), instead=""),
        NameRule(
            "not-uploaded",
            "Dropbox passes over (desktop.ini, thumbs.db, .ds_store, icon\\r, .dropbox, .dropbox.attr)",
            r"^(?i:desktop\.ini|thumbs\.db|\.ds_store|icon\r|\.dropbox|\.dropbox\.attr)$",
            ALTERED,
            (of.RCLONE_DROPBOX, of.DROPBOX_IGNORED),
            whole=True,
            remark="They are not taken, and no error says so.",
        ),
        NameRule(
            "not-for-windows",
            'hold one of " * : < > ? |, or end in a full stop',
            r'["*:<>?|]|\.$',
            AWKWARD,
            (of.DROPBOX,),
            remark="Dropbox keeps them; they are not synchronised to Windows.",
        ),
    ),
    (
        LengthRule("long-name", "name", 255, "UTF-16 units", REFUSED, (of.RCLONE_DROPBOX,)),
        LengthRule("max-path", "path", 259, "UTF-16 units", AWKWARD, (of.DROPBOX,)),
    ),
    ignores_case=True,
    ignores_form=True,
    same_sources=(of.RCLONE_DROPBOX,),
)

S3 = TargetRules(
    "s3",
    "S3 buckets",
    (
        NameRule(
            "control-character",
            "hold a control character, such as a tab",
            r"[\x00-\x1f\x7f]",
            ALTERED,
            (of.S3_KEYS, of.XML),
            remark="A listing is XML, which cannot hold most of them.",
        ),
        NameRule(
            "avoided-character",
            'hold one of \\ { } ^ % ` [ ] " < > ~ # |',
            r'[\\{}^%`\[\]"<>~#|]',
            AWKWARD,
            (of.S3_KEYS,),
        ),
        NameRule(
            "special-character",
            "hold one of & $ @ = ; : + , ?",
            r"[&$@=;:+,?]",
            AWKWARD,
            (of.S3_KEYS,),
            remark="Programs that do not encode addresses well lose them.",
        ),
    ),
    (LengthRule("long-path", "path", 1_024, "bytes", REFUSED, (of.S3_KEYS,)),),
    same_sources=(of.S3_KEYS,),
)

FTP = TargetRules(
    "ftp",
    "FTP servers",
    (
        NameRule("line-break", "hold CR, LF or NUL", r"[\r\n\0]", REFUSED, (of.FTP, of.FTP_NAMES)),
        NameRule("leading-space", "begin with a space", r"^ +", AWKWARD, (of.FTP,), instead=""),
        NameRule("leading-dash", "begin with a dash", r"^-+", AWKWARD, (of.SEEN_FTP,)),
    ),
    (
        LengthRule("long-name", "name", 255, "bytes", REFUSED, (of.POSIX,)),
        LengthRule("max-path", "path", 4_095, "bytes", AWKWARD, (of.POSIX,)),
    ),
)

POSIX = TargetRules(
    "posix",
    "folders of this machine and SSH servers",
    (NameRule("nul", "hold NUL", r"\0", REFUSED, (of.POSIX,)),),
    (
        LengthRule("long-name", "name", 255, "bytes", REFUSED, (of.POSIX,)),
        LengthRule("max-path", "path", 4_095, "bytes", AWKWARD, (of.POSIX,)),
    ),
)

WEBDAV = TargetRules(
    "webdav",
    "WebDAV servers, such as Nextcloud",
    (
        NameRule(
            "control-character",
            "hold a control character, such as a tab",
            r"[\x00-\x1f\x7f]",
            REFUSED,
            (of.XML,),
            remark="A listing is XML, which cannot hold most of them.",
        ),
        NameRule("backslash", "hold a backslash", r"\\", REFUSED, (of.NEXTCLOUD_NAMES,)),
        NameRule(
            "unfinished-upload",
            "end in .part or .filepart",
            r"\.(part|filepart)$",
            REFUSED,
            (of.NEXTCLOUD_PARTS,),
            instead=r"_\1",
            remark="Nextcloud and ownCloud keep these endings for their own unfinished uploads.",
        ),
        NameRule("htaccess", "are .htaccess", r"^(?i:\.htaccess)$", REFUSED, (of.NEXTCLOUD_HTACCESS,), whole=True),
    ),
    (LengthRule("long-name", "name", 250, "bytes", REFUSED, (of.NEXTCLOUD_LENGTH, of.POSIX)),),
)

KINDS = {rules.kind: rules for rules in (WINDOWS, SHAREPOINT, DROPBOX, S3, FTP, POSIX, WEBDAV)}

OF_SERVERS = {
    "dropbox": DROPBOX, "ftps": FTP, "local": POSIX, "s3": S3, "sftp": POSIX, "sharepoint": SHAREPOINT, "smb": WINDOWS, "webdav": WEBDAV,
}  # fmt: skip
"""By the kind of a server in the project file."""
