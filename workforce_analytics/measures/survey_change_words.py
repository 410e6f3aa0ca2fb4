"""What a reader must know of a table of what changed between two surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DEFINITION = (
    "The score of the later survey less that of the earlier one, in points. Both are of people "
    "alike in what the method names: a change of who answered is no change of what people say. "
    "“Better” and “worse” are said where the limits leave out no change, unless they "
    "lie within the smallest change that matters."
)
UNLINKED = (
    "Nobody's answers of one survey are linked to those of the other, so that it is not known how "
    "many answered both: the limits of a change are the widest that any number of them allows."
)
AT_RANDOM = (
    "The limits say how far chance may have moved a score. They do not say how far people who did "
    "not answer would have moved it."
)
NOT_EVIDENCE = "“Cannot tell” is not evidence that nothing changed."


def method(held: Sequence[str], *, parts: bool = False) -> str:
    """Say how a change was worked out."""
    titles = [title[:1].lower() + title[1:] for title in held]
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if titles[1:] else titles)
    if parts:
        return f"two parts by {listed}, Kitagawa" if listed else "two parts, Kitagawa"
    if not listed:
        return "unlinked waves as answered, linearisation"
    return f"unlinked waves standardised to one profile of {listed}, linearisation"


def caveats(refused: Mapping[str, str]) -> tuple[str, ...]:
    """Say what must be kept in mind, and what was not compared, by its label, for which reason."""
    by_reason: dict[str, list[str]] = {}
    for label, reason in refused.items():
        by_reason.setdefault(reason, []).append(label)
    said = tuple(
        f"Not compared: {', '.join(labels)}. {reason}" for reason, labels in by_reason.items()
    )
    return (*said, UNLINKED, AT_RANDOM, NOT_EVIDENCE)
