"""Tables of another shape -> the contract's rows: pure functions of tables of text.

They work on a table whose columns carry the contract's names already, beside the columns named in
`SHAPE_COLUMNS` that the shape needs and uses up. What was left out, and why, is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from workforce_analytics.extracts.application_stages import status_to_stage
from workforce_analytics.extracts.effective_dates import effective_dated
from workforce_analytics.extracts.panel_forms import PANEL_PLACES, wide_panels
from workforce_analytics.extracts.reading import FileOptions
from workforce_analytics.extracts.shaped import Reshaped, Source
from workforce_analytics.extracts.survey_exports import survey_export

SHAPE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "effective_dated": ("effective_from", "effective_to"),
    "status_to_stage": ("status", "job_title"),
    "wide_panels": PANEL_PLACES,
    "survey_export": ("response_type",),
}
"""Shape -> columns that it uses up, which a mapping may fill beside the contract's fields."""


def reshape(
    table: pd.DataFrame,
    options: FileOptions,
    *,
    source: Source,
    stages: Mapping[str, str] | None = None,
    fields: Collection[str] = (),
) -> Reshaped:
    """Bring a table into its contract's shape, as its mapping says: `[file] shape = ...`.

    Parameters
    ----------
    table
        Text under the contract's names; the shape's own columns beside them.
    options
        The `[file]` part of the mapping.
    source
        The file and its record numbers, for what is found.
    stages
        The mapping's own status words -> stage (`[values.furthest_stage]`).
    fields
        Names of the contract's fields, which survey exports hold beside the questions.

    Returns
    -------
    Reshaped
        The table as it was where the options name no shape, or nothing in it was mapped.

    Raises
    ------
    ConfigurationError
        A column that the shape needs is not there.
    """
    table = table.reset_index(drop=True)
    if options.shape is None or not len(table.columns):
        return Reshaped(table, np.arange(len(table)), (), ())
    if options.shape == "effective_dated":
        return effective_dated(table, source=source, options=options)
    if options.shape == "status_to_stage":
        return status_to_stage(table, source=source, stages=stages)
    if options.shape == "wide_panels":
        return wide_panels(table, source=source)
    return survey_export(table, fields=fields)
