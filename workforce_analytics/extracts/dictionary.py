"""The data dictionary: what every column of every extract means, made of the contracts."""

from __future__ import annotations

import pandas as pd

from workforce_analytics.extracts.contracts import (
    Contract,
    allowed_values,
    contract,
    contract_names,
)


def dictionary() -> pd.DataFrame:
    """What does every column of every extract mean, and what may stand in it?

    Returns
    -------
    pandas.DataFrame
        One row per field of every contract: contract, field, title, type, role, required ("yes" or
        ""), allowed, description.

    Examples
    --------
    >>> dictionary().query("contract == 'objections'")["field"].to_list()
    ['person_id', 'valid_from']
    """
    rows = [
        {
            "contract": name,
            "field": field.name,
            "title": field.title,
            "type": field.type,
            "role": field.role,
            "required": "yes" if field.required else "",
            "allowed": allowed_values(field),
            "description": field.description,
        }
        for name in contract_names()
        for field in contract(name).fields
    ]
    return pd.DataFrame(rows)


def dictionary_text(name: str | None = None) -> str:
    """Print the data dictionary for a terminal, of one contract or of all.

    Examples
    --------
    >>> print(dictionary_text("objections").splitlines()[0])
    objections: one row is a person who objected
    """
    return "\n\n".join(_one_text(contract(one)) for one in ([name] if name else contract_names()))


def _one_text(described: Contract) -> str:
    key = [f"Key: {', '.join(described.primary_key)}"] if described.primary_key else []
    lines = [f"{described.name}: one row is {described.one_row_is}", described.description, *key]
    for field in described.fields:
        needed = " (required)" if field.required else ""
        lines += [
            "",
            f"  {field.name}{needed} - {field.title}",
            f"    {field.description}",
            f"    Allowed: {allowed_values(field)}",
        ]
    if described.items or described.dimensions:
        what = "an item of the survey" if described.items else "a dimension"
        lines += ["", f"  Every further column is {what}."]
    if described.rules:
        lines += ["", "  Checked as well:"]
        lines += [f"    {rule.name} ({rule.severity}): {rule.message}" for rule in described.rules]
    return "\n".join(lines)
