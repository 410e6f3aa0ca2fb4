"""From a source to checked rows: read, map, parse, check; each step says what it found."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import ConfigurationError, DataError, WorkforceError
from workforce_analytics.extracts import application_rows, frames
from workforce_analytics.extracts.applying import apply
from workforce_analytics.extracts.census import is_census_download, read_census
from workforce_analytics.extracts.checking import check as check_contract
from workforce_analytics.extracts.contracts import Contract, contract
from workforce_analytics.extracts.counted import as_counts
from workforce_analytics.extracts.identifiers import (
    PERSON_KEYS,
    ResolvedKeys,
    pseudonymise,
    resolve_keys,
    session_key,
)
from workforce_analytics.extracts.mapping import Mapping as ColumnMapping
from workforce_analytics.extracts.mapping import empty_mapping, starter
from workforce_analytics.extracts.matching import Matcher, matcher, settled
from workforce_analytics.extracts.parsing import parse_column
from workforce_analytics.extracts.quality import FileSummary, Problem, QualityReport, in_order
from workforce_analytics.extracts.reading import RawTable, read_table
from workforce_analytics.extracts.replicates import with_groups
from workforce_analytics.extracts.reshaping import Source, reshape
from workforce_analytics.extracts.survey_published import as_scores

IN_MEMORY_ROWS = 200_000
"""A pandas frame of up to so many rows goes the way of a file: any text in it is parsed."""


@dataclass(frozen=True, eq=False)
class Keys:
    """How people's numbers are turned into pseudonyms, and what other keys lead to them."""

    secret: bytes | None = None
    """The organisation's key; without it one for this session is made."""
    keep: bool = False
    """Leave numbers as they are, because an extract on an engine is to join them."""
    people: pd.DataFrame | None = None
    """The people_keys table as prepared: who is behind an e-mail address or a payroll number."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A source as far as it got: what was found, and the rows if they can be used."""

    contract: Contract
    quality: QualityReport
    frame: engine.Frame | None = None
    table: pd.DataFrame | None = None
    """The rows in memory, where they are; people's numbers are pseudonyms already."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    definitions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Column -> snapshot date ("" where there is none) -> what is recorded there."""


def prepare(
    contract_name: str,
    source: Any,
    *,
    mapping: Any = None,
    dimensions: Sequence[str] | None = None,
    counted: str | Sequence[str] | None = None,
    keys: Keys | None = None,
) -> Prepared:
    """Read a source, or several of one kind, and check them against a contract.

    Nothing that is wrong with the data raises: it is in the `quality` of what comes back.

    Parameters
    ----------
    source
        A path, possibly with `*`, several paths, or a frame.
    mapping
        A path, a starter's name, or one per path.

    Raises
    ------
    ConfigurationError
        The mapping is missing or wrong.
    UsageError
        There is no such contract, or the source is no frame.
    """
    described = contract(contract_name)
    parts = []
    for item, chosen in _sources(source, mapping):
        rules = _mapping(chosen, described)
        trouble: Problem | None = None
        try:
            parts.append(_one(described, item, rules, dimensions, counted, keys or Keys()))
        except ConfigurationError as error:
            trouble = _unusable(described, item, error, "missing_file")
        except DataError as error:
            trouble = _unusable(described, item, error, "unreadable")
        if trouble is not None:
            parts.append(Prepared(described, QualityReport(problems=(trouble,))))
    result = _together(described, parts)
    return _ready(result) if described.name == "applications" else result


def _ready(prepared: Prepared) -> Prepared:
    if prepared.frame is None:
        return prepared
    frame, report = application_rows.ready(
        prepared.contract, prepared.frame, prepared.table, prepared.values, prepared.quality
    )
    return replace(prepared, frame=frame, quality=report)


def _sources(source: Any, mapping: Any) -> list[tuple[Any, Any]]:
    """Pair each file with its mapping; a path with a star stands for several files."""
    if not isinstance(source, list | tuple):
        source, mapping = [source], [mapping]
    elif not isinstance(mapping, list | tuple):
        mapping = [mapping] * len(source)
    pairs = []
    for item, chosen in zip(source, mapping, strict=True):
        if isinstance(item, str | Path) and "*" in str(item):
            found = sorted(glob.glob(str(item))) or [str(item)]
            pairs += [(path, chosen) for path in found]
        else:
            pairs.append((item, chosen))
    return pairs


def _mapping(chosen: Any, described: Contract) -> ColumnMapping:
    if chosen is None:
        return empty_mapping()
    if isinstance(chosen, ColumnMapping):
        return chosen
    return starter(str(chosen), described)


