"""From the text of a file to typed structs: TOML, line numbers, and everything that is wrong with it."""
