"""From a recipe to a finished version: lora, qlora, full."""
