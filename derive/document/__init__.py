"""What the page says: headings, prose, equations, tables and figures as plain data."""
