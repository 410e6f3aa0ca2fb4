"""The census baseline: areas, age band and economic activity, blended by where staff live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.counting.bases import ages_of_band, base_in_words, choose, some
from workforce_analytics.errors import DataError, UsageError
from workforce_analytics.extracts.ages import age_code, ages_of_base
from workforce_analytics.extracts.codelists import UNDECLARED, codelist
from workforce_analytics.extracts.extract import Extract

_OPTIONAL = ("area_name", "age_band", "economic_activity", "base", "source", "census_date")


@dataclass(frozen=True)
class Benchmark:
    """Who lives here, as shares: what a workforce is compared with."""

    of: str
    level: str
    shares: Mapping[str, float]
    """Category -> share of those whose answer is known, in the code list's order."""
    not_answered: float
    """Share of all in the base who gave no answer; left out of the shares, as it is for staff."""
    areas: Mapping[str, float]
    """Area code -> weight; the weights add up to 1."""
    area_names: Mapping[str, str]
    age_band: str
    economic_activity: str
    base: str
    """Who is counted, in words: "usual residents aged 16 and over"."""
    source: str
    census_date: str

    @property
    def description(self) -> str:
        """Who the comparison is with, in words for a title or a note."""
        names = [self.area_names[area] for area in self.areas]
        if len(names) > 1:
            weights = self.areas.values()
            names = [f"{name} {weight:.0%}" for name, weight in zip(names, weights, strict=True)]
            return f"{self.base} ({', '.join(names)}), {self._day()}"
        return f"{self.base} of {names[0]}, {self._day()}"

    @property
    def definition(self) -> tuple[object, ...]:
        """What must stay the same for two comparisons to be of one kind."""
        areas = tuple(sorted(self.areas.items()))
        return (self.of, self.level, areas, self.base, self.source, self.census_date)

    def _day(self) -> str:
        day = date.fromisoformat(self.census_date)
        return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class AreaWeights:
    """Where staff live, as weights of areas, and who could not be placed."""

    weights: Mapping[str, float]
    """Area code -> share of the staff placed; the weights add up to 1."""
    placed: int
    elsewhere: int
    """Staff who live in areas that the census counts do not hold."""
    not_known: int


def benchmark(
    community: Extract | pd.DataFrame,
    *,
    of: str,
    areas: Mapping[str, float] | None = None,
    age_band: str | None = None,
    economic_activity: str | None = None,
    level: str = "main",
) -> Benchmark:
    """Who lives in the areas that we serve, as shares of a characteristic?

    Parameters
    ----------
    community
        Rows of the `community` contract: an Extract, or a frame as `read_census` gives it.
    of
        The characteristic: "ethnicity", "sex", ...
    areas
        ONS code of an area -> weight; the weights add up to 1. May be left out where the counts
        are of one area only.
    age_band
        "all", "16_plus", "16_64", ...: put together from narrower bands where those are there.
        Left out: all residents where the source counts them, else those aged 16 and over.
    economic_activity
        "all" (also when left out), "economically_active", "in_employment", "unemployed" or
        "economically_inactive".
    level
        A level of the characteristic's code list: "full", "main", "binary", ...

    Returns
    -------
    Benchmark
        Shares between 0 and 1 of those who answered. Categories nobody is in are there with 0.

    Raises
    ------
    UsageError
        The combination is not in the counts (what is there is listed), or the weights do not add
        up to 1.
    DataError
        Categories are not in the code list, or two tables count the same people.

    Notes
    -----
    Share = sum over areas of weight x share in the area. The census's answers are taken as fixed:
    they have no interval.

    Examples
    --------
    >>> import pandas as pd
    >>> from workforce_analytics.extracts import resources
    >>> census = pd.read_csv(resources.path("sample_data") / "community.csv")
    >>> coventry = benchmark(census, of="ethnicity", areas={"E08000026": 1}, level="binary")
    >>> print({code: round(share, 4) for code, share in coventry.shares.items()})
    {'white': 0.6552, 'minority_ethnic': 0.3448}
    >>> coventry.description
    'all usual residents of Coventry, 21 March 2021'
    """
    rows = _rows(community, of)
    weights = _checked_weights(areas, rows)
    rows = rows[rows["area_code"].isin(weights)]
    rows = rows[rows["census_date"] == max(rows["census_date"])]
    activity = economic_activity or "all"
    ages, chosen = choose(
        rows, age_band=age_band, activity=activity, what=codelist(of).title.lower()
    )
    _counted_once(chosen)
    tallies = {
        area: chosen[chosen["area_code"] == area].groupby("category")["n"].sum().to_dict()
        for area in weights
    }
    declared, known = _declared(tallies, of, level)
    everybody = {area: sum(tally.values()) for area, tally in tallies.items()}
    if not all(sum(part.values()) for part in known.values()):
        raise UsageError(f"Nobody's {of} is known in one of the areas: nothing to compare with.")
    shares = {
        code: sum(
            weight * known[area].get(code, 0) / sum(known[area].values())
            for area, weight in weights.items()
        )
        for code in declared
    }
    answered = sum(
        weight * sum(known[area].values()) / everybody[area] for area, weight in weights.items()
    )
    names = rows.groupby("area_code")["area_name"].min()
    return Benchmark(
        of=of,
        level=level,
        shares=shares,
        not_answered=1 - answered,
        areas=weights,
        area_names={area: str(names[area]) for area in weights},
        age_band=age_code(ages),
        economic_activity=activity,
        base=base_in_words(ages, activity),
        source="; ".join(sorted(set(chosen["source"]))),
        census_date=str(max(rows["census_date"])),
    )


