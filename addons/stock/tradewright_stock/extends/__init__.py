"""What stock adds to models of the addons below."""
