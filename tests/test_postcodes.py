"""Postcodes become areas through the user's own directory."""

from __future__ import annotations

import pandas as pd
import pytest

from workforce_analytics.errors import ConfigurationError
from workforce_analytics.extracts import postcodes
from workforce_analytics.extracts.postcodes import look_up_areas


@pytest.mark.parametrize(
    "header", ["pcds,oslaua", "pcd7,laua", "postcode,lad23cd", "Postcode,area_code", "pcds,lad"]
)
def test_directories_with_the_published_columns_are_read(tmp_path, header):
    path = tmp_path / "directory.csv"
    path.write_text(f"x,{header}\n0,CV1 5RR,E08000026\n1,B1  1BB,E08000025\n2,ZZ9 9ZZ,\n")
    areas = look_up_areas(
        pd.Series(["cv15rr ", "B1 1BB", "ZZ9 9ZZ", None], index=[3, 1, 4, 9]), path
    )
    assert areas.area.tolist() == ["E08000026", "E08000025", None, None]
    assert areas.area.index.tolist() == [3, 1, 4, 9]
    assert (areas.found, areas.of) == (2, 3)


def test_the_directory_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(postcodes, "_PIECE", 2)
    path = tmp_path / "directory.csv"
    path.write_text("pcds,lad\n" + "".join(f"AA{n} 1AA,E0800000{n}\n" for n in range(9)))
    areas = look_up_areas(pd.Series(["AA8 1AA", "AA0 1AA"]), path)
    assert areas.area.tolist() == ["E08000008", "E08000000"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there"),
        ("postcode,name\nCV1 5RR,x\n", "needs a column of postcodes"),
        ("", "needs a column of postcodes"),
    ],
)
def test_a_directory_that_will_not_do_is_refused(tmp_path, content, said):
    path = tmp_path / "directory.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match=said) as raised:
        look_up_areas(pd.Series(["CV1 5RR"]), path)
    assert "CV1" not in str(raised.value)
