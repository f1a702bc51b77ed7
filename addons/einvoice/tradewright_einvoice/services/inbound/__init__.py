"""Invoices of suppliers: how they arrive, what is found of them, the bill that is drafted, what is answered."""
