"""What is wrong with what the user gave: where, what, and the remedy."""


class Problem(Exception):  # noqa: N818 - the word of the other commands
    """Ends a command with exit code 1 and two lines; nothing has been written."""

    def __init__(self, where: object, what: str, remedy: str) -> None:
        """Name the file, option or key, what is wrong with it, and what to do."""
        super().__init__(f"error: {where}: {what}\nhint: {remedy}")
