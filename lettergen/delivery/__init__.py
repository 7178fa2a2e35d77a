"""From finished letters to the post, the fax line and the mail server."""
