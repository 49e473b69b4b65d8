"""What fails about a quote."""

from __future__ import annotations

from skyflytt.errors.base import BadInput


class NoDiscovery(BadInput):
    """There is nothing to make a quote of {item} from: {detail}"""

    code = "quote.no-discovery"
    advice = "Run the flow `discovery` of the project first, and name the workspace that it was registered with."


class HoursInvalid(BadInput):
    """The file of hours {item} cannot be used: {detail}"""

    code = "quote.hours-invalid"
    advice = "Compare it with the file that comes with the product, which `skyflytt quote --show-hours` prints."
