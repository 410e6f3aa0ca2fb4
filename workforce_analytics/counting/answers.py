"""Survey answers -> counts and sums by cell: everything after works on these, never on respondents.

Answers are counted by their raw codes on the engine; what the codes mean is worked out on the few
combinations that occur. How respondents' rows are laid out stands in `answer_rows`, what a measure
asks of them in `answer_measures` and `answer_points`, sums in `answer_sums`, counts in
`answer_counts`, how scores go together in `answer_moments`.
"""

from workforce_analytics.counting.answer_counts import (
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    answer_counts,
    eligible_counts,
)
from workforce_analytics.counting.answer_measures import Measured, measured
from workforce_analytics.counting.answer_moments import Moments, item_moments, moments
from workforce_analytics.counting.answer_rows import waves_of
from workforce_analytics.counting.answer_sums import AnswerSums, answer_sums

__all__ = [
    "NOT_ANSWERED",
    "NOT_APPLICABLE",
    "NOT_ASKED",
    "AnswerSums",
    "Measured",
    "Moments",
    "answer_counts",
    "answer_sums",
    "eligible_counts",
    "item_moments",
    "measured",
    "moments",
    "waves_of",
]
