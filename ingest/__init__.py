"""From a folder of papers to passages with exact pages: read, clean, chunk, embed, keep, find."""
