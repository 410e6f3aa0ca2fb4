"""What a table of the workforce's make-up shows, in plain English.

What may be called higher or lower is decided in comparisons.py.
"""

from __future__ import annotations

from workforce_analytics.estimates import long_date
from workforce_analytics.publishing.comparisons import (
    Verdicts,
    against_community,
    breaks,
    by_split,
    largest,
    over_time,
)
from workforce_analytics.publishing.figures import Figure, Figures
from workforce_analytics.publishing.wording import (
    LOW_DECLARATION,
    between,
    listed,
    lower_first,
    noun,
    number,
    percent,
    quoted,
    who_declared,
)


def declaration_sentence(table: Figures, rate: Figure | None = None) -> str:
    """Say how many declared the characteristic, with a caveat where fewer than 60% did."""
    figure, heading = rate or table.declaration(), lower_first(table.of)
    if figure.value is None:
        return ""
    people = noun(table.about.counted)
    held = "the holders of " if table.about.counted == "posts" else ""
    counts = ""
    if figure.numerator is not None and figure.denominator is not None:
        counts = f" ({number(figure.numerator)} of {number(figure.denominator)})"
    said = f"{held}{percent(figure.value)} of {people}{counts} declared their {heading}."
    said = said[:1].upper() + said[1:]
    if figure.value < LOW_DECLARATION:
        said += f" This is below {percent(LOW_DECLARATION)}: those who declared may differ from"
        said += " those who did not, so read these figures with care."
    return said


def _who(table: Figures) -> str:
    return who_declared(table.about.counted, table.of)


def _range(figure: Figure) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    return f" ({between(figure.lower, figure.upper)})"


# --- shares -----------------------------------------------------------------------------------


def shares(table: Figures) -> list[str]:
    """Say what the staff are made of, or in which parts that differs."""
    if table.by:
        return _shares_by(table)
    return [said for said in (_makeup(table), declaration_sentence(table)) if said]


def _makeup(table: Figures) -> str:
    """Say what the staff are made of: every group where there are few, else the largest."""
    shown = {group: table.get("share_of_known", group) for group in table.declared}
    base = next((f.denominator for f in shown.values() if f.denominator is not None), None)
    start = f"Of the {number(base)} {_who(table)}" if base else f"Of the {_who(table)}"
    if len(shown) <= 3 and all(figure.value is not None for figure in shown.values()):
        parts = [f"{percent(f.value or 0)} were in the group “{g}”" for g, f in shown.items()]
        return f"{start}, {listed(parts)}."
    biggest = largest(table)
    if not biggest:
        return ""
    figure = shown[biggest]
    return f"{start}, {percent(figure.value or 0)}{_range(figure)} were in the group “{biggest}”."


def _shares_by(table: Figures) -> list[str]:
    said, unclear = [], True
    biggest = largest(table)
    for group in sorted(table.declared, key=lambda label: label == biggest):
        whole = table.get("share_of_known", group)
        verdicts = by_split(table, group)
        parts = [
            f"{word} in {quoted(verdicts[word])}" for word in ("lower", "higher") if verdicts[word]
        ]
        unclear = unclear and not parts
        if parts and whole.value is not None:
            said.append(
                f"“{group}” made up {percent(whole.value)} of all {_who(table)}; "
                f"the share was {' and '.join(parts)}."
            )
    if unclear and table.splits[:-1]:
        shown, hidden = _seen_and_hidden(table)
        said = [
            f"This data cannot tell whether the share of any group in a {lower_first(table.by)} "
            f"differs from its share of all {noun(table.about.counted)}; "
            "this is not evidence that there is no difference."
        ]
        if hidden:
            said.append("Percentages that are hidden [c] are not part of this.")
        if hidden and not shown:
            said = [
                f"The percentages by {lower_first(table.by)} are hidden [c] so that nobody can be "
                "identified; nothing can be said here of differences."
            ]
    return said[:3]


def _seen_and_hidden(table: Figures) -> tuple[int, int]:
    """Count the percentages by part that can be seen, and those that are hidden."""
    figures = [
        table.get("share_of_known", group, split=split)
        for group in table.declared
        for split in table.splits[:-1]
    ]
    shown = sum(figure.value is not None for figure in figures)
    return shown, sum(figure.value is None and figure.value_mark == "[c]" for figure in figures)


def shares_headline(table: Figures) -> str:
    """Say the main message of shares."""
    people, heading = noun(table.about.counted), lower_first(table.of)
    if table.by:
        differing = [
            group
            for group in table.declared
            if by_split(table, group)["lower"] or by_split(table, group)["higher"]
        ]
        if differing:
            return (
                f"The shares of {len(differing)} of {len(table.declared)} groups differ "
                f"clearly between a {lower_first(table.by)} and all {people}"
            )
        shown, hidden = _seen_and_hidden(table)
        if hidden and not shown:
            return f"Shares by {lower_first(table.by)} are hidden so that nobody can be identified"
        of = "that can be shown" if hidden else "of the groups"
        return f"No clear differences by {lower_first(table.by)} in the shares {of}"
    biggest = largest(table)
    if biggest:
        share = table.get("share_of_known", biggest).value or 0
        return f"“{biggest}” is the largest group: {percent(share)} of {_who(table)}"
    rate = table.declaration().value
    if rate is None:
        return f"{table.of} of {people}"
    return f"{percent(rate)} of {people} declared their {heading}"


# --- against the community --------------------------------------------------------------------


