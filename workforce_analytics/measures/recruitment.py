"""Who applied, who was taken, and how surely groups fared alike: the questions of recruitment.

- `funnel`: how many of each group reached each stage
- `likelihood`: each group against a reference between two stages, in all and within strata
- `undeclared`: what the answers that nobody gave could change
- `variation`: how far services differ
- `adjusted`: what is left of a gap for like posts
- `routes`: what a community event, name-blind shortlisting or an interview scheme did
- `intersections`: people at the crossing of two characteristics
"""

from workforce_analytics.measures.recruitment_adjusted import adjusted
from workforce_analytics.measures.recruitment_funnel import funnel
from workforce_analytics.measures.recruitment_likelihood import likelihood
from workforce_analytics.measures.recruitment_routes import intersections, routes
from workforce_analytics.measures.recruitment_undeclared import undeclared
from workforce_analytics.measures.recruitment_variation import variation

__all__ = [
    "adjusted",
    "funnel",
    "intersections",
    "likelihood",
    "routes",
    "undeclared",
    "variation",
]
