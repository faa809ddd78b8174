"""What is computed: named quantities and their definitions, made from a network file."""
