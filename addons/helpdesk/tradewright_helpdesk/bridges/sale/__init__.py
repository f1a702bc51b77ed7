"""Helpdesk and sale together: tickets hang on its documents."""
