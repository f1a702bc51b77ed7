"""What a manifest and the folder around it get wrong."""

from tests.conformance.hostile.case import Hostile

_DEPENDS = 'depends = { base = ">=1,<2" }'

CASES = [
    Hostile(
        name="manifest_typo",
        wrong="a key of its manifest is misspelt, so that what it says would not count",
        promises=(27,),
        caught="install",
        code="addons.manifest.unknown-key",
        says=("addon.toml", "dependz", "depends"),
        changes={"addon.toml": (_DEPENDS, _DEPENDS.replace("depends", "dependz"))},
    ),
    Hostile(
        name="bridge_promised",
        wrong="its manifest names a bridge whose folder is not there",
        promises=(27,),
        caught="install",
        code="addons.manifest.file",
        says=("tradewright_NAME/addon.toml", "bridges/sale"),
        changes={"addon.toml": (_DEPENDS, f'{_DEPENDS}\nbridges = ["sale"]')},
    ),
    Hostile(
        name="data_promised",
        wrong="its manifest names a data file that is not there",
        promises=(27,),
        caught="install",
        code="addons.manifest.file",
        says=("tradewright_NAME/addon.toml", "data/claims.toml"),
        changes={"addon.toml": (_DEPENDS, f'{_DEPENDS}\ndata = ["data/claims.toml"]')},
    ),
    Hostile(
        name="data_forgotten",
        wrong="it has a data file that its manifest does not name",
        promises=(27, 36),
        caught="check",
        code="C101",
        says=("data/claims.toml:1", 'add "data/claims.toml" to data in addon.toml'),
        files={"data/claims.toml": '[[NAME.Claim]]\nxid = "first"\nsubject = "Late"\n'},
    ),
    Hostile(
        name="version_lie",
        wrong="it wants a version of another addon that there is not",
        promises=(27,),
        caught="install",
        code="addons.version",
        says=("NAME", "base", ">=9"),
        changes={"addon.toml": (_DEPENDS, 'depends = { base = ">=9" }')},
    ),
    Hostile(
        name="circle",
        wrong="it depends on an addon that depends on it",
        promises=(27, 28),
        caught="install",
        code="addons.cycle",
        says=("NAME", "circle_other"),
        changes={"addon.toml": (_DEPENDS, 'depends = { base = ">=1,<2", circle_other = ">=1" }')},
    ),
    Hostile(
        name="role_misspelt_in_manifest",
        wrong="a role of it implies a role that nobody has",
        promises=(9,),
        caught="install",
        code="addons.role",
        says=("NAME", "base.usr", "base.user"),
        changes={"addon.toml": ('label = "Complaints in the portal"', 'label = "Complaints"\nimplies = ["base.usr"]')},
    ),
    Hostile(
        name="undeclared_import",
        wrong="it imports an addon that it does not depend on",
        promises=(27, 36),
        caught="check",
        code="C103",
        says=("services/acting.py:5", "tradewright_sale.models.order.Order", "add sale to depends", "bridges/sale/"),
        files={
            "services/acting.py": '''
                """What is done with orders."""

                from tradewright.orm import Env

                from tradewright_sale.models.order import Order


                def act(env: Env) -> list[int]:
                    """Count."""
                    return [env.one(Order, 1).id]
                '''
        },
    ),
    Hostile(
        name="job_in_the_wrong_place",
        wrong="it declares a job where nobody looks for jobs",
        promises=(27, 36),
        caught="check",
        code="C105",
        says=("services/acting.py:8", "act", "move it to jobs.py"),
        files={
            "services/acting.py": '''
                """What happens later."""

                from tradewright.jobs import job
                from tradewright.orm import Env


                @job()
                def act(env: Env) -> None:
                    """Nothing."""
                '''
        },
    ),
]

OTHERS = {
    "circle_other": {
        "__init__.py": "",
        "addon.toml": 'name = "circle_other"\nversion = "1.0"\nsummary = "Other"\ndepends = { circle = ">=1" }\n',
    }
}
"""Addons that are no cases, and that cases need."""
