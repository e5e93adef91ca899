"""Examples that run in the page: what the site needs for it, and how it is made."""
