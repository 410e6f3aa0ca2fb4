"""A subset of what is counted: which categories are in, in words and in terms others have too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce_analytics.counting.dimensions import Splitter
from workforce_analytics.counting.populations import Selection
from workforce_analytics.errors import UsageError

Where = Mapping[str, str | Sequence[str]]
"""A subset: dimension -> the category code or codes that are in."""


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
    """Give the codes of a dimension that are in; refused where its list does not have them."""
    codes = [wanted] if isinstance(wanted, str) else list(wanted)
    if not codes:
        raise UsageError(f"where: name at least one category of {item.name}.")
    known = item.known_codes()
    unknown = [code for code in codes if known and code not in known]
    if unknown:
        raise UsageError(
            f"where: '{unknown[0]}' is not a category of {item.name}. Allowed: {', '.join(known)}."
        )
    return codes
