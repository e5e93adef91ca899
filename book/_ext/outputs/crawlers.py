"""What programs that walk the site ask for first: its map and its rules."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from outputs.pages import base_address
from outputs.pages import makes_site
from outputs.pages import written_pages

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def register(app: Sphinx) -> None:
    """Writes both once all pages are there."""
    app.connect("build-finished", _write)


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or not makes_site(app.builder):
        return
    top = Path(app.outdir)
    rules = "User-agent: *\nAllow: /\n"
    address = base_address(app.config)
    sitemap = top / "sitemap.xml"
    if address:
        sitemap.write_text(sitemap_of(address, written_pages(app)), "utf-8")
        rules += f"\nSitemap: {address}sitemap.xml\n"
    else:
        # A map has to give whole addresses.
        sitemap.unlink(missing_ok=True)
    (top / "robots.txt").write_text(rules, "utf-8")


def sitemap_of(address: str, pages: list[str]) -> str:
    """The map of a site.

    :param address: where the site is, with a slash at the end.
    :param pages: the addresses of its pages, from there.
    """
    entries = [
        f"  <url><loc>{escape(address + quote(_shown(page)))}</loc></url>\n"
        for page in pages
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="{_NAMESPACE}">\n{"".join(entries)}</urlset>\n'
    )


def _shown(page: str) -> str:
    """The start page goes by the address of the site."""
    return "" if page == "index.html" else page
