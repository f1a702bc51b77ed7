"""The guard restricts every statement of an actor; elevated code passes."""

import pytest

from tradewright.orm import Env


@pytest.mark.addons("base", "product")
def test_a_site_is_installed_with_its_data(env: Env) -> None:
    assert env.company_id is not None
