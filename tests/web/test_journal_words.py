"""The journal names whatever is changed in both languages, also what is no record with pages of its own."""

from collections.abc import Iterator

from core.audit import unwritten
from core.fields import label_of
from core.i18n import _, use_language
from core.record import METADATA
from core.registry import registry


def words_of_the_journal() -> Iterator[tuple[str, str]]:
    """By table: its kind, and the columns that no form shows, as the journal's page says them."""
    for table in METADATA.sorted_tables:
        if "version" not in table.c:
            continue
        entity = registry().entity_of_table(table.name)
        if entity is None:
            yield table.name, label_of(table.name.partition("_")[2])
        known = entity.fields if entity else {}
        left_out = {*unwritten(table), *known}
        yield from ((table.name, label_of(each.name)) for each in table.c if each.name not in left_out)


def test_a_journalled_table_and_its_columns_have_their_chinese() -> None:
    registry()
    found = set(words_of_the_journal())
    with use_language("zh"):
        assert sorted(pair for pair in found if _(pair[1]) == pair[1]) == []
    assert ("crm_file", "File") in found
