"""The rules of the site. No request object below here."""
