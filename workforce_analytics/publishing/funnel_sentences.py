"""What a table of recruitment stages shows, in plain English.

What may be called more or less likely is decided in likelihoods.py.
"""

from __future__ import annotations

from workforce_analytics.counting.stage_words import APART, reached, reaching
from workforce_analytics.estimates import ALL
from workforce_analytics.publishing.comparisons import verdict
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.likelihood_sentences import (
    NOT_EVIDENCE,
    comparison,
    headline_of,
    most_apart,
    rest,
)
from workforce_analytics.publishing.likelihoods import by_interval, newcombe, verdicts
from workforce_analytics.publishing.wording import (
    listed,
    lower_first,
    number,
    percent,
    quoted,
    ratio,
    ratio_between,
    upper_first,
)


def steps(table: Figures) -> tuple[str, ...]:
    """Give the stages that follow each other, without what stands apart."""
    return tuple(stage for stage in table.stages if stage and stage not in APART)


def funnel(table: Figures) -> list[str]:
    """Say how many applied, what became of them, and for which groups that differs."""
    compared = steps(table)[1:] if table.holds("relative_likelihood") else ()
    told = dict.fromkeys([*compared[-1:], *compared[:1]])
    said = [_whole(table), *(_at_stage(table, stage) for stage in told)]
    return [sentence for sentence in said if sentence][:3]


def funnel_headline(table: Figures) -> str:
    """Say the main message of a funnel: who reaches the last stage."""
    if len(steps(table)) < 2:
        return f"Applications by {lower_first(table.of)}"
    last = steps(table)[-1]
    if table.holds("relative_likelihood"):
        found = verdicts(table, stage=last)
        if any(found.values()):
            return headline_of(table, found, upper_first(reaching(last)))
    applied = table.get("applications", ALL, stage=steps(table)[0]).value
    rate = table.get("rate_from_applied", ALL, stage=last).value
    if applied is None or rate is None:
        return f"Applications and the stages they reached, by {lower_first(table.of)}"
    if withdrawn_left_out(table):
        return f"{percent(rate)} of applications {reached(last)}, of those not withdrawn before"
    return f"{percent(rate)} of {number(applied)} applications {reached(last)}"


def withdrawn_left_out(table: Figures) -> bool:
    """Whether rates are of fewer than all who applied: without those who withdrew before."""
    first, *later = steps(table)
    applied = table.get("applications", ALL, stage=first).value
    bases = {table.get("rate_from_applied", ALL, stage=stage).denominator for stage in later}
    return bool(bases - {applied, None})


def _whole(table: Figures) -> str:
    """Say what became of everybody's applications."""
    first, *later = steps(table)
    applied = table.get("applications", ALL, stage=first).value
    people = table.get("candidates", ALL, stage=first).value
    if applied is None:
        return ""
    start = f"There were {number(applied)} applications"
    if people is not None and people != applied:
        start += f" from {number(people)} candidates"
    rates = [(stage, table.get("rate_from_applied", ALL, stage=stage).value) for stage in later]
    ends = [rates[0], rates[-1]] if len(rates) > 1 else rates
    shown = [f"{percent(rate)} {reached(stage)}" for stage, rate in ends if rate is not None]
    if shown and withdrawn_left_out(table):
        return f"{start}. Of those not withdrawn before, {listed(shown)}."
    return f"{start}: {listed(shown)}." if shown else f"{start}."


def _at_stage(table: Figures, stage: str) -> str:
    found = verdicts(table, stage=stage)
    main = most_apart(table, found, stage=stage)
    others = [group for word in ("lower", "higher") for group in found[word] if group != main]
    if main and not others:
        return comparison(table, main, stage=stage)
    return rest(table, found, stage=stage)


# --- routes -------------------------------------------------------------------------------------


def routes(table: Figures) -> list[str]:
    """Say whether routes brought other applicants, and whether the comparison differs there."""
    return [said for said in (_pool(table), _between_routes(table), _within_routes(table)) if said]


def routes_headline(table: Figures) -> str:
    """Say the main message of routes: for which groups the pool differs."""
    first, others = first_route(table), used_routes(table)[1:]
    if not others:
        return f"Applicants of one route, by {lower_first(table.of)}"
    found = _shares(table)
    judged = sum(bool(word) for _, _, word in found)
    differing = {group for _, group, word in found if word in ("higher", "lower")}
    if not judged:
        return f"Applicants of each route, by {lower_first(table.of)}"
    if not differing:
        return f"No group's share of applicants clearly differs from that by {way(table, first)}"
    return (
        f"The shares of {len(differing)} of {len(table.declared)} groups among applicants clearly "
        "differ between routes"
    )


