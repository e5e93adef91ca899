"""The API reference of the site: what is documented, since when, and whether it works.

It knows the names of Flask's older API pages (``names``), asks a package about them
(``check``), and keeps what Flask's changelog says of them (``history``). The Sphinx
extension (``sphinx_ext``) makes the pages of ``book/reference`` from these and from the
docstrings of ``flasklit``.
"""
