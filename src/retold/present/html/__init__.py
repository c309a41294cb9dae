"""The evidence document as one page that needs nothing else: no network, no server, no script to be read."""

from retold.present.html.page import render_page

__all__ = ["render_page"]
