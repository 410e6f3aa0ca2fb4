"""Files and frames in, checked Extract out: `read`, `check` and what an Extract is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd

from workforce_analytics import engine
from workforce_analytics.errors import ConfigurationError, UsageError
from workforce_analytics.extracts import matching
from workforce_analytics.extracts.codelists import CodeList
from workforce_analytics.extracts.contracts import Contract
from workforce_analytics.extracts.matching import Matcher
from workforce_analytics.extracts.preparing import Keys, Prepared, prepare
from workforce_analytics.extracts.quality import QualityReport, combine
from workforce_analytics.extracts.survey_checks import survey_quality
from workforce_analytics.extracts.survey_texts import without_free_text


@dataclass(frozen=True)
class Context:
    """What an extract needs of its organisation: shared by all extracts that were loaded together.

    Attributes
    ----------
    links
        Extracts that others look things up in: grades, units, objections.
    areas
        Area code -> weight: the community that the organisation serves.
    structure_on
        The date whose organisational structure all dates are shown on.
    plans
        What was set down before an effect was looked at; measures/ gives it its meaning.
    """

    organisation: str = ""
    areas: Mapping[str, float] = field(default_factory=dict)
    structure_on: str = ""
    populations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    policy: Mapping[str, object] = field(default_factory=dict)
    plans: Mapping[str, Any] = field(default_factory=dict)
    links: dict[str, Extract] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Extract:
    """A checked extract: fields, numbers of rows and quality; its rows are only ever counted.

    Made by `read` and `load`. Displaying it never shows a row.
    """

    contract: Contract
    frame: engine.Frame
    """The rows, under the contract's names, codes as they came."""
    quality: QualityReport
    values: Mapping[str, Mapping[str, str]]
    """Column -> raw code -> code of the code list, from the mapping."""
    definitions: Mapping[str, Mapping[str, str]]
    """Column -> snapshot date -> what is recorded there ("gender in payroll")."""
    context: Context
    published: str = ""
    unattached: engine.Frame | None = None
    """The rows without what was looked up for them elsewhere: counted where nothing of it is asked
    for, so that nobody pays for a join in vain."""
    _counted: dict[Any, pd.DataFrame] = field(default_factory=dict)

    def count(
        self,
        by: Iterable[str],
        *,
        where: engine.Expression | None = None,
        sums: Mapping[str, engine.Expression] | None = None,
    ) -> pd.DataFrame:
        """Count rows by raw values; questions without a filter are asked of the engine once."""
        columns = sorted(set(by))
        if where is not None or sums:
            return engine.count(self.frame, columns, where=where, sums=sums)
        key = tuple(columns)
        if key not in self._counted:
            self._counted[key] = engine.count(self.rows_with(columns), columns)
        return self._counted[key].copy()

    def rows_with(self, columns: Iterable[str]) -> engine.Frame:
        """Give the rows with some columns at least, from where they can be had with least work."""
        bare = self.unattached
        return (
            bare if bare is not None and set(columns) <= set(engine.columns(bare)) else self.frame
        )

    def distinct(self, column: str) -> tuple[Any, ...]:
        """Give the distinct raw values of a column, the missing one left out."""
        values = self.count([column])[column]
        return tuple(sorted((value for value in values if value is not None), key=str))

    def matcher(self, column: str) -> Matcher:
        """Give the function from a raw value of a column to its code, None where unsure."""
        return matching.matcher(self.contract, column, self.values.get(column, {}))

    def code_list(self, column: str) -> CodeList | None:
        """Give the code list of a column, where its contract or its name has one."""
        return matching.code_list(self.contract, column)

    def category_label(self, column: str, code: str | None) -> str:
        """Give the words for a category of a field, to say who was left out."""
        described = self.contract.field(column)
        for item in described.categories if described else ():
            if item.value == code:
                return item.plural or item.label.lower()
        return f"{column.replace('_', ' ')} not known"

    def snapshots(self) -> tuple[str, ...]:
        """Give the snapshot dates, oldest first, as ISO text."""
        if "snapshot_date" not in engine.columns(self.frame):
            return ()
        return tuple(sorted({str(day)[:10] for day in self.distinct("snapshot_date")}))

    def provenance(self) -> tuple[str, ...]:
        """Which files the figures come from, with their checksums."""
        return tuple(
            f"{item.file} (sha256 {item.checksum[:12]})" if item.checksum else item.file
            for item in self.quality.files
        )

    def recorded_as(self, columns: Iterable[str]) -> str:
        """What a characteristic is recorded as in the source, where the mapping says so."""
        kinds = {kind for name in columns for kind in self.definitions.get(name, {}).values()}
        return "; ".join(sorted(kinds))

    def definitions_at(self, column: str) -> dict[str, str]:
        """What a characteristic is recorded as at each snapshot; "" where nobody said."""
        said = self.definitions.get(column, {})
        return {date: said.get(date, said.get("", "")) for date in self.snapshots()}

    def __repr__(self) -> str:
        fields = ", ".join(engine.columns(self.frame))
        rows = sum(item.kept for item in self.quality.files)
        return (
            f"Extract of {self.contract.title.lower()}: {rows:,} rows, one row is "
            f"{self.contract.one_row_is}\n  fields: {fields}\n  {self.quality.headline()}"
        )

    def __reduce__(self) -> NoReturn:
        raise UsageError("An Extract holds rows about people and cannot be pickled.")


