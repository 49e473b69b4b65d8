"""What keeps a letter from flowing."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson


class NoExchanger(NeedsPerson):
    """Nobody takes mail for {item}: {detail}"""

    code = "mailflow.no-exchanger"
    advice = "Look at the domain's MX records and at the addresses of the hosts that they name; then try again."


class ExchangersDiffer(NeedsPerson):
    """The name servers of {item} do not say the same about its mail: {detail}"""

    code = "mailflow.exchangers-differ"
    advice = "Wait until every name server has the zone's newest serial; until then, mail goes both ways."


class LetterRefused(NeedsPerson):
    """Mail to {item} is not taken: {detail}"""

    code = "mailflow.letter-refused"
    advice = "The server's words say why. Often the address is not there yet, or the server does not know the domain as its own."


class NoMailTest(NeedsPerson):
    """It cannot be tried whether mail flows for {item}: {detail}"""

    code = "mailflow.no-mail-test"
    advice = "Name a mailbox for it in the project file (`mail_test` of the domain), at both homes and outside."
