"""What staff say: who answered, scores by group with their uncertainty, and what to act on first.

- `response_rates`, `weights`: who answered, how far they are a likeness of the staff, and weights
  that bring them into line
- `scores`, `answers`: indexes and themes by group or unit; the answers to each question
- `gaps`: where groups differ, as they are, like with like, and with small groups' chance drawn out
- `change`: between two waves whose answers nobody can link
- `reliability`: whether the questions of a theme tell one thing
- `drivers`, `priorities`: what goes with engagement, and what to work on first
- `comments`: how many comments have each code; never a word of them
- `published`: results that another body published, and medians of organisations

Answers are anonymous and are never joined to staff records. Weighted and unweighted figures never
stand in one table.
"""

from workforce_analytics.measures.survey_answers import answers
from workforce_analytics.measures.survey_change import change
from workforce_analytics.measures.survey_comments import comments
from workforce_analytics.measures.survey_drivers import drivers
from workforce_analytics.measures.survey_gaps import gaps
from workforce_analytics.measures.survey_priorities import priorities
from workforce_analytics.measures.survey_published import published
from workforce_analytics.measures.survey_reliability import reliability
from workforce_analytics.measures.survey_response import response_rates
from workforce_analytics.measures.survey_scores import scores
from workforce_analytics.measures.survey_weights import weights

__all__ = [
    "answers",
    "change",
    "comments",
    "drivers",
    "gaps",
    "priorities",
    "published",
    "reliability",
    "response_rates",
    "scores",
    "weights",
]
