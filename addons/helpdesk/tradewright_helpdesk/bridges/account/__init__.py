"""Helpdesk and account together: tickets hang on its documents."""
