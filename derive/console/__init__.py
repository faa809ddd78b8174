"""What the command line shows: tables, bars, and what its commands are made of."""
