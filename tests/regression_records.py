"""Made-up applications that regressions are tried on."""

import numpy as np

NAMES = ("all", "group", "grade", "service 1", "service 2")


def records(rows: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a design, outcomes and candidates of made-up applications."""
    draw = np.random.default_rng(seed)
    service = draw.integers(0, 3, rows)
    group = draw.random(rows) < 0.2 + 0.1 * service
    grade = draw.integers(1, 6, rows) / 2
    design = np.column_stack([np.ones(rows), group, grade, service == 1, service == 2])
    candidate = draw.integers(0, rows // 3, rows)
    own = draw.normal(0, 0.8, rows)[candidate]
    odds = design @ [-1.0, -0.5, 0.2, 0.3, -0.2] + own
    passed = draw.random(rows) < 1 / (1 + np.exp(-odds))
    return design.astype(float), passed.astype(float), candidate


def by_pattern(design: np.ndarray, passed: np.ndarray) -> tuple[np.ndarray, ...]:
    patterns, place = np.unique(design, axis=0, return_inverse=True)
    return patterns, np.bincount(place, weights=passed), np.bincount(place)
