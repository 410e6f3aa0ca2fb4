"""Sittings that were frozen before the tracking system forgot them, beside those of new rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workforce_analytics.counting.panels import STAGES
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.training_turns import NANOSECONDS, Services

SITTING = (
    "vacancy_id",
    "stage",
    "service",
    "on",
    "seats",
    "known",
    "trained",
    "dose",
    "chair_trained",
    "manager_trained",
    "visitors",
)
"""Columns of the sittings, frozen ones too."""
WHOLE = ("seats", "known", "trained")
NOT_WHOLE = ("dose", "chair_trained", "manager_trained", "visitors")


_OF_PANEL = ("on", *WHOLE, *NOT_WHOLE)


@dataclass(frozen=True, eq=False)
class Together:
    """Sittings of new rows and kept ones.

    Attributes
    ----------
    sittings
        All, in order. What was kept goes by pseudonyms, so a vacancy that stands in the extracts,
        too, is there under both names, alike: applications of it may be in either.
    old
        Which sittings were kept, because no panel of them is in the extracts.
    again
        Which repeat a sitting that stands there under the vacancy's own name.
    """

    sittings: pd.DataFrame
    old: np.ndarray
    again: np.ndarray


def with_kept(sittings: pd.DataFrame, kept: Any, services: Services) -> Together:
    """Add sittings that were kept, of vacancies or panels that the extracts no longer hold.

    Raises
    ------
    UsageError
        What was kept lacks a column.
    """
    if kept is None:
        none = np.zeros(len(sittings), dtype=bool)
        return Together(sittings, none, none)
    old = _typed(getattr(kept, "sittings", kept), services)
    new = _named(sittings, kept)
    new, mended = _with_kept_panels(new, old)
    vacancies = set(getattr(kept, "vacancies", old["vacancy_id"])) | set(old["vacancy_id"])
    other = new["name"] != new["vacancy_id"]
    again = new[other & new["name"].isin(vacancies)]
    gone = old[~old["vacancy_id"].isin(new["name"])]
    parts = [
        new.assign(old=mended, again=False),
        again.assign(vacancy_id=again["name"], old=mended[again.index], again=True),
        gone.assign(old=True, again=False),
    ]
    both = pd.concat([part for part in parts if len(part)], ignore_index=True)
    both["place"] = both["stage"].map(STAGES.index)
    both = both.sort_values(["vacancy_id", "place"]).reset_index(drop=True)
    flags = [both[name].to_numpy(dtype=bool) for name in ("old", "again")]
    return Together(both[list(SITTING)], *flags)


def _typed(table: Any, services: Services) -> pd.DataFrame:
    lacking = [name for name in SITTING if name not in getattr(table, "columns", ())]
    if lacking:
        raise UsageError(
            f"kept= lacks the column '{lacking[0]}'. Give what keep-counts wrote, with the columns "
            f"{', '.join(SITTING)}."
        )
    old = table.loc[table["stage"].isin(STAGES), list(SITTING)]
    old = old.sort_values(list(SITTING)).drop_duplicates(["vacancy_id", "stage"])
    return old.assign(
        service=old["service"].where(old["service"].isin(services.codes), ""),
        on=pd.to_datetime(old["on"]).astype(NANOSECONDS),
        **{name: old[name].astype("int64") for name in WHOLE},
        **{name: old[name].astype("float64") for name in NOT_WHOLE},
    )


def _named(sittings: pd.DataFrame, kept: Any) -> pd.DataFrame:
    """Give each sitting the name under which its vacancy would be kept."""
    if not hasattr(kept, "pseudonyms"):
        return sittings.assign(name=sittings["vacancy_id"])
    own = pd.Series(sittings["vacancy_id"].unique(), dtype=object)
    names = dict(zip(own, kept.pseudonyms(own), strict=True))
    return sittings.assign(name=sittings["vacancy_id"].map(names))


def _with_kept_panels(new: pd.DataFrame, old: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Give vacancies whose panel is gone, but was kept, that panel."""
    there = old[old["seats"] > 0].set_index(["vacancy_id", "stage"])
    keys = pd.MultiIndex.from_frame(new[["name", "stage"]])
    place = there.index.get_indexer(keys)
    mended = (new["seats"] == 0).to_numpy() & (place >= 0)
    if mended.any():
        new = new.copy()
        for name in _OF_PANEL:
            held = there[name].to_numpy()[place[mended]]
            new.loc[mended, name] = held
    return new, mended