def read(
    contract_name: str,
    source: Any,
    *,
    mapping: Any = None,
    published: str = "",
    dimensions: Sequence[str] | None = None,
    counted: str | Sequence[str] | None = None,
    context: Context | None = None,
    keys: Keys | None = None,
) -> Extract:
    """Read one extract and check it against its contract.

    Parameters
    ----------
    contract_name
        Which contract it is to fulfil: "workforce", "applications", "community", "counts", ...
    source
        A path (CSV, Excel, ODS, Parquet file or folder), several paths, or any frame.
    mapping
        The path of a mapping TOML, the name of a starter mapping, or none where the columns
        already carry the contract's names.
    published
        For counts: the source, where they are public already; nothing in them is then hidden.
    dimensions, counted
        For counts: which columns are dimensions, and what the numbers count; several names of
        `counted` are columns of a wide table, which is melted.
    context
        The organisation that the extract belongs to; `load` gives it.
    keys
        How people's numbers become pseudonyms; with a key of this session alone without it.

    Returns
    -------
    Extract

    Raises
    ------
    DataError
        The file cannot be used, or its data break the contract: every error of it in one message.
    ConfigurationError
        The path or the mapping is missing or wrong.

    Examples
    --------
    >>> import pandas as pd, workforce_analytics as wa
    >>> table = pd.DataFrame({"sex": ["Female", "Male"], "n": [8586, 5521]})
    >>> wa.read("counts", table, dimensions=["sex"], counted="staff", published="Leeds, 2021")
    Extract of counted tables: 2 rows, one row is a cell somebody already counted
      fields: counted, n, sex
      no problems found
    """
    prepared = prepare(
        contract_name, source, mapping=mapping, dimensions=dimensions, counted=counted, keys=keys
    )
    missing = [item for item in prepared.quality.errors if item.rule == "missing_file"]
    if missing:
        raise ConfigurationError("\n".join(item.sentence() for item in missing))
    prepared.quality.raise_errors()
    return from_prepared(prepared, context or Context(), published=published)


def from_prepared(prepared: Prepared, context: Context, *, published: str = "") -> Extract:
    """Make the Extract of a source that was read and found usable."""
    if prepared.frame is None:
        raise UsageError(f"The {prepared.contract.name} extract was not read.")
    whole = Extract(
        contract=prepared.contract,
        frame=prepared.frame,
        quality=prepared.quality,
        values=prepared.values,
        definitions=prepared.definitions,
        context=context,
        published=published,
    )
    return without_free_text(whole)


def check(
    contract_name: str,
    source: Any,
    *,
    mapping: Any = None,
    dimensions: Sequence[str] | None = None,
    counted: str | Sequence[str] | None = None,
    keys: Keys | None = None,
) -> QualityReport:
    """What is wrong with an extract, and how to mend it: a report, never an exception about data.

    Parameters and sources are those of `read`.

    Examples
    --------
    >>> import workforce_analytics as wa
    >>> wa.check("grades", wa.sample_data("grades.csv")).ok
    True
    """
    prepared = prepare(
        contract_name, source, mapping=mapping, dimensions=dimensions, counted=counted, keys=keys
    )
    if prepared.frame is None:
        return prepared.quality
    extract = from_prepared(prepared, Context())
    return combine([extract.quality, survey_quality({contract_name: extract})])
