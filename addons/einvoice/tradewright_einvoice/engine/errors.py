"""What can go wrong outside the rules: each error is one plain sentence for the user."""


class EngineError(Exception):
    """Base of all errors of the engine. ``str(error)`` is a sentence a user can read.

    The sentence may be a template (``{0}`` is the first value), so that a finding can say it in other languages.
    """

    def __init__(self, message: str, *values: object, line: int = 0) -> None:
        self.template = message
        self.values = tuple(map(str, values))
        self.message = message.format(*self.values) if values else message
        self.line = line
        super().__init__(self.message)


class XmlError(EngineError):
    """The bytes are not XML that we accept: damaged, too large, or with a document type definition."""


class NotAnInvoiceError(EngineError):
    """The XML is well-formed, but of a kind this engine does not read."""


class UnreadableError(EngineError):
    """An invoice, but with values missing or broken that no program could book."""

    def __init__(self, problems: list[str], message: str = "The invoice can't be read: {0}.") -> None:
        shown = "; ".join(problems[:5]) + ("; ..." if len(problems) > 5 else "")
        super().__init__(message, shown)
        self.problems = problems


class WriteError(EngineError):
    """The invoice holds something that the syntax can't carry."""


class UnknownNameError(EngineError):
    """A profile, rule set or syntax that does not exist."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        super().__init__("There is no {0} {1}. Known are: {2}.", kind, repr(name), ", ".join(sorted(known)))
