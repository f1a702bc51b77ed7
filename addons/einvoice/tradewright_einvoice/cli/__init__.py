"""`tradewright einvoice`: check and convert electronic invoices, without a site, settings or a database."""

import argparse
from collections.abc import Sequence

SUMMARY = "Check and convert electronic invoices (EN 16931, Peppol, XRechnung, Factur-X)."
FORMS = ("ubl", "cii", "factur-x", "pdf", "html", "json", "xml")


def main(arguments: Sequence[str]) -> int:
    """Check and convert electronic invoices (EN 16931, Peppol, XRechnung, Factur-X).

    `tradewright einvoice check FILE...` tells what is wrong with XML or PDF files,
    `tradewright einvoice convert FILE --to FORMAT` writes them in another form. Each has `--help`.
    """
    options = _parser().parse_args(list(arguments))
    if options.task == "check":
        from .check import check

        return check(options)
    from .convert import convert

    return convert(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tradewright einvoice", description=SUMMARY)
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    checking = tasks.add_parser(
        "check",
        help="tell what is wrong with files",
        description="Check e-invoices: XML (UBL, CII) or PDF with XML inside. A folder stands for all of these in it.",
        epilog="Exit codes: 0 valid (warnings allowed), 1 not valid, 2 a file that is no e-invoice at all.",
    )
    checking.add_argument("files", nargs="+", metavar="FILE", help="files and folders; - for standard input")
    rules = checking.add_mutually_exclusive_group()
    rules.add_argument("--profile", metavar="NAME", help="judge by this profile, not by the one the document names")
    rules.add_argument(
        "--rule-set", action="append", default=[], metavar="NAME", help="run this rule set alone; may be repeated"
    )
    checking.add_argument("--json", action="store_true", help="print JSON instead of text")
    checking.add_argument("--quiet", action="store_true", help="name only files that are not valid")
    checking.add_argument("--language", default="en", metavar="CODE", help="language of the findings: en, de")
    converting = tasks.add_parser(
        "convert",
        help="write a file in another form",
        description="Convert an e-invoice. What the other form can't hold is told on standard error.",
    )
    converting.add_argument("file", metavar="FILE", help="XML or PDF; - for standard input")
    converting.add_argument("--to", required=True, choices=FORMS, help="the form to write")
    converting.add_argument("--profile", metavar="NAME", help="write for this profile, not for that of the file")
    converting.add_argument(
        "--language", default="en", metavar="CODE", help="language of PDF and HTML: en, de, zh_Hans"
    )
    converting.add_argument("-o", "--output", metavar="OUT", help="the file to write, else standard output")
    return parser
