"""Despatch advices for staff."""
