"""Did recruitment training change anything? Answered honestly: "cannot tell" is an answer.

- `exposure`: when each service had its turn, and who of each panel was trained
- `plan`: what is to be looked at and which change would matter, before anybody looks
- `describe`: each group's rate before and after training, and who was in the pool
- `estimate`: did the gap narrow where panels were trained, beyond what happened elsewhere?
- `event_study`: how did the gap move, quarter by quarter, before training and after?
- `time_series`: did rates change when all panels were trained at once?
- `detectable`: how small a change could be told, and how long one that matters would take
- `chairs_training`: did more people take part in staff networks whose chairs had been trained?
- `programme`: were people promoted more after a leadership programme, and did the gap narrow?
- `threats`: what else could explain it: checks in which training should be seen to do nothing
"""

from workforce_analytics.measures.training_detectable import detectable
from workforce_analytics.measures.training_effect import estimate
from workforce_analytics.measures.training_event_study import event_study
from workforce_analytics.measures.training_exposure import exposure
from workforce_analytics.measures.training_networks import chairs_training
from workforce_analytics.measures.training_plan import plan
from workforce_analytics.measures.training_programme import programme
from workforce_analytics.measures.training_rates import describe
from workforce_analytics.measures.training_threats import threats
from workforce_analytics.measures.training_time_series import time_series

__all__ = [
    "chairs_training",
    "describe",
    "detectable",
    "estimate",
    "event_study",
    "exposure",
    "plan",
    "programme",
    "threats",
    "time_series",
]