def area_weights(
    counts_by_home_area: Mapping[str | None, int], community: Extract | pd.DataFrame
) -> AreaWeights:
    """How much should each area weigh, going by where our staff live?

    Parameters
    ----------
    counts_by_home_area
        Area code -> staff who live there; None, "" or "not_known" for those whose home is not
        known.
    community
        Rows of the `community` contract: only its areas can be given a weight.

    Returns
    -------
    AreaWeights
        Weights for `benchmark(areas=...)`, with how many staff they rest on and how many not.

    Raises
    ------
    UsageError
        None of the staff live in an area of the census counts.

    Examples
    --------
    >>> import pandas as pd
    >>> census = pd.DataFrame({"area_code": ["E08000026", "E08000025"]})
    >>> found = area_weights({"E08000026": 300, "E08000025": 100, None: 20, "E07000222": 5}, census)
    >>> found.weights, found.placed, found.elsewhere, found.not_known
    ({'E08000025': 0.25, 'E08000026': 0.75}, 400, 5, 20)
    """
    there = set(_counted(community, ["area_code"])["area_code"])
    unknown = {None, "", *UNDECLARED}
    homes = {area: n for area, n in counts_by_home_area.items() if area not in unknown}
    placed = {str(area): int(homes[area]) for area in sorted(there & set(homes), key=str)}
    total = sum(placed.values())
    if not total:
        raise UsageError(
            "None of the staff live in an area that the census counts hold "
            f"({some(sorted(there))}). Add the areas where they live, or name areas and weights."
        )
    return AreaWeights(
        weights={area: n / total for area, n in placed.items() if n},
        placed=total,
        elsewhere=sum(int(n) for n in homes.values()) - total,
        not_known=sum(int(n) for area, n in counts_by_home_area.items() if area in unknown),
    )


