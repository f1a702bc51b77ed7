"""What helpdesk does together with addons that may be missing."""
