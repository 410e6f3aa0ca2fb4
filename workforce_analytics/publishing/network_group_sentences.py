"""What tables of reach by group, and of support for staff networks, show, in plain English.

A group is higher or lower only where its range lies beyond the reach among all staff; else this
data cannot tell. Nothing is said of a hidden figure. Networks are counted for what they had, and
none is named for having nothing.
"""

from __future__ import annotations

from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.network_sentences import in_time, likely
from workforce_analytics.publishing.training_verdicts import HIDDEN
from workforce_analytics.publishing.wording import listed, lower_first, number, percent, quoted

_WHOLE_PLAN = 1.0
_ENOUGH_FOR_CHANCE = 20
"""With so many groups one lies outside of its range by chance alone: one in twenty does."""
_UNTIL = "The latest support on record"


# --- by characteristic --------------------------------------------------------------------------


def reach(read: Figures) -> list[str]:
    """Say how much of staff is reached, and in which groups that is higher or lower."""
    whole = read.get("reach", ALL, split=ALL)
    said = [_whole(whole)]
    found = compared(read)
    clear = [f"{word} in {_each(read, found[word])}" for word in ("lower", "higher") if found[word]]
    judged = sum(map(len, found.values()))
    if clear:
        said.append(f"Reach was {', and '.join(clear)}, than among all staff{_by_chance(judged)}.")
    elif found["same"] and not found["unknown"]:
        alike = quoted(found["same"]) if judged < 5 else f"all {judged} groups"
        said.append(f"There was no difference that matters from all staff for {alike}.")
    if found["unknown"]:
        some = found["unknown"]
        said.append(
            f"For {quoted(some) if len(some) < 5 else f'{len(some)} groups'} this data cannot tell "
            "whether reach differs, which is not evidence that there is no difference."
        )
    said = [words for words in said if words]
    return said or [f"Reach by {lower_first(read.of)} is {HIDDEN}; nothing can be said of it."]


def reach_headline(read: Figures) -> str:
    """Say in how many groups reach differs clearly from that among all staff."""
    found, heading = compared(read), lower_first(read.of)
    judged = sum(len(groups) for groups in found.values())
    if judged < 2:
        shown = any(figure.value is not None for figure in read.rows.values())
        hidden = f" is {HIDDEN}" if not shown else ""
        return f"Reach of staff networks by {heading}{hidden}"
    parts = [f"lower in {quoted(found['lower'])}"] if found["lower"] else []
    parts += [f"higher in {quoted(found['higher'])}"] if found["higher"] else []
    # Among many groups some differ by chance alone: none of them is put in a headline.
    few = sum(len(found[word]) for word in ("lower", "higher")) <= 3
    if parts and few and judged < _ENOUGH_FOR_CHANCE:
        return f"Reach of staff networks is clearly {' and '.join(parts)}"
    if parts:
        parts = [f"{w} in {len(found[w])}" for w in ("lower", "higher") if found[w]]
        return f"Reach of staff networks is clearly {' and '.join(parts)} of {judged} groups"
    return f"No clear differences in reach by {heading}, of {judged} groups compared"


def compared(read: Figures) -> dict[str, list[str]]:
    """Judge each group's reach, in any network, against that of all staff.

    Parameters
    ----------
    read
        Figures of the kind "network_reach".

    Returns
    -------
    dict
        Groups under "higher", "lower", "same" and "unknown"; one that is hidden in none.
    """
    found: dict[str, list[str]] = {"higher": [], "lower": [], "same": [], "unknown": []}
    whole = read.get("reach", ALL, split=ALL).value
    for group in read.declared if whole is not None else ():
        figure = read.get("reach", group, split=ALL)
        if figure.has_interval:
            ends = (figure.lower or 0, figure.upper or 0)
            found[verdict(*(100 * (end - (whole or 0)) for end in ends))].append(group)
    return found


