"""An addon with a model that declares no access is refused before anything is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.addons.workshop import Workshop
from tradewright.app import Compositions, install, open_site
from tradewright.base import DeveloperError
from tradewright.base.settings import SiteSettings
from tradewright.security.access import Access

MODELS = """
    from tradewright.orm import Mapped, Model, text

    class Order(Model, title="name"):
        "What somebody wants."
        name: Mapped[str] = text()

    class Secret(Model, title="name"):
        "What nobody said who may see."
        name: Mapped[str] = text()
"""
ACCESS = '[Order]\nuser = "read"\n'
ROLE = '[roles.user]\nlabel = "User"'


def _tables(workshop: Workshop, folder: Path) -> set[str]:
    """Install the addon on a new site; return the tables that the site has then."""
    settings = SiteSettings("test", f"sqlite:///{folder}/site.sqlite", files=folder / "files")
    site = open_site(settings, Compositions(workshop.discover()).get(("shop",)))
    try:
        install(site)
        return set(sa.inspect(site.database.engine).get_table_names())
    finally:
        site.close()


def test_a_model_without_access_refuses_to_install_and_says_what_to_add(workshop: Workshop, tmp_path: Path) -> None:
    workshop.addon("shop", extra=ROLE, files={"models.py": MODELS, "access.toml": ACCESS})
    with pytest.raises(DeveloperError) as refused:
        _tables(workshop, tmp_path)
    assert str(refused.value) == (
        "[access.undeclared] a model has no access declaration, so nobody could use it\n"
        "  addon:  shop\n"
        "  where:  access.toml of shop\n"
        "  value:  'shop.Secret'\n"
        '  remedy: add [Secret] with a role and what it may: user = "read"'
    )
    assert not (tmp_path / "site.sqlite").exists()


def test_with_the_remedy_it_installs(workshop: Workshop, tmp_path: Path) -> None:
    access = ACCESS + '[Secret]\nuser = "read"\n'
    workshop.addon("shop", extra=ROLE, files={"models.py": MODELS, "access.toml": access})
    assert {"shop_order", "shop_secret"} <= _tables(workshop, tmp_path)


def test_without_the_check_it_would_install(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Access, "_all_declared", lambda _access: None)
    workshop.addon("shop", extra=ROLE, files={"models.py": MODELS, "access.toml": ACCESS})
    assert "shop_secret" in _tables(workshop, tmp_path)
