"""What fails about Dropbox in particular."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent, Transient


class DropboxTokenEnded(NeedsPerson):
    """The access token for {item} has ended: {detail}"""

    code = "dropbox.token-ended"
    advice = "Access tokens last for hours. Use auth refresh with a refresh token (`skyflytt dropbox sign-in`), or make a new token."


class DropboxAppUnknown(NeedsPerson):
    """Dropbox does not know the app {item}: {detail}"""

    code = "dropbox.app-unknown"
    advice = "Compare `app_key` with the app's page in the App Console; a refresh token belongs to one app."


class DropboxScopeMissing(NeedsPerson):
    """The app may not do this at {item}: {detail}"""

    code = "dropbox.scope-missing"
    advice = (
        "Tick the permission on the app's page in the App Console (Permissions, Submit), then sign in anew: a token keeps the "
        "permissions that it was made with."
    )


class DropboxTeamWrong(NeedsPerson):
    """The token for {item} belongs to another team: {detail}"""

    code = "dropbox.team-wrong"
    advice = "Nothing was read or written. Sign in as an administrator of the right team, or correct `team` in the project file."


class DropboxMemberUnknown(NeedsPerson):
    """The team cannot act as the member {item}: {detail}"""

    code = "dropbox.member-unknown"
    advice = (
        "Correct `member`: an active member of this team, and one of its administrators with acts_as admin. A token of a person's own "
        "takes no member, a token of a team needs one."
    )


class DropboxSpaceRefused(NeedsPerson):
    """The space at {item} cannot be entered: {detail}"""

    code = "dropbox.space-refused"
    advice = "Set `space: home` where the team has no team space, or name a member who may enter it."


class DropboxNameIgnored(Permanent):
    """Dropbox keeps no file of the name {item}: {detail}"""

    code = "dropbox.name-ignored"
    advice = "Let the share's names be renamed (`names: rename`), or exclude it: such files belong to programs of one machine."


class DropboxUploadExpired(Transient):
    """The upload of {item} is no longer known to Dropbox: {detail}"""

    code = "dropbox.upload-expired"
    advice = "An upload may take seven days. The next pass sends the file anew."
