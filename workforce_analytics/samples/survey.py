"""Two waves of an anonymous staff survey, and how many could have answered."""

from __future__ import annotations

import numpy as np

from workforce_analytics.samples.draws import Array, Draws
from workforce_analytics.samples.people import AGENCY, CASUAL, COMPANY, COUNCILLOR, SCHOOL
from workforce_analytics.samples.planted import SURVEY
from workforce_analytics.samples.structure import SERVICES, SNAPSHOTS, People, Table, band

WAVES = {"2022": 2, "2024": 4}
"""Wave -> snapshot nearest to it."""
THEMES = ("line_manager", "leadership", "inclusion", "development", "workload", "fair_treatment")
ITEMS_PER_THEME = 3
ENGAGEMENT_ITEMS = 5
CUTS = np.array([-1.6, -0.85, -0.15, 0.95])
"""Where a latent answer passes from strongly disagree to strongly agree."""
EASE = np.array([0.15, -0.05, 0.0, -0.15, 0.1])
AGE_BANDS = np.array(["16-24", "25-34", "35-44", "45-54", "55-64", "65+"], dtype=object)
OUTSIDE = (CASUAL, AGENCY, COUNCILLOR, SCHOOL, COMPANY)


def item_names() -> list[str]:
    """Give the headers of the items: E1 to E5, then three a theme."""
    engagement = [f"E{i + 1}" for i in range(ENGAGEMENT_ITEMS)]
    letters = ("L", "S", "I", "D", "W", "F")
    return engagement + [f"{t}{i + 1}" for t in letters for i in range(ITEMS_PER_THEME)]


def eligible(people: People, wave: str) -> Array:
    """Who could answer: those who work in the council's own services."""
    snapshot = WAVES[wave]
    who = people.at(snapshot)
    return who[~np.isin(people.kind[who], OUTSIDE)]


def _age_band(people: People, who: Array, snapshot: int) -> Array:
    age = np.floor((SNAPSHOTS[snapshot].toordinal() - people.born[who]) / 365.25).astype(int)
    return AGE_BANDS[np.clip((age - 15) // 10, 0, 5)]


def _responds(draws: Draws, people: People, who: Array, snapshot: int) -> Array:
    factor = SURVEY["response_factor"]
    rate = SURVEY["response_probability"] / 0.883 * np.ones(len(who))
    rate *= np.where(people.sex[who] == "M", factor["male"], 1.0)
    rate *= np.where(people.minority[who], factor["minority_ethnic"], 1.0)
    rate *= np.where(band(people.grade[who, snapshot]) == 0, factor["Grades 1 to 4"], 1.0)
    return draws.chance(rate)


def _latent(draws: Draws, people: People, who: Array, wave: str) -> tuple[Array, dict[str, Array]]:
    """Give everybody's engagement and themes, in standard deviations, with the planted shifts."""
    n = len(who)
    minority, disabled = people.minority[who], people.disabled[who]
    common = draws.normal(n)
    themes = {}
    for theme in THEMES:
        shift = SURVEY["theme_shift_in_standard_deviations"].get(theme, {})
        value = 0.6 * common + 0.8 * draws.normal(n)
        value = value + shift.get("minority_ethnic", 0.0) * minority
        themes[theme] = value + shift.get("disabled", 0.0) * disabled
    shift = SURVEY["engagement_shift_in_standard_deviations"]
    weights = SURVEY["engagement_weight_of_theme"]
    engagement = 0.55 * draws.normal(n)
    for theme, weight in weights.items():
        engagement = engagement + weight * themes[theme]
    spread = 1.05
    drawn = sum(
        weights[theme] * SURVEY["theme_shift_in_standard_deviations"][theme]["minority_ethnic"]
        for theme in SURVEY["theme_shift_in_standard_deviations"]
    )
    held = sum(
        weights[theme] * SURVEY["theme_shift_in_standard_deviations"][theme]["disabled"]
        for theme in SURVEY["theme_shift_in_standard_deviations"]
    )
    engagement = engagement + (shift["minority_ethnic"] * spread - drawn) * minority
    engagement = engagement + (shift["disabled"] * spread - held) * disabled
    return engagement / spread + shift["wave_2024"] * (wave == "2024"), themes


def _items(draws: Draws, latent: Array, ease: Array, noise: float) -> list[Array]:
    answers = []
    for lift in ease:
        value = latent + lift + noise * draws.normal(len(latent))
        answer = 1 + np.searchsorted(CUTS, value)
        text = answer.astype(str).astype(object)
        answers.append(np.where(draws.chance(0.012, len(latent)), "", text))
    return answers


def _said(draws: Draws, answers: Array, rate: float) -> Array:
    silent = draws.choice({"99": 0.6, "": 0.4}, len(answers))
    return np.where(draws.chance(rate, len(answers)), silent, answers)


def _group_of(codes: Array) -> Array:
    """Give the first letter of an ethnic group's code, which is its main group."""
    return np.array([str(code)[0] for code in codes], dtype=object)


def _wave(people: People, wave: str, seed: int) -> Table:
    draws = Draws(seed, "survey " + wave)
    snapshot = WAVES[wave]
    could = eligible(people, wave)
    who = could[_responds(draws, people, could, snapshot)]
    who = who[draws.order(len(who))]
    n = len(who)
    engagement, themes = _latent(draws, people, who, wave)
    answers = _items(draws, engagement, EASE, 0.55)
    for theme in THEMES:
        answers += _items(draws, themes[theme], EASE[:ITEMS_PER_THEME], 0.65)
    codes = np.array([code for code, _, _ in SERVICES], dtype=object)
    width = max(4, len(str(n)))
    return {
        "wave": [wave] * n,
        "respondent_id": [f"R{i + 1:0{width}d}" for i in range(n)],
        "unit": list(_said(draws, codes[people.service[who]], 0.05)),
        "sex": list(_said(draws, people.sex[who], 0.04)),
        "ethnicity": list(_said(draws, _group_of(people.answers["ethnicity"][who]), 0.08)),
        "disability": list(_said(draws, people.answers["disability"][who], 0.08)),
        "age_band": list(_said(draws, _age_band(people, who, snapshot), 0.05)),
        **{name: list(a) for name, a in zip(item_names(), answers, strict=True)},
    }


def responses_table(people: People, seed: int) -> Table:
    """Both waves' respondents, one row each with a column per item."""
    waves = [_wave(people, wave, seed) for wave in WAVES]
    return {name: [cell for wave in waves for cell in wave[name]] for name in waves[0]}


def eligible_table(people: People) -> Table:
    """How many could have answered each wave, by service, sex, ethnic group and age band."""
    codes = np.array([code for code, _, _ in SERVICES], dtype=object)
    heads = ("wave", "unit", "sex", "ethnicity", "age_band", "n")
    rows: list[tuple[str, ...]] = []
    for wave, snapshot in WAVES.items():
        who = eligible(people, wave)
        held = people.recorded("ethnicity", snapshot)[who]
        group = [str(code)[0] if str(code)[:1].isalpha() else "98" for code in held]
        cells: dict[tuple[str, ...], int] = {}
        for cell in zip(
            codes[people.service[who]],
            people.sex[who],
            group,
            _age_band(people, who, snapshot),
            strict=True,
        ):
            cells[cell] = cells.get(cell, 0) + 1
        rows += [(wave, *cell, str(cells[cell])) for cell in sorted(cells)]
    return {head: [row[i] for row in rows] for i, head in enumerate(heads)}
