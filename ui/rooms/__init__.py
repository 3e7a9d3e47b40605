"""The rooms of the chat: what `ui/app.py` draws, one noun a module. Nothing is answered here."""

PAGES = ("ask", "library", "tools", "screen")  # and their addresses
OWNER_COOKIE = "elute-visitor"  # a browser's mark, where several people share a chat
