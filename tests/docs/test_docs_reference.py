"""Reference pages list what the code has, no more and no less."""

import re
from dataclasses import fields

import pytest

from tests.docs.generated import MARK, PAGES
from tests.docs.pages import DOCS
from tests.repo.tree import report
from tradewright import migrations, orm, web
from tradewright.addons.manifest import Manifest, Quality, Role
from tradewright.base.settings import MailSettings, Settings, SiteSettings
from tradewright.migrations import Batch, Migrations
from tradewright.migrations.operations import Op
from tradewright.orm import fields as declarations
from tradewright.orm.model import Options
from tradewright.orm.operation import OperationInfo

_CODE = re.compile(r"^\| `([^`]+)`", re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_the_list_of_a_page_is_what_the_code_has(name: str) -> None:
    listed = (DOCS / name).read_text(encoding="utf-8").partition(MARK)[2].strip()
    remedy = f"write docs/{name} anew: .venv/bin/python -m tests.docs.generated"
    if name == "reference/hooks.md":
        assert listed == PAGES[name]().strip(), remedy
    else:  # codes are permanent; their sentences are polished often, and follow when the page is written again
        assert _CODE.findall(listed) == _CODE.findall(PAGES[name]()), remedy


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("settings", {field.name for kind in (Settings, SiteSettings, MailSettings) for field in fields(kind)}),
        ("manifest", {field.name for kind in (Manifest, Quality, Role) for field in fields(kind)}),
        ("models-and-fields", {field.name for field in fields(Options)}),
        ("models-and-fields", {name for name in orm.__all__ if hasattr(declarations, name) and name.islower()}),
        ("models-and-fields", {"check", "unique", "index", "frozen"}),
        ("migrations", {*migrations.__all__, *(name for name in dir(Op) if name[0] != "_")}),
        ("migrations", {name for kind in (Batch, Migrations) for name in dir(kind) if name[0] != "_"}),
        ("operations", {field.name for field in fields(OperationInfo)}),
        ("routes-and-forms", {name for name in web.__all__ if name[0].isupper()}),
    ],
    ids=[
        "settings",
        "manifest",
        "class keywords",
        "fields",
        "constraints",
        "migration words",
        "migration objects",
        "operation",
        "web",
    ],
)
def test_a_page_names_all_that_the_code_offers(reference: str, names: set[str]) -> None:
    text = (DOCS / "reference" / f"{reference}.md").read_text(encoding="utf-8")
    spelled = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]*`|^```.*?^```", text, re.MULTILINE | re.DOTALL))))
    missing = sorted(names - spelled - NOT_WRITTEN.get(reference, set()))
    assert not missing, report([f"docs/reference/{reference}.md does not name {name}" for name in missing])


# What the classes hold beside what people write.
NOT_WRITTEN = {
    "settings": {"sites", "file", "name", "mail"},
    "manifest": {"file"},
    "operations": {"name", "addon", "form"},
    "routes-and-forms": {"Access", "Flash", "Page", "Problem", "Request", "Response"},
}
