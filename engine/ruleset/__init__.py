"""What a policy writer writes: reading it with positions, its model, its JSON Schema."""
