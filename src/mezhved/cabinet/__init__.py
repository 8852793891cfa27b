"""The officials' web cabinet: asking, getting, answering, watching and running, in a browser."""