def _unusable(described: Contract, item: Any, error: WorkforceError, rule: str) -> Problem:
    name = Path(item).name if isinstance(item, str | Path) else ""
    message = str(error).removeprefix(f"{item}: ").removeprefix(f"{name}: ")
    first, _, rest = message.partition(". ")
    return Problem(
        file=name,
        column="",
        rule=rule,
        severity="error",
        message=first,
        remedy=rest,
        contract=described.name,
    )


def _one(
    described: Contract,
    item: Any,
    mapping: ColumnMapping,
    dimensions: Sequence[str] | None,
    counted: str | Sequence[str] | None,
    keys: Keys,
) -> Prepared:
    if _stays_on_its_engine(item):
        return frames.prepare_frame(described, item, mapping)
    raw = frames.as_text(item) if isinstance(item, pd.DataFrame) else None
    if raw is None:
        if not isinstance(item, str | Path):
            engine.frame(item)  # refuses what is no frame, in words
        if not Path(item).exists():
            raise ConfigurationError(f"{item}: there is no such file. Check the path.")
        raw = read_table(item, mapping.file)
    if described.name == "community" and is_census_download(raw.table.columns):
        return _census(described, item, raw)
    if described.name == "counts":
        raw = as_counts(raw, dimensions=dimensions, counted=counted)
    if described.name == "survey_published":
        raw = as_scores(raw, dimensions=dimensions, counted=counted)
    return _in_memory(described, raw, mapping, keys)


def _stays_on_its_engine(item: Any) -> bool:
    if isinstance(item, str | Path):
        return Path(item).is_dir() or str(item).endswith(".parquet")
    if isinstance(item, pd.DataFrame):
        return len(item) > IN_MEMORY_ROWS
    return engine.is_lazy_source(item)


def _census(described: Contract, item: Any, raw: RawTable) -> Prepared:
    table = read_census(item)
    found = check_contract(described, table, file=raw.name, in_memory=True)
    summary = FileSummary(raw.name, described.name, len(table), len(table), (), raw.checksum)
    report = QualityReport(problems=in_order(found), files=(summary,))
    return Prepared(described, report, engine.frame(table), table)


def _in_memory(described: Contract, raw: RawTable, mapping: ColumnMapping, keys: Keys) -> Prepared:
    """Bring a table of text under the contract: map, reshape, parse, check, pseudonymise."""
    text, problems = apply(raw, mapping, described)
    shaped = reshape(
        text,
        mapping.file,
        source=Source(raw.name, raw.records.to_numpy()),
        stages=mapping.values.get("furthest_stage"),
        fields=described.field_names,
    )
    records = pd.Series(raw.records.to_numpy()[shaped.rows], index=shaped.table.index)
    table, parsed = _parsed(described, shaped.table, raw.name, records, mapping)
    found = [*raw.notes, *problems, *shaped.problems, *parsed]
    if len(table.columns):
        table = frames.with_age(table)
        checked = check_contract(
            described,
            table,
            file=raw.name,
            in_memory=True,
            matchers=_matchers(described, table.columns, mapping),
            records=records,
        )
        found += _said_once(checked, parsed)
        table, notes = _as_pseudonyms(described, table, raw.name, mapping, keys)
        found += notes
    dropped = tuple(item for item in (*raw.dropped, *shaped.dropped) if item[1])
    summary = FileSummary(
        raw.name, described.name, raw.rows_read, shaped.kept, dropped, raw.checksum
    )
    found = [item if item.contract else replace(item, contract=described.name) for item in found]
    report = QualityReport(problems=in_order(found), files=(summary,))
    return Prepared(
        described,
        report,
        engine.frame(table) if report.ok else None,
        table,
        mapping.values,
        _definitions(mapping, table),
    )


