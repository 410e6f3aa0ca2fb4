"""The effects planted in the synthetic council: the generator reads them, truth.json repeats them.

Every number is the one that the generator uses. What a figure computed from the data should be on
average (a crude ratio, a gap in points) is measured by `truth.py`, and stands beside these.

One number is a result, not a cause: `appointed_among_applicants_log_odds`. Training helps minority
ethnic candidates to be shortlisted, some of whom are then not appointed; the effect among those
interviewed was set so that the effect among all applicants is 0.20 on average.
"""

from __future__ import annotations

from typing import Any

WORKFORCE: dict[str, Any] = {
    "share_female": {
        "Grades 1 to 4": 0.715,
        "Grades 5 to 7": 0.675,
        "Grades 8 to 10": 0.62,
        "Grades 11 and 12": 0.54,
        "Chief officers": 0.44,
        "Not on the ladder": 0.66,
    },
    "minority_ethnic_share_in_2021": {
        "Grades 1 to 4": 0.28,
        "Grades 5 to 7": 0.235,
        "Grades 8 to 10": 0.165,
        "Grades 11 and 12": 0.095,
        "Chief officers": 0.05,
        "Not on the ladder": 0.25,
    },
    "minority_ethnic_share_of_joiners": {
        "Grades 1 to 4": 0.385,
        "Grades 5 to 7": 0.34,
        "Grades 8 to 10": 0.26,
        "Grades 11 and 12": 0.17,
        "Chief officers": 0.12,
        "Not on the ladder": 0.32,
    },
    "declaration_rate": {
        "ethnicity": [0.84, 0.855, 0.87, 0.888, 0.904],
        "disability": [0.80, 0.82, 0.84, 0.862, 0.882],
        "religion": [0.66, 0.69, 0.72, 0.75, 0.78],
        "sexual_orientation": [0.66, 0.69, 0.715, 0.742, 0.768],
        "gender_identity": [0.0, 0.30, 0.42, 0.54, 0.62],
    },
    "yearly_leaving_probability": 0.098,
    "leaving_odds_factor_minority_ethnic": 1.25,
    "yearly_promotion_probability": 0.055,
    "promotion_factor_minority_ethnic": 0.70,
}

RECRUITMENT: dict[str, Any] = {
    "shortlisting_log_odds": {
        "minority_ethnic": -0.80,
        "minority_ethnic_and_trained": 0.50,
        "minority_ethnic_per_quarter": 0.015,
        "minority_ethnic_service_sd": 0.20,
        "minority_ethnic_and_name_blind": 0.20,
        "internal": 0.60,
        "interview_scheme": 1.20,
        "disabled": -0.25,
        "aged_50_and_over": -0.20,
    },
    "appointing_log_odds_among_interviewed": {
        "minority_ethnic": -0.20,
        "minority_ethnic_and_trained": -0.13,
        "internal": 0.40,
        "disabled": -0.10,
        "female": 0.10,
    },
    "appointed_among_applicants_log_odds": {
        "minority_ethnic_and_trained": 0.20,
    },
    "share_of_panel_trained": {"before": 0.06, "after": 0.90},
}

PAY: dict[str, Any] = {
    "starting_increment_lower_by": {"minority_ethnic": 0.5, "female": 0.25},
    "market_supplement_probability": {"male": 0.09, "female": 0.05},
    "market_supplement_share_of_salary": 0.08,
    "bonus_probability": {"male": 0.075, "female": 0.05},
}

CASEWORK: dict[str, Any] = {
    "yearly_probability": {
        "disciplinary": 0.012,
        "grievance": 0.009,
        "capability": 0.006,
        "harassment_complaint": 0.004,
        "flexible_working": 0.030,
        "acting_up": 0.020,
        "programme": 0.025,
    },
    "relative_likelihood_minority_ethnic": {
        "disciplinary": 1.70,
        "grievance": 1.35,
        "harassment_complaint": 1.50,
        "acting_up": 0.75,
        "programme": 0.70,
    },
    "relative_likelihood_disabled": {"capability": 2.0, "grievance": 1.4},
    "non_mandatory_training_probability": 0.12,
    "non_mandatory_training_relative_likelihood_minority_ethnic": 0.80,
    "appraisal_completed_probability": 0.78,
    "appraisal_completed_relative_likelihood_minority_ethnic": 0.95,
}

SURVEY: dict[str, Any] = {
    "response_probability": 0.60,
    "response_factor": {"male": 0.90, "minority_ethnic": 0.85, "Grades 1 to 4": 0.85},
    "engagement_shift_in_standard_deviations": {
        "minority_ethnic": -0.30,
        "disabled": -0.35,
        "wave_2024": 0.20,
    },
    "theme_shift_in_standard_deviations": {
        "inclusion": {"minority_ethnic": -0.45, "disabled": -0.40},
        "fair_treatment": {"minority_ethnic": -0.35, "disabled": -0.30},
    },
    "engagement_weight_of_theme": {
        "line_manager": 0.45,
        "leadership": 0.35,
        "inclusion": 0.25,
        "development": 0.10,
        "workload": 0.05,
        "fair_treatment": 0.0,
    },
}

NETWORKS: dict[str, Any] = {
    "monthly_joining_probability_in_focus_group": 0.0042,
    "monthly_joining_probability_as_ally": 0.0003,
    "joining_factor": {"Grades 1 to 4": 0.45},
    "joining_growth_per_month": 0.008,
    "monthly_leaving_probability": 0.009,
    "attendance_probability_per_event": 0.16,
    "attendance_factor_after_chair_training": 1.25,
}

PLANTED: dict[str, dict[str, Any]] = {
    "workforce": WORKFORCE,
    "recruitment": RECRUITMENT,
    "pay": PAY,
    "casework": CASEWORK,
    "survey": SURVEY,
    "networks": NETWORKS,
}
