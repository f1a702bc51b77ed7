"""What routes, forms and templates get wrong."""

from tests.conformance.hostile.case import Hostile

_WEB, _PAGE = "web/claims.py", "templates/portal/NAME.html"
_LIST = '@route("/portal/NAME", access=("NAME.guest",))'
_PUBLIC = 'from tradewright.web import public\n\n\n        @route("/portal/NAME", access=public(reason='

CASES = [
    Hostile(
        name="route_without_access",
        wrong="nobody said who may open its page",
        promises=(1,),
        caught="install",
        code="web.route-without-access",
        says=("NAME", "tradewright_NAME.web.claims:", "(claims)", 'access=("addon.role",)'),
        changes={_WEB: (_LIST, '@route("/portal/NAME")')},
    ),
    Hostile(
        name="route_for_nobody",
        wrong="its page asks for a role that there is not",
        promises=(1, 9),
        caught="install",
        code="web.unknown-role",
        says=("NAME", "tradewright_NAME.web.claims:", "NAME.gest", "NAME.guest"),
        changes={_WEB: (_LIST, '@route("/portal/NAME", access=("NAME.gest",))')},
    ),
    Hostile(
        name="public_without_a_reason",
        wrong="its page is open to everybody, and it does not say why",
        promises=(1,),
        caught="install",
        code="web.public-without-reason",
        says=("NAME", 'public(reason="...")'),
        changes={_WEB: (_LIST, f'{_PUBLIC}""))')},
    ),
    Hostile(
        name="public_for_a_bad_reason",
        wrong="its page is open to everybody for a reason that says nothing",
        promises=(1,),
        caught="check",
        code="C502",
        says=("web/claims.py:", "x", "say in a few words"),
        changes={_WEB: (_LIST, f'{_PUBLIC}"x"))')},
    ),
    Hostile(
        name="route_of_another",
        wrong="its page has the address of another one",
        promises=(28,),
        caught="install",
        code="web.route-conflict",
        says=("NAME", "/login"),
        changes={_WEB: (_LIST, '@route("/login", access=("NAME.guest",))')},
    ),
    Hostile(
        name="get_that_is_a_post",
        wrong="one handler shows and changes",
        promises=(19,),
        caught="install",
        code="web.mixed-methods",
        says=("NAME", "tradewright_NAME.web.claims:", "Write two handlers"),
        changes={_WEB: (_LIST, '@route("/portal/NAME", methods=("GET", "POST"), access=("NAME.guest",))')},
    ),
    Hostile(
        name="own_unit_of_work",
        wrong="its handler opens transactions by itself",
        promises=(11,),
        caught="install",
        code="web.own-transaction",
        says=("NAME", "tradewright_NAME.web.claims:", "Take env instead of site"),
        changes={
            _WEB: (
                f"{_LIST}\n        def claims(env: Env,",
                _LIST.replace("))", "), own_transaction=True)") + "\n        def claims(site: object,",
            )
        },
    ),
    Hostile(
        name="form_with_a_float",
        wrong="its form takes NaN, exponents and any number of digits",
        promises=(17,),
        caught="check",
        code="C402",
        says=("web.loose-number", "Complaint.share", "float", "Quantity"),
        changes={_WEB: ("subject: str\n", "subject: str\n            share: float = 0\n")},
    ),
    Hostile(
        name="form_that_takes_anything",
        wrong="its form takes fields that nobody declared",
        promises=(7,),
        caught="install",
        code="web.loose-form",
        says=("NAME", "tradewright_NAME.web.claims:", "Complaint: extra=allow", "declare each field"),
        changes={
            _WEB: ("subject: str\n", 'model_config = {"extra": "allow"}\n            subject: str\n'),
        },
    ),
    Hostile(
        name="form_by_get",
        wrong="its form is read from the address",
        promises=(15, 19),
        caught="install",
        code="web.form-on-get",
        says=("NAME", "tradewright_NAME.web.claims:", "query="),
        changes={_WEB: ('methods=("POST",), access=("NAME.guest",), form', 'access=("NAME.guest",), form')},
    ),
    Hostile(
        name="markup_in_python",
        wrong="it builds markup outside of templates",
        promises=(21,),
        caught="check",
        code="C203",
        says=("services/acting.py:9", "Markup", "write the markup in the template"),
        files={
            "services/acting.py": '''
                """What is shown."""

                from markupsafe import Markup
                from tradewright.orm import Env


                def act(env: Env) -> str:
                    """Show who it is."""
                    return Markup(f"<b>{env.actor.name}</b>")
                '''
        },
    ),
    Hostile(
        name="escaping_off",
        wrong="its template shows a text of a customer as markup",
        promises=(21,),
        caught="check",
        code="C203",
        says=("templates/portal/NAME.html:3", "|safe"),
        changes={_PAGE: ("{{ claim.subject }}", "{{ claim.subject|safe }}")},
    ),
    Hostile(
        name="script_in_the_page",
        wrong="its template has a script in it",
        promises=(22,),
        caught="check",
        code="C403",
        says=("NAME.html:3", "<script>", "a file below static/"),
        changes={_PAGE: ("<body>", "<body><script>alert(1)</script>")},
    ),
    Hostile(
        name="link_to_nowhere",
        wrong="its template links to a page that there is not",
        promises=(36,),
        caught="check",
        code="C403",
        says=("NAME.html:4", "NAME.complayn", "NAME.complain"),
        changes={_PAGE: ('url_for("NAME.complain")', 'url_for("NAME.complayn")')},
    ),
    Hostile(
        name="words_in_the_template",
        wrong="its template has words that stay English for everybody",
        promises=(36,),
        caught="check",
        code="C302",
        says=("NAME.html:3", "All your claims"),
        changes={_PAGE: ("<body>", "<body><h1>All your claims</h1>")},
    ),
    Hostile(
        name="words_put_together",
        wrong="it puts words into a message before that is translated",
        promises=(36,),
        caught="check",
        code="C301",
        says=("services/acting.py:", "number=number"),
        files={
            "services/acting.py": '''
                """What is said."""

                from tradewright.i18n import Text, _


                def act(number: int) -> Text:
                    """Say how many there are."""
                    return _(f"{number} claims")
                '''
        },
    ),
    Hostile(
        name="catalogue_half_done",
        wrong="its German catalogue lacks messages",
        promises=(36,),
        caught="check",
        code="C303",
        says=("models/claim.py:", "Claim", "locale/de/LC_MESSAGES/messages.po"),
        files={
            "locale/de/LC_MESSAGES/messages.po": 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\\\n"\n'
        },
    ),
]
