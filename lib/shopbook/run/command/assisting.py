"""What `mcp` does."""

import asyncio

from shopbook.run import assistant
from shopbook.run.command.console import Session


def mcp(session: Session, *, only_list: bool) -> None:
    """Serve the tools until standard input ends; or say which there are."""
    server = assistant.server(session.home)
    if not only_list:
        server.run("stdio")
        return
    tools = asyncio.run(server.list_tools())
    session.end({"tools": [{"name": each.name, "description": each.description} for each in tools]})
