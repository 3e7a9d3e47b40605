"""The rooms of the chat: what `ui/app.py` draws, one noun a module. No logic of answering is here."""
