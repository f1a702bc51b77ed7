"""Invoices, a double-entry ledger, payments and customer balances."""
