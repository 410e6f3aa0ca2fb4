"""What the words and figures of the staff survey mean, each in plain words."""

from __future__ import annotations

Terms = tuple[tuple[str, str], ...]

_POSITIVE = (
    "Per cent positive",
    "Positive answers (such as “agree” and “strongly agree”) divided by all valid answers to the "
    "questions of a theme. Where agreeing is the bad answer, disagreeing is the positive one.",
)
_INDEX = (
    "Index from 0 to 100",
    "Each answer is worth from 0 (the worst) to 100 (the best); the index is the mean over a "
    "person's answers, and then over people. 50 does not mean that half of them are content.",
)
_ANSWERED = (
    "Who did not answer",
    "Ranges hold if those who answered are, within each group, like those who did not. Nobody can "
    "see from a survey whether they are; weights cannot mend it where they are not.",
)
_CANNOT_TELL = (
    "Lower, higher, cannot tell, not tested",
    "A difference is called lower or higher only where its range excludes no difference, where it "
    "is not too small to matter, and where it still stands among all that were compared with it. "
    "Where fewer answered than are needed for a test (30 for a question, 20 for a theme, 10 for an "
    "index) it is not tested. Otherwise this data cannot tell, which is not evidence that nothing "
    "differs.",
)

SURVEY_TERMS: dict[str, Terms] = {
    "survey_response": (
        (
            "Response rate",
            "People who answered, divided by people who could have. Who opened the survey and "
            "answered part of it counts as having answered.",
        ),
        (
            "How like staff those who answered are",
            "1 where every group answered alike, less the more their response rates differ (the "
            "R-indicator). It sees only the groups of its table.",
        ),
        _ANSWERED,
    ),
    "survey_weights": (
        (
            "Weights",
            "Numbers that give each group the share among answers that it has among staff: an "
            "answer of a group that answered less counts for more. Every figure says whether it is "
            "weighted; one that is and one that is not are never taken from each other.",
        ),
        (
            "Answers that the weighted ones are worth",
            "Weights that differ cost precision: the weighted answers tell as much as so many "
            "answers without weights would (Kish).",
        ),
        _ANSWERED,
    ),
    "survey_answers": (
        (
            "Valid answers",
            "Answers that lie on the scale of a question. Who left it out, to whom it did not "
            "apply and who was not asked is counted apart and is in no percentage.",
        ),
    ),
    "survey_scores": (_INDEX, _POSITIVE, _CANNOT_TELL, _ANSWERED),
    "survey_gaps": (
        _CANNOT_TELL,
        (
            "Like with like, allowing for small groups",
            "Like with like: the difference if the group had the mix of the group it is compared "
            "with, of what the table names. Allowing for small groups: differences of few answers "
            "swing widely by chance and are drawn towards that of all, the more so the fewer "
            "answered. Neither says how a difference came about.",
        ),
        _INDEX,
        _POSITIVE,
    ),
}
"""Terms that a page with these kinds of figures has to explain."""

SURVEY_MEASURES = {
    "response_rate": "people who answered, of those who could have (AAPOR RR6)",
    "complete_rate": "people who reached the end, of those who could have (AAPOR RR5)",
    "share_of_respondents": "the group's share of those who answered",
    "share_of_eligible": "the group's share of those who could have answered",
    "share_weighted": "the group's share of answers with weights",
    "r_indicator": "likeness of those who answered to staff: 1 where all groups answered alike",
    "largest_bias": "bias of a mean at most, in standard deviations of the answer",
    "mean_weight": "mean weight of the category's answers; 1 on average over all",
    "design_effect": "how many times larger variances become by the weights (Kish)",
    "largest_weight": "the largest weight of an answer; the mean is 1",
    "trimmed": "answers whose weight was cut",
    "uncovered": "staff of whom nobody alike answered",
    "furthest": "how far a group's share with weights is from its share of staff at most",
    "converged": "1 where the weights settled, 0 where they did not",
    "n_effective": "how many answers without weights would tell as much",
    "share": "those who gave the answer, of valid answers to the question",
    "not_applicable": "people to whom the question did not apply",
    "not_answered": "people who left the question out",
    "score": "the mean score, or positive answers of valid answers, in the unit of the row",
    "against_rest": "the group's score less that of everybody else",
    "gap_standardised": "the group's score less the reference's, for people of like mix",
    "gap_shrunk": "the gap drawn towards that of all, the more so the fewer answered",
}
"""What the measures of staff surveys in open data are."""