def first_route(table: Figures) -> str:
    """Name the route that all others are compared with."""
    told = (f.reference for place, f in table.rows.items() if place.measure == "ratio_of_ratios")
    return next((label for label in told if label in table.splits), table.splits[0])


def way(table: Figures, route: str) -> str:
    """Name a route; a plain yes or no says nothing without what was asked."""
    if route in ("Yes", "No"):
        return f"“{table.by}: {lower_first(route)}”"
    return f"the route “{route}”"


def used_routes(table: Figures) -> tuple[str, ...]:
    """Give the routes by which anybody applied, the one compared with first."""
    used = [
        route
        for route in table.splits
        if any(pool_share(table, group, route).value_mark != "[z]" for group in table.declared)
    ]
    first = first_route(table)
    return (first, *(route for route in used if route != first))


def pool_share(table: Figures, group: str, route: str) -> Figure:
    """Look up a group's share of those who applied by a route."""
    at = steps(table)[0]
    if table.holds("share_of_applicants"):
        return table.get("share_of_applicants", group, split=route, stage=at)
    return table.get("share_at_stage", group, split=route, stage=at)


def _shares(table: Figures) -> list[tuple[str, str, str]]:
    """Judge each route's share of a group among applicants against that of the first route."""
    first, *others = used_routes(table)
    found = []
    for route in others:
        for group in table.declared:
            own, base = (pool_share(table, group, split) for split in (route, first))
            judged = own.has_interval and base.has_interval
            found.append((route, group, verdict(*newcombe(own, base)) if judged else ""))
    return found


def _pool(table: Figures) -> str:
    """Say the largest difference in who applied, and of whom this data cannot tell."""
    first, found = first_route(table), _shares(table)

    def share(route: str, group: str) -> float:
        return pool_share(table, group, route).value or 0.0

    clear = [(route, group) for route, group, word in found if word in ("higher", "lower")]
    if clear:
        route, group = max(clear, key=lambda pair: abs(share(*pair) - share(first, pair[1])))
        return (
            f"“{group}” made up {percent(share(route, group))} of applicants by "
            f"{way(table, route)} who declared their {lower_first(table.of)}, compared with "
            f"{percent(share(first, group))} by {way(table, first)}."
        )
    if any(word == "unknown" for _, _, word in found):
        return (
            "This data cannot tell whether any group's share of applicants differs from that by "
            f"{way(table, first)}; {NOT_EVIDENCE}."
        )
    return ""


def _between_routes(table: Figures) -> str:
    """Say for whom the relative likelihood itself differs from that of the first route."""
    first, *others = used_routes(table)
    if len(steps(table)) < 2 or not others:
        return ""
    unclear = []
    # A route may work at the first decision, and be lost among the few of the last.
    for stage in dict.fromkeys([steps(table)[1], steps(table)[-1]]):
        for route in others:
            for group in table.declared:
                figure = table.get("ratio_of_ratios", group, split=route, stage=stage)
                word = by_interval(figure)
                if word in ("higher", "lower") and figure.has_interval:
                    return (
                        f"By {way(table, route)} the relative likelihood of {reaching(stage)} for "
                        f"“{group}” was {ratio(figure.value or 0, (1.0,))} times that by "
                        f"{way(table, first)} "
                        f"({ratio_between(figure.lower or 0, figure.upper or 0)})."
                    )
                unclear += [group] if word == "unknown" else []
    if not unclear:
        return ""
    return (
        f"This data cannot tell whether the relative likelihood of {reaching(steps(table)[-1])} "
        f"differs between routes for {quoted(list(dict.fromkeys(unclear)))}; {NOT_EVIDENCE}."
    )


def _within_routes(table: Figures) -> str:
    """Say within which routes groups are more or less likely to reach the last stage."""
    if len(steps(table)) < 2:
        return ""
    last, told = steps(table)[-1], []
    for route in used_routes(table):
        found = verdicts(table, split=route, stage=last)
        for word, said in (("lower", "less likely"), ("higher", "more likely")):
            if found[word]:
                told.append(f"{said} for {quoted(found[word])} by {way(table, route)}")
    if not told:
        return ""
    return f"{upper_first(reaching(last))} was {listed(told)}, than for “{table.reference}” there."
