"""Letter templates: front matter, Markdown and Jinja, and what they may see."""
