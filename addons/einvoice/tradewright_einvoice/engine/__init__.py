"""Electronic invoices after EN 16931, usable without the ERP: a semantic model, UBL in both directions, a checker, a PDF.

    invoice = complete(Invoice(...))
    document = write(invoice, profile="peppol")
    for finding in check_profile(document): print(finding.severity, finding.rule, finding.message)
    assert read(document).totals == invoice.totals
"""
