"""What SQLite would prepare anew at each use: a limit or a pattern that is bound, and values it keeps samples of."""

from sqlalchemy import ColumnElement, event, inspect, select, text
from sqlmodel import col

from core.db import engine, kernel_session
from core.dialects import analyze
from core.module import Case
from core.registry import registry
from crm.opportunities import Opportunity
from tests.web.world import World


def test_lists_bind_neither_a_limit_nor_a_pattern(world: World) -> None:
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        client = world.client("am")
        answers = [client.get(entity.path).status_code for entity in registry().entities()]
    finally:
        event.remove(engine(), "before_cursor_execute", note)
    assert answers.count(200) > 10
    assert any("LIMIT 51" in each for each in asked) and any("LIKE '%\"decider\"%'" in each for each in asked)
    assert [each for each in asked if "LIMIT ?" in each or "LIKE ?" in each] == []


def test_the_spread_of_rows_is_known_without_samples(world: World) -> None:
    analyze(engine())
    with engine().connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'crm_opportunity'")).scalar_one() > 3
        if "sqlite_stat4" in inspect(conn).get_table_names():
            assert conn.execute(text("SELECT count(*) FROM sqlite_stat4")).scalar_one() == 0


def test_a_condition_is_built_once_a_day() -> None:
    built: list[int] = []

    def where() -> ColumnElement[bool]:
        built.append(1)
        return col(Opportunity.state) == "open"

    case = Case("open", "Open", where)
    assert case.clause() is case.clause() and len(built) == 1
    with kernel_session() as session:
        session.execute(select(col(Opportunity.id)).where(case.clause()).limit(1)).all()
