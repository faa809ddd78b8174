"""HTML, and the page that lives."""
