"""A model that runs over an index: drawn with a column for each of its values, and what each of these adds."""
