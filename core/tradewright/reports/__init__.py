"""Documents and tables that leave the house: PDF, spreadsheets, CSV. Nothing here reads a database."""

from tradewright.reports.pdf import PdfAttachment, PdfError, render_pdf
from tradewright.reports.tables import Column, write_csv, write_xlsx

__all__ = ["Column", "PdfAttachment", "PdfError", "render_pdf", "write_csv", "write_xlsx"]
