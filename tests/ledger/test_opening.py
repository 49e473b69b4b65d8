"""Opening a ledger: new, at once, of another version; and the migrations make what the schema says."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.ledger import LedgerNewer
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import LEDGER_URL_VARIABLE, ledger_url, open_ledger
from skyflytt.ledger.projects import ensure_project, mode
from skyflytt.ledger.schema import metadata
from tests.ledger import children
from tests.real.postgresql import PostgresqlServer, new_name


def test_migrations_make_the_schema(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_make_the_checks_of_the_schema(ledger: Ledger, tmp_path: Path) -> None:
    """Alembic does not compare CHECK constraints; a database made from the schema itself is asked for its own."""
    other = "made_from_the_schema"
    with ledger.writing() as connection:
        made = _checks(connection)
        if ledger.engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"ATTACH '{tmp_path / other}' AS {other}")
            connection.execution_options(schema_translate_map={None: other})
        else:
            connection.exec_driver_sql(f"CREATE SCHEMA {other}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {other}")
        metadata.create_all(connection, checkfirst=False)
        assert _checks(connection, other) == made
    assert {"pass_reconciles", "item_done_is_verified", "deletion_is_proven"} <= {name for _, name, _ in made}


def _checks(connection: Connection, schema: str | None = None) -> set[tuple[str, str, str]]:
    inspector = inspect(connection)
    return {
        (table, str(check["name"]), " ".join(check["sqltext"].split()))
        for table in metadata.tables
        for check in inspector.get_check_constraints(table, schema=schema)
    }


def test_opening_again_changes_nothing(ledger: Ledger, url: str, clock: MovableClock) -> None:
    ensure_project(ledger, "acme")
    again = open_ledger(url, clock)
    assert mode(again, "acme") == "mirror"
    again.engine.dispose()


@pytest.mark.parametrize("attempt", range(3))
def test_fresh_ledger_is_opened_by_several_processes_at_once(
    attempt: int, empty_url: str, processes: ForkServerContext, clock: MovableClock
) -> None:
    said, together = processes.Queue(), processes.Barrier(4)
    started = [
        processes.Process(daemon=True, target=children.open_at_once, args=(empty_url, together, said)) for _ in range(4)
    ]
    for process in started:
        process.start()
    assert [said.get(timeout=60) for _ in started] == ["opened"] * 4
    for process in started:
        process.join()
    opened = open_ledger(empty_url, clock)
    ensure_project(opened, "acme")
    opened.engine.dispose()


def test_fresh_ledgers_are_made_by_several_threads_at_once(tmp_path: Path, clock: MovableClock) -> None:
    def make(number: int) -> set[str]:
        ledger = open_ledger(f"sqlite:///{tmp_path / str(number)}.sqlite", clock)
        made = set(inspect(ledger.engine).get_table_names())
        ledger.engine.dispose()
        return made

    with ThreadPoolExecutor(6) as pool:
        tables = list(pool.map(make, range(12)))
    assert all(one == tables[0] and len(one) > 5 for one in tables)


def test_newer_ledger_is_refused_and_left_alone(
    ledger: Ledger, url: str, clock: MovableClock, database: str, tmp_path: Path
) -> None:
    with ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ledger.engine.dispose()
    before = _content(tmp_path) if database == "sqlite" else ""
    with pytest.raises(LedgerNewer, match="its version is 9999") as refused:
        open_ledger(url, clock)
    assert refused.value.item == make_url(url).render_as_string()
    assert before == (_content(tmp_path) if database == "sqlite" else "")
    with ledger.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def _content(folder: Path) -> str:
    return hashlib.sha256((folder / "ledger.sqlite").read_bytes()).hexdigest()


@pytest.mark.real
def test_plain_postgresql_address_is_enough(postgresql_server: PostgresqlServer, clock: MovableClock) -> None:
    address = postgresql_server.create(new_name()).replace("postgresql+psycopg:", "postgresql:")
    opened = open_ledger(address, clock)
    assert opened.engine.dialect.driver == "psycopg"
    opened.engine.dispose()


def test_address_is_a_file_of_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LEDGER_URL_VARIABLE, raising=False)
    assert ledger_url(tmp_path) == f"sqlite:///{tmp_path}/ledger.sqlite"


def test_environment_names_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LEDGER_URL_VARIABLE, "postgresql://ledger.example/skyflytt")
    assert ledger_url(tmp_path) == "postgresql://ledger.example/skyflytt"


def test_folders_of_the_file_are_made(tmp_path: Path, clock: MovableClock) -> None:
    opened = open_ledger(f"sqlite:///{tmp_path}/a/b/ledger.sqlite", clock)
    ensure_project(opened, "acme")
    opened.engine.dispose()
    assert (tmp_path / "a" / "b" / "ledger.sqlite").is_file()