def groups_of(read: Figures) -> tuple[str, ...]:
    """Name the groups of which there is anybody: first those declared, then missing answers.

    Parameters
    ----------
    read
        Figures of the kind "network_reach".

    Returns
    -------
    tuple of str
        The groups in their order; one without staff at any date is left out.
    """
    staff: dict[str, list[float | None]] = {}
    for place, figure in read.rows.items():
        if place.measure == "reach":
            staff.setdefault(place.group, []).append(figure.denominator)
    everybody = (*read.declared, *read.undeclared)
    return tuple(group for group in everybody if set(staff.get(group, [])) != {0.0})


def _by_chance(judged: int) -> str:
    """Say how many of many groups would seem to differ though none did."""
    if judged < _ENOUGH_FOR_CHANCE:
        return ""
    return (
        f"; of {judged} groups about {judged // _ENOUGH_FOR_CHANCE} would seem so by chance alone"
    )


def _whole(figure: Figure) -> str:
    if figure.value is None:
        return ""
    counts = "staff"
    if figure.numerator is not None and figure.denominator is not None:
        counts = f"staff ({number(figure.numerator)} of {number(figure.denominator)})"
    return f"{percent(figure.value)} of {counts} were members of a staff network{likely(figure)}."


def _each(read: Figures, groups: list[str]) -> str:
    """Name groups with their reach; of many only the names."""
    if len(groups) > 3:
        return quoted(groups)
    shown = [(group, read.get("reach", group, split=ALL)) for group in groups]
    return listed([f"“{group}” ({percent(figure.value or 0)})" for group, figure in shown])


# --- support ------------------------------------------------------------------------------------


def support(read: Figures) -> list[str]:
    """Say which support fell short of its plan, and how many networks had any of each kind."""
    here = in_time(read)
    kinds = [kind for kind in here.parts if here.get("given", ALL, split=kind).status]
    # A year that has only begun falls short of any plan.
    until = next((one for one in here.about.caveats if one.startswith(_UNTIL)), "")
    said = [_against_plan(here, kinds), _without(here, kinds), until]
    return [words for words in said if words]


def support_headline(read: Figures) -> str:
    """Say how many kinds of support came up to their plan."""
    here = in_time(read)
    planned = _planned(here, list(here.parts))
    if not planned:
        return f"Support for staff networks, {here.latest}"
    met = sum(share >= _WHOLE_PLAN for share in planned.values())
    if met == len(planned):
        return f"All support planned for staff networks was given in {here.latest}"
    none = "None" if not met else str(met)
    kinds = "kind" if len(planned) == 1 else "kinds"
    return (
        f"{none} of {len(planned)} {kinds} of support for staff networks came up to plan in "
        f"{here.latest}"
    )


def _planned(here: Figures, kinds: list[str]) -> dict[str, float]:
    shares = {kind: here.get("share_of_plan", ALL, split=kind).value for kind in kinds}
    return {kind: share for kind, share in shares.items() if share is not None}


def _against_plan(here: Figures, kinds: list[str]) -> str:
    planned = _planned(here, kinds)
    if not planned:
        return ""
    parts = [f"{lower_first(kind)} {_whole_percent(share)}" for kind, share in planned.items()]
    return f"Of what was planned for {here.latest}, networks were given: {listed(parts)}."


def _whole_percent(share: float) -> str:
    """Write a part of a plan; one that falls short is never 100%."""
    shown = f"{100 * share:.0f}%" if float(100 * share).is_integer() else percent(share)
    return f"under {shown}" if share < _WHOLE_PLAN and shown == "100.0%" else shown


def _without(here: Figures, kinds: list[str]) -> str:
    """Say for each kind how many networks had any; no network is named for having none."""
    parts = []
    for kind in kinds:
        had, of = (here.get(one, ALL, split=kind).value for one in ("networks_with", "networks"))
        if had is not None and of is not None:
            parts.append(f"{lower_first(kind)} for {number(had)} of {number(of)}")
    if not parts:
        return ""
    return f"Networks that had any in {here.latest}: {listed(parts)}."
