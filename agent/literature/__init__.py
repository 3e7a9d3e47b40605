"""Literature: passages to quotes, quotes to an answer, each sentence tied to its page."""
