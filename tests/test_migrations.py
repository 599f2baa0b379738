"""The migrations build exactly the tables of the models, on each engine, and lose nothing on the way."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from core import migrate
from core.dialects import engine_for
from core.record import METADATA

WIDEN = '''"""Widen a column of a table that others refer to."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "t001", "{head}", None, None
def upgrade():
    with op.batch_alter_table("crm_account") as batch:
        batch.alter_column("address", type_=sa.String(400), existing_type=sa.String(200))
'''


def test_migrations_make_the_tables_of_the_models(engine_url: str) -> None:
    migrate.upgrade(engine_url)
    assert migrate.differences(engine_url) == []
    engine = engine_for(engine_url)
    assert set(METADATA.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_a_database_is_current_only_once_it_was_migrated(engine_url: str) -> None:
    assert not migrate.is_current(engine_url)
    migrate.upgrade(engine_url)
    migrate.upgrade(engine_url)
    assert migrate.is_current(engine_url)


def test_the_first_migration_makes_the_folder_of_the_database(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'new' / 'octant.db'}")
    assert (tmp_path / "new" / "octant.db").exists()


def test_the_tables_can_be_taken_down_again(engine_url: str) -> None:
    migrate.upgrade(engine_url)
    command.downgrade(migrate._config(engine_url), "base")
    engine = engine_for(engine_url)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_indexes_of_natural_keys_let_an_archived_row_be_replaced(engine_url: str) -> None:
    migrate.upgrade(engine_url)
    engine = engine_for(engine_url)
    row = {"version": 1, "code": "X", "name_zh": "x", "position": 0}
    with engine.connect() as conn:
        insert = sa.insert(METADATA.tables["crm_trade"])
        stamps = {"created_at": sa.func.current_timestamp(), "updated_at": sa.func.current_timestamp()}
        conn.execute(insert.values(id=1, archived_at=sa.func.current_timestamp(), **row, **stamps))
        conn.execute(insert.values(id=2, archived_at=None, **row, **stamps))
        with pytest.raises(sa.exc.IntegrityError):
            conn.execute(insert.values(id=3, archived_at=None, **row, **stamps))
        conn.rollback()
    engine.dispose()


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(
    engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite rebuilds the table: with foreign keys on, dropping the old one would delete every key person."""
    migrate.upgrade(engine_url)
    engine = engine_for(engine_url)
    with engine.connect() as conn:
        stamps = {"created_at": sa.func.current_timestamp(), "updated_at": sa.func.current_timestamp(), "version": 1}
        account, person = METADATA.tables["crm_account"], METADATA.tables["crm_key_person"]
        conn.execute(sa.insert(account).values(id=1, code="A", name="a", **stamps))
        rest = {"roles": [], "support": "unknown", "consent": "unknown", "is_official": False, **stamps}
        conn.execute(sa.insert(person).values(id=2, account_id=1, name="b", **rest))
        conn.commit()
    head = migrate.ScriptDirectory.from_config(migrate._config(engine_url)).get_current_head()
    (tmp_path / "t001_widen.py").write_text(WIDEN.format(head=head))
    monkeypatch.setattr(migrate, "_of_modules", lambda: [tmp_path])
    migrate.upgrade(engine_url)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(person)) == 1
    (column,) = [c for c in sa.inspect(engine).get_columns("crm_account") if c["name"] == "address"]
    assert column["type"].length == 400  # type: ignore[attr-defined]
    engine.dispose()


def test_no_package_of_ours_hides_the_library_of_the_migrations() -> None:
    assert not (Path(__file__).parents[1] / "alembic" / "__init__.py").exists()
