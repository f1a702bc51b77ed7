"""Business actions over several models of the helpdesk addon."""
