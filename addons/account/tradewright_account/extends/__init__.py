"""What account adds to models of the addons below."""
