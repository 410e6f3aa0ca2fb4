"""Made-up staff networks, month by month, with an effect of known size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import workforce_analytics as wa
from workforce_analytics.extracts.extract import Context, Extract

FIRST = 2022 * 12 + 3
"""April 2022, numbered as months are."""


@dataclass(frozen=True)
class Made:
    """How networks come about."""

    networks: int = 20
    months: int = 36
    waiting: int = 6
    """Networks whose chair is never trained."""
    members: int = 150
    rate: float = 0.16
    effect: float = 1.0
    """What attendances are multiplied by from the month of the training on."""
    shocks: float = 0.0
    """Size of what moves a network from month to month beyond chance."""


def month_words(month: int) -> str:
    """Year and month as an extract has them."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def months_and_support(made: Made, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw months of networks, and the support that they were given."""
    random = np.random.default_rng(seed)
    order = random.permutation(made.networks)[: made.networks - made.waiting]
    start = np.full(made.networks, made.months)
    start[order] = np.linspace(6, made.months - 8, order.size).round().astype(int)
    size = made.members * np.exp(random.normal(0, 0.4, made.networks))
    level = np.exp(random.normal(0, 0.2, made.networks))
    season = np.exp(0.2 * np.sin(np.arange(made.months) / 2))
    rows = []
    for network in range(made.networks):
        for month in range(made.months):
            members = int(size[network] * (1 + 0.01 * month)) + 1
            rate = made.rate * level[network] * season[month]
            rate *= np.exp(random.normal(0, made.shocks)) if made.shocks else 1.0
            rate *= made.effect if month >= start[network] else 1.0
            came = int(random.poisson(members * rate))
            rows.append(
                {
                    "network": f"Network {network}",
                    "month": month_words(FIRST + month),
                    "members": members,
                    "joiners": int(random.poisson(3)),
                    "leavers": 1,
                    "attendances": came,
                    "unique_attendees": int(came * 0.9),
                }
            )
    support = pd.DataFrame(
        [
            {
                "network": f"Network {network}",
                "kind": "chair_training",
                "given_on": f"{month_words(FIRST + start[network])}-01",
                "amount": 1,
            }
            for network in np.flatnonzero(start < made.months)
        ]
        + [
            {
                "network": "Network 0",
                "kind": "budget",
                "given_on": f"{month_words(FIRST)}-01",
                "amount": 500,
            }
        ]
    )
    return pd.DataFrame(rows), support


def extracts(counts: pd.DataFrame, support: pd.DataFrame) -> dict[str, Extract]:
    """Read both as extracts."""
    context = Context(organisation="Small Council")
    return {
        "network_counts": wa.read("network_counts", counts, context=context),
        "network_support": wa.read("network_support", support, context=context),
    }


def networks(made: Made, seed: int = 1) -> dict[str, Extract]:
    """Draw networks and read them."""
    return extracts(*months_and_support(made, seed))
