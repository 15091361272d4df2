"""From each cell of the tables that the knowledge was made from to the rules, scenarios and sources behind it."""
