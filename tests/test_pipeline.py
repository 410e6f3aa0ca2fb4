"""What published counts of applications do not tell is refused in words, not made up."""

import pandas as pd
import pytest

import workforce_analytics as wa
from workforce_analytics.errors import UsageError
from workforce_analytics.measures.pipeline import pipeline

# West Lancashire Borough Council, published equality data for 2019/20.
ETHNICITY = {"BME": (43, 10, 2), "White": (920, 389, 117), "Unknown": (7, 4, 0)}
STAGES = ["applied", "shortlisted", "appointed"]


@pytest.fixture(scope="module")
def published():
    table = pd.DataFrame.from_dict(ETHNICITY, orient="index", columns=STAGES)
    table = table.rename_axis("ethnicity").reset_index()
    source = "West Lancashire Borough Council, 2019/20"
    return wa.read("counts", table, dimensions=["ethnicity"], counted=STAGES, published=source)


def test_stages_that_were_not_published_are_not_there(published) -> None:
    found = pipeline(published, by=["ethnicity"], levels={"ethnicity": "binary"})
    assert found.stages == ("applied", "shortlisted", "appointed")
    reached = [
        sum(n for key, n in found.cells().items() if key[-1] in found.reached(stage))
        for stage in found.stages
    ]
    assert reached == [970, 403, 119]


def test_groups_that_were_put_together_are_not_taken_for_none(published) -> None:
    with pytest.raises(UsageError) as told:
        wa.recruitment.funnel(published, of="ethnicity")
    assert str(told.value) == (
        "These counts hold “All other ethnic groups combined” without saying which groups they "
        'were. Ask with level="binary".'
    )


def test_what_is_not_told_apart_is_named(published) -> None:
    with pytest.raises(UsageError) as told:
        wa.recruitment.variation(published, of="ethnicity", level="binary", group="White")
    expected = "These counts do not tell service apart. They are split by: ethnicity."
    assert str(told.value) == expected


def test_nothing_to_hold_equal_is_refused(published) -> None:
    with pytest.raises(UsageError, match="There is nothing to hold equal"):
        wa.recruitment.adjusted(published, of="ethnicity", level="binary")
