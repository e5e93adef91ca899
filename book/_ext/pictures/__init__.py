"""Pictures in the text: ``{picture} NAME`` shows ``pictures/NAME.svg``, drawn by hand.

A page of the site contains the drawing itself, so that its lines and letters have the
colours of the page, by day and by night. An EPUB gets it as a file with the colours of
the day. Elsewhere its description stands in its place.
"""
