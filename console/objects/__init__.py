"""The pages of a tenant's PBX objects."""
