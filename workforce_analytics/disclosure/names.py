"""Whom and what a sentence names: labels of the CSVs, found in the words of pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from workforce_analytics.disclosure.displays import Text
from workforce_analytics.disclosure.sources import EVERYBODY, Said, Source

_TO_COLON = re.compile(r"(, [^.:;]{1,30})?:")
_TIME = re.compile(r"\d{4}/\d\d( Q\d)?|\d+ months?")
"""Categories that are a time: in a sentence they name nobody."""


@dataclass(frozen=True)
class Hit:
    """A label in a sentence, and where it stands."""

    label: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class Part:
    """A part of a text that tells of one group, and the panel of a chart that it stands in."""

    words: str
    panel: str = ""


class Names:
    """The labels of all CSVs, to be looked for in sentences.

    Names of people are found however they are spelt; what was asked and answered, which is words
    of every day, only as it is spelt itself: “Positive” is an answer, “positive answers” are not.

    Parameters
    ----------
    sources
        The CSVs.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        found = {label for one in sources for label in one.people}
        self.people = frozenset(label for label in found if not _TIME.fullmatch(label))
        self.asked = frozenset(label for one in sources for label in one.asked) - self.people
        self._sources = sources

    @cached_property
    def _spelt(self) -> dict[str, str]:
        return {label.casefold(): label for label in self.people}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        every = {label: f"(?i:{re.escape(label)})" for label in self.people}
        every |= {label: re.escape(label) for label in (*self.asked, EVERYBODY)}
        longest = sorted(every, key=lambda label: (-len(label), label))
        return re.compile("|".join(rf"(?<!\w){every[label]}(?!\w)" for label in longest))

    def hits(self, words: str) -> list[Hit]:
        """Find the labels in a sentence."""
        return [
            Hit(
                found.group()
                if found.group() in self.asked or found.group() == EVERYBODY
                else self._spelt[found.group().casefold()],
                found.start(),
                found.end(),
                quoted=words[: found.start()].endswith("“") and words[found.end() :][:1] == "”",
            )
            for found in self._any.finditer(words)
        ]

    def said(self, hits: Iterable[Hit], among: Sequence[Source], *, panel: str = "") -> Said:
        """Say whom and what these labels name: groups where there are any, else what splits them.

        Parameters
        ----------
        hits
            Labels as found.
        among
            The CSVs that may be spoken of.
        panel
            What a panel of a chart is of.
        """
        hits = list(hits)
        people = {hit.label for hit in hits if hit.label in self.people}
        groups = {name for name in people if any(name in one.main for one in among)}
        asked = {hit.label: hit.quoted for hit in hits if hit.label in self.asked}
        return Said(
            people=frozenset(groups or people),
            asked=frozenset(asked or ({panel} - {""})),
            everybody=any(hit.label == EVERYBODY for hit in hits),
            quoted=any(asked.values()) or among is not self._sources,
        )

    def parts(self, text: Text, among: Sequence[Source]) -> list[Part]:
        """Cut the description of a chart where it comes to the next panel, or the next group.

        "Pay. White: 71.2%; ...", or "White, 2,000 applied: Shortlisted 28.1%; ...".
        """
        if not text.chart:
            return [Part(text.words)]
        hits = self.hits(text.words)
        main = frozenset({EVERYBODY}).union(*(one.main for one in among))
        panels = {
            hit.start: hit.label
            for hit in hits
            if hit.label in self.asked
            and text.words[: hit.start].endswith(". ")
            and text.words[hit.end :].startswith(". ")
        }
        groups = {
            hit.start for hit in hits if hit.label in main and _TO_COLON.match(text.words, hit.end)
        }
        found, panel = [], ""
        for start, end in pairwise([0, *sorted(groups.union(panels)), len(text.words)]):
            panel = panels.get(start, panel)
            found.append(Part(text.words[start:end], panel))
        return found


def in_panels(texts: Sequence[Text], labels: Collection[str]) -> Iterator[tuple[Text, str]]:
    """Give each text of a page with the panel of a chart in which it stands.

    A panel starts with its label, which the figure of all staff follows; it ends with its chart.
    """
    panel = ""
    for text, after in pairwise([*texts, Text("")]):
        if not text.chart or text.words == text.chart:
            panel = ""
        if text.chart and after.words.startswith(f"{EVERYBODY}: "):
            panel = text.words if text.words in labels else ""
        yield text, panel
