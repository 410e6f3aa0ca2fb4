"""How keys join from extract to extract: told as rates, and as problems where they do not."""

from __future__ import annotations

from collections.abc import Mapping

from workforce_analytics import engine
from workforce_analytics.extracts.extract import Extract
from workforce_analytics.extracts.quality import Join, Problem, QualityReport


def join_rates(extracts: Mapping[str, Extract]) -> QualityReport:
    """How many records of each extract find their key in the extract that it points to."""
    joins: list[Join] = []
    problems: list[Problem] = []
    for name, extract in extracts.items():
        for key in extract.contract.foreign_keys:
            to = key.reference.resource
            if to not in extracts or len(key.fields) > 1:
                continue
            column, other_column = key.fields[0], key.reference.fields[0]
            other = extracts[to]
            if column not in engine.columns(extract.frame):
                continue
            found = engine.matched(extract.frame, column, other.frame, other_column)
            if found is None:
                continue
            records, matched = found
            joins.append(Join(name, column, to, records, matched))
            if matched < records:
                problems.append(_unmatched(extract, column, to, records, matched))
    return QualityReport(problems=tuple(problems), joins=tuple(joins))


def _unmatched(extract: Extract, column: str, to: str, records: int, matched: int) -> Problem:
    files = ", ".join(item.file for item in extract.quality.files)
    nothing = matched == 0
    return Problem(
        file=files,
        column=column,
        rule="key_does_not_join",
        severity="error" if nothing else "warning",
        message=f"{'no key is' if nothing else 'keys are not'} found in the {to} extract",
        remedy=(
            f"Check that both extracts write the key alike and are of the same dates, or add the "
            f"missing records to {to}."
        ),
        records=records - matched,
        of=records,
        contract=extract.contract.name,
    )
