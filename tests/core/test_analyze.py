"""What a database is told of its rows, so that it plans by them."""

from pathlib import Path

import sqlalchemy as sa

from core.dialects import analyze


def test_few_values_of_many_rows_are_known_as_few(tmp_path: Path) -> None:
    """Of a sample of the first rows, all of one value, it would think that there are very many."""
    made = sa.create_engine(f"sqlite:///{tmp_path}/rows.db")
    deal = sa.Table("deal", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("state", sa.Text))
    sa.Index("ix_deal_state", deal.c.state)
    deal.metadata.create_all(made)
    with made.begin() as conn:
        conn.execute(deal.insert(), [{"state": ("open", "won")[index % 2]} for index in range(8_000)])
    analyze(made)
    with made.connect() as conn:
        known = conn.execute(sa.text("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_deal_state'")).scalar_one()
    assert known == "8000 4000"
