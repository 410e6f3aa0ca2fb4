"""A subset of what is counted: which categories are in, in words and in terms others have too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce_analytics.counting.dimensions import Splitter
from workforce_analytics.counting.populations import Selection
from workforce_analytics.errors import UsageError
from workforce_analytics.extracts.codelists import fold
from workforce_analytics.extracts.contracts import did_you_mean

Where = Mapping[str, str | Sequence[str]]
"""A subset: dimension -> the categories that are in, by code or label."""


def limits(
    splitters: Mapping[str, Splitter],
    selection: Selection | None,
    where: Where | None,
) -> dict[str, tuple[str, ...]]:
    """Say what is counted in the terms that dimensions hold."""
    limits = dict(selection.limits) if selection else {}
    for name, wanted in (where or {}).items():
        codes = wanted_codes(splitters[name], wanted)
        cut = splitters[name].dimension(codes)
        held = {one for code in codes for one in cut.holds.get(code, (code,))}
        root = cut.root or name
        limits[root] = tuple(sorted(held & set(limits.get(root, held))))
    return limits


def in_words(splitters: Mapping[str, Splitter], where: Where | None) -> str:
    """Word the subset that is counted, by the labels of its categories."""
    parts = []
    for name, wanted in (where or {}).items():
        codes = wanted_codes(splitters[name], wanted)
        dimension = splitters[name].dimension(codes)
        labels = " or ".join(dimension.label(code) for code in codes)
        parts.append(f"{dimension.title}: {labels}")
    return "; ".join(parts)


def wanted_codes(item: Splitter, wanted: str | Sequence[str]) -> list[str]:
    """Give the codes of what is in, named by code or label; refused where there is no such one."""
    named = [wanted] if isinstance(wanted, str) else list(wanted)
    if not named:
        raise UsageError(f"where: name at least one category of {item.name}.")
    known = item.known_codes()
    if not known:
        return named
    labels = {code: item.dimension(known).label(code) for code in known}
    by_label = {fold(label): code for code, label in labels.items()}
    found = [name if name in labels else by_label.get(fold(str(name)), "") for name in named]
    for name, code in zip(named, found, strict=True):
        if not code:
            listed = [
                code if fold(x) == fold(code) else f"{code} ({x})" for code, x in labels.items()
            ]
            raise UsageError(
                f"where: '{name}' is not a category of {item.name}."
                f"{did_you_mean(str(name), labels.values())} Allowed: {', '.join(listed)}."
            )
    return found
