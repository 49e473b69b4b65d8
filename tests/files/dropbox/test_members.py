"""Members of shared folders, and of files shared by themselves, as the report of permissions tells them."""

from __future__ import annotations

import pytest

from skyflytt.files.dropbox import open_dropbox
from skyflytt.files.permissions import Permissions
from tests.files.dropbox.conftest import team
from tests.files.dropbox.test_sign_in import put
from tests.real.dropbox_simulator import ANNA, BO, IT, SECRETS, Simulated

pytestmark = pytest.mark.real


def test_the_report_has_each_folder_with_other_members(simulated: Simulated) -> None:
    with open_dropbox(simulated.settings(), SECRETS["anna"]) as store:
        for path in ("Delat/a", "Delat/under/b", "Delat/Hemligt/c", "Delat/Hemligt/under/d", "Eget/e"):
            put(store, path)
        report = Permissions(store, lambda key: key.startswith(("prov", "Papper", "Stängt")))
        rows = [row for row in report.rows() if row[1] == "folder" and not row[7]]
    assert [(row[0], row[2], row[5]) for row in rows] == [
        (".", ANNA, f"owner: {ANNA}"),
        ("Delat", ANNA, f"editor: {BO}; owner: {ANNA}; viewer: ute@annat.example"),
        ("Delat/Hemligt", ANNA, f"owner: {ANNA}; viewer: invited eva@annat.example"),
    ]
    assert report.own_folders == 2


def test_groups_in_the_team_space(simulated: Simulated) -> None:
    with open_dropbox(team(simulated, space="team"), SECRETS["team"]) as store:
        rights = store.rights_each(["Gemensamt", "ingenting"])
    assert rights[1] is None
    assert (rights[0].owner, rights[0].acl) == (IT, f"editor: group Alla; owner: {IT}")  # type: ignore[union-attr]
