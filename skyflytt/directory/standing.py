"""What an organisation still has, and what that means for the count to its deletion: it is marked, or its licences are back."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from skyflytt.deadline import countdowns
from skyflytt.deadline.countdown import CountState
from skyflytt.directory.activity import running
from skyflytt.directory.count import count
from skyflytt.directory.port import Directory
from skyflytt.errors.directory import CustomersManaged
from skyflytt.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """Units of licences that are left, trials included, and how many organisations it manages; None where that is not told."""

    units: int
    customers: int | None

    @property
    def empty(self) -> bool:
        """Both conditions of the automatic deletion hold; a number that is not told holds nothing."""
        return self.units == 0 and self.customers == 0


def look(directory: Directory) -> Standing:
    """Raises `OrganisationNotFound`."""
    customers = directory.organisation().customers
    return Standing(count(directory).units_left, None if customers is None else len(customers))


def require_no_customers(name: str, found: Standing) -> None:
    """The organisation manages nobody, and that is known. Raises `CustomersManaged`."""
    if found.customers is None:
        raise CustomersManaged(name, "whom it manages is told only to an administrator of its own")
    if found.customers:
        raise CustomersManaged(name, f"there are {found.customers} of them")


def heed_standing(
    ledger: Ledger, project: str, organisation: str, found: Standing, zone: ZoneInfo, *, by: str
) -> CountState | None:
    """Mark the organisation when its renewal period is over and it has nothing left; end the count when licences are back.

    The state that it came to, or None where nothing changed.
    """
    now = running(ledger, project, organisation)
    if now is None:
        return None
    if now.state is CountState.RENEWAL and found.empty and ledger.clock.now() >= now.renewal_ends:
        return countdowns.mark(ledger, project, organisation, zone, licences=0, customers=0, by=by).state
    if now.state is not CountState.RENEWAL and found.units:
        why = f"the provider lists {found.units} units"
        return countdowns.prevent(ledger, project, organisation, zone, by=by, why=why).state
    return None
