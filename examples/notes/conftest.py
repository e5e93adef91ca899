"""Put this folder on the import path, so that the tests find ``notes``."""