def _parsed(
    described: Contract, text: pd.DataFrame, file: str, records: pd.Series, mapping: ColumnMapping
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give each column the type its field states; columns without a field stay text."""
    typed: dict[str, pd.Series] = {}
    found: list[Problem] = []
    for name in text.columns:
        expected = described.field(name)
        if expected is None:
            typed[name] = text[name]
            continue
        parsed = parse_column(
            text[name], expected, file=file, records=records, options=mapping.file
        )
        typed[name] = parsed.values
        found += parsed.problems
    return pd.DataFrame(typed, index=text.index), found


def _said_once(checked: Iterable[Problem], parsed: Iterable[Problem]) -> list[Problem]:
    """Leave out of the blank cells those that parsing emptied and has told of already."""
    emptied: dict[str, int] = {}
    for item in parsed:
        emptied[item.column] = emptied.get(item.column, 0) + (item.records or 0)
    result = []
    for item in checked:
        rest = (item.records or 0) - emptied.get(item.column, 0)
        if item.rule != "blank" or item.column not in emptied:
            result.append(item)
        elif rest > 0:
            result.append(replace(item, records=rest, first_record=None))
    return result


def _matchers(
    described: Contract, columns: Iterable[str], mapping: ColumnMapping
) -> dict[str, Matcher]:
    return {name: matcher(described, name, mapping.values.get(name, {})) for name in columns}


def _definitions(mapping: ColumnMapping, table: pd.DataFrame) -> dict[str, dict[str, str]]:
    dates = [""]
    if "snapshot_date" in table:
        dates = sorted({str(day)[:10] for day in table["snapshot_date"].dropna().unique()})
    return {name: dict.fromkeys(dates, said) for name, said in mapping.recorded_as.items()}


def _as_pseudonyms(
    described: Contract, table: pd.DataFrame, file: str, mapping: ColumnMapping, keys: Keys
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn people's numbers into pseudonyms, and other keys of a person into that person."""
    notes: list[Problem] = []
    changed = {name: table[name] for name in PERSON_KEYS if name in table}
    if changed and not keys.keep:
        secret = keys.secret
        if secret is None:
            secret, note = session_key()
            notes += [note] if note else []
        changed = {name: pseudonymise(values, secret) for name, values in changed.items()}
    for name, kind in mapping.key_types.items():
        if name in changed and keys.people is not None:
            found = resolve_keys(changed[name], kind, keys.people)
            changed[name] = found.person_id
            notes += _nobody_behind(described, name, file, kind, found)
    return with_groups(table).assign(**changed), notes


def _nobody_behind(
    described: Contract, column: str, file: str, kind: str, found: ResolvedKeys
) -> list[Problem]:
    lost = found.of - found.joined
    if not lost:
        return []
    shared = f", {found.ambiguous:,} of them shared by several people" if found.ambiguous else ""
    return [
        Problem(
            file=file,
            column=column,
            rule="nobody_behind_key",
            severity="warning",
            message=f"{kind} keys lead to nobody in people_keys{shared}",
            remedy="Add the missing keys to people_keys; until then these records join to nobody.",
            records=lost,
            of=found.of,
            contract=described.name,
        )
    ]


def _together(described: Contract, parts: Sequence[Prepared]) -> Prepared:
    """Put the files of one extract under each other."""
    report = QualityReport(
        problems=in_order(item for part in parts for item in part.quality.problems),
        files=tuple(item for part in parts for item in part.quality.files),
    )
    if not report.ok:
        return Prepared(described, report)
    if len(parts) == 1:
        return replace(parts[0], quality=report)
    if any(part.table is None for part in parts):
        raise ConfigurationError(
            f"{described.name}: give either files that are read into memory, or one Parquet "
            "folder or frame, not both."
        )
    one_mapping = all(part.values == parts[0].values for part in parts)
    tables = [
        part.table if one_mapping else settled(described, part.table, part.values)
        for part in parts
        if part.table is not None
    ]
    table = pd.concat(tables, ignore_index=True)
    definitions: dict[str, dict[str, str]] = {}
    for part in parts:
        for name, dates in part.definitions.items():
            definitions.setdefault(name, {}).update(dates)
    frame = engine.frame(table)
    values = parts[0].values if one_mapping else {}
    repeated = _repeated(described, table, [item.file for item in report.files])
    report = replace(report, problems=in_order([*report.problems, *repeated]))
    return Prepared(described, report, frame, table, values, definitions)


def _repeated(described: Contract, table: pd.DataFrame, files: Sequence[str]) -> list[Problem]:
    """Look for keys that stand in more than one file; each file was checked alone before."""
    keys = [name for name in described.primary_key if name in table]
    if not keys or len(keys) < len(described.primary_key):
        return []
    again = int(table.duplicated(keys, keep=False).sum())
    if not again:
        return []
    return [
        Problem(
            file=", ".join(files),
            column=", ".join(keys),
            rule="in_two_files",
            severity="error",
            message="the same key stands in more than one file",
            remedy="Give each record in one file only, or each file its own snapshot date.",
            records=again,
            of=len(table),
            contract=described.name,
        )
    ]
