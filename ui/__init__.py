"""The doors: command line, chat and MCP server."""
