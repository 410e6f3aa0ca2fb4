"""What a quality report says of people: who is counted, and how many have declared."""

from __future__ import annotations

from workforce_analytics import engine
from workforce_analytics.counting.counts import Counts, count
from workforce_analytics.counting.populations import population, select
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.quality import Declaration


def who_is_counted(workforce: Extract, name: str = "workforce_report") -> tuple[str, ...]:
    """How rows become people at each snapshot, and who is left out why."""
    chosen = population(name, workforce.context.populations)
    found = {
        date: select(workforce, chosen, counted="people", as_at=date)
        for date in workforce.snapshots()
    }
    return tuple(f"{date}, {chosen.title}: {one.sentence()}" for date, one in found.items())


def declarations(workforce: Extract) -> tuple[Declaration, ...]:
    """How many people have declared each characteristic, now and at the snapshot before."""
    dates = workforce.snapshots()
    if not dates:
        return ()
    now, before = dates[-1], dates[-2] if len(dates) > 1 else ""
    present = engine.columns(workforce.frame)
    result = []
    for field in workforce.contract.characteristics:
        if field.name not in present:
            continue
        counts = count(workforce, by=[field.name, "snapshot_date"])
        declared, people = _declared(counts, field.name, now)
        earlier = _declared(counts, field.name, before) if before else (None, None)
        title = counts.dimension(field.name).title
        result.append(Declaration(title, now, declared, people, before, earlier[0], earlier[1]))
    return tuple(result)


def _declared(counts: Counts, name: str, date: str) -> tuple[int, int]:
    then = counts.at("snapshot_date", date)
    answered = set(then.dimension(name).declared)
    cells = then.occurring()
    return sum(n for (code,), n in cells.items() if code in answered), sum(cells.values())
