"""What account does together with addons that may be missing."""
