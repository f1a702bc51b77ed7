"""Despatch advices."""
