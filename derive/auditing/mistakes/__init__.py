"""What people do wrong: the table of mistakes, and what each makes of a formula or a number."""
