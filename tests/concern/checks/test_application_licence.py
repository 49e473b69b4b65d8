"""Licences that nobody is known to hold."""

from __future__ import annotations

from tests.concern.given import facts, found, project


def test_an_application_without_a_holder() -> None:
    given = project(applications=[{"name": "rebus", "product": "Rebus"}])
    (concern,) = found("application_licence", facts(of=given))
    assert (concern.subject, concern.found) == (
        "application rebus",
        "The project file names no holder of the licence of Rebus.",
    )


def test_nothing_when_one_is_named() -> None:
    assert not found("application_licence", facts())
