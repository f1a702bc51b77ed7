"""Tradewright: a pluggable ERP whose core knows no business word."""
