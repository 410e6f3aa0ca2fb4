"""Which columns hold direct identifiers: told by the words of a header and the look of the values.

Names, e-mail addresses, National Insurance numbers, telephone numbers, addresses and dates of birth
are refused unless a mapping declares what becomes of them. Nothing here returns, prints or raises
what it found in a cell: only what kind of thing it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from workforce_analytics.extracts.codelists import fold

KINDS: Mapping[str, str] = {
    "name": "people's names",
    "email": "e-mail addresses",
    "ni_number": "National Insurance numbers",
    "phone": "telephone numbers",
    "postcode": "postcodes",
    "address": "addresses",
    "date_of_birth": "dates of birth",
    "device": "traces of a person's device",
    "official_number": "bank, passport or NHS numbers",
}
"""The kinds of direct identifier, in the words that messages use."""

LONG = 60
"""Characters from which a cell is more than a label."""

_PEOPLE = (
    "employee|staff|person|people|worker|candidate|applicant|manager|member|user|attendee|learner|"
    "delegate|respondent|recipient|contact|supervisor|chair|next of kin|sponsor"
)
_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("email", r"\be ?mails?\b|^upn$|user principal name|^user name$"),
        ("ni_number", r"^ni( no| number)?$|\bnino\b|national insurance"),
        ("postcode", r"\bpost ?code\b|postal code"),
        ("device", r"\bip address\b|location (latitude|longitude)|^(latitude|longitude)$"),
        ("address", r"\baddress\b|^street\b|^house (name|no|number)\b|^town$"),
        ("phone", r"\b(tele)?phone\b|^tel( no| number)?$|^mobile( no| number)?$"),
        ("date_of_birth", r"date of birth|birth date|^d ?o ?b$|^birthday$"),
        (
            "official_number",
            r"passport|driving licen[cs]e|^nhs (no|number)$|bank account|sort code",
        ),
        (
            "name",
            r"\b(sur|fore|first ?|last ?|middle ?|full ?|family ?|given ?|preferred ?|maiden ?|"
            r"former ?|display ?)names?\b|^names?$|^known as$|^initials$|^surname\b|"
            rf"^({_PEOPLE})s?( full)? name$|^name of ({_PEOPLE})|^(line |hiring |recruiting )?"
            r"manager$|^reports to$|^supervisor$|^chair$|^panel( member)? ?\d+$|^panel member$|"
            r"^(attendee|delegate|learner|line manager|hiring manager)$",
        ),
    )
)

_IN_OWN_WORDS = re.compile(
    r"\bcomments?\b|anything else|own words|please (specify|describe|say|give|explain|tell)|"
    r"\bfeedback\b|free text"
)

_EMAIL = re.compile(r"[\w.'’+-]+@(?:[\w-]+(?:\.[\w-]+)+|\s*$)")
_NI_NUMBER = re.compile(r"\b[A-CEGHJ-TW-Z]{2}\s?(?:\d\d\s?){3}[A-D]\b", re.I)
_POSTCODE = re.compile(r"\s*[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\s*", re.I)
_PHONE = re.compile(r"\s*(?:\+44\s?(?:\(0\))?|\(?0)\d[\d\s()-]{7,12}\d\s*")
_TITLED = re.compile(r"\s*(?:mr|mrs|ms|miss|mx|dr|prof|cllr|councillor)\.?\s+[A-Z].*", re.I)


def fold_header(header: str) -> str:
    """Give the words of a header alone, so that "Per. Ref." and "PerRef" read alike.

    Examples
    --------
    >>> fold_header("Ethnic  Origin?"), fold_header("RecipientLastName"), fold_header("post_id")
    ('ethnic origin', 'recipient last name', 'post id')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", str(header))
    return " ".join(re.findall(r"[0-9a-z]+", fold(spaced)))


def identifier_kind(header: str, values: Sequence[Any] | pd.Series | None = None) -> str | None:
    """Say which kind of direct identifier a column holds, by its header and values; None if none.

    Parameters
    ----------
    header
        The column's header, as written.
    values
        The column's values, or its distinct values. One e-mail address or National Insurance
        number is enough; telephone numbers, postcodes and titled names must be half of what is
        filled, for a job title may look like one of them.

    Returns
    -------
    str or None
        A key of `KINDS`.

    Examples
    --------
    >>> identifier_kind("Line Manager"), identifier_kind("Job Title")
    ('name', None)
    >>> identifier_kind("User", ["jane@example.org", None])
    'email'
    """
    words = fold_header(header)
    by_header = next((kind for kind, pattern in _HEADERS if pattern.search(words)), None)
    if by_header or values is None:
        return by_header
    return kind_of_values(values)


def kind_of_values(values: Sequence[Any] | pd.Series) -> str | None:
    """Say which kind of direct identifier some values are, whatever the header says."""
    filled = [str(value) for value in pd.Series(values, dtype=object).dropna().unique()]
    if any("@" in value and _EMAIL.search(value) for value in filled):
        return "email"
    if any(len(value) >= 9 and _NI_NUMBER.search(value) for value in filled):
        return "ni_number"
    for kind, pattern in (("postcode", _POSTCODE), ("phone", _PHONE), ("name", _TITLED)):
        if filled and 2 * sum(bool(pattern.fullmatch(value)) for value in filled) >= len(filled):
            return kind
    return None


def declaration(header: str, kind: str, fields: Collection[str]) -> str:
    """Give the line of a mapping that says what is to become of an identifier.

    Parameters
    ----------
    fields
        Names of the contract's fields: a postcode is looked up only where there is an area to
        fill, a date of birth kept (until the age is worked out) only where there is an age.

    Examples
    --------
    >>> declaration("Surname", "name", ["person_id"])
    '"Surname" = { purpose = "drop" }'
    >>> declaration("Post Code", "postcode", ["home_area"])
    '"Post Code" = { to = "home_area", purpose = "lookup", lookup = "postcodes.csv" }'
    """
    if kind == "postcode" and "home_area" in fields:
        rule = 'to = "home_area", purpose = "lookup", lookup = "postcodes.csv"'
    elif kind == "date_of_birth" and "date_of_birth" in fields:
        rule = 'to = "date_of_birth"'
    else:
        rule = 'purpose = "drop"'
    return f"{toml_text(header)} = {{ {rule} }}"


def toml_text(text: str) -> str:
    """Write a text as a TOML string."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def is_free_text(header: str, values: Sequence[Any] | pd.Series) -> bool:
    """Whether people wrote in their own words: the header asks for it, or the answers are long.

    Examples
    --------
    >>> is_free_text("Any other comments?", []), is_free_text("Directorate", ["Care"] * 9)
    (True, False)
    """
    if _IN_OWN_WORDS.search(fold_header(header)):
        return True
    filled = pd.Series(values, dtype=object).dropna().astype(str)
    long = filled[filled.str.len() > LONG]
    return long.nunique() >= 5 and 2 * long.nunique() > len(long) and 5 * len(long) >= len(filled)
