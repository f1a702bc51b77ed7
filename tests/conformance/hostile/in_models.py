"""What models and their access get wrong."""

from tests.conformance.hostile.case import Hostile

_MODEL, _ACCESS = "models/claim.py", "access.toml"
_FIELD = 'subject: Mapped[str] = text(label=_("Subject"))'
_NOTE = '''
    """More about partners."""

    from tradewright.i18n import _
    from tradewright.orm import Mapped, text
    from tradewright_base.models.partner import Partner


    class ClaimingPartner(Partner, extend=True):
        """A partner who complains."""

        mood: Mapped[str | None] = text(label=_("Mood"))
    '''
_PACKAGE = {"extends/__init__.py": '"""Extensions."""\n'}

CASES = [
    Hostile(
        name="model_without_access",
        wrong="nobody said who may use its model",
        promises=(1,),
        caught="install",
        code="access.undeclared",
        says=("NAME", "access.toml of NAME", "NAME.Claim", 'add [Claim] with a role and what it may: user = "read"'),
        files={_ACCESS: "", "access.py": '"""Nobody."""\n'},
    ),
    Hostile(
        name="grant_for_a_missing_model",
        wrong="it grants rights on a model that there is not",
        promises=(1, 9),
        caught="install",
        code="access.model",
        says=("NAME", "access.toml", "Clam", "Claim"),
        changes={_ACCESS: ("[Claim]\n", '[Clam]\n"base.user" = "read"\n\n[Claim]\n')},
    ),
    Hostile(
        name="role_misspelt",
        wrong="it grants rights to a role that nobody has",
        promises=(1, 9),
        caught="install",
        code="access.role",
        says=("NAME", "access.toml", "base.usr", "base.user"),
        changes={_ACCESS: ('"base.user"', '"base.usr"')},
    ),
    Hostile(
        name="row_rule_misspelt",
        wrong="its grant names a row rule that is not there",
        promises=(2, 9),
        caught="install",
        code="access.rows",
        says=("NAME", "access.toml", "own_claim", "own_claims"),
        changes={_ACCESS: ('"own_claims"', '"own_claim"')},
    ),
    Hostile(
        name="right_misspelt",
        wrong="it grants a right that there is not",
        promises=(9,),
        caught="install",
        code="access.may",
        says=("NAME", "access.toml", "updte"),
        changes={_ACCESS: ("read update delete", "read updte delete")},
    ),
    Hostile(
        name="field_grant_misspelt",
        wrong="its list of fields that a customer may read names one that there is not",
        promises=(2, 5),
        caught="install",
        code="access.field",
        says=("NAME", "access.toml", "subjct", "subject"),
        changes={_ACCESS: ('rows = "own_claims"', 'rows = "own_claims"\nfields = ["subjct"]')},
    ),
    Hostile(
        name="model_keyword_misspelt",
        wrong="a keyword of its model is misspelt, so that what it says would not count",
        promises=(14,),
        caught="install",
        code="orm.class-keyword",
        says=("NAME", "versionned", "versioned"),
        changes={_MODEL: ("public=True", "public=True, versionned=True")},
    ),
    Hostile(
        name="relation_to_nothing",
        wrong="a relation of it leads to a model that there is not",
        promises=(28,),
        caught="install",
        code="registry.no-target",
        says=("NAME", "Nobody"),
        changes={_MODEL: (_FIELD, f'{_FIELD}\n            who: Mapped["Nobody"] = many_to_one(label=_("Who"))')},
    ),
    Hostile(
        name="extension_of_a_missing_field",
        wrong="it adds choices to a field that there is not",
        promises=(28,),
        caught="install",
        code="registry.more-choices",
        says=("NAME", "knd", "kind"),
        files={
            **_PACKAGE,
            "extends/partner.py": _NOTE.replace("text", "more_choices").replace(
                'mood: Mapped[str | None] = more_choices(label=_("Mood"))',
                'more = more_choices("knd", [("press", _("Press"))])',
            ),
        },
    ),
    Hostile(
        name="field_of_another",
        wrong="it declares a field that the model of another addon has already",
        promises=(28,),
        caught="install",
        code="registry.field-twice",
        says=("NAME", "email", "tradewright_NAME.extends.partner"),
        files={**_PACKAGE, "extends/partner.py": _NOTE.replace("mood:", "email:")},
    ),
    Hostile(
        name="field_of_a_rival",
        wrong="it declares a field that another extension declares, too",
        promises=(28,),
        caught="install",
        code="registry.field-twice",
        says=("NAME", "mood", "also_moody"),
        files={**_PACKAGE, "extends/partner.py": _NOTE},
        beside=("also_moody",),
    ),
    Hostile(
        name="frozen_by_nothing",
        wrong="its documents are kept unchanged by a field that there is not",
        promises=(16,),
        caught="install",
        code="registry.no-field",
        says=("NAME", "stat", "state"),
        changes={_MODEL: ('when={"state"', 'when={"stat"')},
    ),
    Hostile(
        name="amount_without_an_end",
        wrong="the default of an amount is not a number",
        promises=(17,),
        caught="install",
        code="registry.not-exact",
        says=("NAME", "amount", "NaN"),
        changes={_MODEL: ("default=0)", 'default=Decimal("NaN"))')},
    ),
    Hostile(
        name="amount_as_a_float",
        wrong="an amount is a binary fraction",
        promises=(17,),
        caught="install",
        code="registry.not-exact",
        says=("NAME", "amount", "float", "Decimal"),
        changes={_MODEL: ("amount: Mapped[Decimal] = money(", "amount: Mapped[float] = money(")},
    ),
    Hostile(
        name="default_as_a_float",
        wrong="the default of an amount is a binary fraction",
        promises=(17,),
        caught="install",
        code="registry.not-exact",
        says=("NAME", "amount", "0.1"),
        changes={_MODEL: ("default=0)", "default=0.1)")},
    ),
    Hostile(
        name="operation_for_nobody",
        wrong="an operation asks for a role that there is not",
        promises=(6, 9),
        caught="install",
        code="access.operation",
        says=("NAME.Claim.post", "base.usr", "base.user"),
        changes={_MODEL: ('permission="base.user"', 'permission="base.usr"')},
    ),
    Hostile(
        name="operation_for_everybody",
        wrong="an operation asks for no role at all",
        promises=(1, 6),
        caught="install",
        code="access.operation",
        says=("NAME.Claim.post", 'permission="addon.role"'),
        changes={_MODEL: ('permission="base.user"', "permission=()")},
    ),
    Hostile(
        name="label_untranslatable",
        wrong="the label of a field is a plain string",
        promises=(36,),
        caught="check",
        code="C301",
        says=("models/claim.py:14", "Subject", '_("...")'),
        changes={_MODEL: ('label=_("Subject")', 'label="Subject"')},
    ),
]

OTHERS = {
    "also_moody": {
        "__init__.py": "",
        "addon.toml": 'name = "also_moody"\nversion = "1.0"\nsummary = "Mood"\ndepends = { base = ">=1" }\n',
        **_PACKAGE,
        "extends/partner.py": _NOTE,
    },
}
"""Addons that are no cases, and that cases need."""
