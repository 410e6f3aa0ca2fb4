"""Examples in docstrings each load the sample council; here they load it once between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from _pytest.doctest import DoctestItem


@pytest.fixture(autouse=True)
def _sample_loaded_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(request.node, DoctestItem):
        from workforce_analytics import organisation

        monkeypatch.setattr(organisation, "load", _once())


@cache
def _once() -> Callable[..., Any]:
    from workforce_analytics import organisation

    return cache(organisation.load)
