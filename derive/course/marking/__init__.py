"""What handed-in papers are worth: points, a page for each student, a report over the class."""