def _counted(community: Extract | pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Add the people up by columns, whatever holds the rows; what the rows lack is left out."""
    wanted = list(columns)
    if isinstance(community, Extract):
        there = [name for name in wanted if name in engine.columns(community.frame)]
        return community.count(there, sums={"n": engine.col("n")})
    there = [name for name in wanted if name in community.columns]
    if "n" not in community.columns:
        return community[there].drop_duplicates()
    return community.groupby(there, dropna=False)["n"].sum().reset_index()


def _rows(community: Extract | pd.DataFrame, of: str) -> pd.DataFrame:
    """Rows of one characteristic, categories as canonical codes, ages as ranges."""
    listed = codelist(of)
    rows = _counted(community, ["area_code", "characteristic", "category", *_OPTIONAL])
    available = sorted(set(rows["characteristic"]))
    rows = rows[(rows["characteristic"] == of) & (rows["category"] != "total")].copy()
    if rows.empty:
        raise UsageError(
            f"The census counts hold no {listed.title.lower()}. They hold: {', '.join(available)}."
        )
    for name in _OPTIONAL:
        rows[name] = rows[name].map(_text) if name in rows else ""
    values = community.values.get("category", {}) if isinstance(community, Extract) else {}
    codes = {raw: values.get(raw) or listed.match(raw) for raw in set(rows["category"])}
    unknown = sum(code is None for code in codes.values())
    if unknown:
        raise DataError(
            f"community: {unknown} of {len(codes)} categories of {listed.title.lower()} are not "
            f"in the code list {listed.name}. Codes: {listed.allowed()}."
        )
    rows["category"] = rows["category"].map(codes)
    rows["area_name"] = rows["area_name"].where(rows["area_name"] != "", rows["area_code"])
    rows["economic_activity"] = rows["economic_activity"].replace("", "all")
    rows["census_date"] = rows["census_date"].str[:10]
    pairs = zip(rows["age_band"], rows["base"], strict=True)
    rows["ages"] = [ages_of_band(band) if band else ages_of_base(base) for band, base in pairs]
    return rows


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _checked_weights(areas: Mapping[str, float] | None, rows: pd.DataFrame) -> dict[str, float]:
    there = sorted(set(rows["area_code"]))
    if not areas:
        if len(there) > 1:
            raise UsageError(
                f"The census counts hold {len(there)} areas ({some(there)}): name those to "
                "compare with and their weights, such as areas={'E08000026': 1}."
            )
        return {there[0]: 1.0}
    lacking = [area for area in areas if area not in there]
    if lacking:
        raise UsageError(
            f"The census counts hold no {', '.join(lacking)}. They hold: {some(there)}."
        )
    total = sum(areas.values())
    if min(areas.values()) < 0 or abs(total - 1) > 1e-6:
        raise UsageError(f"The weights of areas must add up to 1, and add up to {total:.4f}.")
    # Sorted, so that sums and their last digits do not depend on the order of writing.
    return {area: float(areas[area]) for area in sorted(areas) if areas[area]}


def _counted_once(rows: pd.DataFrame) -> None:
    """Refuse two tables that count the same people: their sum would count everybody twice."""
    keys = ["area_code", "ages", "economic_activity"]
    tables = rows[[*keys, "base", "source"]].drop_duplicates()
    if tables.duplicated(keys).any():
        raise DataError(
            "community: several tables count the same people: "
            f"{some(sorted(set(rows['source'])))}. Keep the rows of one of them."
        )


def _declared(
    tallies: Mapping[str, Mapping[Any, int]], of: str, level: str
) -> tuple[tuple[str, ...], dict[str, dict[str, int]]]:
    """Category codes of a level, and for each area how many people are known to be in each."""
    listed = codelist(of)
    present = {code for tally in tallies.values() for code in tally}
    placed = {code: listed.to_level(code, level) for code in present}
    rows = listed.categories(level, present=tuple(sorted(set(placed.values()))))
    declared = tuple(item.code for item in rows if item.kind == "declared")
    coarse = sorted(code for code in declared if code.endswith("_detail_not_known"))
    if coarse:
        levels = listed.levels[listed.levels.index(level) + 1 :]
        raise UsageError(
            f"The census counts of this base hold {listed.title.lower()} in broad groups only, not "
            f"at level '{level}'. Levels that they may have: {', '.join(levels)}."
        )
    known: dict[str, dict[str, int]] = {}
    for area, tally in tallies.items():
        known[area] = {}
        for code, n in sorted(tally.items()):
            if placed[code] in declared:
                known[area][placed[code]] = known[area].get(placed[code], 0) + int(n)
    return declared, known
