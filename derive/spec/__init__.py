"""What the user wrote: the file format as typed structs, the reader, line numbers, the JSON Schema."""
