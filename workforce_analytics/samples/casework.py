"""What happened to people in three years: leaving, promotion, formal procedures, development."""

from __future__ import annotations

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import EMPLOYEE
from workforce_analytics.samples.planted import CASEWORK
from workforce_analytics.samples.structure import SNAPSHOTS, People, Table, dates

CODES = {
    "leaving": "LV", "promotion": "PR", "acting_up": "AU", "disciplinary": "DI", "grievance": "GR",
    "capability": "CA", "harassment_complaint": "HC", "flexible_working": "FW",
    "maternity_return": "MR", "programme": "LP", "appraisal": "AP", "redundancy": "RE",
}  # fmt: skip
CASES = ("disciplinary", "grievance", "capability", "harassment_complaint")
REASONS = {"Resigned": 70, "Retired": 15, "End of contract": 9, "Dismissed": 4, "Redundancy": 2}
DETAILS = {"programme": "Leaders of tomorrow", "flexible_working": "Hours"}
OUTCOMES = {
    "disciplinary": {"No action": 40, "Warning": 48, "Dismissal": 12},
    "grievance": {"Upheld": 22, "Partly upheld": 23, "Not upheld": 55},
    "capability": {"Improved": 60, "Dismissal": 15, "Moved": 25},
    "harassment_complaint": {"Upheld": 25, "Not upheld": 60, "Informal": 15},
    "flexible_working": {"Agreed": 84, "Refused": 16},
}


class _Log:
    """Events noted so far, column by column."""

    def __init__(self) -> None:
        self.columns: list[tuple[Array, ...]] = []

    def note(
        self,
        who: Array,
        event: str,
        opened: Array,
        *,
        ended: Array | None = None,
        outcome: Array | None = None,
        detail: Array | str = "",
        case: bool = False,
    ) -> None:
        n = len(who)
        blank = np.full(n, "", dtype=object)
        self.columns.append(
            (
                who,
                np.full(n, CODES[event], dtype=object),
                opened,
                np.zeros(n, dtype=np.int64) if ended is None else ended,
                blank if outcome is None else outcome,
                np.full(n, detail, dtype=object) if isinstance(detail, str) else detail,
                np.full(n, case),
            )
        )

    def table(self, people: People) -> Table:
        who, event, opened, ended, outcome, detail, case = (
            np.concatenate([column[i] for column in self.columns]) for i in range(7)
        )
        order = np.lexsort((event.astype(str), who, opened))
        number = np.cumsum(case[order])
        width = max(4, len(str(int(number[-1]))))
        return {
            "person_id": list(people.ids[who[order]]),
            "event": list(event[order]),
            "case_id": [
                f"E{n:0{width}d}" if c else "" for n, c in zip(number, case[order], strict=True)
            ],
            "formal": ["Y" if c else "" for c in case[order]],
            "detail": list(detail[order]),
            "opened_on": dates(opened[order]),
            "ended_on": dates(ended[order]),
            "outcome": list(outcome[order]),
        }


def _movements(draws: Draws, people: People, log: _Log) -> None:
    first = SNAPSHOTS[1].toordinal()
    gone = np.flatnonzero((people.left > first) & (people.kind == EMPLOYEE))
    reason = draws.choice(REASONS, len(gone))
    log.note(gone, "leaving", people.left[gone], detail=reason)
    made = gone[reason == "Redundancy"]
    log.note(made, "redundancy", people.left[made])
    for year in range(2, len(SNAPSHOTS)):
        up = np.flatnonzero(people.promoted[:, year])
        started = np.full(len(up), SNAPSHOTS[year].toordinal() - 364 + 181)
        log.note(up, "promotion", started)


def _chances(people: People, who: Array, event: str, year: int) -> Array:
    rate = np.full(len(who), CASEWORK["yearly_probability"][event])
    minority = CASEWORK["relative_likelihood_minority_ethnic"].get(event, 1.0)
    disabled = CASEWORK["relative_likelihood_disabled"].get(event, 1.0)
    rate *= np.where(people.minority[who], minority, 1.0)
    rate *= np.where(people.disabled[who], disabled, 1.0)
    if event == "programme":
        rate *= people.grade[who, year] >= 4
    return rate


def _year(draws: Draws, people: People, log: _Log, year: int) -> None:
    """Note the events of a financial year among those employed at its last day."""
    who = people.employees(year)
    end = SNAPSHOTS[year].toordinal()
    start = np.maximum(end - 364, people.joined[who])
    for event in CASEWORK["yearly_probability"]:
        hit = draws.chance(_chances(people, who, event, year))
        n = int(hit.sum())
        opened = start[hit] + np.floor(draws.uniform(n) * (end - start[hit] + 1)).astype(int)
        ended = opened + draws.whole(20, 150, n)
        closed = ended <= SNAPSHOTS[-1].toordinal()
        ended = np.where(closed, ended, 0)
        outcome = draws.choice(OUTCOMES.get(event, {"": 1}), n)
        outcome = np.where(closed, outcome, "")
        log.note(
            who[hit],
            event,
            opened,
            ended=ended if event in OUTCOMES else None,
            outcome=outcome,
            detail=DETAILS.get(event, ""),
            case=event in CASES,
        )


def events_table(people: People, seed: int) -> Table:
    """Everything that happened to employees in the three financial years."""
    draws = Draws(seed, "events")
    log = _Log()
    _movements(draws, people, log)
    for year in range(2, len(SNAPSHOTS)):
        _year(draws, people, log, year)
    last = len(SNAPSHOTS) - 1
    end = SNAPSHOTS[last].toordinal()
    staff = people.employees(last)
    mothers = staff[(people.sex[staff] == "F") & ((end - people.born[staff]) < 45 * 365)]
    back = mothers[draws.chance(0.02, len(mothers)) & (people.joined[mothers] < end - 400)]
    log.note(back, "maternity_return", end - draws.whole(0, 330, len(back)))
    rate = CASEWORK["appraisal_completed_probability"] * np.where(
        people.minority[staff],
        CASEWORK["appraisal_completed_relative_likelihood_minority_ethnic"],
        1.0,
    )
    done = staff[draws.chance(rate) & (people.joined[staff] < end - 60)]
    log.note(done, "appraisal", end - draws.whole(0, 50, len(done)))
    return log.table(people)
