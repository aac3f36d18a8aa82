"""The comparer of pictures can fail: a test that cannot is worth nothing."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import assert_same_picture

LEVELS = np.arange(24, dtype=np.uint8).reshape(4, 6)


def test_equal_pictures_are_the_same() -> None:
    assert_same_picture(LEVELS, LEVELS.copy())


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_one_changed_level_is_noticed() -> None:
    changed = LEVELS.copy()
    changed[3, 3] ^= 1
    assert_same_picture(changed, LEVELS)


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_another_shape_is_noticed() -> None:
    assert_same_picture(LEVELS[:, :1], LEVELS)


def test_a_golden_is_kept_exactly_and_compared(golden, tmp_path, monkeypatch, request) -> None:
    monkeypatch.setattr("conftest.GOLDEN", tmp_path)
    monkeypatch.setattr(request.config.option, "refresh_goldens", True)
    golden("steps", LEVELS)
    monkeypatch.setattr(request.config.option, "refresh_goldens", False)
    golden("steps", LEVELS)
    with pytest.raises(AssertionError, match=r"1 values differ, first at \(0, 0\), at most by 1"):
        golden("steps", LEVELS + (np.indices(LEVELS.shape).sum(0) == 0).astype(np.uint8))
    with pytest.raises(AssertionError, match="there is no nothing"):
        golden("nothing", LEVELS)
