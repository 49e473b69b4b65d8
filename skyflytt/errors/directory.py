"""What fails about accounts and licences."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent, Transient


class DirectoryBusy(Transient):
    """The directory of {item} asks to wait: {detail}"""

    code = "directory.busy"
    advice = "Nothing is to be done; it is tried again after the time that the provider names."


class DirectoryUnreachable(Transient):
    """The directory of {item} does not answer: {detail}"""

    code = "directory.unreachable"
    advice = "Look at the provider's status page and the firewall; the same command goes on where it was."


class DirectoryRefused(NeedsPerson):
    """The directory does not let in, or not to {item}: {detail}"""

    code = "directory.refused"
    advice = (
        "Look at the token or password, when it ends, and at the rights that the how-to of this kind of server names."
    )


class DirectoryAnswerWrong(Permanent):
    """The directory's answer about {item} cannot be used: {detail}"""

    code = "directory.answer-wrong"
    advice = "Nothing was counted from it. Run it again; when it stays so, tell the provider and us its words."


class OrganisationNotFound(NeedsPerson):
    """The organisation {item} is not there: {detail}"""

    code = "directory.no-organisation"
    advice = (
        "Look at its number in the project file, and whether the sign-in belongs to it or to a partner that manages it."
    )


class AccountNotFound(Permanent):
    """There is no account {item}: {detail}"""

    code = "directory.no-account"
    advice = "List the directory's accounts and correct the address; nothing was changed."


class LicenceNotFound(Permanent):
    """There is no licence {item}: {detail}"""

    code = "directory.no-licence"
    advice = "List the directory's licences and take the key from there; nothing was changed."


class LicenceRefused(Permanent):
    """The licence {item} cannot be given or taken: {detail}"""

    code = "directory.licence-refused"
    advice = "The provider's words say why; free a unit or buy one, or change it in the provider's own pages, and run it again."


class ChangeNotSeen(NeedsPerson):
    """The directory said yes to the change of {item}, and it is not to be seen: {detail}"""

    code = "directory.change-not-seen"
    advice = (
        "Run the same command again; when it stays so, make the change in the provider's own pages and measure anew."
    )


class ActivityNotTold(NeedsPerson):
    """The directory does not tell who was active in {item}: {detail}"""

    code = "directory.activity-not-told"
    advice = (
        "The provider's contract has to include it; until then note activity by hand (`skyflytt countdown active`)."
    )


class LicencesUnreconciled(NeedsPerson):
    """The licences of {item} do not add up: {detail}"""

    code = "directory.licences-unreconciled"
    advice = "Somebody else changed them in between, or the provider counts otherwise. Look at each, and measure anew."


class LicenceOutOfOrder(NeedsPerson):
    """The licence {item} is not next: {detail}"""

    code = "directory.licence-out-of-order"
    advice = "Do what comes first; the order of these steps cannot be changed, because each rests on the one before."


class CustomersManaged(NeedsPerson):
    """The organisation {item} still manages others: {detail}"""

    code = "directory.customers-managed"
    advice = "Give each of these customers to another partner first; while one is left the organisation is not marked for deletion."


class OrganisationKept(NeedsPerson):
    """The organisation {item} cannot be deleted yet: {detail}"""

    code = "directory.organisation-kept"
    advice = "Settle what the provider or the count names, then run it again; nothing was deleted."
