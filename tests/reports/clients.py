"""Clients of any size for their page, built in memory: many rows, and names as long as they come."""

from datetime import UTC, date, datetime

from reports.client.data import ClientData, Deal, Held, Month, Person, Promise

ZH = "粤港澳大湾区先进装备制造与供应链协同创新产业集团股份有限公司华南总部基地管理中心"[:40]
EN = "Guangdong Advanced Manufacturing and Supply Chain Innovation Holdings Group Ltd."[:80]
YEAR = tuple(Month(date(2025 + (10 + i) // 12, (10 + i) % 12 + 1, 1), 14_091_234_00 + i * 7_000_00) for i in range(12))


def client(name: str = ZH, *, people: int = 50, deals: int = 40, contracts: int = 60, promises: int = 30) -> ClientData:
    """As `gather` gives it: the worthiest of each list, and how many there are."""
    return ClientData(
        name=name, code="GZ000143", facts=tuple((f"fact {i}", name[:20]) for i in range(6)), owner=name[:10],
        made_at=datetime(2026, 11, 27, 5, 0, tzinfo=UTC), currency="CNY", reader=name[:10], members=40_200,
        months=YEAR,
        people=tuple(
            Person(name[:12], name, name[:6], (name[:5], name[:4]), "opposed", name[:8], name, None, decides=True)
            for _each in range(min(people, 16))
        ),
        people_count=people, unmet=people,
        deals=tuple(
            Deal(name, name[:10], 110_168_000_00, 5500, date(2026, 12, 18), name * 2, date(2026, 12, 1),
                 ("key_left", "stalled", "next_over", "late_close", "silent", "opposed"))
            for _each in range(min(deals, 16))
        ),
        deals_count=deals, risky=deals, open_amount=110_168_000_00 * deals, weighted=50_000_000_00 * deals,
        contracts=tuple(
            Held(name, name[:10], name[:10], bool(i % 2), 142_800_00, date(2026, 12, 15))
            for i in range(min(contracts, 16))
        ),
        contracts_count=contracts, ours_count=contracts // 2,
        promises=tuple(
            Promise(name[:20], name[:16], "480 Mbps", date(2026, 10, 1), is_kept=False)
            for _each in range(min(promises, 16))
        ),
        promises_count=promises, missed=promises, open_sales=(name[:20],) * 8, unsold=(name[:20],) * 8,
    )  # fmt: skip
