"""Text files with separators: which encoding, which separator, which cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections import Counter
from itertools import islice

import numpy as np
import pandas as pd

from workforce_analytics.errors import ConfigurationError, DataError
from workforce_analytics.extracts.layout import Grid

DELIMITERS = (",", ";", "\t", "|")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_CHUNK = 1 << 24


def read_delimited(
    data: bytes, *, name: str, encoding: str | None = None, delimiter: str | None = None
) -> Grid:
    r"""Which cells does a CSV file hold, as text exactly as written?

    Parameters
    ----------
    data
        The bytes of the file.
    name
        The file's name, for messages.
    encoding
        As Python names it. Where it is not given: what the byte order mark says, else UTF-8, else
        UTF-16 told by its zero bytes, else Windows-1252.
    delimiter
        One character; where it is not given, the one of comma, semicolon, tab and bar that cuts
        most rows into the same number of cells.

    Returns
    -------
    Grid
        "None", "NA" and "0012" stay what they are; `widths` holds the cells of each record.

    Raises
    ------
    DataError
        The bytes are not text, or a quotation mark is never closed.

    Examples
    --------
    >>> grid = read_delimited(b"id;religion\r\n0012;None\r\n", name="staff.csv")
    >>> grid.cells.to_numpy().tolist(), grid.delimiter
    ([['id', 'religion'], ['0012', 'None']], ';')
    """
    text, encoding = _decode(data, name, encoding)
    hint = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if hint:
        text, delimiter = text[hint.end() :], delimiter or hint[1]
    if not text.strip():
        raise DataError(f"{name}: there is nothing in it but blank lines. Export it again.")
    delimiter = delimiter or _delimiter(text)
    cells, widths = _cells(text.encode("utf-8"), delimiter, name)
    return Grid(cells, widths, encoding, delimiter)


def _decode(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Turn bytes into text, refusing what is not text."""
    if encoding and not _is_codec(encoding):
        raise ConfigurationError(
            f"{name}: '{encoding}' is not an encoding. Write for instance, in the mapping under "
            '[file]: encoding = "cp1252".'
        )
    for candidate in [encoding] if encoding else _encodings(data):
        text = _text_in(data, candidate)
        if text is not None:
            break
    else:
        tried = encoding or "UTF-8, UTF-16 or Windows-1252"
        raise DataError(
            f"{name}: not text in {tried}: another encoding, binary data, or damaged. "
            "Export it again as CSV UTF-8."
        )
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    if "\0" in text or len(_CONTROLS.findall(text)) > max(2, len(text) // 500):
        raise DataError(
            f"{name}: holds bytes that no text holds: binary data, or damaged. "
            "Export it again as CSV UTF-8."
        )
    return text, candidate


def _text_in(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _encodings(data: bytes) -> list[str]:
    """List the encodings that bytes may have, the likeliest first."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return [encoding]
    start = data[:4096]
    if b"\0" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if odd > len(start) / 4 > even:
            return ["utf-16-le"]
        if even > len(start) / 4 > odd:
            return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _is_codec(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _delimiter(text: str) -> str:
    """Tell the separator: it cuts most rows into one number of cells, and the more the better."""
    sample = text[:65536]
    if len(text) > len(sample) and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    scores = []
    for rank, delimiter in enumerate(DELIMITERS):
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(len(row) for row in islice(rows, 200) if len(row) > 1)
        n, width = max(((n, width) for width, n in widths.items()), default=(0, 0))
        scores.append((n, width, -rank))
    return DELIMITERS[-max(scores)[2]]


def _cells(data: bytes, delimiter: str, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Cut text into cells, with the number of cells of each record.

    pandas fills short records up without a word, so records are measured apart: by counting bytes
    outside quotation marks, and where the two do not agree on the number of records (a quotation
    mark inside a cell), by Python's reader.
    """
    for measure in (_widths, _widths_slowly):
        widths = measure(data, delimiter)
        cells = _parse(data, delimiter, int(widths.max()))
        if cells is not None and len(cells) == len(widths):
            return cells, widths
    raise DataError(
        f"{name}: a quotation mark is opened and never closed, so records cannot be told apart. "
        "Export it again; quotation marks inside a cell must be doubled."
    )


def _parse(data: bytes, delimiter: str, width: int) -> pd.DataFrame | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(
                io.BytesIO(data),
                sep=delimiter,
                header=None,
                names=range(width),
                index_col=False,
                dtype="str",
                na_filter=False,
                skip_blank_lines=False,
                low_memory=False,
                encoding="utf-8",
            )
        except (pd.errors.ParserError, pd.errors.ParserWarning):
            return None


def _widths(data: bytes, delimiter: str) -> np.ndarray:
    """Count the cells of each record by the separators outside quotation marks."""
    newline = b"\n" if b"\n" in data else b"\r"
    data = data if data.endswith(newline) else data + newline
    codes = np.frombuffer(data, dtype=np.uint8)
    quoted, inside, pending = b'"' in data, False, 0
    widths = []
    for start in range(0, len(codes), _CHUNK):
        part = codes[start : start + _CHUNK]
        ends, cuts = part == newline[0], part == ord(delimiter)
        if quoted:
            within = np.logical_xor.accumulate(part == ord('"')) ^ inside
            inside = bool(within[-1])
            ends, cuts = ends & ~within, cuts & ~within
        positions = np.flatnonzero(cuts)
        before = np.searchsorted(positions, np.flatnonzero(ends))
        counts = np.diff(before, prepend=-pending)
        pending = len(positions) - (before[-1] if len(before) else -pending)
        widths.append(counts + 1)
    return np.concatenate(widths) if any(map(len, widths)) else np.ones(1, dtype=np.int64)


def _widths_slowly(data: bytes, delimiter: str) -> np.ndarray:
    """Count the cells of each record by reading them all."""
    lines = io.StringIO(data.decode("utf-8"), newline="")
    limit = csv.field_size_limit(len(data) + 1)
    try:
        widths = [max(len(row), 1) for row in csv.reader(lines, delimiter=delimiter)]
    finally:
        csv.field_size_limit(limit)
    return np.array(widths, dtype=np.int64)
