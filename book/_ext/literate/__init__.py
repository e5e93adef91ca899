"""A literate-programming tool: a book in Markdown, tangled into a program."""
