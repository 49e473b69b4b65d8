"""Whatever two sets there are: the steps lead from one to the other, also after any number of them, and never leave less than before."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.dns.hosts.loopia_steps import ADD, REMOVE, Held, Step, is_midway, steps
from skyflytt.dns.zone import Change, RecordSet

VALUES = st.lists(st.sampled_from([f"192.0.2.{number}" for number in range(6)]), unique=True, max_size=5)
TTLS = st.sampled_from([300, 3600])


def made(values: list[str], ttl_s: int) -> RecordSet | None:
    return RecordSet("a.example.", "A", ttl_s, tuple(sorted(values))) if values else None


def do(held: list[Held], step: Step, ttl_s: int) -> list[Held]:
    kept = [one for one in held if one.record_id != step.record_id]
    if step.value is None:
        return kept
    number = max((one.record_id for one in held), default=0) + 1 if step.record_id is None else step.record_id
    return [*kept, Held(step.value, ttl_s, number)]


def set_of(held: list[Held]) -> RecordSet | None:
    return made([one.value for one in held], min((one.ttl_s for one in held), default=0))


@settings(max_examples=200, deadline=None)
@given(VALUES, TTLS, VALUES, TTLS, st.integers(0, 12))
def test_steps_lead_there_and_a_kill_between_them_is_recognised(
    old: list[str], old_ttl: int, new: list[str], new_ttl: int, killed_after: int
) -> None:
    change = Change(made(old, old_ttl), made(new, new_ttl))
    if change.before is None and change.after is None:
        return
    held = [Held(value, old_ttl, number) for number, value in enumerate(sorted(old))]
    fewest = min(len(old), len(new))
    for number, step in enumerate(list(steps(change, held))):
        if number == killed_after:
            break
        held = do(held, step, new_ttl)
        assert is_midway(set_of(held), change)
        assert len(held) >= fewest
    for step in list(steps(change, held)):
        held = do(held, step, new_ttl)
    assert set_of(held) == change.after
    assert list(steps(change, held)) == []


def test_somebody_elses_record_is_no_step() -> None:
    change = Change(made(["192.0.2.1"], 300), made(["192.0.2.2"], 300))
    assert not is_midway(made(["192.0.2.3"], 300), change)
    assert not is_midway(made(["192.0.2.1", "192.0.2.3"], 300), change)
    assert not is_midway(made(["192.0.2.1"], 600), change)


def test_a_record_that_is_there_twice_is_there_once_afterwards() -> None:
    change = Change(made(["192.0.2.1"], 300), made(["192.0.2.1", "192.0.2.2"], 300))
    found = list(steps(change, [Held("192.0.2.1", 300, 1), Held("192.0.2.1", 300, 2)]))
    assert [one.method for one in found] == ["updateZoneRecord"]
    only = Change(change.before, change.before)
    assert [one.method for one in steps(only, [Held("192.0.2.1", 300, 1), Held("192.0.2.1", 300, 2)])] == [REMOVE]
    assert [one.method for one in steps(change, [Held("192.0.2.1", 300, 1)])] == [ADD]
