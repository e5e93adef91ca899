"""What a build makes of the book besides its pages.

The Sphinx extension ``outputs.sphinx_ext`` describes pages to machines: a summary of each
for search engines and for those who share its address, every page as Markdown, a map of
all pages, a page for addresses that lead nowhere. It also makes the page that holds the
whole book. ``python -m outputs.pdf`` prints that page; ``python -m outputs.validate`` has
a site or an EPUB checked.
"""
