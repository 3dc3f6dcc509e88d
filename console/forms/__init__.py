"""Forms from the schema: fields, what was typed, findings beside them."""
