"""What views, data files and migration scripts get wrong."""

from tests.conformance.hostile.case import Hostile

_VIEW = "views/claim.xml"
_EXTEND = """
    <views>
      <extend view="base.partner_form">
        {}
      </extend>
    </views>
    """
_DEPENDS = 'depends = { base = ">=1,<2" }'
_DATA = {"addon.toml": (_DEPENDS, f'{_DEPENDS}\ndata = ["data/claims.toml"]')}
_SCRIPT = '''
    """{says}"""

    from tradewright.migrations import op

    revision = "NAME_{number}"
    down_revision = {below}
    branch_labels = {label}
    depends_on = None


    def upgrade() -> None:
        """Nothing."""
        assert op
    '''

CASES = [
    Hostile(
        name="view_of_a_missing_field",
        wrong="its form shows a field that there is not",
        promises=(28,),
        caught="install",
        code="views.reference",
        says=("NAME", "views/claim.xml:", "amont", "amount"),
        changes={_VIEW: ('<field name="amount"/></group>', '<field name="amont"/></group>')},
    ),
    Hostile(
        name="view_of_a_missing_operation",
        wrong="its form has a button for an operation that there is not",
        promises=(6,),
        caught="install",
        code="views.reference",
        says=("NAME", "views/claim.xml:", "pst", "post"),
        changes={_VIEW: ('operation="post"', 'operation="pst"')},
    ),
    Hostile(
        name="view_into_a_missing_slot",
        wrong="it extends a form at a slot that there is not",
        promises=(28,),
        caught="install",
        code="views.slot",
        says=("NAME", "views/partner.xml:", "mian", "identity"),
        files={"views/partner.xml": _EXTEND.format('<into slot="mian"><field name="reference"/></into>')},
    ),
    Hostile(
        name="view_at_a_missing_path",
        wrong="it extends a form at a path that hits nothing",
        promises=(28,),
        caught="install",
        code="views.path",
        says=("NAME", "views/partner.xml:", "nowhere"),
        files={
            "views/partner.xml": _EXTEND.format(
                '<at path="//field[@name=\'nowhere\']" position="after"><field name="reference"/></at>'
            )
        },
    ),
    Hostile(
        name="view_id_twice",
        wrong="two of its views have one id",
        promises=(28,),
        caught="install",
        code="views.duplicate",
        says=("NAME", "views/more.xml:", "claim_list"),
        files={
            "views/more.xml": '<views><list id="claim_list" model="Claim"><field name="subject"/></list></views>\n',
        },
    ),
    Hostile(
        name="view_of_an_unknown_addon",
        wrong="its view shows a field of an addon that it does not depend on",
        promises=(27, 28),
        caught="install",
        code="views.dependency",
        says=("NAME", "views/partner.xml:", "mood", "also_moody", "bridges/also_moody/"),
        files={"views/partner.xml": _EXTEND.format('<into slot="identity"><field name="mood"/></into>')},
        beside=("also_moody",),
    ),
    Hostile(
        name="bridge_that_needs_a_third",
        wrong="its bridge to one addon shows a field that only another one brings, so that it fails without that",
        promises=(27, 28),
        caught="check",
        code="C401",
        says=("bridges/sale/views/order.xml:3", "invoices"),
        changes={"addon.toml": (_DEPENDS, f'{_DEPENDS}\nbridges = ["sale"]')},
        files={
            "bridges/sale/__init__.py": '"""With orders."""\n',
            "bridges/sale/views/order.xml": _EXTEND.replace("base.partner_form", "sale.order_form").format(
                '<into slot="totals"><field name="invoices"/></into>'
            ),
        },
    ),
    Hostile(
        name="view_condition_executed",
        wrong="a condition of its view calls code",
        promises=(21,),
        caught="install",
        code="views.condition",
        says=("NAME", "views/claim.xml:", "__import__"),
        changes={_VIEW: ('operation="post"', "operation=\"post\" visible=\"__import__('os').system('true')\"")},
    ),
    Hostile(
        name="view_with_an_entity",
        wrong="its view declares an entity",
        promises=(20,),
        caught="install",
        code="views.syntax",
        says=("NAME", "views/more.xml"),
        files={
            "views/more.xml": '<!DOCTYPE views [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<views>&x;</views>\n',
        },
    ),
    Hostile(
        name="secret_in_a_list",
        wrong="its list shows a secret",
        promises=(10,),
        caught="install",
        code="views.reference",
        says=("NAME", "views/claim.xml:", "password"),
        changes={_VIEW: ('<field name="amount"/></list>', '<field name="password"/></list>')},
    ),
    Hostile(
        name="menu_to_nowhere",
        wrong="its menu opens a page that there is not",
        promises=(36,),
        caught="check",
        code="C402",
        says=("NAME.clams", "NAME.claim"),
        changes={_VIEW: ('list="claim_list"/>', 'endpoint="NAME.clams"/>')},
    ),
    Hostile(
        name="default_view_twice",
        wrong="it chooses the form that opens for a model of another addon, as a rival does",
        promises=(29,),
        caught="install",
        code="conflicts.default-view",
        says=("NAME", "views_first", "base.Partner", 'default="true"'),
        files={
            "views/partner.xml": '<views><form id="partner_form" model="base.Partner" default="true">'
            '<group id="main" slot="main"><field name="name"/></group></form></views>\n'
        },
        beside=("views_first",),
    ),
    Hostile(
        name="template_of_two",
        wrong="it replaces a template of another addon, as a rival does",
        promises=(29,),
        caught="install",
        code="conflicts.template",
        says=("NAME", "views_first", "layouts/auth.html"),
        files={"templates/layouts/auth.html": "<!doctype html>\n"},
        beside=("views_first",),
    ),
    Hostile(
        name="record_id_twice",
        wrong="its data file claims a record of a rival",
        promises=(29,),
        caught="install",
        code="conflicts.record",
        says=("NAME", "data/claims.toml", "views_first.motto"),
        changes=_DATA,
        files={"data/claims.toml": '[[base.Setting]]\nxid = "views_first.motto"\nkey = "NAME"\nvalue = "Late"\n'},
        beside=("views_first",),
    ),
    Hostile(
        name="data_refers_to_nothing",
        wrong="a record of its data file refers to one that there is not",
        promises=(30,),
        caught="install",
        code="data.reference",
        says=("NAME", "data/claims.toml", "base.nobody"),
        changes=_DATA,
        files={"data/claims.toml": '[[NAME.Claim]]\nxid = "first"\nsubject = "Late"\ncustomer = "@base.nobody"\n'},
    ),
    Hostile(
        name="data_of_a_missing_field",
        wrong="a record of its data file has a field that there is not",
        promises=(30,),
        caught="install",
        code="data.field",
        says=("NAME", "data/claims.toml", "kee", "key"),
        changes=_DATA,
        files={"data/claims.toml": '[[base.Setting]]\nxid = "first"\nkee = "NAME"\n'},
    ),
    Hostile(
        name="two_heads",
        wrong="two migration scripts follow the same one",
        promises=(30,),
        caught="check",
        code="C102",
        says=("migrations.two-heads", "0003_right.py", "NAME_0001", 'write down_revision = "NAME_0002"'),
        files={
            "migrations/0001_first.py": _SCRIPT.format(says="First", number="0001", below="None", label='("m_NAME",)'),
            "migrations/0002_left.py": _SCRIPT.format(says="Left", number="0002", below='"NAME_0001"', label="None"),
            "migrations/0003_right.py": _SCRIPT.format(says="Right", number="0003", below='"NAME_0001"', label="None"),
        },
    ),
]

OTHERS = {
    "views_first": {
        "__init__.py": "",
        "addon.toml": 'name = "views_first"\nversion = "1.0"\nsummary = "First"\ndepends = { base = ">=1" }\n'
        'data = ["data/motto.toml"]\n',
        "data/motto.toml": '[[base.Setting]]\nxid = "motto"\nkey = "views_first.motto"\nvalue = "First"\n',
        "templates/layouts/auth.html": "<!doctype html>\n",
        "views/partner.xml": '<views><form id="partner_form" model="base.Partner" default="true">'
        '<group id="main" slot="main"><field name="name"/></group></form></views>\n',
    },
}
"""Addons that are no cases, and that cases need."""
