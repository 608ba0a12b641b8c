"""What is wrong with rows: looked for, told, and mended where the recipe says so."""
