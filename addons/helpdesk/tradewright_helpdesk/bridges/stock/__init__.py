"""Helpdesk and stock together: tickets hang on its documents."""