def community(table: Figures) -> list[str]:
    """Say for which groups the share differs from the community's, and by how many people."""
    verdicts = against_community(table)
    # A report on equality is first about groups that are a smaller part of the workforce.
    clear = verdicts["lower"] or verdicts["higher"]
    if not clear:
        return [said for said in (_community_rest(table, verdicts, ""),) if said]
    main = max(clear, key=lambda group: abs(table.get("gap", group).value or 0))
    staff, there = table.get("share_of_known", main), table.get("community_share", main)
    word = "lower" if main in verdicts["lower"] else "higher"
    said = [
        f"Staff in the group “{main}” made up {percent(staff.value or 0)} of {_who(table)}"
        f"{_range(staff)}, compared with {percent(there.value or 0)} of the community "
        f"({table.about.reference}): a {word} share among {noun(table.about.counted)}.",
        _parity(table, main),
        _community_rest(table, verdicts, main),
    ]
    return [sentence for sentence in said if sentence]


def _parity(table: Figures, group: str) -> str:
    """Say the distance to the community's share in people, never as a target."""
    replaced = table.get("people_to_parity_replacement", group).value
    hired = table.get("people_to_parity_hires", group).value
    if not replaced or not hired:
        return ""
    return (
        f"The distance from the community's share is {number(replaced)} more people in this group "
        f"if the total stays the same, or {number(hired)} if they are added to it: "
        "a measure of distance, not a quota or target."
    )


def _community_rest(table: Figures, verdicts: Verdicts, said_already: str) -> str:
    rest = {word: [g for g in groups if g != said_already] for word, groups in verdicts.items()}
    parts = [
        f"{'also ' if said_already in verdicts[word] else ''}{word} for {quoted(rest[word])}"
        for word in ("lower", "higher")
        if rest[word]
    ]
    sentence = f"The share was {', and '.join(parts)}" if parts else ""
    if rest["same"]:
        start = f"{sentence}; there is" if sentence else "There is"
        sentence = f"{start} no difference that matters for {quoted(rest['same'])}"
    if rest["unknown"]:
        start = f"{sentence}; this" if sentence else "This"
        sentence = (
            f"{start} data cannot tell for {quoted(rest['unknown'])}, "
            "which is not evidence that there is no difference"
        )
    if not sentence:
        return ""
    return (
        f"{sentence}." if said_already else f"{sentence} (compared with {table.about.reference})."
    )


def community_headline(table: Figures) -> str:
    """Say the main message of a comparison with the community."""
    verdicts = against_community(table)
    judged = sum(len(groups) for groups in verdicts.values())
    if not judged:
        return f"{table.of} of {noun(table.about.counted)} and of the community"
    lower, higher = len(verdicts["lower"]), len(verdicts["higher"])
    if not lower and not higher:
        return f"No group's share is clearly different from the community's, of {judged} compared"
    parts = [f"lower for {lower}"] if lower else []
    parts += [f"higher for {higher}"] if higher else []
    return (
        f"Compared with the community, the share among {noun(table.about.counted)} is clearly "
        f"{' and '.join(parts)} of {judged} groups"
    )


# --- over time --------------------------------------------------------------------------------


def series(table: Figures) -> list[str]:
    """Say what changed over the whole series."""
    if len(table.periods) < 2:
        return []
    start, end = long_date(table.periods[0]), long_date(table.latest)
    if breaks(table):
        return [
            f"The series has a break on {listed([long_date(when) for when in breaks(table)])}: "
            "what was counted, or how, changed, so figures before and after cannot be compared."
        ]
    verdicts = over_time(table)
    clear = verdicts["higher"] + verdicts["lower"]
    said = []
    if clear:
        main = max(clear, key=lambda group: abs(_change(table, group)))
        first = table.get("share_of_known", main, period=table.periods[0])
        last = table.get("share_of_known", main)
        word = "rose" if main in verdicts["higher"] else "fell"
        said.append(
            f"The share of “{main}” among {_who(table)} {word} from {percent(first.value or 0)}"
            f"{_range(first)} on {start} to {percent(last.value or 0)}{_range(last)} on {end}."
        )
        clear.remove(main)
    rose = [group for group in clear if group in verdicts["higher"]]
    fell = [group for group in clear if group in verdicts["lower"]]
    parts = [f"rose for {quoted(rose)}"] if rose else []
    parts += [f"fell for {quoted(fell)}"] if fell else []
    if verdicts["same"]:
        parts.append(f"showed no change that matters for {quoted(verdicts['same'])}")
    if parts:
        said.append(f"Between {start} and {end} the share {', and '.join(parts)}.")
    if verdicts["unknown"]:
        said.append(
            f"For {quoted(verdicts['unknown'])} this data cannot tell whether the share changed; "
            "this is not evidence that nothing changed."
        )
    return said


def _change(table: Figures, group: str) -> float:
    first = table.get("share_of_known", group, period=table.periods[0]).value or 0
    return (table.get("share_of_known", group).value or 0) - first


def series_headline(table: Figures) -> str:
    """Say the main message of a series."""
    verdicts = over_time(table)
    judged = sum(len(groups) for groups in verdicts.values())
    span = f"between {long_date(table.periods[0])} and {long_date(table.latest)}"
    if not judged:
        return f"{table.of} of {noun(table.about.counted)} {span}"
    rose, fell = len(verdicts["higher"]), len(verdicts["lower"])
    if not rose and not fell:
        return f"No group's share clearly changed {span}, of {judged} compared"
    parts = [f"rose for {rose}"] if rose else []
    parts += [f"fell for {fell}"] if fell else []
    return f"The share {' and '.join(parts)} of {judged} groups {span}"
