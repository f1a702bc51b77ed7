"""Invoices and balance as buyers see them."""
