"""What the report says of a format that was never checked against a real file."""

PROVISIONAL = (
    "This format is provisional: nobody has checked it against a real file yet."
)
