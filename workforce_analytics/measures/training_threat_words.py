"""What each check of a training's effect means for the main result, in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from workforce_analytics.inference.rollout_effect import Effect
from workforce_analytics.inference.rounding import round_half_up
from workforce_analytics.inference.verdicts import FEWEST_UNITS_NOT_RANDOM

PLACEBO = "Training that had not happened yet"
APPLIED = "Who applied"
DECLARED = "Who declared"
WITHDREW = "An outcome that training cannot move"
BESIDE = "Another change at the same time"
VISITORS = "Panel members from other services"

LEAST = math.log(1.25)
"""A check is told where its log odds lie nearer to 0 than this, or than the main result."""
LEAST_OF_VACANCIES = math.log(2)
"""The same for the share of vacancies that have something. Odds that no more than double are of at
most 17 in 100 vacancies (from 41 % to 59 %): were what these have as strong as the main result, it
would be no more than that part of it."""
MOVED, MOVED_LITTLE, STILL, UNTOLD = "moved", "moved a little", "still", "untold"

NOBODY_WITHDREW = "nobody is recorded as having withdrawn before the shortlist"
NAME_BLIND_NOT_SAID = "nobody wrote down which vacancies were name-blind"
EVERYBODY_DECLARED = "everybody said which group they are of"
NO_VISITORS_KNOWN = "nobody knows in which service panel members work"
BY_CHANCE = " (one of {} checks may look so by chance)"

_WORDS: Mapping[str, Mapping[str, str]] = {
    PLACEBO: {
        MOVED: "the gap was moving before training had happened, in services that were yet to have "
        "it: the main result may be what was under way already",
        MOVED_LITTLE: "the gap moved a little before training had happened, by less than the main "
        "result",
        STILL: "nothing moved before training had happened: no sign that services differed already",
        UNTOLD: "nothing can be seen to have moved before training had happened, but this check "
        "cannot tell: a move as large as the main result could be hidden",
    },
    APPLIED: {
        MOVED: "who applied changed together with training: those compared after it are other "
        "candidates than before",
        MOVED_LITTLE: "who applied changed a little together with training, by less than the main "
        "result",
        STILL: "who applied did not change together with training",
        UNTOLD: "who applied cannot be seen to have changed with training, but this check cannot "
        "tell",
    },
    DECLARED: {
        MOVED: "more or fewer said which group they are of once panels were trained: the groups "
        "compared are not made up as before",
        MOVED_LITTLE: "how many said which group they are of changed a little together with "
        "training, by less than the main result",
        STILL: "how many said which group they are of did not change together with training",
        UNTOLD: "how many said which group they are of cannot be seen to have changed with "
        "training, but this check cannot tell",
    },
    WITHDREW: {
        MOVED: "who withdrew before the shortlist changed as well, which training of panels cannot "
        "bring about: something else changed too",
        MOVED_LITTLE: "who withdrew before the shortlist changed a little, by less than the main "
        "result",
        STILL: "who withdrew before the shortlist, which training cannot move, did not change",
        UNTOLD: "who withdrew before the shortlist cannot be seen to have changed, but this check "
        "cannot tell",
    },
}
_OTHER_CHANGE = {
    MOVED: "these became more or fewer together with training: the main result may be theirs in "
    "part",
    MOVED_LITTLE: "these became a little more or fewer together with training",
    STILL: "their share did not change together with training",
    UNTOLD: "their share cannot be seen to have changed with training, but this check cannot tell",
}
SEPARATED = "this changed so completely together with training that the two cannot be told apart"


def check_words(label: str, effect: Effect, main: Effect, random: bool) -> str:
    """Say what a check means.

    Parameters
    ----------
    label
        Which check.
    effect
        What it found.
    main
        The main result: what would matter.
    random
        Whether the order of the roll-out was by lot.
    """
    doubt = _doubt(effect, random)
    if doubt:
        return f"this check cannot tell: {doubt}"
    if label in _WORDS:
        reach = LEAST if main.why_not else max(LEAST, abs(main.value))
        return _WORDS[label][_state(effect, reach)]
    return _OTHER_CHANGE[_state(effect, LEAST_OF_VACANCIES)]


def _doubt(effect: Effect, random: bool) -> str:
    if effect.why_not:
        return effect.why_not
    if effect.units < FEWEST_UNITS_NOT_RANDOM and not random:
        return f"{effect.units} services in an order that was not random are too few"
    return ""


def _state(effect: Effect, reach: float) -> str:
    """Tell whether something moved, and whether by as much as matters for the main result."""
    found = effect.primary
    inside = -reach < found.lower and found.upper < reach
    if found.lower > 0 or found.upper < 0:
        return MOVED_LITTLE if inside else MOVED
    return STILL if inside else UNTOLD


def beside_words(effect: Effect, main: Effect, random: bool) -> str:
    """Say what became of the main result where there was no name-blind shortlisting."""
    doubt = _doubt(effect, random)
    if doubt:
        return f"among vacancies that were not name-blind nothing can be told: {doubt}"
    found, whole = effect.primary, main.primary
    if main.why_not or not (whole.lower > 0 or whole.upper < 0):
        if found.lower > 0 or found.upper < 0:
            return (
                "among vacancies that were not name-blind something moved, where the main result "
                "cannot be told from no change: the two kinds of vacancies may differ"
            )
        return "the main result cannot be told from no change, with name-blind vacancies or without"
    if found.lower > 0 or found.upper < 0:
        if found.value * whole.value > 0:
            return (
                "the main result is also seen among vacancies that were not name-blind: name-blind "
                "shortlisting does not explain it"
            )
        return "among vacancies that were not name-blind the main result is turned round"
    if found.lower <= whole.value <= found.upper:
        return (
            "among vacancies that were not name-blind this check cannot tell: the range holds the "
            "main result as well as no change"
        )
    return (
        "the main result is not seen among vacancies that were not name-blind: name-blind "
        "shortlisting may explain it"
    )


def one_way_words(blind: bool) -> str:
    """Say what follows where every vacancy is name-blind, or none."""
    which = "every vacancy" if blind else "no vacancy"
    return f"{which} was name-blind: that cannot explain the main result"


def visitor_words(share: float) -> str:
    """Say how much of an effect people of other services on panels can hide.

    A visitor was trained with their own service, not with the panel's: of the seats that training
    would have reached at the service's date, at most this share was reached at another time.
    """
    if share == 0:
        return "hardly anybody sat on panels of another service: nothing is hidden by that"
    of_full = int(round_half_up(100 * (1 - share), 0))
    return (
        "they were trained with their own service, not with the panel's: the change that is seen "
        f"may be as little as {of_full}% of what it would be without them"
    )
