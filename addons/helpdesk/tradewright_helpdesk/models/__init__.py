"""The models of the helpdesk addon."""
