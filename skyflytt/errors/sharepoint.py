"""What fails about the libraries of SharePoint and OneDrive, beside what fails about any files and about Microsoft Graph."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Transient


class LibraryMissing(NeedsPerson):
    """Microsoft 365 shows no library {item}: {detail}"""

    code = "sharepoint.library-missing"
    advice = (
        "Correct `site`, `library`, `user` or `drive` in the project file. A OneDrive is there once its person has a licence and has "
        "opened it, or an administrator has requested it."
    )


class LibraryReadOnly(NeedsPerson):
    """The library {item} takes nothing more: {detail}"""

    code = "sharepoint.library-read-only"
    advice = (
        "Look whether the site is locked or archived, out of storage, or the application lost its permission to write; then start the "
        "run again, which goes on with what is left."
    )


class UploadExpired(Transient):
    """The upload of {item} that was cut off cannot be gone on with: {detail}"""

    code = "sharepoint.upload-expired"
    advice = "It begins anew by itself. If that repeats, the line is too slow for the time that SharePoint keeps an unfinished upload."
