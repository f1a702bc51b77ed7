"""The media types of an invoice's documents."""

XML_TYPE = "application/xml"
PDF_TYPE = "application/pdf"
