"""What figures computed from the sample are on average: measured over many councils.

`measured` computes plain figures from one council's tables, as an analyst would by hand; `expected`
averages them over councils that differ only in their seed, with the Monte-Carlo error of the
average and the deviation that one council of the shipped size shows. Run as a module, it writes
truth.json:

    python -m workforce_analytics.samples.truth sample_data/truth.json
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics.samples.competition import Contests, fit, moments, risk_ratio
from workforce_analytics.samples.council import SEED, STAFF, council_tables, truth_text
from workforce_analytics.samples.draws import Array
from workforce_analytics.samples.planted import CASEWORK
from workforce_analytics.samples.structure import FIRST_APPLICATIONS, SNAPSHOTS, Table

COUNCILS = 100
FIRST_SEED = 1_000_000
WHITE = ("W1", "W2", "W3", "W4", "W9")
UNDECLARED = ("99", "98", "97", "")
EMPLOYED = ("E", "AP", "OH", "SO")
Frames = Mapping[str, pd.DataFrame]


def _group(codes: pd.Series) -> pd.Series:
    """Minority ethnic 1, White 0, undeclared missing."""
    minority = (~codes.isin(WHITE)).astype(float)
    return minority.where(~codes.isin(UNDECLARED))


def _staff(frames: Frames, year: int) -> pd.DataFrame:
    """Give the council's own workforce at a snapshot, on main posts, with the grade's band."""
    table = frames[f"workforce_{year}"]
    own = table["engagement"].isin(EMPLOYED) & (table["employer"] == "C") & (table["main"] == "Y")
    staff = table[own]
    bands = dict(zip(frames["grades"]["grade"], frames["grades"]["band"], strict=True))
    return staff.assign(
        band=staff["grade"].map(bands),
        minority=_group(staff["ethnicity"]),
        disabled=(staff["disability"] == "D")
        .astype(float)
        .where(staff["disability"].isin(("D", "ND"))),
    )


def _workforce(frames: Frames) -> dict[str, float]:
    found: dict[str, float] = {}
    for day in SNAPSHOTS:
        staff = _staff(frames, day.year)
        found[f"minority_ethnic_share_of_all/{day.year}"] = staff["minority"].eq(1).mean()
        found[f"minority_ethnic_share_of_known/{day.year}"] = staff["minority"].mean()
        for name in ("ethnicity", "disability", "religion", "sexual_orientation"):
            rate = 1 - staff[name].isin(UNDECLARED).mean()
            found[f"declaration_rate/{name}/{day.year}"] = rate
    found["female_share/2025"] = (staff["sex"] == "F").mean()
    found["disabled_share_of_known/2025"] = staff["disabled"].mean()
    for band, share in staff.groupby("band")["minority"].mean().items():
        found[f"minority_ethnic_share_of_known_by_band/2025/{band}"] = share
    return found


def _applied(frames: Frames) -> pd.DataFrame:
    """Applications with their vacancy's service, dates of panels and the service's turn."""
    turn = frames["rollout"].set_index("unit_id")["actual_on"].replace("", "9999-12-31")
    sat = frames["panels"].drop_duplicates(["vacancy_id", "stage"])
    sat = sat.pivot(index="vacancy_id", columns="stage", values="sat_on")
    vacancies = frames["vacancies"].set_index("vacancy_id")
    vacancies = vacancies.assign(
        turn=vacancies["unit_id"].map(turn),
        shortlisting=sat["S"].reindex(vacancies.index),
        interview=sat["I"].reindex(vacancies.index),
    )
    fields = ["unit_id", "opened_on", "turn", "shortlisting", "interview"]
    table = frames["applications"].join(vacancies[fields], on="vacancy_id")
    return table.assign(
        minority=_group(table["ethnicity"]),
        disabled=(table["disability"] == "D")
        .astype(float)
        .where(table["disability"].isin(("D", "ND"))),
        shortlisted=table["status"] != "AP",
        appointed=table["status"] == "HI",
    )


def _contests(table: pd.DataFrame, outcome: str) -> tuple[Contests, pd.DataFrame]:
    known = table[table["minority"].notna()]
    counted = known.assign(
        one=known["minority"], none=1 - known["minority"], passed=known[outcome].astype(float)
    )
    counted["both"] = counted["one"] * counted["passed"]
    fields = ["unit_id", "opened_on", "turn", "shortlisting", "interview"]
    sums = counted.groupby("vacancy_id")[["one", "none", "passed", "both"]].sum().astype(int)
    about = counted.groupby("vacancy_id")[fields].first()
    parts = (sums[name].to_numpy() for name in ("one", "none", "passed", "both"))
    return Contests(*parts), about


def _design(about: pd.DataFrame, stage: str) -> Array:
    """Whether trained, then group by service and group by quarter (the first of each together)."""
    trained = (about["turn"] <= about[stage].fillna("")).to_numpy(dtype=float)
    opened = pd.to_datetime(about["opened_on"])
    quarter = (opened.dt.year - FIRST_APPLICATIONS.year) * 4 + (opened.dt.quarter - 2)
    service = pd.get_dummies(about["unit_id"], dtype=float).to_numpy()
    season = pd.get_dummies(quarter, dtype=float).to_numpy()[:, 1:]
    return np.column_stack([trained, service, season])


def _training(table: pd.DataFrame, outcome: str, stage: str) -> dict[str, float]:
    contests, about = _contests(table, outcome)
    columns = _design(about, stage)
    seen = about["unit_id"].notna() & (contests.informative())
    columns = columns[:, columns[seen].any(axis=0)]
    beta, errors = fit(contests, columns)
    treated = (columns[:, 0] > 0) & contests.informative()
    use = contests.where(treated)
    after, _ = moments(use, columns[treated] @ beta)
    before, _ = moments(use, columns[treated] @ beta - beta[0])
    gained = (after - before).sum()
    return {
        f"trained_log_odds/{outcome}": beta[0],
        f"trained_log_odds_model_error/{outcome}": errors[0],
        f"trained_points_minority_ethnic/{outcome}": gained / use.group.sum(),
        f"trained_points_white/{outcome}": -gained / use.rest.sum(),
    }


def _ratio(table: pd.DataFrame, group: str, outcome: str, name: str) -> dict[str, float]:
    rate = table.groupby(group)[outcome].mean()
    return {
        f"rate/{outcome}/{name}": rate[1.0],
        f"relative_likelihood/{outcome}/{name}": rate[1.0] / rate[0.0],
        f"points/{outcome}/{name}": rate[1.0] - rate[0.0],
    }


def _recruitment(frames: Frames) -> dict[str, float]:
    table = _applied(frames)
    listed = table[table["shortlisted"]]
    found: dict[str, float] = {}
    for outcome in ("shortlisted", "appointed"):
        found |= _ratio(table, "minority", outcome, "minority_ethnic_against_white")
        found |= _ratio(table, "disabled", outcome, "disabled_against_not_disabled")
        contests, _ = _contests(table, outcome)
        competed = contests.where(contests.informative())
        name = f"{outcome}/minority_ethnic_against_white"
        found[f"relative_likelihood_by_vacancy/{name}"] = risk_ratio(competed)
        ones = np.ones((len(contests.group), 1))
        found[f"log_odds_by_vacancy/{name}"] = fit(contests, ones)[0][0]
    among = listed.assign(appointed_among_shortlisted=listed["appointed"])
    found |= _ratio(
        among, "minority", "appointed_among_shortlisted", "minority_ethnic_against_white"
    )
    for outcome, stage in (("shortlisted", "shortlisting"), ("appointed", "interview")):
        found |= _training(table, outcome, stage)
    found |= {
        name.replace("/appointed", "/appointed_among_shortlisted"): value
        for name, value in _training(listed, "appointed", "interview").items()
    }
    return found | _panels(frames)


def _panels(frames: Frames) -> dict[str, float]:
    training = frames["training"]
    done = training[(training["status"] == "C") & training["course"].str.startswith("Inclusive")]
    first = done.groupby("person_id")["completed_on"].min()
    panels = frames["panels"].join(
        frames["vacancies"].set_index("vacancy_id")["unit_id"], on="vacancy_id"
    )
    turn = frames["rollout"].set_index("unit_id")["actual_on"].replace("", "9999-12-31")
    panels = panels[panels["person_id"] != ""]
    trained = panels["person_id"].map(first).fillna("9999-12-31") <= panels["sat_on"]
    after = panels["unit_id"].map(turn) <= panels["sat_on"]
    return {
        "share_of_panel_trained/before": trained[~after].mean(),
        "share_of_panel_trained/after": trained[after].mean(),
    }


def _pay(frames: Frames) -> dict[str, float]:
    staff = frames["workforce_2025"]
    people = staff[staff["main"] == "Y"].set_index("person_id")[["sex", "ethnicity"]]
    pay = frames["payroll"].join(people, on="person_id")
    bonus = pay["bonus_pay"].astype(float)
    full = pay[pay["full_pay_relevant"] == "Y"]
    worked = full["weekly_hours"].astype(float)
    share = full["bonus_pay"].astype(float)
    hourly = (full["ordinary_pay"].astype(float) + share) * 7 / 30.44 / worked
    male, minority = full["sex"] == "M", _group(full["ethnicity"])
    return {
        "gap_percent/sex/mean": 100 * (1 - hourly[~male].mean() / hourly[male].mean()),
        "gap_percent/sex/median": 100 * (1 - hourly[~male].median() / hourly[male].median()),
        "gap_percent/ethnicity/mean": 100
        * (1 - hourly[minority == 1].mean() / hourly[minority == 0].mean()),
        "gap_percent/ethnicity/median": 100
        * (1 - hourly[minority == 1].median() / hourly[minority == 0].median()),
        "bonus_share/female": (bonus[pay["sex"] == "F"] > 0).mean(),
        "bonus_share/male": (bonus[pay["sex"] == "M"] > 0).mean(),
    }


NAMES = {
    "DI": "disciplinary", "GR": "grievance", "CA": "capability", "HC": "harassment_complaint",
    "FW": "flexible_working", "AU": "acting_up", "LP": "programme", "LV": "leaving",
    "PR": "promotion",
}  # fmt: skip


def _casework(frames: Frames) -> dict[str, float]:
    """Events of three years per employee of the three snapshots at their ends, group by group."""
    staff = [_staff(frames, year) for year in (2023, 2024, 2025)]
    heads = pd.concat([part[part["engagement"] == "E"] for part in staff])
    seen = pd.concat([_staff(frames, year) for year in range(2021, 2026)])
    latest = seen.drop_duplicates("person_id", keep="last").set_index("person_id")
    events = frames["events"].join(latest[["minority", "disabled"]], on="person_id")
    found = {}
    for code, event in NAMES.items():
        of = events[events["event"] == code]
        for group, words in (("minority", "minority_ethnic"), ("disabled", "disabled")):
            if group == "disabled" and event not in CASEWORK["relative_likelihood_disabled"]:
                continue  # nothing planted, and too few cases for a ratio
            rate = of.groupby(group).size() / heads.groupby(group).size()
            found[f"relative_likelihood/{event}/{words}"] = rate[1.0] / rate[0.0]
        found[f"yearly_rate/{event}"] = len(of) / len(heads)
    return found


def _survey(frames: Frames) -> dict[str, float]:
    answers = frames["survey_responses"]
    could = frames["survey_eligible"]
    could = could.assign(n=could["n"].astype(int))
    items = answers.filter(regex="^[ELSIDWF][1-5]$").replace("", np.nan).astype(float)
    scores = pd.DataFrame(
        {letter: items.filter(regex=f"^{letter}[1-5]$").mean(axis=1) for letter in "ELSIDWF"}
    )
    index = 25 * (scores["E"] - 1)
    inclusion = items.filter(regex="^I[1-3]$")
    positive, valid = (inclusion >= 4).sum(axis=1), inclusion.notna().sum(axis=1)
    minority = answers["ethnicity"].isin(list("ABMO"))
    white, disabled = answers["ethnicity"] == "W", answers["disability"] == "D"
    latest = answers["wave"] == "2024"
    found = {}
    for wave in ("2022", "2024"):
        of = answers["wave"] == wave
        found[f"response_rate/{wave}"] = of.sum() / could.loc[could["wave"] == wave, "n"].sum()
        found[f"engagement_index/{wave}"] = index[of].mean()
        gap = index[of & minority].mean() - index[of & white].mean()
        found[f"engagement_gap_minority_ethnic/{wave}"] = gap
        not_disabled = of & (answers["disability"] == "ND")
        gap = index[of & disabled].mean() - index[not_disabled].mean()
        found[f"engagement_gap_disabled/{wave}"] = gap
    for words, group in (("minority_ethnic", minority), ("white", white)):
        share = positive[latest & group].sum() / valid[latest & group].sum()
        found[f"inclusion_percent_positive/2024/{words}"] = 100 * share
    whole = scores[latest].dropna()
    slopes = np.linalg.lstsq(
        np.column_stack([np.ones(len(whole)), whole[list("LSIDWF")]]), whole["E"], rcond=None
    )[0]
    themes = (
        "line_manager",
        "leadership",
        "inclusion",
        "development",
        "workload",
        "fair_treatment",
    )
    return found | {f"driver_slope/{t}": s for t, s in zip(themes, slopes[1:], strict=True)}


def _networks(frames: Frames) -> dict[str, float]:
    members = frames["network_members"]
    now = members[members["left_on"] == ""]
    staff = _staff(frames, 2025)
    inside = staff["person_id"].isin(now["person_id"])
    low = staff["band"] == "Grades 1 to 4"
    counts = frames["network_counts"]
    total = counts.groupby("month")["members"].apply(lambda n: n.astype(int).sum())
    later = counts[counts["attendances"] != ""]
    came = later["attendances"].astype(int) / later["members"].astype(int)
    support = frames["network_support"]
    chair = support[support["kind"] == "C"].set_index("network")["given_on"].str.slice(0, 7)
    after = later["network"].map(chair).fillna("9999-12") <= later["month"]
    trained = later["network"].isin(chair.index)
    return {
        "reach/2025": inside.mean(),
        "reach/2025/Grades 1 to 4": inside[low].mean(),
        "reach/2025/other grades": inside[~low].mean(),
        "memberships/2021-04": total.iloc[0],
        "memberships/2025-03": total.iloc[-1],
        "attendances_per_member_month/before_chair_training": came[trained & ~after].mean(),
        "attendances_per_member_month/after_chair_training": came[trained & after].mean(),
    }


PARTS = {
    "workforce": _workforce,
    "recruitment": _recruitment,
    "pay": _pay,
    "casework": _casework,
    "survey": _survey,
    "networks": _networks,
}


def measured(tables: Mapping[str, Table]) -> dict[str, dict[str, float]]:
    """Compute the plain figures of one council from its tables.

    Parameters
    ----------
    tables
        Headers and cells as they are written, by the name of the file.

    Returns
    -------
    dict
        Part -> figure -> value, the figures named as in truth.json.
    """
    frames = {name: pd.DataFrame(table, dtype=object) for name, table in tables.items()}
    return {
        part: {name: float(value) for name, value in work(frames).items()}
        for part, work in PARTS.items()
    }


def expected(councils: int = COUNCILS, *, first_seed: int = FIRST_SEED) -> dict[str, Any]:
    """Average the figures over many councils that differ only in their seed.

    Returns
    -------
    dict
        How it was done, then part -> figure -> mean, `monte_carlo_error` of the mean, and
        `deviation`, the standard deviation of the figure in one council of this size.
    """
    runs = [measured(council_tables(seed=first_seed + i)) for i in range(councils)]
    result: dict[str, Any] = {
        "method": (
            "Mean over simulated councils of the shipped size that differ only in their seed; "
            "every figure computed from the extracts as an analyst would, undeclared answers left "
            "out. Rates are shares of 1, points are differences of them."
        ),
        "councils": councils,
    }
    for part in PARTS:
        result[part] = {}
        for name in runs[0][part]:
            values = np.array([run[part][name] for run in runs])
            spread = values.std(ddof=1)
            result[part][name] = {
                "mean": float(f"{values.mean():.5g}"),
                "monte_carlo_error": float(f"{spread / np.sqrt(councils):.2g}"),
                "deviation": float(f"{spread:.3g}"),
            }
    return result


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(
        truth_text(STAFF, SEED, expected()), encoding="utf-8", newline="\n"
    )
